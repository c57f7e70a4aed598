# SPDX-License-Identifier: Apache-2.0
"""Holds the figures against the cases: what `anlan verify` asks of this follower. In one snapshot, in bounded memory."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from anlan.base.ids import case_number
from anlan.base.prepared import Run
from anlan.cases.catalogue import current
from anlan.cases.checks import Fault
from anlan.cases.read import read_cases
from anlan.indicators.keep import HELD, NAME, Held, facts_of, gathered, tallies

CASES_A_CHUNK = 1_000
NEXT = "SELECT id FROM cases_case WHERE id > $1 ORDER BY id LIMIT $2"
UNREAD = """
SELECT case_id FROM cases_tray WHERE case_id = ANY($1)
UNION SELECT case_id FROM cases_journal WHERE case_id = ANY($1)
  AND position > coalesce((SELECT position FROM cases_follower WHERE name = $2), 0)"""
ROWS = "SELECT case_id, day, procedure, area, about, facts FROM indicators_casefact ORDER BY day"
TALLIES = "SELECT code, procedure, about_office, day, n FROM indicators_tally ORDER BY day"


def check_facts() -> list[Fault]:
    """Every case whose facts are not what it is (those with entries not yet read aside), every day whose tallies are not
    the sum of its facts.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        raw = connection.connection
        return [*_cases(Run(raw)), *_days(raw)]


def _cases(run: Run) -> Iterator[Fault]:
    calendar = current().calendar
    last = UUID(int=0)
    while ids := [row[0] for row in run(NEXT, [last, CASES_A_CHUNK])]:
        last = ids[-1]
        unread = {row[0] for row in run(UNREAD, [ids, NAME])}
        held: dict[UUID, set[Held]] = {}
        for row in run(HELD, [ids]):
            held.setdefault(row[0], set()).add(Held(*row))
        for id, stand in read_cases(run, ids).items():
            if id not in unread and held.get(id, set()) != set(facts_of(stand.case, calendar=calendar)):
                yield Fault(
                    case=case_number(id),
                    seq=None,
                    what=f"what it counts for is not what it is: anlan journal --rebuild {NAME}",
                )


def _days(raw: psycopg.Connection[Any]) -> Iterator[Fault]:
    """The sums of the facts beside the tallies, day by day."""
    with psycopg.ServerCursor(raw, "facts") as facts, psycopg.ServerCursor(raw, "tallies") as kept:
        facts.execute(ROWS)
        kept.execute(TALLIES)
        sums = (
            (day, tallies((1, (Held(*row) for row in rows)))) for day, rows in groupby(facts, lambda r: r[1])
        )
        stored = (
            (day, {tuple(row[:4]): gathered(n or 0 for n in row[4]) for row in rows})
            for day, rows in groupby(kept, lambda r: r[3])
        )
        for day, counted, told in _beside(sums, stored):
            if counted != {key: n for key, n in told.items() if n}:
                yield Fault(
                    case=None,
                    seq=None,
                    what=f"the tallies of {day} are not the sum of the facts: anlan journal --rebuild {NAME}",
                )


def _beside(
    one: Iterator[tuple[date, Any]], other: Iterator[tuple[date, Any]]
) -> Iterator[tuple[date, Any, Any]]:
    """Both by day, in order, with nothing where one has no such day."""
    a, b = next(one, None), next(other, None)
    while a is not None or b is not None:
        day = min(each[0] for each in (a, b) if each is not None)
        mine = a[1] if a is not None and a[0] == day else {}
        theirs = b[1] if b is not None and b[0] == day else {}
        yield day, mine, theirs
        if a is not None and a[0] == day:
            a = next(one, None)
        if b is not None and b[0] == day:
            b = next(other, None)
