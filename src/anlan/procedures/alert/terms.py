# SPDX-License-Identifier: Apache-2.0
"""The words of alerts: levels, hazards, how certain; who writes them; the questions of a draft."""

from dataclasses import dataclass, replace

from anlan.cases.define import Audience, Field, Kind, Relation, Who, Words
from anlan.cases.standard import words

PUBLISHERS = ("dispatcher", "county_dispatcher", "supervisor")
"""Roles that answer for a place, and so warn it."""
WARNED = ("grid_worker", "village_clerk", "dispatcher", "county_dispatcher")
"""Roles that pass a warning on where they work: those who are asked whether they have read it."""

WRITER = Who(relation=Relation.STAFF, roles=PUBLISHERS)
OWN = Who(relation=Relation.HOLDER, roles=PUBLISHERS)
ABOVE = Who(relation=Relation.UPPER, roles=PUBLISHERS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """One of the four levels of China's emergency response law (art. 42), the gravest last; `severity` is CAP's word for it."""

    key: str
    words: Words
    severity: str
    second: bool = False


LEVELS: tuple[Level, ...] = (
    Level(key="blue", words=words("蓝色（Ⅳ级）", "Blue (level IV)"), severity="Minor"),
    Level(key="yellow", words=words("黄色（Ⅲ级）", "Yellow (level III)"), severity="Moderate"),
    Level(key="orange", words=words("橙色（Ⅱ级）", "Orange (level II)"), severity="Severe", second=True),
    Level(key="red", words=words("红色（Ⅰ级）", "Red (level I)"), severity="Extreme", second=True),
)
"""`second`: somebody else than who wrote it releases it."""
SECONDED = frozenset(level.key for level in LEVELS if level.second)

HAZARDS: tuple[tuple[str, Words, str], ...] = (
    ("typhoon", words("台风", "Typhoon"), "Met"),
    ("rainstorm", words("暴雨", "Rainstorm"), "Met"),
    ("flood", words("洪水", "Flood"), "Geo"),
    ("landslide", words("地质灾害", "Landslide"), "Geo"),
    ("wind", words("大风", "High wind"), "Met"),
    ("cold", words("寒潮、冰冻、暴雪", "Cold wave, ice and snow"), "Met"),
    ("heat", words("高温", "Extreme heat"), "Met"),
    ("wildfire", words("森林火险", "Forest fire danger"), "Fire"),
    ("epidemic", words("公共卫生", "Public health"), "Health"),
    ("outage", words("停水、停电、停气", "Water, power or gas cut"), "Infra"),
    ("accident", words("事故灾难", "Accident"), "Safety"),
    ("hazard", words("其他", "Other"), "Other"),
)
"""What is warned of, and CAP's category for it."""

CERTAINTIES: tuple[tuple[str, Words], ...] = (
    ("observed", words("已经发生", "It has happened")),
    ("likely", words("很可能发生", "Likely")),
    ("possible", words("可能发生", "Possible")),
)

TITLE = Field(
    key="title_zh",
    kind=Kind.TEXT,
    words=words("标题（中文）", "Title (Chinese)"),
    required=True,
    audience=Audience.PUBLIC,
    longest=60,
)
TEXT = Field(
    key="words_zh",
    kind=Kind.LONG_TEXT,
    words=words("内容（中文）：会发生什么，该怎么做", "Text (Chinese): what is coming, what to do"),
    required=True,
    audience=Audience.PUBLIC,
    longest=1000,
)
TEXTS = (
    TITLE,
    TEXT,
    replace(TITLE, key="title_en", words=words("标题（英文）", "Title (English)"), longest=120),
    replace(
        TEXT,
        key="words_en",
        words=words("内容（英文）：会发生什么，该怎么做", "Text (English): what is coming, what to do"),
        longest=2000,
    ),
)

DRAFT = (
    Field(
        key="kind",
        kind=Kind.CHOICE,
        words=words("预警什么", "Warning of what"),
        required=True,
        fact=True,
        choices=tuple((key, said) for key, said, _category in HAZARDS),
    ),
    Field(
        key="level",
        kind=Kind.CHOICE,
        words=words("级别", "Level"),
        required=True,
        fact=True,
        choices=tuple((level.key, level.words) for level in LEVELS),
        hint=words("橙色和红色要由另一人发布。", "Orange and red are released by a second person."),
    ),
    Field(
        key="certainty",
        kind=Kind.CHOICE,
        words=words("有多确定", "How certain"),
        required=True,
        fact=True,
        choices=CERTAINTIES,
    ),
    Field(key="starts", kind=Kind.MOMENT, words=words("从何时起", "From"), required=True, fact=True),
    Field(
        key="ends",
        kind=Kind.MOMENT,
        words=words("到何时止", "Until"),
        required=True,
        fact=True,
        hint=words("到时自动消失，最长 14 天。", "It goes by itself then; 14 days at most."),
    ),
    *TEXTS,
    Field(
        key="asks",
        kind=Kind.YES_NO,
        words=words("要求下面的岗位确认已读", "Ask the posts below to confirm that they have read it"),
        fact=True,
    ),
)
REPLACES = Field(
    key="replaces", kind=Kind.CASE, words=words("更正哪一条", "Corrects which alert"), fact=True, asked=False
)
PLACE = Field(
    key="place",
    kind=Kind.PLACE,
    words=words("再写一遍地名", "The place, once more"),
    fact=True,
    low=1,
    hint=words(
        "真实预警：请把要预警的地方的名字再输入一遍。",
        "This is real: please type the name of the place to be warned.",
    ),
)
WHY = (
    replace(
        TEXT, key="why_zh", words=words("为什么（中文）", "Why (Chinese)"), hint=words("人人可见。", "Everybody reads this."),
        longest=500,
    ),
    replace(TEXT, key="why_en", words=words("为什么（英文）", "Why (English)"), longest=1000),
)  # fmt: skip


def level_of(key: str) -> Level:
    """The level of that key. Raises KeyError."""
    return {level.key: level for level in LEVELS}[key]
