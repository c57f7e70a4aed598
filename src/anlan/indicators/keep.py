# SPDX-License-Identifier: Apache-2.0
"""The deriving follower: what a case counts for, kept up to date, and the tallies of its places moved by the difference.

Facts are functions of the case as it is, so reading a line again, or a case that has gone further than the line, gives
what is right. A case that a new division moves takes its facts with it; an ended one stays where it was (`rezone`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from struct import unpack
from uuid import UUID

from django.db import connection

from anlan.base.prepared import Run, prepared
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.follow import Wish
from anlan.cases.journal import Line
from anlan.cases.known import local_day
from anlan.cases.projection import Projection
from anlan.cases.read import ask_cases, stood
from anlan.indicators.models import STANDING
from anlan.places.calendars import WorkCalendar
from anlan.places.codes import ancestors

NAME = "indicators"
TOUCHES = frozenset({"opened", "clocks", "record", "area", "barred"})
"""Outcomes, beside a new state, that can change what a case counts for."""

HELD = "SELECT case_id, day, procedure, area, about, facts FROM indicators_casefact WHERE case_id = ANY($1)"
GONE = """
DELETE FROM indicators_casefact f USING unnest($1::uuid[], $2::date[]) AS u(id, day)
 WHERE f.case_id = u.id AND f.day = u.day"""
KEEP = """
INSERT INTO indicators_casefact (case_id, day, procedure, area, about, facts)
SELECT * FROM unnest($1::uuid[], $2::date[], $3::text[], $4::bigint[], $5::integer[], $6::bigint[])
ON CONFLICT (case_id, day) DO UPDATE
  SET procedure = EXCLUDED.procedure, area = EXCLUDED.area, about = EXCLUDED.about, facts = EXCLUDED.facts"""
MOVE = """
INSERT INTO indicators_tally AS t (code, procedure, about_office, day, n)
SELECT u.code, u.procedure, u.about_office, u.day, u.n::integer[]
  FROM unnest($1::bigint[], $2::text[], $3::boolean[], $4::date[], $5::text[]) AS u(code, procedure, about_office, day, n)
ON CONFLICT (code, procedure, about_office, day) DO UPDATE SET n = ARRAY(
  SELECT coalesce(a, 0) + coalesce(b, 0) FROM unnest(t.n, EXCLUDED.n) WITH ORDINALITY AS s(a, b, i) ORDER BY i)"""


@dataclass(frozen=True, slots=True)
class Held:
    """A row of facts: of one case on one day."""

    case_id: UUID
    day: date
    procedure: str
    area: int
    about: int | None
    facts: int


def keep_facts(lines: Sequence[Line]) -> Iterable[Wish]:
    """The follower: brings the facts of the cases that these lines touch up to date, and the tallies with them."""
    touched = {
        line.entry.case_id
        for line in lines
        if line.entry.frm != line.entry.to or TOUCHES & line.entry.outcomes.keys()
    }
    if touched:
        with prepared() as run:
            _keep(run, list(touched))
    return ()


def clear_facts() -> None:
    """Empties all of it before a rebuild."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM indicators_tally")
        cursor.execute("DELETE FROM indicators_casefact")


def facts_of(case: Projection, *, calendar: WorkCalendar) -> list[Held]:
    """What the case counts for as it is, one row a day. Raises KeyError for a procedure this deployment does not have."""
    days: dict[date, int] = {}
    bit = 1
    for fact in registry.get_procedure(case.procedure, case.version).facts:
        at = fact.at(case)
        if at is not None:
            day = STANDING if fact.standing else local_day(at, calendar)
            days[day] = days.get(day, 0) | bit
        bit <<= 1
    return [Held(case.id, day, case.procedure, case.area, case.barred, facts) for day, facts in days.items()]


def _keep(run: Run, ids: list[UUID]) -> None:
    with run.connection.pipeline():
        asked, kept = ask_cases(run, ids), run(HELD, [ids])
    calendar = current().calendar
    before = {Held(*row) for row in kept}
    after = {held for stand in stood(asked).values() for held in facts_of(stand.case, calendar=calendar)}
    gone, come = before - after, after - before
    if not gone and not come:
        return
    places = {(held.case_id, held.day) for held in come}
    with run.connection.pipeline():
        if left := [held for held in gone if (held.case_id, held.day) not in places]:
            run(GONE, [[held.case_id for held in left], [held.day for held in left]])
        if come:
            run(
                KEEP,
                [
                    [held.case_id for held in come],
                    [held.day for held in come],
                    [held.procedure for held in come],
                    [held.area for held in come],
                    [held.about for held in come],
                    [held.facts for held in come],
                ],
            )
        move(run, tallies((-1, gone), (1, come)))


Key = tuple[int, str, bool, date]
"""Code, procedure, whether about an office, day."""
LANE = 32
"""Counts of all facts are one number here, each in so many bits of it: rows are added up a number at a time."""


def tallies(*signed: tuple[int, Iterable[Held]]) -> dict[Key, int]:
    """How often each fact holds by place and day, at each level above the rows' own places, each row with its sign."""
    found: dict[Key, int] = {}
    for sign, rows in signed:
        for row in rows:
            n = sign * lanes(row.facts)
            for code in (*ancestors(row.area), row.area):
                key = code, row.procedure, row.about is not None, row.day
                found[key] = found.get(key, 0) + n
    return found


@lru_cache(maxsize=1 << 12)
def lanes(facts: int) -> int:
    """The counts of one row of facts, as one number."""
    return gathered([facts >> i & 1 for i in range(facts.bit_length())])


def gathered(counts: Iterable[int]) -> int:
    """The counts of the facts, the first declared first, as one number."""
    return sum(n << LANE * i for i, n in enumerate(counts))


def spread(n: int) -> tuple[int, ...]:
    """The counts that are in the number."""
    size = n.bit_length() // LANE + 1
    lift = gathered([1 << LANE - 1] * size)
    lifted = unpack(f"<{size}I", (n + lift).to_bytes(size * LANE // 8, "little"))
    return tuple(each - (1 << LANE - 1) for each in lifted)


def move(run: Run, moved: Mapping[Key, int]) -> None:
    """Adds to the tallies that are kept."""
    keys = sorted(key for key, n in moved.items() if n)
    run(
        MOVE,
        [
            *([key[i] for key in keys] for i in range(4)),
            [_as_array(moved[key]) for key in keys],
        ],
    )


@lru_cache(maxsize=1 << 12)
def _as_array(n: int) -> str:
    """Most places of a batch have one case more, and so the same counts as many others."""
    return f"{{{','.join(map(str, spread(n)))}}}"
