# SPDX-License-Identifier: Apache-2.0
"""What an assessment proposes next, to whom, and what it says stands in the way."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from anlan.base.errors import Refused
from anlan.base.prepared import prepared
from anlan.cases.catalogue import current
from anlan.cases.queries_actions import next_step
from anlan.cases.queries_awaited import awaited
from anlan.cases.queries_view import get_view
from anlan.cases.read import read_cases
from anlan.people.may import Actor, Role
from anlan.places.codes import code_range
from anlan.procedures.assessment.procedure import ASSESSMENT
from anlan.procedures.assessment.steps import steps
from tests.cases.world import MONDAY, VILLAGE, place, post
from tests.procedures.assessment.cast import Road, assessor, checker, decider
from tests.procedures.assessment.test_walks import Assessors
from tests.web.staff import post_of

pytestmark = pytest.mark.django_db


def proposed(road: Road, by: Actor) -> tuple[str, str]:
    """The action that is proposed to them, and the words in Chinese."""
    view = get_view(by, road.id, known=current(), at=road.at)
    step = next_step(view.asked, view.reads)
    return (step.action, step.words.zh) if step else ("", "")


def waits_for(road: Road) -> set[tuple[int | None, str]]:
    """The posts for whom its page says that it waits."""
    return {
        (each.organisation, each.role) for each in awaited(road.case, ASSESSMENT, known=current(), at=road.at)
    }


def test_each_step_of_an_assessment_says_what_comes_next_and_why_not_yet() -> None:
    for role, office in (
        (Role.ASSESSOR, "county:330106"),
        (Role.COUNTY_DISPATCHER, "county:330106"),
        (Role.HANDLER, "dept:330106:justice"),
    ):
        post_of(role, office)
    road = Road()
    assert proposed(road, assessor())[0] == "consult"
    assert proposed(road, decider())[0] == "", "the deciding body waits"
    road.consult()
    said = [road.comment() for _n in range(3)]
    assert proposed(road, assessor())[0] == "answer"
    road.at += timedelta(days=31)
    assert proposed(road, assessor())[0] == "count"
    road.count()
    assert proposed(road, assessor()) == (
        "answer",
        "还有 3 条意见未答复，每一条都要说明采纳与否，才能形成报告。",
    )
    road.answer(*said)
    assert proposed(road, assessor())[0] == "add_risk"
    road.risk(4, 4).risk(2, 2)
    assert proposed(road, assessor())[0] == "rate_again"
    assert proposed(road, assessor())[1].startswith("还有 1 个风险点不是低风险")
    road.report()
    assert proposed(road, decider())[0] == "send_back"
    assert "高风险" in proposed(road, decider())[1]
    assert waits_for(road) == {(decider().organisation_id, Role.COUNTY_DISPATCHER)}, "whose turn it is"
    road.do("send_back", decider(), words="先降低风险")
    road.do("rate_again", risk=1, left_likelihood=2, left_impact=3, words="已落实")
    assert proposed(road, assessor())[0] == "hand_in"
    road.report()
    assert proposed(road, decider())[0] == "pass_on"
    road.passed_on()
    assert proposed(road, checker())[0] == "opine"
    assert waits_for(road) == {(checker().organisation_id, Role.HANDLER)}
    assert proposed(road, decider())[0] == "", "it waits for whoever checks"
    road.do("take_back", decider(), words="改请他人审查")
    road.checked()
    assert proposed(road, decider())[0] == "decide"
    road.decide()
    assert proposed(road, assessor())[0] == "file_report"
    road.filed()
    assert proposed(road, assessor())[0] == ""
    road.do("track", words="噪声投诉较多")
    assert proposed(road, decider())[0] == "commission"


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 20))])
def test_what_is_proposed_may_be_done_by_whom_it_is_proposed_to(seed: int) -> None:
    known = current()
    walker = Assessors(ASSESSMENT, known=known, places=(place(VILLAGE),), start=MONDAY, pick=Random(seed))
    opened = walker.step(None)
    while opened is None:
        opened = walker.step(None)
    for _step in range(60):
        with prepared() as run:
            case = read_cases(run, [opened.case_id])[opened.case_id].case
        possible = steps(case, walker.at)
        assert possible or not case.open, f"nothing comes next in {case.state}"
        proposes = set()
        for one in {case.holder, case.room} - {None}:
            unit = known.organisations[one]  # type: ignore[index]
            for role in (Role.ASSESSOR, Role.HANDLER, Role.COUNTY_DISPATCHER, Role.DISPATCHER):
                scope = (code_range(unit.area),) if unit.area else ()
                by = replace(post(role, unit.key, VILLAGE[:6], post_id=977), scope=scope)
                try:
                    view = get_view(by, case.id, known=known, at=walker.at)
                except Refused:
                    continue
                step = next_step(view.asked, view.reads)
                if step is not None and step.action:
                    proposes.add(step.action)
                    assert step.page or step.action in {action.key for action in view.actions}
        wanted = [step.action for step in possible if step.action]
        assert not wanted or proposes, f"{wanted} is for nobody in {case.state}"
        walker.step(case)
