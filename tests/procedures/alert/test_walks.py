# SPDX-License-Identifier: Apache-2.0
"""Random walks of alerts: what holds whatever was done. That everything verifies is tests/cases/test_walks.py."""

from random import Random
from uuid import UUID

import pytest

from anlan.base.prepared import prepared
from anlan.cases.act import Done
from anlan.cases.catalogue import current
from anlan.cases.escalate import escalate
from anlan.cases.models import Entry
from anlan.cases.projection import Projection
from anlan.cases.read import read_cases
from anlan.procedures.alert.procedure import ALERT
from anlan.procedures.alert.rules import corrects, end_of
from anlan.procedures.alert.standing import standing
from anlan.procedures.alert.terms import SECONDED
from tests.cases.walks import Walker
from tests.cases.world import MONDAY, VILLAGE, place

pytestmark = pytest.mark.django_db
EACH, MOST = 50, 5_000
"""Steps of each walk: so many, and more until one was released."""


def held(case: Projection) -> None:
    """What is true of an alert at every moment."""
    entries = list(Entry.objects.filter(case_id=case.id).order_by("seq"))
    done = [each.action for each in entries]
    wrote = [each.actor for each in entries if each.action in {"draft", "rehearse", "redraft"}]
    issued = [each for each in entries if each.action == "issue"]
    assert len(issued) <= 1
    assert (case.published_as is not None) is (bool(issued) and "erase" not in done)
    if issued and case.record["level"] in SECONDED:
        assert issued[0].actor != wrote[-1]
        assert wrote[-1] == f"post:{case.record['drafted_by']}"
    for each in issued:
        assert each.at < end_of(case)
        assert case.record["drill"] is (done[0] == "rehearse")
    assert case.open is (case.state in {"drafted", "in_force"})
    if case.state == "discarded":
        assert not issued


@pytest.mark.parametrize("seed", [1, 3, *(pytest.param(n, marks=pytest.mark.slow) for n in range(4, 60))])
def test_whatever_is_done_no_grave_one_stands_by_one_hand_nor_past_its_end(seed: int) -> None:
    walker = Walker(ALERT, known=current(), places=(place(VILLAGE),), start=MONDAY, pick=Random(seed))
    ids: list[UUID] = []
    reached: set[str] = set()
    steps = 0
    while steps < EACH or (steps < MOST and "in_force" not in reached):
        steps += 1
        others = tuple(ids)
        with prepared() as run:
            cases = {id_: stand.case for id_, stand in read_cases(run, list(others)).items()}
        case = (
            walker.random.choice([None, *cases.values()])
            if len(ids) < 5
            else walker.random.choice([*cases.values()])
        )
        answer = walker.step(case, others)
        if isinstance(answer, Done):
            reached.add(answer.state)
            if case is None:
                ids.append(answer.case_id)
        escalate(at=walker.at)
        with prepared() as run:
            cases = {id_: stand.case for id_, stand in read_cases(run, ids).items()}
        for each in cases.values():
            held(each)
            into = corrects(each)
            if into is not None and each.published_as is not None:
                assert cases[into].state not in {"drafted", "in_force"}
        now_standing = {alert.id for alert in standing(at=walker.at, drills=True)}
        assert now_standing == {
            each.id for each in cases.values() if each.state == "in_force" and end_of(each) > walker.at
        }
        if all(not each.open for each in cases.values()) and len(ids) == 5:
            ids.clear()
    assert "in_force" in reached
