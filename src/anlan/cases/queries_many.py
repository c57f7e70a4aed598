# SPDX-License-Identifier: Apache-2.0
"""Several cases before one actor at once: what can be done with each, in two questions however many there are."""

from collections.abc import Sequence
from datetime import datetime

from anlan.base.prepared import prepared
from anlan.cases import registry
from anlan.cases.known import Known
from anlan.cases.may import sees
from anlan.cases.queries_actions import Asked
from anlan.cases.read import read_cases
from anlan.people.may import Actor

IDS = "SELECT number, id FROM cases_case WHERE number = ANY($1)"


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
