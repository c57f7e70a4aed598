# SPDX-License-Identifier: Apache-2.0
"""What differs from region to region, as one value read from a folder of plain files at start: `region()`.

How the folder is read is `region_files`. Nothing else in the code names a number to call, a pattern of phones or papers, a
time zone or what levels of places are called.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language

from anlan.base.errors import Words
from anlan.places.calendars import DayKind
from anlan.places.codes import Level
from anlan.places.datum import Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong in a file of a region's folder, and what to do; line 0 is the file as a whole."""

    file: str
    line: int
    why: Words

    def __str__(self) -> str:
        """As a compiler says it, in the present language."""
        return f"{self.file}:{self.line}: {self.why}" if self.line else f"{self.file}: {self.why}"


class RegionFaults(Exception):  # noqa: N818 - it carries the answer
    """Every fault of a region's folder; nothing of it was taken."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(f"{len(faults)} faults in the region's files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words in the languages of Anlan; a region of one language has the same in both."""

    zh: str
    en: str

    def in_language(self, code: str) -> str:
        """`code` is a language tag such as ``zh-hans``; anything that is not Chinese reads English."""
        return self.zh if code.startswith("zh") else self.en

    @property
    def shown(self) -> Words:
        """The words in the language of whoever reads them, looked up then."""
        return _in_present(self)


def _present(text: Text) -> str:
    return text.in_language(get_language() or "")


_in_present = lazy(_present, str)
NOTHING = Text(zh="", en="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A number to call, and who answers."""

    number: str
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """Mobile numbers: `national` is one without prefix, `country` stands before it when it is kept."""

    country: str
    prefixes: tuple[str, ...]
    national: re.Pattern[str]
    example: str
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """A pattern that points at a person: a number plate, a number of papers. Tried on folded text: small letters, half width."""

    what: str
    pattern: re.Pattern[str]
    digits: int
    """At least so many digits, Chinese ones too, make it one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The first version of the working calendar; later ones are changes of configuration."""

    key: str
    name: Text
    hours: str
    weekend: str
    why: str
    horizon: date | None
    """None: the installed package of national days says what it knows."""
    days: Mapping[date, DayKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A level of places as the region calls it, and Anlan's level that it is."""

    key: str
    level: Level
    name: Text
    digits: int
    """Of a whole code of this level; 0 for any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department by its word in routes; `name` follows the place's where the package makes up names."""

    key: str
    short: Text
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """Who drew the outlines of places, and whether a position may be read from them."""

    source: str
    surveyed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The profile of one region."""

    key: str
    name: Text
    languages: tuple[str, ...]
    zone: ZoneInfo
    emergency: tuple[Line, ...]
    hotline: Line | None
    phones: Phones
    personal: tuple[Personal, ...]
    calendar: Days
    datums: tuple[Datum, ...]
    layers: tuple[Layer, ...]
    packaged: bool = False
    """Its places, organisations and categories come with the package: `anlan seed` loads them."""
    boundaries: Boundaries = field(default_factory=lambda: Boundaries(source="", surveyed=False))
    departments: Mapping[str, Department] = field(default_factory=dict)
    legal: Mapping[str, Text] = field(default_factory=dict)
    laws: Mapping[str, Text] | None = None
    """What a limit or the time of keeping rests on here, by its word; None: what the procedure itself declares."""
    roles: Mapping[str, Text] = field(default_factory=dict)
    """What a role is called here, where that is not what Anlan calls it."""
    offices: Mapping[str, Text] = field(default_factory=dict)
    """By the kind of an organisation, what people here call it besides its own name: several names, a line each."""

    def layer(self, level: Level) -> Layer | None:
        """What the region calls a level; None for one it does not have."""
        return next((each for each in self.layers if each.level is level), None)

    def datum(self, named: Any) -> Datum:
        """What a position refers to. Raises ValueError for what this region does not take."""
        found = Datum(named)
        if found not in self.datums:
            raise ValueError(f"{named} is not taken in {self.key}")
        return found

    def legal_text(self, key: str) -> Text:
        """Words of law shown to residents; empty where the region has none."""
        return self.legal.get(key, NOTHING)

    def law(self, key: str, declared: Text) -> Text:
        """What something rests on: in a region with laws of its own never another's."""
        return declared if self.laws is None else self.laws.get(key, NOTHING)


def region() -> Region:
    """The region of this process."""
    return settings.ANLAN_REGION
