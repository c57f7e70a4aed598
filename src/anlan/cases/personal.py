# SPDX-License-Identifier: Apache-2.0
"""What in a text points at a person: numbers, number plates, e-mail addresses, names of the people of a case. Pure.

The region's profile says what its number plates and papers look like. One list for two uses: it is masked in what somebody else's case says (`mask`), and refused in what is to be published, saying
what was found (`find_personal`). It stops habit, not malice: a nickname, or a name in another script, is not known here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from anlan.cases.bigrams import NUMBER, plain
from anlan.places.region import region

LEFT_OUT = "…"

_BETWEEN = r"[\W_]*"
_DAY = r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
_HOUR = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?"
WHEN = re.compile(rf"(?<!\d)(?:(?P<day>{_DAY})|{_HOUR})(?!\d)")
MOST_HOURS = 2
"""From when to when. More hours in a row may be a number in disguise."""
TO = re.compile("[至到]")
BEFORE, AFTER = re.compile(r"\d[\W_]?$"), re.compile(r"[\W_]?\d")
_SEPARATED = re.compile(rf"{_BETWEEN}$")
EMAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9._%+-]+\s*@\s*[a-z0-9-]+(?:\s*\.\s*[a-z0-9-]+)+")
COMPOUND = re.compile(
    "欧阳|司马|上官|诸葛|司徒|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|端木|东方|南宫|夏侯|轩辕|钟离|闻人|澹台|公冶|濮阳|淳于|单于|太史|申屠"
    "|仲孙|独孤|呼延|百里|第五|拓跋|万俟|赫连|闾丘"
)
"""Surnames of two characters; all others have one."""
TITLES = (
    "先生|女士|小姐|太太|夫人|同志|同学|老师|师傅|老板|经理|大爷|大妈|大姐|大哥|大伯|大叔|大娘|大嫂|大婶|阿姨|阿婆|阿公|叔叔"
    "|伯伯|婶婶|奶奶|爷爷|老伯|老人|某某|某|哥|姐|总|叔|婶|嫂|姨"
)
NICK = "小老阿"
"""Stand before a surname: 小王."""
ORDINARY = re.compile("小[区路时车学心门桥雨商店水家]|老[师路房家年城化式]")
"""The same two characters where they are a word of their own, whatever anybody is called."""
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_NAME = re.compile(f"{_HAN.pattern}|[^\\W\\d_\u3400-\u9fff]+")
_LEADING = re.compile(f"^[{NICK}](?=.)|(?:{TITLES})$")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁于余叶蒋杜苏魏程吕丁任卢姚沈姜崔钟谭陆汪范石廖贾韦"
    "夏付方邹熊孟秦邱江尹薛闫段雷侯史陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤应楼金俞章裘虞竺蔡"
)
"""Common ones of one character, with those of Zhejiang."""
NAMELIKE = re.compile(
    rf"(?:{COMPOUND.pattern}|[{SURNAMES}])(?:某{{1,2}}|[\u3400-\u9fff]{{0,2}}?(?:先生|女士|小姐|太太|师傅|老板|大爷|大妈|大伯|大叔|阿姨|阿婆|奶奶|爷爷))"
    rf"|[{NICK}][{SURNAMES}](?![\u3400-\u9fff]?[区路桥河港店])|\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\s+[A-Z]\w+"
)
_FORMS = r"(?:mr|mrs|ms|miss|dr|sir|madam|mme)"
LANGUAGE = "language"
"""What a contact holds besides what somebody is called and where they are reached."""


class What(StrEnum):
    """The kinds of what may point at a person."""

    NUMBER = "number"
    PLATE = "plate"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Found:
    """Where something stands in a text, and what it looks like."""

    start: int
    end: int
    what: What
    text: str


def mask(text: str, people: Iterable[Mapping[str, Any]]) -> str:
    """The text with a mark in place of whatever points at somebody. `people` are the contacts of those not to be named."""
    kept, at = "", 0
    for found in find_personal(text, people):
        if found.end > at:
            kept += text[at : max(at, found.start)] + (LEFT_OUT if found.start >= at else "")
            at = found.end
    return kept + text[at:]


def find_personal(
    text: str, people: Iterable[Mapping[str, Any]], *, other_words: Sequence[str] = ()
) -> list[Found]:
    """What points at somebody, in the order of the text. In a longer one of `other_words` a name is none of anybody's."""
    folded, at = _fold(text)
    spans = {(*match.span(), What.EMAIL) for match in EMAIL.finditer(folded)}
    spans |= {
        (*match.span(), What(each.what))
        for each in region().personal
        for match in each.pattern.finditer(folded)
        if sum(sign.isnumeric() for sign in match[0]) >= each.digits
    }
    undated = _without_dates(folded)
    spans |= {
        (match.start(), match.start() + len(_SEPARATED.sub("", match[0])), What.NUMBER)
        for match in NUMBER.finditer(undated)
    }
    excused = [match.span() for word in other_words for match in _spelt(word).finditer(folded)]
    for contact in people:
        for pattern, capital in _patterns(contact):
            spans |= {
                (start, end, What.NAME)
                for start, end in (match.span() for match in pattern.finditer(folded))
                if not (capital and text[at[start]].islower())
                if not any(a <= start and end <= b and end - start < b - a for a, b in excused)
            }
    return sorted(
        Found(start=at[start], end=at[end - 1] + 1, what=what, text=text[at[start] : at[end - 1] + 1])
        for start, end, what in spans
    )


def namelike(text: str) -> list[Found]:
    """What looks like somebody is called, whoever that is: a common surname with a courtesy. To be looked at, not refused."""
    return [
        Found(start=match.start(), end=match.end(), what=What.NAME, text=match[0])
        for match in NAMELIKE.finditer(text)
        if not ORDINARY.fullmatch(match[0])
    ]


def _fold(text: str) -> tuple[str, list[int]]:
    """One spelling, and for each of its characters the place in `text` that it comes from."""
    pairs = [(each, i) for i, character in enumerate(text) for each in plain(character)]
    return "".join(each for each, _place in pairs), [place for _each, place in pairs]


def _without_dates(text: str) -> str:
    """The text without days and hours, which are no number of anybody's unless they stand among other digits."""
    rows: list[list[re.Match[str]]] = []
    for match in WHEN.finditer(text):
        if rows and not any(each.isalnum() for each in TO.sub("", text[rows[-1][-1].end() : match.start()])):
            rows[-1].append(match)
        else:
            rows.append([match])
    for row in rows:
        start, end = row[0].start(), row[-1].end()
        among_digits = BEFORE.search(text[max(0, start - 2) : start]) or AFTER.match(text[end : end + 2])
        if not among_digits and sum(match["day"] is None for match in row) <= MOST_HOURS:
            text = text[:start] + "日" * (end - start) + text[end:]
    return text


def _spelt(words: str) -> re.Pattern[str]:
    """Exactly these words, however divided."""
    signs = [re.escape(each) for each in plain(words) if each.isalnum()]
    return re.compile(_BETWEEN.join(signs) or r"(?!)")


def _patterns(contact: Mapping[str, Any]) -> Iterator[tuple[re.Pattern[str], bool]]:
    """What somebody may be called by, and whether it counts with a capital letter only: "May" is a name, "may" is none."""
    for key, value in contact.items():
        if key == LANGUAGE or not isinstance(value, str):
            continue
        spelt = plain(value)
        if sum(each.isalnum() for each in spelt) > 1:
            whole = rf"(?<![a-z]){_spelt(value).pattern}(?![a-z])"
            yield re.compile(whole if spelt.strip()[:1].isascii() else _spelt(value).pattern), False
        if "name" in key:
            parts = _NAME.findall(spelt)
            yield from _han_patterns("".join(part for part in parts if _HAN.match(part)))
            for part in parts:
                if len(part) > 1:
                    word = rf"(?<![a-z]){re.escape(part)}(?![a-z])"
                    yield re.compile(rf"(?<![a-z]){_FORMS}\W*{word}|{word}{_BETWEEN}(?:{TITLES})"), False
                    if len(part) > 2:
                        yield re.compile(word), True


def _han_patterns(name: str) -> Iterator[tuple[re.Pattern[str], bool]]:
    bare = _LEADING.sub("", name)
    if not bare:
        return
    surname = bare[:2] if COMPOUND.match(bare) else bare[0]
    given = bare[len(surname) :]
    forms = [f"{surname}{_BETWEEN}老?(?:{TITLES})", f"姓{surname}", f"{surname}姓"]
    forms += [f"{each}{surname}" for each in NICK if not ORDINARY.fullmatch(each + surname)]
    if len(given) > 1:
        forms.append(f"{given}{_BETWEEN}(?:{TITLES})")
    yield re.compile("|".join(forms)), False
