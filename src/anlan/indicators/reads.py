# SPDX-License-Identifier: Apache-2.0
"""Reads: how often facts hold in places over days, from tallies, and the cases behind each number.

What a read costs depends on places and days, not on how many cases there are. The number and the list behind it come from
the same rows and leave out the same cases, so they agree. What is overdue is not kept but counted at the moment of asking
from the index of open cases: it changes while nobody does anything.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection

from anlan.cases import registry
from anlan.cases.follow import Lag, lag_of
from anlan.cases.may import range_of
from anlan.cases.queries import Filters, open_states
from anlan.indicators.keep import NAME
from anlan.indicators.models import STANDING
from anlan.indicators.values import SPANS, Below, Counted, Counts, Day, Eyes, Period, pieces, without
from anlan.places import find
from anlan.places.tree import Range, Spot

Ranges = tuple[Range, ...]

SUMS = """
SELECT x.i{sums} FROM (
  SELECT p.i, t.n FROM unnest(%(codes)s::bigint[], %(keys)s::integer[]) AS p(code, i)
    JOIN indicators_tally t ON t.code = p.code AND t.procedure = %(procedure)s AND t.about_office = ANY(%(about)s)
     AND t.day >= %(first)s AND t.day <= %(last)s
  UNION ALL
  SELECT p.i, t.n FROM unnest(%(codes)s::bigint[], %(keys)s::integer[]) AS p(code, i)
    JOIN indicators_tally t ON t.code = p.code AND t.procedure = %(procedure)s AND t.about_office = ANY(%(about)s)
     AND t.day = %(standing)s) x
 GROUP BY x.i"""
DAILY = """
SELECT t.day{sums} FROM indicators_tally t
 WHERE t.code = ANY(%(codes)s) AND t.procedure = %(procedure)s AND t.about_office = ANY(%(about)s)
   AND t.day >= %(first)s AND t.day <= %(last)s GROUP BY t.day"""
ABOUT = """
SELECT f.day, f.area, f.facts, count(*) FROM indicators_casefact f
 WHERE f.about = ANY(%(but)s) AND f.procedure = %(procedure)s
   AND (f.day = %(standing)s OR (f.day >= %(first)s AND f.day <= %(last)s)) GROUP BY 1, 2, 3"""
LEFT = """
SELECT f.day, f.area, f.facts, count(*) FROM indicators_casefact f
 WHERE f.procedure = %(procedure)s AND f.area >= %(low)s AND f.area < %(high)s AND (f.about IS NULL OR %(offices)s)
   AND (f.day = %(standing)s OR (f.day >= %(first)s AND f.day <= %(last)s)) GROUP BY 1, 2, 3"""
OVERDUE = """
SELECT x.code, count(*) FROM unnest(%s::text[]) AS s(state) CROSS JOIN LATERAL (
  SELECT (c.area / %s) * %s AS code FROM cases_case c
   WHERE {within} AND c.open AND c.state = s.state AND c.procedure = %s
     AND coalesce(c.due_at, 'infinity') < %s AND {seen}) x GROUP BY 1"""
"""The state is the beginning of the index's key, the limit what follows it."""


def counts(
    places: Sequence[Spot], period: Period, *, procedure: str, eyes: Eyes, at: datetime
) -> dict[int, Counts]:
    """How often each fact holds in each of the places, by place id."""
    asked = {place.id: find.scope(place.id, at=at) for place in places}
    return _counts(asked, period, procedure=procedure, eyes=eyes)


def below(place: Spot, period: Period, *, procedure: str, eyes: Eyes, at: datetime) -> Below:
    """The place, those directly below it at `at`, and what lies in none of them, with their overdue cases now."""
    children = find.children(place.id, at=at)
    ranges = {child.id: find.scope(child.id, at=at) for child in children}
    own = find.scope(place.id, at=at)
    rest = without(own, tuple(part for each in ranges.values() for part in each))
    found = _counts({0: own, **ranges}, period, procedure=procedure, eyes=eyes)
    late = overdue({0: own, **ranges}, procedure=procedure, eyes=eyes, at=at)
    whole = Counted(place=place, counts=found[0], overdue=late[0])
    rows = [Counted(place=child, counts=found[child.id], overdue=late[child.id]) for child in children]
    other = Counted(
        place=None,
        counts={key: n - sum(row.counts[key] for row in rows) for key, n in whole.counts.items()},
        overdue=whole.overdue - sum(row.overdue for row in rows),
    )
    if children and rest and (other.overdue or any(other.counts.values())):
        rows.append(other)
    return Below(whole=whole, rows=tuple(rows))


def daily(
    place: Spot, period: Period, *, facts: Sequence[str], procedure: str, eyes: Eyes, at: datetime
) -> list[Day]:
    """Every day of the period, with how often these facts hold in the place."""
    ranges = find.scope(place.id, at=at)
    codes, left = pieces(ranges)
    numbers = numbers_of(procedure)
    found: dict[date, list[int]] = {}
    given = _given(period, procedure, eyes)
    with connection.cursor() as cursor:
        cursor.execute(DAILY.format(sums=_sums(procedure, "t.n")), {**given, "codes": codes})
        for day, *sums in cursor.fetchall():
            found[day] = [n or 0 for n in sums]
    for _key, day, bits, n in _apart({0: ranges}, [(0, part) for part in left], given, eyes):
        _add(found.setdefault(day, [0] * len(numbers)), bits, n)
    none = [0] * len(numbers)
    return [
        Day(day=day, counts={key: found.get(day, none)[numbers[key]] for key in facts}) for day in period.days
    ]


def overdue(places: dict[int, Ranges], *, procedure: str, eyes: Eyes, at: datetime) -> dict[int, int]:
    """How many open cases of these ranges are past their limit at `at`; the first of them holds all others."""
    found = dict.fromkeys(places, 0)
    edges = [edge for ranges in places.values() for part in ranges for edge in part]
    span = next((span for span in SPANS if all(edge % span == 0 for edge in edges)), 1)
    whole = next(iter(places.values()), ())
    for low, high in whole:
        within, values = range_of("c.area", low, high)
        seen, about = seen_by(eyes)
        with connection.cursor() as cursor:
            cursor.execute(
                OVERDUE.format(within=within, seen=seen),
                [open_states_of(procedure), span, span, *values, procedure, at, *about],
            )
            for code, n in cursor.fetchall():
                for key, ranges in places.items():
                    if any(a <= code < b for a, b in ranges):
                        found[key] += n
    return found


def seen_by(eyes: Eyes) -> tuple[str, list[Any]]:
    """The condition over `cases_case` as ``c`` that these eyes see the case."""
    if not eyes.offices:
        return "c.barred IS NULL", []
    return "(c.barred IS NULL OR c.barred <> ALL(%s))", [list(eyes.but)]


def open_states_of(procedure: str) -> list[str]:
    """The states in which a case of the procedure can be open."""
    return open_states(Filters(procedure=procedure))


def lag() -> Lag:
    """How much of what happened the figures do not have yet."""
    return lag_of(NAME)


def _counts(places: dict[int, Ranges], period: Period, *, procedure: str, eyes: Eyes) -> dict[int, Counts]:
    numbers = numbers_of(procedure)
    found = {key: [0] * len(numbers) for key in places}
    codes: list[int] = []
    keys: list[int] = []
    left: list[tuple[int, Range]] = []
    for key, ranges in places.items():
        whole, parts = pieces(ranges)
        codes += whole
        keys += [key] * len(whole)
        left += [(key, part) for part in parts]
    given = _given(period, procedure, eyes)
    with connection.cursor() as cursor:
        cursor.execute(SUMS.format(sums=_sums(procedure, "x.n")), {**given, "codes": codes, "keys": keys})
        for key, *sums in cursor.fetchall():
            found[key] = [n or 0 for n in sums]
    for key, _day, bits, n in _apart(places, left, given, eyes):
        _add(found[key], bits, n)
    return {key: {fact: n[i] for fact, i in numbers.items()} for key, n in found.items()}


def _apart(
    places: dict[int, Ranges], left: Sequence[tuple[int, Range]], given: dict[str, Any], eyes: Eyes
) -> Iterator[tuple[int, date, int, int]]:
    """What tallies do not say, as (place, day, facts, how many): of pieces that have none, and, to be taken off, of what
    these eyes do not see.
    """
    with connection.cursor() as cursor:
        for key, (low, high) in left:
            cursor.execute(LEFT, {**given, "low": low, "high": high, "offices": eyes.offices})
            yield from ((key, day, bits, n) for day, _area, bits, n in cursor.fetchall())
        if eyes.but:
            cursor.execute(ABOUT, {**given, "but": list(eyes.but)})
            for day, area, bits, n in cursor.fetchall():
                for key, ranges in places.items():
                    if any(low <= area < high for low, high in ranges):
                        yield key, day, bits, -n


def _add(to: list[int], bits: int, n: int) -> None:
    for i in range(bits.bit_length()):
        if bits >> i & 1:
            to[i] += n


def _given(period: Period, procedure: str, eyes: Eyes) -> dict[str, Any]:
    return {
        "procedure": procedure,
        "about": [False, True] if eyes.offices else [False],
        "first": period.first,
        "last": period.last,
        "standing": STANDING,
    }


@cache
def numbers_of(procedure: str) -> dict[str, int]:
    """The place of each fact among those that the procedure declares. Raises KeyError."""
    return {fact.key: i for i, fact in enumerate(registry.newest()[procedure].facts)}


def is_standing(procedure: str, fact: str) -> bool:
    """Whether the fact stands now, whatever the period. Raises KeyError for one that is not declared."""
    return registry.newest()[procedure].facts[numbers_of(procedure)[fact]].standing


def _sums(procedure: str, of: str) -> str:
    return "".join(f", sum({of}[{i + 1}])" for i in range(len(numbers_of(procedure))))
