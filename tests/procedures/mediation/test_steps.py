# SPDX-License-Identifier: Apache-2.0
"""What a mediation proposes next: whoever is proposed something may do it, some mediator or clerk is always told where it stands, and
nobody reads in it what is for mediators.
"""

from datetime import timedelta
from random import Random

import pytest

from anlan.base.errors import Refused
from anlan.cases.catalogue import current
from anlan.cases.queries_actions import next_step
from anlan.cases.queries_view import get_view
from anlan.people.may import Actor, Role
from anlan.procedures.mediation.procedure import MEDIATION
from anlan.procedures.mediation.steps import steps
from tests.cases.walks import Walker
from tests.cases.world import MONDAY, VILLAGE, place, post
from tests.procedures.mediation.cast import FIRST, SECOND, TERM, Dispute, above, clerk, mediator
from tests.procedures.mediation.test_walks import seen

pytestmark = pytest.mark.django_db


def proposed(dispute: Dispute, by: Actor) -> tuple[str, str]:
    """The action that is proposed to them, and the words in Chinese."""
    view = get_view(by, dispute.id, known=current(), at=dispute.at)
    step = next_step(view.asked, view.reads)
    return (step.action, step.words.zh) if step else ("", "")


def test_each_step_of_a_dispute_says_what_comes_next_and_why_not_yet() -> None:
    dispute, here = Dispute(), mediator()
    assert proposed(dispute, here) == ("bring_in", "还没有登记对方，请先登记。")
    dispute.do("bring_in", here, joins="side2")
    assert proposed(dispute, here) == (
        "ask_alone",
        "还没有单独问过申请方和对方是否害怕或者受到压力，请先单独询问。",
    )
    assert proposed(dispute, clerk()) == ("", ""), "whom a mediator asked alone is no clerk's to know"
    dispute.asked_alone(1)
    assert "还没有单独问过对方是否害怕" in proposed(dispute, here)[1]
    dispute.asked_alone(2)
    assert proposed(dispute, here)[0] == "invite"
    dispute.do("invite", here, matter="楼上夜间装修产生噪声")
    assert proposed(dispute, here)[0] == "consent_for"
    assert proposed(dispute, here)[1].startswith("对方还没有表示是否愿意调解")
    dispute.do("consent", SECOND)
    assert proposed(dispute, here) == ("accept", "各方都已同意，请受理。")
    dispute.do("accept", here, channel="people")
    assert proposed(dispute, clerk())[0] == "appoint"
    dispute.do("appoint", clerk(), mediator=here.post_id)
    assert proposed(dispute, here)[0] == "begin"
    assert proposed(dispute, mediator(47))[0] == "", "it is for the one who was chosen"
    dispute.do("begin", here, no_interest=True, rights=True)
    assert proposed(dispute, here) == ("meet", "双方都已同意，请约第一次调解时间。")
    assert proposed(dispute, clerk()) == ("", "双方都已同意，请约第一次调解时间。")
    begins = (dispute.at + timedelta(days=2)).isoformat()
    dispute.do("meet", here, begins=begins, minutes=60, form="on_site", where="村调解室")
    assert proposed(dispute, here)[0] == ""
    dispute.later(days=2, hours=1)
    assert proposed(dispute, here)[0] == "held"
    dispute.do("held", here, came="all", words="谈得不错")
    assert proposed(dispute, here)[0] == "draft"
    dispute.do("draft", here, facts="夜间施工", points="几点以后不能施工", liability="楼上避开休息时间")
    assert proposed(dispute, here)[0] == "term"
    dispute.do("term", here, **TERM)
    assert proposed(dispute, here)[0] == "settle"


def test_signing_names_who_is_missing_and_then_who_comes_last() -> None:
    dispute = Dispute().waiting()
    assert proposed(dispute, mediator())[0] == "sign_on_paper"
    dispute.sign(FIRST)
    assert proposed(dispute, mediator())[1].startswith("对方还没有签署")
    dispute.sign(SECOND)
    assert proposed(dispute, mediator())[0] == "countersign"
    dispute.do("countersign", mediator(), document=dispute.column("document"), name="何处暑")
    assert proposed(dispute, mediator())[0] == "seal"


def test_who_is_afraid_is_met_alone_and_no_clerk_reads_of_it() -> None:
    dispute = Dispute()
    dispute.asked_alone(1, afraid="yes", help=True)
    dispute.do("bring_in", mediator(), joins="side2")
    dispute.asked_alone(2)
    dispute.do("invite", mediator(), matter="楼上夜间装修产生噪声")
    dispute.do("consent", SECOND)
    dispute.do("accept", mediator(), channel="people")
    dispute.do("appoint", clerk(), mediator=mediator().post_id)
    dispute.do("begin", mediator(), no_interest=True, rights=True)
    assert proposed(dispute, mediator())[0] == "meet_side1"
    assert proposed(dispute, clerk()) == ("", "")


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 40))]
)
def test_what_is_proposed_may_be_done_by_whom_it_is_proposed_to(seed: int) -> None:
    known = current()
    walker = Walker(MEDIATION, known=known, places=(place(VILLAGE),), start=MONDAY, pick=Random(seed))
    opened = walker.step(None)
    while opened is None:
        opened = walker.step(None)
    for _step in range(40):
        walker.step(seen(opened.case_id, walker))
        case = seen(opened.case_id, walker)
        possible = steps(case, walker.at)
        assert possible or not case.open, f"nothing comes next in {case.state}"
        room = known.organisations[case.room or 0]
        ids = {case.record["mediator"], 977} - {None}
        proposes = set()
        for by in (
            post(role, room.key, VILLAGE[:6], post_id=n)
            for role in (Role.MEDIATOR, Role.VILLAGE_CLERK, Role.DISPATCHER)
            for n in ids
        ):
            try:
                view = get_view(by, opened.case_id, known=known, at=walker.at)
            except Refused:
                continue
            step = next_step(view.asked, view.reads)
            if step is not None and step.action:
                proposes.add(step.action)
                assert step.action in {action.key for action in view.actions}
        wanted = [step.action for step in possible if step.action]
        assert not wanted or proposes, f"{wanted} is for nobody of the office in {case.state}"


def test_the_office_above_is_proposed_nothing() -> None:
    assert proposed(Dispute(), above())[0] == ""


def test_what_begins_later_is_not_asked_for_before_its_day() -> None:
    dispute = Dispute().sealed()
    assert proposed(dispute, mediator()) == (
        "",
        "还有 1 条协议内容等待履行，其中 1 条还没到开始的日子。履行一条登记一条。",
    )
    dispute.on(TERM["day"])
    assert proposed(dispute, mediator()) == ("performed", "还有 1 条协议内容等待履行。履行一条登记一条。")
