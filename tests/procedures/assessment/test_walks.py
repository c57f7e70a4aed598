# SPDX-License-Identifier: Apache-2.0
"""Random walks of assessments: what holds whatever was done, and that its figures are what counting by hand gives."""

from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

import pytest

from anlan.base.prepared import prepared
from anlan.cases.act import Done
from anlan.cases.catalogue import current
from anlan.cases.define import Action, Relation
from anlan.cases.escalate import escalate
from anlan.cases.models import Entry
from anlan.cases.projection import Projection
from anlan.cases.read import read_cases
from anlan.procedures.assessment import comments, matrix
from anlan.procedures.assessment.procedure import ASSESSMENT
from anlan.procedures.assessment.proof import COUNTED, prove
from tests.cases.walks import Walker
from tests.cases.world import MONDAY, VILLAGE, organisation, place

pytestmark = pytest.mark.django_db
STEPS, MOST = 400, 1_600
STATES = {"decided", "listing", "deciding"}
"""Reached in each walk: it goes on from STEPS until it has been there, or MOST."""
SELDOM = {"withdraw", "send_back", "take_back", "defer", "stop"}


class Assessors(Walker):
    """Walks that count what there is, as the house does, and mostly name risk points that are there."""

    def data(
        self, action: Action, case: Projection | None, others: tuple[UUID, ...]
    ) -> dict[str, Any] | None:
        if case is not None and self.random.random() < self.unlikely(action, case):
            return None
        found = super().data(action, case, others)
        if found is None or case is None:
            (found or {}).pop("decider", None)
            return found
        if "proof" in {field.key for field in action.fields}:
            with prepared() as run:
                counted = comments.count(run, case.id)
            found |= {field.key: getattr(counted, field.key) for field in action.fields if hasattr(counted, field.key) and field.key in COUNTED}  # fmt: skip
            found["proof"] = prove(case.id, case.seq, action.key, found)
        if "risk" in found and case.record["risks"]:
            found["risk"] = self.random.randint(1, len(case.record["risks"]))
        if "days" in found:
            found["days"] = self.random.choice((7, 30))
        if "checker" in found:
            found["checker"] = self.random.choice((organisation("dept:330106:justice"), found["checker"]))
        if "level" in found:
            found["level"] = self.random.choice(("low", "low", "low", "medium"))
        if "questions" in found:
            found["questions"] = "支持吗？"
        for field in action.fields:
            if field.key in {"likelihood", "impact"}:
                found[field.key] = self.random.choice((1, 2, 2, 3))
            if field.key in {"legal", "reasonable", "feasible", "controllable"}:
                found[field.key] = "met"
        return found

    @staticmethod
    def unlikely(action: Action, case: Projection) -> float:
        """How often an action is passed over: without that most walks would never decide anything."""
        if any(who.relation is Relation.SYSTEM for who in action.by):
            return 0.98  # the sweeps do these
        if action.key in SELDOM:
            return 0.9
        listed = bool(case.record["risks"]) or case.state != "listing"
        return 0.8 if action.to is None and not action.may_lead_to and listed else 0


def held(case: Projection) -> None:
    """What is true of an assessment at every moment."""
    entries = list(Entry.objects.filter(case_id=case.id).order_by("seq"))
    done = [each.action for each in entries]
    record = case.record
    if "decide" in done:
        before = done[: done.index("decide")]
        assert {"hand_in", "pass_on", "opine"} <= set(before)
        assert record["unanswered"] == 0
        assert matrix.worst(record["level"], record["computed"]) == matrix.LOW
        assert record["tests"] == []
    if record["track"] == "ordinary" and "hand_in" in done:
        assert "count" in done[: done.index("hand_in")]
    for entry in entries:
        if entry.action == "pass_on":
            assert entry.outcomes["facts"]["checker"] not in {record["assessed_by"], case.room}
        if entry.action == "review":
            reviewer = next(e for e in entries if e.action == "commission").outcomes["facts"]["reviewer"]
            assert reviewer != record["assessed_by"]
    assert (case.published_as is not None) is bool(
        {"consult", "decide", "defer", "stop"} & set(done)
    ) or "erase" in done


def by_hand(cases: list[Projection]) -> Counter[str]:
    """The facts of these cases, counted from their entries."""
    found: Counter[str] = Counter()
    for case in cases:
        done = list(Entry.objects.filter(case_id=case.id).order_by("seq").values_list("action", flat=True))
        late = any(e.action == "overdue" and e.outcomes["facts"]["clock"] in {"plan", "count", "assess"} for e in Entry.objects.filter(case_id=case.id))  # fmt: skip
        found["required"] += case.state != "withdrawn" and ("hand_in" in done or late)
        found["assessed"] += case.state != "withdrawn" and "hand_in" in done
        found["consulted"] += "count" in done
        found["decided"] += "decide" in done
        found["concluded"] += bool({"decide", "defer", "stop"} & set(done))
        found["open"] += case.open
        found["found"] += "decide" in done and bool({"track", "connect"} & set(done))
    return found


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 40))])
def test_whatever_is_done_nothing_is_decided_that_was_not_assessed_low(seed: int) -> None:
    walker = Assessors(ASSESSMENT, known=current(), places=(place(VILLAGE),), start=MONDAY, pick=Random(seed))
    ids: list[UUID] = []
    reached: set[str] = set()
    step = 0
    while step < STEPS or (step < MOST and not reached >= STATES):
        with prepared() as run:
            stands = read_cases(run, ids)
        going = [stands[each].case for each in ids if stands[each].case.open]
        case = walker.random.choice(going) if len(going) > 1 else None
        answer = walker.step(case, tuple(ids))
        if isinstance(answer, Done):
            reached.add(answer.state)
            if case is None:
                ids.append(answer.case_id)
        if step % 8 == 0:
            escalate(at=walker.at)
        step += 1
    with prepared() as run:
        done = [stand.case for stand in read_cases(run, ids).values()]
    for each in done:
        held(each)
    assert reached >= STATES
    facts = {fact.key: sum(fact.at(each) is not None for each in done) for fact in ASSESSMENT.facts}
    by_entries = by_hand(done)
    assert {key: facts[key] for key in by_entries} == dict(by_entries)
    for measure in ASSESSMENT.measures:
        assert measure.of is None or facts[measure.counts] <= facts[measure.of]
