# SPDX-License-Identifier: Apache-2.0
"""Reads a region's folder: `region.toml` with `departments.csv` and `holidays.csv` beside it. Those built in are in `regions/`.

A folder with a fault gives no region: RegionFaults lists them all, with line and what to do.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Words, say
from anlan.places.calendars import DayKind
from anlan.places.codes import Level
from anlan.places.datum import Datum
from anlan.places.region import (
    Boundaries,
    Days,
    Department,
    Fault,
    Layer,
    Line,
    Personal,
    Phones,
    Region,
    RegionFaults,
    Text,
)
from anlan.places.tables import read_table

BUILT_IN = Path(__file__).parent / "regions"
PROFILE, DEPARTMENTS, HOLIDAYS = "region.toml", "departments.csv", "holidays.csv"
PACKAGE_HOLIDAYS = "chinesecalendar"
"""Says that the installed package of that name knows the holidays."""
DECLARED = "declared"
"""Says of laws that those a procedure declares hold here."""
SPEAKS = ("zh-hans", "en")
"""The languages Anlan's pages are written in."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def folder_of(named: str) -> Path:
    """Where the files of a region are: a built-in name, else a folder."""
    built_in = BUILT_IN / named
    return built_in if named and "/" not in named and built_in.is_dir() else Path(named).expanduser()


def read_region(folder: Path) -> Region:
    """The region of a folder. Raises RegionFaults."""
    path = folder / PROFILE
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        words = _(
            "There is no such file in UTF-8. `anlan setup --templates %(folder)s NAME` writes one to begin with."
        )
        raise RegionFaults([Fault(file=str(path), line=0, why=say(words, folder=folder))]) from None
    reader = _Reader(folder, text)
    made = reader.read()
    if reader.faults:
        raise RegionFaults(sorted(reader.faults, key=lambda fault: (fault.file, fault.line)))
    return made


class _Reader:
    """Reads one folder and keeps every fault it finds on the way."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder, self.text = folder, text
        self.faults: list[Fault] = []
        self.tongues: tuple[str, ...] = ()

    def fault(self, key: str, why: Words, *, file: str = PROFILE, line: int = 0) -> None:
        """Notes one; `key` is looked for to name the line."""
        if file == PROFILE and not line:
            at = re.search(rf"^\s*\[*\s*(?:[\w.]*\.)?{re.escape(key)}\b", self.text, re.MULTILINE)
            line = self.text.count("\n", 0, at.end()) + 1 if at else 0
        self.faults.append(Fault(file=str(self.folder / file), line=line, why=why))

    def read(self) -> Region:
        """The region; worth nothing when there are faults."""
        try:
            given = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"line (\d+)", str(error))
            why = say(_("This is not TOML: %(error)s. Words stand in quotes."), error=error)
            self.fault("", why, line=int(at[1]) if at else 1)
            raise RegionFaults(self.faults) from None
        self.tongues = tuple(str(each) for each in self.taken(given, "languages", list) or ("en",))
        if not set(self.tongues) <= set(SPEAKS):
            self.fault(
                "languages", say(_("Choose among %(all)s, the first is the default."), all=", ".join(SPEAKS))
            )
        return Region(
            key=self.key(given),
            name=self.words(given, "name"),
            languages=self.tongues,
            zone=self.zone(given),
            emergency=tuple(self.line(each) for each in self.rows(given, "emergency", needed=True)),
            hotline=self.line(given["hotline"]) if isinstance(given.get("hotline"), dict) else None,
            phones=self.phones(self.taken(given, "phones", dict) or {}),
            personal=tuple(self.personal(each) for each in self.rows(given, "personal")),
            calendar=self.calendar(self.taken(given, "calendar", dict) or {}),
            datums=self.datums(given),
            layers=self.layers(given),
            packaged=given.get("packaged") is True,
            boundaries=self.boundaries(self.taken(given, "boundaries", dict, needed=False)),
            departments=self.departments(),
            legal=self.texts(given, "legal"),
            laws=None if given.get("laws") == DECLARED else self.texts(given, "laws"),
            roles=self.texts(given, "roles"),
            offices=self.texts(given, "offices"),
        )

    def taken(self, given: Mapping[str, Any], key: str, kind: type, *, needed: bool = True) -> Any:
        """A value of a kind; notes its want or another kind."""
        value = given.get(key)
        if value is None and needed:
            self.fault(key, say(_("“%(key)s” is missing."), key=key))
        elif value is not None and not isinstance(value, kind):
            self.fault(key, say(_("“%(key)s” must be %(kind)s."), key=key, kind=_KINDS[kind]))
            return None
        return value

    def rows(self, given: Mapping[str, Any], key: str, *, needed: bool = False) -> list[dict[str, Any]]:
        """Tables of one name."""
        found = self.taken(given, key, list, needed=needed) or []
        return [each for each in found if isinstance(each, dict)]

    def word(self, given: Mapping[str, Any], key: str, *, default: str | None = None) -> str:
        """One word or line."""
        return str(self.taken(given, key, str, needed=default is None) or default or "")

    def words(self, given: Mapping[str, Any], key: str) -> Text:
        """Words in each language of the region: a line for all, or `{ zh = "…", en = "…" }`."""
        value = given.get(key)
        if isinstance(value, str) and value.strip():
            return Text(zh=value, en=value)
        told = {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}
        wanted = {tongue[:2] for tongue in self.tongues}
        if not wanted <= {k for k, v in told.items() if v.strip()}:
            form = ", ".join(f'{each} = "…"' for each in sorted(wanted))
            self.fault(
                key, say(_("“%(key)s” needs words in each language: { %(form)s }"), key=key, form=form)
            )
        any_ = next(iter(told.values()), "")
        return Text(zh=told.get("zh", any_), en=told.get("en", any_))

    def texts(self, given: Mapping[str, Any], table: str) -> dict[str, Text]:
        """A table of words by key; none where there is no such table."""
        found = self.taken(given, table, dict, needed=False) or {}
        return {str(key): self.words(found, key) for key in found}

    def pattern(self, given: Mapping[str, Any], key: str) -> re.Pattern[str]:
        """A regular expression."""
        text = self.word(given, key)
        try:
            return re.compile(text)
        except re.error as error:
            self.fault(key, say(_("“%(key)s” is no regular expression: %(error)s"), key=key, error=error))
            return re.compile("(?!)")

    def key(self, given: Mapping[str, Any]) -> str:
        """The region's own key."""
        key = self.word(given, "key")
        if key and not re.fullmatch(r"[a-z][a-z0-9-]{1,31}", key):
            self.fault("key", _("A key is 2 to 32 small letters, digits and dashes, as in port-aurel."))
        return key

    def zone(self, given: Mapping[str, Any]) -> ZoneInfo:
        """Legal time."""
        name = self.word(given, "zone")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            if name:
                self.fault(
                    "zone",
                    say(_("No time zone is called %(name)s. Write it as in Europe/Lisbon."), name=name),
                )
            return ZoneInfo("UTC")

    def line(self, given: Mapping[str, Any]) -> Line:
        """A number and who answers; the words stand under `name`."""
        number = self.word(given, "number")
        if number and not re.fullmatch(r"[0-9+ ]{2,20}", number):
            self.fault(
                "number", say(_("%(number)s cannot be called: digits only, in quotes."), number=number)
            )
        return Line(number=number, words=self.words(given, "name"))

    def phones(self, given: Mapping[str, Any]) -> Phones:
        """How a mobile number is written; the example must be one."""
        national, example = self.pattern(given, "national"), self.word(given, "example")
        country = self.word(given, "country")
        if country and not re.fullmatch(r"\+[1-9]\d{0,3}", country):
            self.fault("country", _("Write the country's prefix as in +44."))
        if example and national.pattern and not national.fullmatch(example):
            self.fault("example", _("The example does not fit the pattern “national”."))
        prefixes = tuple(str(each) for each in self.taken(given, "prefixes", list, needed=False) or ())
        return Phones(
            country=country,
            prefixes=prefixes,
            national=national,
            example=example,
            words=self.words(given, "refusal"),
        )

    def personal(self, given: Mapping[str, Any]) -> Personal:
        """A number plate or a number of papers."""
        what = self.word(given, "what")
        if what not in {"plate", "number"}:
            self.fault("what", _("“what” is plate or number."))
        pattern, digits = self.pattern(given, "pattern"), self.taken(given, "digits", int, needed=False)
        if pattern.fullmatch(""):
            self.fault("pattern", _("“pattern” fits an empty text, so it would hide everything."))
        return Personal(what=what, pattern=pattern, digits=digits or 0)

    def calendar(self, given: Mapping[str, Any]) -> Days:
        """Hours, days off and holidays."""
        weekend = ""
        for name in self.taken(given, "weekend", list) or ():
            if name not in WEEKDAYS:
                self.fault("weekend", say(_("No weekday is called %(name)s: monday, tuesday …"), name=name))
            else:
                weekend += str(WEEKDAYS.index(name))
        hours = self.word(given, "hours")
        if hours and not _are_hours(hours):
            self.fault("hours", _("Write office hours in order, as in 08:00-12:00 14:00-18:00."))
        packaged = given.get("holidays") == PACKAGE_HOLIDAYS
        horizon = None if packaged else self.taken(given, "horizon", date)
        key = self.word(given, "key")
        return Days(
            key=key,
            name=self.words(given, "name"),
            hours=hours,
            weekend=weekend,
            why=self.word(given, "why"),
            horizon=horizon,
            days={} if packaged else self.holidays(),
        )

    def boundaries(self, given: Mapping[str, Any] | None) -> Boundaries:
        """Nothing is concluded from outlines that nobody surveyed."""
        if given is None:
            return Boundaries(source="", surveyed=False)
        return Boundaries(source=self.word(given, "source"), surveyed=given.get("surveyed") is True)

    def holidays(self) -> dict[date, DayKind]:
        """Days that their weekday does not tell; no file, no holidays."""
        days: dict[date, DayKind] = {}
        for line, row in self.table(HOLIDAYS, ("date", "kind")):
            try:
                days[date.fromisoformat(row["date"])] = DayKind(row["kind"])
            except ValueError:
                why = _("Write a date and what it is, as in 2027-01-01,holiday or 2027-01-03,make_up.")
                self.fault("", why, file=HOLIDAYS, line=line)
        return days

    def datums(self, given: Mapping[str, Any]) -> tuple[Datum, ...]:
        """What positions may refer to."""
        found = []
        for name in self.taken(given, "datums", list) or ():
            if name in set(Datum):
                found.append(Datum(name))
            else:
                self.fault("datums", say(_("Coordinates are one of %(all)s."), all=", ".join(Datum)))
        return tuple(found)

    def layers(self, given: Mapping[str, Any]) -> tuple[Layer, ...]:
        """The levels from the widest down, each one of Anlan's."""
        found: list[Layer] = []
        names = {level.name.lower(): level for level in Level}
        for each in self.rows(given, "levels", needed=True):
            level = names.get(self.word(each, "is"))
            if (
                level is None
                or (found and level <= found[-1].level)
                or (not found and level is not Level.PROVINCE)
            ):
                why = _("Levels go from the widest down; “is” is one of %(all)s, the first is province.")
                self.fault("levels", say(why, all=", ".join(names)))
                continue
            digits = self.taken(each, "digits", int, needed=False) or 0
            found.append(
                Layer(key=self.word(each, "key"), level=level, name=self.words(each, "name"), digits=digits)
            )
        if not {Level.TOWN, Level.COUNTY} & {layer.level for layer in found}:
            self.fault(
                "levels", _("One level must be a town or a county: its office takes what is reported.")
            )
        return tuple(found)

    def departments(self) -> dict[str, Department]:
        """Departments by their word."""
        found: dict[str, Department] = {}
        for line, row in self.table(DEPARTMENTS, ("key", "name")):
            key, name = row["key"], row["name"]
            if not re.fullmatch(r"[a-z][a-z_]{1,23}", key) or key in found:
                why = _("A department's word is 2 to 24 small letters and used once, as in housing.")
                self.fault("", why, file=DEPARTMENTS, line=line)
            short = row.get("short") or name
            found[key] = Department(
                key=key,
                short=Text(
                    zh=short, en=row.get("short_en") or (short if short.isascii() else key.replace("_", " "))
                ),
                name=Text(zh=name, en=row.get("name_en") or name),
            )
        return found

    def table(self, name: str, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a CSV beside the profile, if there is one."""
        path = self.folder / name
        if path.is_file():
            columns = (*needed, "name_en", "short", "short_en")
            yield from read_table(path, needed=needed, known=columns, fault=self.faults.append)


_KINDS: dict[type, Words] = {
    str: _("words in quotes"),
    list: _("a list in brackets"),
    dict: _("a table"),
    int: _("a whole number"),
    date: _("a date, as in 2027-12-31"),
}


def _are_hours(written: str) -> bool:
    try:
        edges = [time.fromisoformat(edge) for part in written.split() for edge in part.split("-")]
    except ValueError:
        return False
    return len(edges) % 2 == 0 and bool(edges) and edges == sorted(set(edges))
