# SPDX-License-Identifier: Apache-2.0
"""Open cases of a place by unit: how many it leads, how many of them are overdue or were reopened, how many it gave back.

Counted anew each time, of units and never of people, and only where all of the place's open cases are few enough to be read
at once: a county, not a province. What is counted is what the list of the same filters shows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from anlan.cases import registry
from anlan.cases.known import Known
from anlan.cases.queries_columns import is_marked, was_returned_by
from anlan.cases.queries_lists import branches_of
from anlan.cases.queries_rows import Filters
from anlan.people.may import Actor

REACH = 5_000
"""Open cases that are read at most."""

OPEN = """
SELECT c.id, c.procedure, c.holder_id, c.due_at FROM {source} WHERE {where} AND c.open AND c.procedure = %s LIMIT {reach}"""
LED = """
SELECT y.holder_id, count(*), count(*) FILTER (WHERE y.due_at < %s), count(*) FILTER (WHERE {reopened}) FROM ({open}) y
 GROUP BY 1"""
GAVE = """
SELECT u.unit, count(DISTINCT y.id) FROM ({open}) y CROSS JOIN LATERAL unnest({returned_by}) AS u(unit)
 WHERE u.unit IS NOT NULL GROUP BY 1"""


@dataclass(slots=True, kw_only=True)
class OfUnit:
    """Open cases of one unit. `gave_back` are those that it returned, whoever has them now."""

    unit: int
    led: int = 0
    overdue: int = 0
    reopened: int = 0
    gave_back: int = 0


def by_unit(
    by: Actor, within: int, *, procedure: str, known: Known, at: datetime
) -> tuple[OfUnit, ...] | None:
    """The units with open cases in a place of the actor's, the most overdue first. None where they are too many to be read."""
    found: dict[int, OfUnit] = {}
    recorded = registry.recorded()
    left = REACH
    for branch in branches_of(by, Filters(within=within), known=known, at=at):
        if branch.name != "place":
            continue
        cases = OPEN.format(source=branch.source, where=branch.where, reach=left + 1)
        params: list[Any] = [*branch.params, procedure]
        with connection.cursor() as cursor:
            cursor.execute(
                LED.format(open=cases, reopened=is_marked("reopened", recorded, "y")), [at, *params]
            )
            rows = cursor.fetchall()
            left -= sum(led for _unit, led, _overdue, _reopened in rows)
            if left < 0:
                return None
            cursor.execute(GAVE.format(open=cases, returned_by=was_returned_by(recorded, "y")), params)
            gave = cursor.fetchall()
        for unit, led, overdue, reopened in rows:
            if unit is not None:
                one = found.setdefault(unit, OfUnit(unit=unit))
                one.led += led
                one.overdue += overdue
                one.reopened += reopened
        for unit, n in gave:
            found.setdefault(unit, OfUnit(unit=unit)).gave_back += n
    return tuple(
        sorted(found.values(), key=lambda one: (-one.overdue, -one.gave_back, -one.reopened, one.unit))
    )
