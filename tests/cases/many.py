# SPDX-License-Identifier: Apache-2.0
"""Many cases in many states, as random walks leave them: some about an office, some given to units far away."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from anlan.base.prepared import prepared
from anlan.cases.catalogue import current
from anlan.cases.define import Procedure
from anlan.cases.known import Known
from anlan.cases.models import Case
from anlan.cases.projection import Projection
from anlan.cases.read import read_cases
from tests.cases.walks import Walker
from tests.cases.world import MONDAY, VILLAGE, place

VILLAGES = (VILLAGE, "330106004053", "330106002051", "330102001051", "330203001001")

EACH, MOST = 30, 60
LEAST = 4
"""States that random steps reach in any procedure, those too that need proofs for what comes after."""
"""Cases of each procedure: so many, and more until they stand in half of its states."""


@dataclass(frozen=True)
class World:
    known: Known
    cases: dict[UUID, Projection]
    organisations: tuple[int, ...]


def read(ids: list[UUID]) -> dict[UUID, Projection]:
    with prepared() as run:
        return {case_id: stand.case for case_id, stand in read_cases(run, ids).items()}


def make_world(procedures: tuple[Procedure, ...], *, accounts: tuple[int, ...] = ()) -> World:
    """Cases of these procedures in several towns, counties and cities; residents with `accounts` opened some of them."""
    known = current()
    pick = Random(7)
    for procedure in procedures:
        places = tuple(place(code) for code in VILLAGES)
        walker = Walker(procedure, known=known, places=places, start=MONDAY, pick=pick, accounts=accounts)
        found: list[UUID] = []
        while len(found) < EACH or (len(found) < MOST and not _various(procedure, found)):
            walker.at = MONDAY + timedelta(minutes=pick.randrange(10_000))
            done = walker.step(None)
            for _step in range(pick.randrange(30)):
                if done is not None:
                    case = read([done.case_id])[done.case_id]
                    walker.at = case.opened_at + timedelta(hours=pick.randrange(1, 90))
                    walker.step(case, tuple(found))
            found += [done.case_id] if done else []
        assert len(_states(found)) >= LEAST, procedure.key
    cases = read(list(Case.objects.values_list("pk", flat=True)))
    assert any(case.barred for case in cases.values())
    touched = {a.organisation for case in cases.values() for a in case.assigned.values()}
    touched |= {case.barred for case in cases.values() if case.barred}
    return World(known=known, cases=cases, organisations=tuple(sorted(touched)))


def _various(procedure: Procedure, found: list[UUID]) -> bool:
    return len(_states(found)) * 2 >= min(len(procedure.states), 12)


def _states(found: list[UUID]) -> set[str]:
    return set(Case.objects.filter(pk__in=found).values_list("state", flat=True))
