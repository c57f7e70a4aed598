# SPDX-License-Identifier: Apache-2.0
"""The actions of meetings, for a procedure to declare: one set for each audience, with everybody or with one side alone.

Its record inherits `columns.Met`. Nothing of a side's own meeting is visible to the other: the entries, their words and the typed
column are that side's. `meet`, `held` and `call_off` have the keys ``meet``, ``meet_side1``, … after their audience.
"""

from anlan.cases.define import STAY, Action, Audience, Field, Kind, Who
from anlan.cases.standard import words
from anlan.parts.meetings import rules
from anlan.parts.meetings.columns import ending

MEET, HELD, OFF = "meet", "held", "call_off"
SIDES = {
    "": words("", ""),
    "_side1": words("（仅申请方）", " (one side alone: who applied)"),
    "_side2": words("（仅对方）", " (one side alone: the other)"),
}
FORMS = (("on_site", words("现场", "On site")), (rules.ONLINE, words("线上", "Online")))
BEGINS = Field(key="begins", kind=Kind.MOMENT, words=words("开始时间", "Begins"), required=True, fact=True)
MINUTES = Field(
    key="minutes",
    kind=Kind.WHOLE_NUMBER,
    words=words("预计时长（分钟）", "Length (minutes)"),
    required=True,
    fact=True,
    low=10,
    high=720,
)
FORM = Field(
    key="form", kind=Kind.CHOICE, words=words("方式", "Form"), required=True, fact=True, choices=FORMS
)
MEETING = Field(
    key="meeting",
    kind=Kind.ITEM,
    words=words("哪次会议", "Which meeting"),
    fact=True,
    low=1,
)
"""Which meeting, by the entry that called it: the first that stands where it is left out."""
BOTH_CAME = Field(
    key="came",
    kind=Kind.CHOICE,
    words=words("到场情况", "Who came"),
    required=True,
    fact=True,
    choices=(
        ("all", words("各方都到场", "Everybody")),
        ("side1", words("只有申请方到场", "Only who applied")),
        ("side2", words("只有对方到场", "Only the other side")),
        ("nobody", words("都没有到场", "Nobody")),
    ),
)
"""Attendance where there are two sides."""
MANY_CAME = Field(
    key="came",
    kind=Kind.WHOLE_NUMBER,
    words=words("到场人数", "How many came"),
    required=True,
    fact=True,
    low=0,
    high=100_000,
)
"""Attendance of a meeting or hearing for many: a number, never a list."""


def meet(
    *, frm: tuple[str, ...], by: tuple[Who, ...], audience: Audience = Audience.REPORTER, days: int = 0
) -> Action:
    """Calls a meeting of which `audience` reads, at least `days` days ahead."""
    of = SIDES[ending(audience)]
    return Action(
        key=MEET + ending(audience),
        words=words(f"安排会议{of.zh}", f"Arrange a meeting{of.en}"),
        done=words(f"安排了会议{of.zh}", f"arranged a meeting{of.en}"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(
            BEGINS,
            MINUTES,
            FORM,
            Field(
                key="where",
                kind=Kind.TEXT,
                words=words("地点", "Where"),
                audience=audience,
                longest=200,
                when=("form", "on_site"),
            ),
            Field(
                key="link",
                kind=Kind.TEXT,
                words=words("会议链接", "Link of the meeting"),
                audience=audience,
                hint=words(
                    "视频会议由您单位自己的系统开，这里只登记链接。",
                    "The video meeting is held in your office's own system; only its link is kept here.",
                ),
                longest=500,
                when=("form", rules.ONLINE),
            ),
            Field(
                key="about",
                kind=Kind.LONG_TEXT,
                words=words("议题和需要带的材料", "What it is about and what to bring"),
                audience=audience,
                longest=2000,
            ),
        ),
        guard=rules.MayCall(days=days),
        effect=rules.called,
        audience=audience,
        material=False,
    )


def held(
    *,
    frm: tuple[str, ...],
    by: tuple[Who, ...],
    came: Field | None = None,
    audience: Audience = Audience.REPORTER,
    minutes_for: Audience | None = None,
) -> Action:
    """Records that it was held: who `came` (a field such as `BOTH_CAME` or `MANY_CAME`), the minutes, read by `minutes_for` or the same
    audience.
    """
    of = SIDES[ending(audience)]
    return Action(
        key=HELD + ending(audience),
        words=words(f"登记会议情况{of.zh}", f"Record a meeting{of.en}"),
        done=words(f"开了会{of.zh}", f"held a meeting{of.en}"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(
            MEETING,
            *((came,) if came is not None else ()),
            Field(
                key="took",
                kind=Kind.WHOLE_NUMBER,
                words=words("实际时长，不含休息（分钟）", "How long it took, without breaks (minutes)"),
                fact=True,
                low=1,
                high=1440,
            ),
            Field(
                key="words",
                kind=Kind.LONG_TEXT,
                words=words("会议记录", "Minutes"),
                required=True,
                audience=minutes_for or audience,
            ),
            Field(
                key="files",
                kind=Kind.FILES,
                words=words("照片或文件", "Photos or files"),
                audience=minutes_for or audience,
            ),
        ),
        guard=rules.may_hold,
        effect=rules.held,
        audience=audience,
        material=False,
    )


def call_off(*, frm: tuple[str, ...], by: tuple[Who, ...], audience: Audience = Audience.REPORTER) -> Action:
    """Calls a meeting off; another is called in its place."""
    of = SIDES[ending(audience)]
    return Action(
        key=OFF + ending(audience),
        words=words(f"取消会议{of.zh}", f"Call a meeting off{of.en}"),
        done=words(f"取消了会议{of.zh}", f"called a meeting off{of.en}"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(
            MEETING,
            Field(
                key="words",
                kind=Kind.LONG_TEXT,
                words=words("原因", "Why"),
                required=True,
                audience=audience,
                longest=1000,
            ),
        ),
        guard=rules.may_call_off,
        effect=rules.called_off,
        audience=audience,
        material=False,
    )
