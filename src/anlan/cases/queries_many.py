# SPDX-License-Identifier: Apache-2.0
"""Several cases before one actor at once: what can be done with each, in two questions however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anlan.base.prepared import Rows, Run, prepared
from anlan.cases import registry
from anlan.cases.known import Known
from anlan.cases.may import sees
from anlan.cases.queries_actions import Asked
from anlan.cases.read import read_cases
from anlan.people.may import Actor

IDS = "SELECT number, id FROM cases_case WHERE number = ANY($1)"
NAMED = """
SELECT id, number, procedure, version, key FROM cases_case WHERE id = ANY($1)
UNION SELECT id, number, procedure, version, key FROM cases_case WHERE number = ANY($2)"""


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
    """A case that somebody named, whether or not they may see it: to be handed to the engine, never to be shown. `key` is its
    wrapped key.
    """

    id: UUID
    number: int
    procedure: str
    version: int
    key: bytes


def ask_named(run: Run, *, ids: Sequence[UUID], numbers: Sequence[int]) -> Rows:
    """The cases with these ids or numbers, for a pipeline; whether the sender may know of them is for the engine to say."""
    return run(NAMED, [list(ids), list(numbers)])


def read_named(rows: Rows) -> list[Named]:
    """The cases of `ask_named`, once their rows may be waited for."""
    return [
        Named(id=row[0], number=row[1], procedure=row[2], version=row[3], key=bytes(row[4])) for row in rows
    ]
