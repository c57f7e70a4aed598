# SPDX-License-Identifier: Apache-2.0
"""Several cases before one actor at once: what can be done with each, in two questions however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anlan.base.prepared import prepared
from anlan.cases import registry
from anlan.cases.known import Known
from anlan.cases.may import sees
from anlan.cases.queries_actions import Asked
from anlan.cases.read import read_cases
from anlan.people.may import Actor

IDS = "SELECT number, id FROM cases_case WHERE number = ANY($1)"
NAMED = """
SELECT id, number, procedure, version FROM cases_case WHERE id = ANY($1)
UNION SELECT id, number, procedure, version FROM cases_case WHERE number = ANY($2)"""


def ask_many(by: Actor, numbers: Sequence[int], *, known: Known, at: datetime) -> list[Asked]:
    """The cases with these numbers that the actor sees, in the order given; the others are left out.

    The cases in which one goes on are not read: an action that needs them has the benefit of the doubt here.
    """
    with prepared() as run:
        ids = dict(run(IDS, [list(dict.fromkeys(numbers))]).fetchall())
        stands = read_cases(run, list(ids.values()))
    found = []
    for number in dict.fromkeys(numbers):
        stand = stands.get(ids.get(number))  # type: ignore[arg-type]
        if stand is not None and sees(by, stand.case, parties=(), known=known):
            procedure = registry.get_procedure(stand.case.procedure, stand.case.version)
            found.append(Asked(by=by, case=stand.case, procedure=procedure, known=known, at=at))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A case that somebody named, whether or not they may see it: to be handed to the engine, never to be shown."""

    id: UUID
    number: int
    procedure: str
    version: int


def find_named(*, ids: Sequence[UUID], numbers: Sequence[int]) -> list[Named]:
    """The cases with these ids or numbers; whether the sender may know of them is for the engine to say."""
    with prepared() as run:
        rows = run(NAMED, [list(ids), list(numbers)]).fetchall()
    return [Named(id=row[0], number=row[1], procedure=row[2], version=row[3]) for row in rows]
