# SPDX-License-Identifier: Apache-2.0
"""What search knows of a text: pairs of neighbouring Chinese characters, and whole words of other scripts. Pure.

Never indexed: runs of seven digits and more however they are divided (phones, identity and bank numbers), plates, and the
names of a case's own parties. Such numbers cannot be searched for either.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from anlan.places.codes import LENGTHS, Level, ancestors, level_of
from anlan.places.codes import text as written
from anlan.places.region import region

LONGEST_WORD = 60
"""Bytes in UTF-8 of the longest word that is kept."""
LONGEST_TEXT = 8_000
ZONE = region().zone
"""The zone whose months and days cut the index into slices; only has to be the same for writing and finding."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUNS = re.compile(f"(?P<han>[{_HAN}]+)|(?P<word>[^\\W_{_HAN}]+)")
_BETWEEN = r"[\W_]*"
_SPELT = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_DIGIT = r"[\d〇零一二三四五六七八九幺]"
NUMBER = re.compile(rf"\+?{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{6,}}{_BETWEEN}[xX]?")
"""Seven digits or more, with whatever stands between them that is no letter, seen or unseen."""


def plain(text: str) -> str:
    """One spelling: full-width and compatibility forms folded, lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens(text: str, *, never: Iterable[str] = ()) -> set[str]:
    """The tokens to index. `never` holds texts (names) that are taken out first; of one character they are ignored."""
    body = NUMBER.sub(" ", plain(text[:LONGEST_TEXT]))
    for found in set(_personal(body)):
        body = body.replace(found, " ")
    for name in never:
        spelt = plain(name).strip()
        if len(spelt) > 1:
            body = body.replace(spelt, " ")
    return set(_tokens(body))


def query_tokens(text: str) -> list[str]:
    """The tokens that a found case must all have, in the order typed, without repetition."""
    return list(dict.fromkeys(_tokens(plain(text))))


def _tokens(body: str) -> Iterator[str]:
    for match in _RUNS.finditer(body):
        run = match[0]
        if match.lastgroup == "han":
            yield from (run[i : i + 2] for i in range(len(run) - 1))
        elif len(run.encode()) <= LONGEST_WORD and (len(run) > 1 or run.isdigit()):
            yield run


def long_number(text: str) -> str | None:
    """The digits of a run of seven and more in what somebody wants to find, with an x at its end; None when there is none."""
    match = NUMBER.search(plain(text))
    return "".join(c for c in match[0].translate(_SPELT) if c.isdecimal() or c == "x") if match else None


def without_numbers(text: str) -> str:
    """A text with a sign in place of each run of seven digits and more."""
    return NUMBER.sub(" … ", text)


def has_plate(text: str) -> bool:
    """Whether somebody wants to find the number of a vehicle or of papers, as the region's profile knows them."""
    return any(_personal(plain(text)))


def _personal(body: str) -> Iterator[str]:
    for each in region().personal:
        for match in each.pattern.finditer(body):
            if sum(sign.isnumeric() for sign in match[0]) >= each.digits:
                yield match[0]


def month_token(name: str, day: date) -> str:
    """`name` (a place code or ``o12``) in one month: so each slice of a search is one rare token."""
    return f"{name}.{day:%Y%m}"


def day_token(name: str, day: date) -> str:
    """`name` on one day; only for places of a city and wider, whose months are large."""
    return f"{name}.{day:%Y%m%d}"


def place_tokens(area: int, opened_at: datetime) -> set[str]:
    """Tokens for the place coded `area` and those above it, down to the village."""
    day = local_day(opened_at)
    found: set[str] = set()
    for code in (*ancestors(area), area):
        level = level_of(code)
        if level is Level.GRID:
            continue
        found.add(month_token(written(code), day))
        if level <= Level.CITY:
            found.add(day_token(written(code), day))
    return found


def organisation_tokens(organisations: Iterable[int], opened_at: datetime) -> set[str]:
    """Tokens for organisations that have or had the case."""
    day = local_day(opened_at)
    return {month_token(f"o{organisation}", day) for organisation in organisations}


def local_day(at: datetime) -> date:
    """The day whose slice a case lies in."""
    return at.astimezone(ZONE).date()


def first_instant(day: date) -> datetime:
    """When that day begins, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


def place_name(low: int, high: int) -> str:
    """The written code of the narrowest place of village or wider that holds all of [low, high); "" for the world."""
    last = high - 1
    for length in reversed(LENGTHS[:-1]):
        span = 10 ** (15 - length)
        if low // span == last // span:
            return str(low // span)
    return ""


SAID = "."
"""Begins a token that a case's words have, not its facts: who sees only facts cannot ask for it."""


def said(tokens: Iterable[str]) -> set[str]:
    """The same tokens as those of words."""
    return {SAID + token for token in tokens}


def as_vector(found: Iterable[str]) -> str:
    """Tokens as the text of a tsvector. Tokens hold letters, digits and dots only, so quoting is enough."""
    return " ".join(f"'{token}'" for token in sorted(found))
