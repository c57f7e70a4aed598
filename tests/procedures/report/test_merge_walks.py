# SPDX-License-Identifier: Apache-2.0
"""Random walks in which reports are merged and parted again: what leads from which to which, and that everything verifies."""

from collections import Counter
from dataclasses import replace
from random import Random
from uuid import UUID

import pytest

from anlan.base.prepared import prepared
from anlan.cases.catalogue import current
from anlan.cases.onward import gone_into, joined, last_of, next_of
from anlan.cases.projection import Projection
from anlan.cases.queries import get_view
from anlan.cases.read import read_cases
from anlan.people.may import SYSTEM
from anlan.procedures.report.procedure import REPORT
from tests.cases.world import MONDAY, VILLAGE, place
from tests.databases import Clone
from tests.faults.whole import faults
from tests.procedures.report.cast import Matter
from tests.procedures.report.test_walks import Worker, held

MERGING = {
    "merge",
    "unmerge",
    "not_fixed",
    "add",
    "accept",
    "dispatch",
    "take",
    "done",
    "check",
    "close",
    "reopen",
}
EACH, MOST = 80, 400
"""Steps of each walk: so many, and more until a merge was undone."""
MERGED = replace(REPORT, actions=tuple(a for a in REPORT.actions if a.key in MERGING))


def tied(cases: dict[UUID, Projection]) -> None:
    """What must hold among reports that were merged and parted, whatever came between."""
    for case in cases.values():
        held(None, case)
        assert case.open or case.state in {"closed", "merged"}
        into = next_of(case, REPORT)
        assert (into is not None) is (case.state == "merged")
        if into is not None:
            assert case in joined(cases[into], cases)
        where = last_of(case, cases)
        assert where is not None, "a merge leads in a circle"
        assert where.state != "merged"
    with prepared() as run:
        for case in cases.values():
            assert set(gone_into(run, [case.id]).get(case.id, ())) == {
                one.id for one in cases.values() if one.id != case.id and in_turn(one, cases, case)
            }
            linked = get_view(SYSTEM, case.id, known=current(), at=MONDAY).linked
            same = {case.links[n].case_id for n in linked if case.links[n].kind == "same_matter"}
            assert same == {one.id for one in joined(case, cases)} | {next_of(case, REPORT)} - {None}


def in_turn(case: Projection, cases: dict[UUID, Projection], main: Projection) -> bool:
    """Whether a report goes on in another, itself or through those between."""
    into = next_of(case, REPORT)
    return into is not None and (into == main.id or in_turn(cases[into], cases, main))


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 60))]
)
def test_however_reports_are_merged_and_parted(seed: int, own_database: Clone) -> None:
    walker = Worker(MERGED, known=current(), places=(place(VILLAGE),), start=MONDAY, pick=Random(seed))
    ids = tuple(Matter().id for _report in range(4))
    done: Counter[str] = Counter()
    steps = 0
    while steps < EACH or (steps < MOST and not (done["merge"] and done["unmerge"])):
        steps += 1
        with prepared() as run:
            cases = {case_id: stand.case for case_id, stand in read_cases(run, ids).items()}
        tied(cases)
        made = walker.step(cases[walker.random.choice(ids)], ids)
        if made is not None:
            done[made.action] += 1
    assert done["merge"], walker.refused[-10:]
    assert done["unmerge"], walker.refused[-10:]
    assert faults() == []
