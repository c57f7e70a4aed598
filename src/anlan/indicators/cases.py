# SPDX-License-Identifier: Apache-2.0
"""The cases behind a number: exactly those that it counts, a page at a time.

Days without any are left out by the tallies, so a page reads the days it shows; within a day a place is one range of the
index. What the one rule of permission would not show is not in the page, and the page says how many that are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.cases.known import Known
from anlan.cases.may import range_of
from anlan.cases.queries import Row, rows_by_id, visible_among
from anlan.cases.queries_cursor import read_cursor, read_id, read_moment, write_cursor
from anlan.indicators.models import STANDING
from anlan.indicators.reads import Ranges, is_standing, numbers_of, open_states_of, seen_by
from anlan.indicators.values import Eyes, Period, eyes_of, pieces, without
from anlan.people.may import Actor, common
from anlan.places import find
from anlan.places.tree import Spot

OVERDUE = "overdue"
"""Asked for like a fact, though nothing is kept of it."""
SIZE = 25

DAYS = """
SELECT t.day, sum(t.n[%(number)s]) FROM indicators_tally t
 WHERE t.code = ANY(%(codes)s) AND t.procedure = %(procedure)s AND t.about_office = ANY(%(about)s)
   AND t.day >= %(first)s AND t.day <= %(last)s AND t.n[%(number)s] > 0
 GROUP BY t.day ORDER BY t.day DESC"""
BEHIND = """
SELECT x.day, x.area, x.case_id FROM unnest(%(lows)s::bigint[], %(highs)s::bigint[]) AS r(low, high)
 CROSS JOIN LATERAL (
  SELECT f.day, f.area, f.case_id FROM indicators_casefact f
   WHERE f.procedure = %(procedure)s AND f.day = ANY(%(days)s) AND f.area >= r.low AND f.area < r.high
     AND f.facts & %(bit)s <> 0 AND (f.about IS NULL OR (%(offices)s AND f.about <> ALL(%(but)s)))
     AND (f.day, f.area, f.case_id) < (%(day)s, %(area)s, %(id)s)) x
 ORDER BY x.day DESC, x.area DESC, x.case_id DESC LIMIT %(limit)s"""
LATE = """
SELECT x.due_at, x.id FROM unnest(%s::text[]) AS s(state) CROSS JOIN LATERAL (
  SELECT c.due_at, c.id FROM cases_case c
   WHERE {within} AND c.open AND c.state = s.state AND c.procedure = %s
     AND coalesce(c.due_at, 'infinity') < %s AND {seen} AND (coalesce(c.due_at, 'infinity'), c.id) > (%s, %s)
   ORDER BY coalesce(c.due_at, 'infinity'), c.id LIMIT %s) x"""
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LAST_ID = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What number: of which fact (or `OVERDUE`), where, when. `only_here`: in none of the places below."""

    place: Spot
    fact: str
    period: Period
    procedure: str
    only_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A page of cases; `hidden` of it the reader may not see. `next_cursor` None: there are no more."""

    rows: tuple[Row, ...]
    hidden: int
    next_cursor: str | None


def cases_behind(
    by: Actor, asked: Asked, *, known: Known, at: datetime, after: str | None = None, size: int = SIZE
) -> Behind:
    """A page of the cases that the number counts for this reader. Raises Invalid for a strange cursor."""
    ranges = common(by.scope, find.scope(asked.place.id, at=at))
    if asked.only_here:
        below = find.children(asked.place.id, at=at)
        ranges = without(ranges, tuple(part for child in below for part in find.scope(child.id, at=at)))
    of = [
        asked.place.code,
        asked.fact,
        asked.period.first,
        asked.period.last,
        asked.procedure,
        asked.only_here,
    ]
    start = read_cursor(of, after) if after else None
    eyes = eyes_of(by, known=known)
    found: Sequence[tuple[Any, ...]]
    if asked.fact == OVERDUE:
        found = _late(asked, ranges, eyes, start=start, at=at, limit=size + 1)
    else:
        found = _counted(asked, ranges, eyes, start=start, limit=size + 1)
    more = write_cursor(of, found[size - 1]) if len(found) > size else None
    ids = [position[-1] for position in found[:size]]
    seen = visible_among(by, ids, known=known)
    rows = rows_by_id([id for id in ids if id in seen], at=at)
    return Behind(
        rows=tuple(rows[id] for id in ids if id in rows), hidden=len(ids) - len(rows), next_cursor=more
    )


def _counted(
    asked: Asked, ranges: Ranges, eyes: Eyes, *, start: list[Any] | None, limit: int
) -> Sequence[tuple[date, int, UUID]]:
    number = numbers_of(asked.procedure)[asked.fact]
    until = date.fromisoformat(start[0]) if start else date.max
    given: dict[str, Any] = {
        "procedure": asked.procedure,
        "number": number + 1,
        "bit": 1 << number,
        "lows": [low for low, _high in ranges],
        "highs": [high for _low, high in ranges],
        "offices": eyes.offices,
        "but": list(eyes.but),
        "about": [False, True] if eyes.offices else [False],
        "day": until,
        "area": start[1] if start else 0,
        "id": read_id(start[2]) if start else LAST_ID,
        "limit": limit,
    }
    found: list[tuple[date, int, UUID]] = []
    with connection.cursor() as cursor:
        for days in _days(asked, ranges, given, until=until, enough=limit):
            cursor.execute(BEHIND, {**given, "days": days})
            found += cursor.fetchall()
            if len(found) >= limit:
                break
    return found[:limit]


def _days(
    asked: Asked, ranges: Ranges, given: dict[str, Any], *, until: date, enough: int
) -> list[list[date]]:
    """The days on which there is something, newest first, in groups that hold enough for a page."""
    if is_standing(asked.procedure, asked.fact):
        return [[STANDING]]
    codes, left = pieces(ranges)
    last = min(asked.period.last, until)
    if left:
        return [[day for day in reversed(asked.period.days) if day <= last]]
    with connection.cursor() as cursor:
        cursor.execute(DAYS, {**given, "codes": codes, "first": asked.period.first, "last": last})
        rows = cursor.fetchall()
    groups: list[list[date]] = [[]]
    held = 0
    for day, n in rows:
        groups[-1].append(day)
        held += n
        if held >= enough:
            groups.append([])
            held = 0
    return [group for group in groups if group]


def _late(
    asked: Asked, ranges: Ranges, eyes: Eyes, *, start: list[Any] | None, at: datetime, limit: int
) -> Sequence[tuple[datetime, UUID]]:
    since = read_moment(start[0]) if start else EARLIEST
    past = read_id(start[1]) if start else UUID(int=0)
    found: list[tuple[datetime, UUID]] = []
    seen, about = seen_by(eyes)
    with connection.cursor() as cursor:
        for low, high in ranges:
            within, values = range_of("c.area", low, high)
            cursor.execute(
                LATE.format(within=within, seen=seen),
                [open_states_of(asked.procedure), *values, asked.procedure, at, *about, since, past, limit],
            )
            found += cursor.fetchall()
    return sorted(found)[:limit]
