# SPDX-License-Identifier: Apache-2.0
"""Questions about places, answered from this process's copy of the tree; calendars by version.

The copy is read once and again when the database's revision token changes, looked at once a second at most; `forget`
drops it. An unknown place or code raises NotFound where the name says get, else gives None or nothing.
"""

import threading
import time as clock
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from anlan.base.errors import NotFound
from anlan.places.calendars import DayKind, WorkCalendar
from anlan.places.codes import Level, code_range
from anlan.places.models import CalendarDay, CalendarVersion
from anlan.places.region import region
from anlan.places.tree import Range, Spot, Step, Tree

ZONE = region().zone
"""The zone in which a moment falls on a day for dated codes; legal time of the region."""

CHECK_NS = 1_000_000_000
REVISION = "SELECT token FROM places_revision WHERE id = 1"
# Day 1 is 0001-01-01, as in date.toordinal.
ROWS = """
SELECT p.id, p.level, p.parent_id, c.code, c.valid_from - DATE '0001-01-01' + 1, c.valid_to - DATE '0001-01-01' + 1,
       p.name, p.name_en, p.made_up
  FROM places_placecode c JOIN places_place p ON p.id = c.place_id
 ORDER BY c.code, c.valid_from"""
STEPS = (
    "SELECT place_id, successor_id, \"at\" - DATE '0001-01-01' + 1, main FROM places_succession ORDER BY id"
)


@dataclass
class _Copy:
    lock: threading.Lock = field(default_factory=threading.Lock)
    token: int = -1
    tree: Tree = field(default_factory=Tree)
    checked: int = 0


_copy = _Copy()


def tree() -> Tree:
    """The region's tree as this process has it; at most a second older than the database."""
    if _copy.token < 0 or clock.monotonic_ns() - _copy.checked > CHECK_NS:
        with _copy.lock:
            if _copy.token < 0 or clock.monotonic_ns() - _copy.checked > CHECK_NS:
                _refresh()
    return _copy.tree


def forget() -> None:
    """Drops the copy, so that the next question reads the database: after an import, and between tests."""
    _copy.token = -1
    _calendar.cache_clear()


def revision() -> int:
    """The token of the copy that `tree` gives; whatever is derived from the tree is kept under it."""
    tree()
    return _copy.token


def _refresh() -> None:
    with connection.cursor() as cursor:
        cursor.execute(REVISION)
        token = int(cursor.fetchone()[0])
        if token != _copy.token:
            cursor.execute(STEPS)
            steps = [Step(place=a, successor=b, day=day, main=main) for a, b, day, main in cursor.fetchall()]
            cursor.execute(ROWS)
            _copy.tree = Tree.grow(cursor, steps)  # row by row: a list of them would take 90 MB for good
            _copy.token = token
    _copy.checked = clock.monotonic_ns()


def day_of(at: datetime | date) -> int:
    """The day number of a moment, in the region's legal time, or of a date. Raises ValueError without a zone."""
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise ValueError("a datetime without a zone has no day")
        return at.astimezone(ZONE).toordinal()
    return at.toordinal()


def find_place(place_id: int, *, at: datetime | date | None = None) -> Spot | None:
    """The place, as it was at `at` if it had a code then, else as it was last."""
    return tree().find_place(place_id, None if at is None else day_of(at))


def get_place(place_id: int, *, at: datetime | date | None = None) -> Spot:
    """The same. Raises NotFound."""
    spot = find_place(place_id, at=at)
    if spot is None:
        raise NotFound
    return spot


def find_code(code: int, *, at: datetime | date) -> Spot | None:
    """The place that has the padded code at `at`."""
    return tree().find(code, day_of(at))


def place_of_code(code: int, *, at: datetime | date) -> Spot:
    """The same. Raises NotFound."""
    spot = find_code(code, at=at)
    if spot is None:
        raise NotFound
    return spot


def area_of(place_id: int, *, at: datetime | date) -> int | None:
    """The padded code of the place at `at`; None when there is no such place or it has no code then."""
    return tree().area(place_id, day_of(at))


def holder(code: int, *, at: datetime | date) -> Spot | None:
    """Who answers at `at` for what was opened under a code that may be retired: where `rezone` moves a case."""
    return tree().holder(code, day_of(at))


def scope(place_id: int, *, at: datetime | date) -> tuple[Range, ...]:
    """The ranges of codes that a post for the place covers at `at`: its own, its predecessors', nobody else's."""
    return tree().scope(place_id, day_of(at))


def retired(*, at: datetime | date) -> tuple[int, ...]:
    """The codes that nobody has any more, without those inside another: where cases may wait to be moved."""
    return tree().retired(day_of(at))


def was_code(code: int, *, at: datetime | date) -> bool:
    """Whether a place had the code before `at`."""
    return tree().was_code(code, day_of(at))


def ranges_of(code: int, *, at: datetime | date) -> tuple[Range, ...]:
    """What a code stands for in a list: all that its place answers for at `at`, what came from its predecessors too; of a
    code that nobody has any more, what was settled under it.
    """
    spot = find_code(code, at=at)
    return (code_range(code),) if spot is None else scope(spot.id, at=at)


def above(place_id: int, *, at: datetime | date | None = None) -> tuple[Spot, ...]:
    """The places above, widest first. Raises NotFound."""
    return tree().above(get_place(place_id, at=at))


def children(place_id: int | None, *, at: datetime | date) -> tuple[Spot, ...]:
    """The places directly below at `at`, in the order of their codes; None asks for the widest."""
    day = day_of(at)
    if place_id is None:
        return tuple(spot for code in roots() if (spot := tree().find(code, day)))
    code = tree().area(place_id, day)
    return () if code is None else tuple(tree().children(code, day))


def counties(*, at: datetime | date) -> Iterator[tuple[Spot, tuple[Spot, ...]]]:
    """Every county below the place above it, for a list to choose from; where a region skips counties, the next level down."""
    above = list(children(None, at=at))
    for upper in above:
        below = children(upper.id, at=at)
        near = tuple(each for each in below if each.level >= Level.COUNTY)
        if near:
            yield upper, near
        above += [each for each in below if each.level < Level.COUNTY]


def roots() -> tuple[int, ...]:
    """The codes of the provinces (or whatever is widest) in the tree."""
    return _roots(revision())


@lru_cache(maxsize=2)
def _roots(_token: int) -> tuple[int, ...]:
    tops = (spot.code for spot in tree().each(down_to=Level.PROVINCE) if spot.parent_id is None)
    return tuple(dict.fromkeys(tops))


def full_path(
    place_id: int, *, at: datetime | date | None = None, language: str = "zh", skip: int = 0
) -> str:
    """The names from the widest to the place: "浙江省杭州市西湖区…", or "Wensan, ..., Zhejiang" for other languages.

    `skip` leaves out the widest ones (1: the province). Raises NotFound.
    """
    spot = get_place(place_id, at=at)
    names = [each.called(language) for each in (*tree().above(spot)[skip:], spot)]
    return "".join(names) if language.startswith("zh") else ", ".join(reversed(names))


def load_calendar(key: str = "", *, version: int | None = None) -> WorkCalendar:
    """A version of a calendar, of the region's own and the newest when none is named. Raises NotFound."""
    key = key or region().calendar.key
    if version is None:
        newest = (
            CalendarVersion.objects.filter(calendar=key)
            .order_by("-version")
            .values_list("version", flat=True)
        )
        version = newest.first()
        if version is None:
            raise NotFound
    return _calendar(key, version)


@lru_cache(maxsize=16)
def _calendar(key: str, version: int) -> WorkCalendar:
    row = CalendarVersion.objects.filter(calendar=key, version=version).first()
    if row is None:
        raise NotFound
    days: dict[date, bool] = {}
    told = CalendarDay.objects.filter(calendar=key, version__lte=version).order_by("version")
    weekend = frozenset(int(day) for day in row.weekend)
    for day, kind in told.values_list("date", "kind"):
        works = kind in (DayKind.MAKE_UP, DayKind.WORKDAY)
        days.pop(day, None)
        # A day told to be what its weekday says anyway is no exception: that is how one is taken back.
        if kind == DayKind.HOLIDAY or works == (day.weekday() in weekend):
            days[day] = works
    return WorkCalendar(
        key=key,
        version=version,
        horizon=row.horizon,
        days=days,
        zone=ZoneInfo(row.zone),
        hours=read_hours(row.hours),
        weekend=weekend,
    )


def read_hours(written: str) -> tuple[tuple[time, time], ...]:
    """Office hours as written: "08:00-12:00 14:00-18:00". Raises ValueError."""
    pairs = [part.split("-") for part in written.split()]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"{written!r} does not read as office hours: 08:00-12:00 14:00-18:00")
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)


def as_dict(spot: Spot, *, language: str = "zh") -> dict[str, Any]:
    """A place for an interface: id, code as an integer, level, names, path, and whether it is made up."""
    return {
        "id": spot.id,
        "code": spot.code,
        "level": spot.level.name.lower(),
        "name": spot.name,
        "name_en": spot.name_en,
        "path": [upper.called(language) for upper in tree().above(spot)],
        "made_up": spot.made_up,
    }
