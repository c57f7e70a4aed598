# SPDX-License-Identifier: Apache-2.0
"""Mediations from the first question to the last term: who agrees, who refuses, what it takes, by when."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from anlan.base.errors import Conflict, Invalid, NotAllowed
from anlan.cases.act import act, open_case
from anlan.cases.define import Relation
from anlan.cases.models import Entry
from anlan.cases.projection import Running
from anlan.procedures.mediation.procedure import MEDIATION
from tests.cases.world import MONDAY, envelope, opening, organisation
from tests.procedures.mediation.cast import (
    DIGEST,
    FIRST,
    SECOND,
    TERM,
    Dispute,
    above,
    clerk,
    county,
    mediator,
)
from tests.procedures.report.cast import COMMITTEE, COUNTY, TOWN_ROOM

pytestmark = pytest.mark.django_db


def clock(dispute: Dispute, key: str) -> Running:
    found = dispute.now.last_run(key)
    assert found is not None
    return found


def test_two_neighbours_settle_it_and_keep_it() -> None:
    dispute = Dispute().sealed()
    now = dispute.now
    assert (now.state, now.record["outcome"], now.record["level"]) == ("performing", "agreement", "village")
    assert now.record["talking"] is False
    assert clock(dispute, "perform").due_at == datetime.fromisoformat("2026-04-30T23:59:59.999999+08:00")
    dispute.on("2026-04-30")
    dispute.do("performed", mediator(), term=now.record["clauses"][0])
    assert dispute.state == "kept"


def test_it_goes_to_the_committee_nearest_home() -> None:
    assert Dispute().now.room == organisation(COMMITTEE)


def test_advice_may_be_all_that_is_wanted() -> None:
    dispute = Dispute(wish="consult")
    assert dispute.state == "consulting"
    dispute.do("advise", mediator(), words="可以先找物业，也可以申请调解或者起诉", told=True)
    dispute.do("enough", FIRST)
    assert (dispute.state, dispute.column("outcome")) == ("answered", "advice")


def test_each_further_step_is_taken_when_the_person_wishes_it() -> None:
    dispute = Dispute(wish="consult")
    dispute.do("advise", mediator(), words="可以先找物业，也可以申请调解或者起诉", told=True)
    dispute.do("go_on", FIRST, next="assess")
    dispute.do("advise", mediator(), words="调解最快，起诉大约三个月，都说不准", told=True)
    dispute.do("go_on", FIRST, next="mediate")
    assert (dispute.state, dispute.column("consented")) == ("applied", [1])


def test_who_asks_nothing_more_is_left_in_peace() -> None:
    dispute = Dispute(wish="consult")
    dispute.do("advise", mediator(), words="可以先找物业，也可以申请调解或者起诉", told=True)
    dispute.later(days=31)
    assert dispute.state == "answered"


def test_nobody_is_asked_before_whoever_applied_was_asked_alone() -> None:
    dispute = Dispute()
    dispute.do("bring_in", mediator(), joins="side2")
    with pytest.raises(Invalid, match=r"单独询问|alone"):
        dispute.do("invite", mediator(), matter="楼上夜间装修产生噪声")


def test_it_is_taken_on_when_everybody_agrees_and_was_asked_alone() -> None:
    dispute = Dispute().invited()
    with pytest.raises(Invalid, match=r"没有同意|agreed"):
        dispute.do("accept", mediator(), channel="people")
    dispute.do("consent_for", mediator(), who=2, answer="yes", how="phone")
    dispute.do("bring_in", mediator(), joins="side2")
    with pytest.raises(Invalid, match=r"没有同意|agreed"):
        dispute.do("accept", mediator(), channel="people")
    dispute.do("consent_for", mediator(), who=3, answer="yes", how="there")
    with pytest.raises(Invalid, match=r"单独询问|alone"):
        dispute.do("accept", mediator(), channel="people")
    dispute.asked_alone(3)
    dispute.do("accept", mediator(), channel="people")
    assert dispute.state == "choosing"


def test_one_clear_no_ends_it() -> None:
    dispute = Dispute().invited()
    with pytest.raises(Invalid, match=r"已经同意|agreed to the mediation already"):
        dispute.do("refuse", FIRST)  # who asked for it leaves
    dispute.do("refuse", SECOND)
    assert (dispute.state, dispute.column("outcome")) == ("refused", "refused")
    with pytest.raises(Conflict):
        dispute.do("consent", SECOND)


def test_a_no_said_to_the_mediator_ends_it_too() -> None:
    dispute = Dispute().invited()
    dispute.do("consent_for", mediator(), who=2, answer="no", how="phone")
    assert dispute.state == "refused"


@pytest.mark.parametrize("step", ["invited", "accepted", "talking", "waiting"])
@pytest.mark.parametrize("who", [FIRST, SECOND])
def test_anybody_may_leave_at_any_time(step: str, who: str) -> None:
    dispute: Dispute = getattr(Dispute(), step)()
    dispute.do("withdraw", who, route="court")
    assert (dispute.state, dispute.column("talking")) == ("withdrawn", False)


def test_where_somebody_is_afraid_the_sides_do_not_meet() -> None:
    dispute = Dispute(afraid=True).talking()
    assert dispute.column("apart") is True
    meeting: dict[str, Any] = {
        "begins": (dispute.at + timedelta(days=2)).isoformat(),
        "minutes": 60,
        "form": "on_site",
        "where": "社区",
    }
    with pytest.raises(Invalid, match=r"不能安排双方见面|do not meet"):
        dispute.do("meet", mediator(), **meeting)
    dispute.do("meet_side1", mediator(), **meeting)
    assert dispute.column("meetings") == []


def test_a_side_has_five_representatives_at_most() -> None:
    dispute = Dispute()
    for _n in range(5):
        dispute.do("bring_in", mediator(), joins="side2")
    with pytest.raises(Invalid, match=r"5 名|5 representatives"):
        dispute.do("bring_in", mediator(), joins="side2")


def test_both_sides_choose_the_mediator_or_the_committee_proposes() -> None:
    dispute = Dispute().accepted()
    dispute.do("choose", FIRST, mediator=41)
    assert dispute.column("mediator") is None
    dispute.do("choose", SECOND, mediator=41)
    assert dispute.column("mediator") == 41
    with pytest.raises(Invalid, match=r"选定的调解员|was chosen"):
        dispute.do("begin", mediator(40), no_interest=True, rights=True)
    dispute.do("begin", mediator(41), no_interest=True, rights=True)
    assert dispute.state == "mediating"


def test_one_sides_demand_brings_another_mediator() -> None:
    dispute = Dispute().talking()
    dispute.do("recuse", SECOND)
    assert (dispute.state, dispute.column("mediator"), dispute.column("recused")) == ("choosing", None, [41])
    for action, by in (("appoint", clerk()), ("choose", FIRST)):
        with pytest.raises(Invalid, match=r"回避|stepped aside|would not have"):
            dispute.do(action, by, mediator=41)


def test_a_mediator_with_an_interest_steps_aside() -> None:
    dispute = Dispute().accepted()
    dispute.do("appoint", clerk(), mediator=41)
    with pytest.raises(Invalid):
        dispute.do("begin", mediator(), rights=True)
    dispute.do("step_down", mediator(), words="申请人是我亲戚")
    assert dispute.column("mediator") is None


@pytest.mark.parametrize("stage", ["accepted", "talking", "drafted", "waiting"])
def test_another_mediator_is_chosen_where_the_one_there_was_left_and_everybody_is_told(stage: str) -> None:
    """Whoever left cannot step aside any more, and no side has to ask for it: the committee does, and what was said stays."""
    dispute = getattr(Dispute(), stage)()
    if stage == "accepted":
        dispute.do("appoint", clerk(), mediator=41)
    terms = dispute.column("clauses")
    with pytest.raises(NotAllowed):
        dispute.do("relieve", FIRST, ground="left")
    assert dispute.do("relieve", clerk(), ground="left").state == "choosing"
    assert (dispute.column("mediator"), dispute.column("document"), dispute.column("signed")) == (
        None,
        "",
        [],
    )
    told = {notice.on for notice in MEDIATION.notices if notice.to is Relation.PARTY}
    assert {"relieve", "appoint", "step_down", "recuse"} <= told
    with pytest.raises(Invalid):
        dispute.do("relieve", clerk(), ground="left")
    dispute.do("appoint", clerk(), mediator=40)
    dispute.do("begin", mediator(40), no_interest=True, rights=True)
    assert (dispute.state, dispute.column("clauses")) == ("mediating", terms)
    with pytest.raises(Invalid, match=r"选定的调解员|was chosen"):
        dispute.do("term", mediator(), **TERM)
    dispute.do("term", mediator(40), **TERM)


@pytest.mark.parametrize(
    ("without", "field"),
    [("who", "who"), ("mode", "mode"), ("what", "what"), ("day", "day")],
)
def test_a_term_without_who_what_how_or_when_is_none(without: str, field: str) -> None:
    dispute = Dispute().talking()
    with pytest.raises(Invalid) as refused:
        dispute.do("term", mediator(), **{key: value for key, value in TERM.items() if key != without})
    assert field in refused.value.fields


def test_what_is_paid_says_how_much_and_nothing_lies_in_the_past() -> None:
    dispute = Dispute().talking()
    for wrong, field in (
        ({"mode": "transfer"}, "amount"),
        ({"amount": "500"}, "mode"),
        ({"day": "2026-03-01"}, "day"),
        ({"who": 7}, "who"),
    ):
        with pytest.raises(Invalid) as refused:
            dispute.do("term", mediator(), **{**TERM, **wrong})
        assert field in refused.value.fields
    dispute.do("term", mediator(), **{**TERM, "mode": "transfer", "amount": "1,200.50"})


def test_an_agreement_has_facts_and_terms() -> None:
    dispute = Dispute().talking()
    with pytest.raises(Invalid, match=r"至少一条|one term"):
        dispute.do("settle", mediator(), document=DIGEST)
    dispute.do("term", mediator(), **TERM)
    with pytest.raises(Invalid, match=r"主要事实|the facts"):
        dispute.do("settle", mediator(), document=DIGEST)


def test_the_seal_comes_when_all_have_signed() -> None:
    dispute = Dispute().waiting()
    dispute.sign(FIRST)
    with pytest.raises(Invalid, match=r"没有签署|not signed"):
        dispute.do("seal", mediator(), sealed="cd" * 32)
    dispute.do("sign_on_paper", mediator(), files=1, document=DIGEST, party=2, witness="张三")
    with pytest.raises(Invalid, match=r"调解员还没有签署|mediator has not"):
        dispute.do("seal", mediator(), sealed="cd" * 32)


def test_nobody_signs_for_somebody_else_or_without_a_proof() -> None:
    dispute = Dispute().waiting()
    with pytest.raises(Invalid):
        dispute.do("sign", FIRST, document=DIGEST, name="王小明", proof="code.1.aa")
    with pytest.raises(NotAllowed):
        dispute.do("sign", mediator(), document=DIGEST, name="王小明", proof="x")


def test_a_changed_text_is_signed_anew() -> None:
    dispute = Dispute().waiting()
    dispute.sign(FIRST)
    dispute.do("rework", mediator())
    assert dispute.column("signed") == []
    dispute.do("settle", mediator(), document="ef" * 32)
    with pytest.raises(Invalid):
        dispute.sign(SECOND)


def test_what_was_said_and_agreed_is_written_down_in_one_step() -> None:
    dispute = Dispute().talking()
    dispute.do("agree_orally", mediator(), **TERM, both=True)
    assert (dispute.state, dispute.column("oral"), len(dispute.column("clauses"))) == ("performing", True, 1)


def test_more_time_takes_both_sides() -> None:
    dispute = Dispute().talking()
    before = clock(dispute, "mediate").due_at
    dispute.do("ask_longer", FIRST)
    assert clock(dispute, "mediate").due_at == before
    dispute.do("ask_longer", SECOND)
    assert clock(dispute, "mediate").due_at == before + timedelta(days=30)


def test_an_appraisal_does_not_count() -> None:
    dispute = Dispute().talking()
    before = clock(dispute, "mediate").due_at
    dispute.do("appraise", mediator(), words="房屋受损鉴定")
    dispute.later(days=10)
    dispute.do("appraised", mediator())
    assert clock(dispute, "mediate").due_at == before + timedelta(days=10)


def test_what_cannot_be_settled_goes_up_and_nobody_agrees_again() -> None:
    dispute = Dispute().talking()
    dispute.do("hand_up", mediator(), ground="deadlock", words="三次没有谈成")
    assert (dispute.state, dispute.now.room) == ("choosing", organisation(TOWN_ROOM))
    dispute.do("appoint", above(), mediator=43)
    dispute.do("begin", above(), no_interest=True, rights=True)
    dispute.do("hand_up", above(), ground="expert", words="需要专业知识")
    assert dispute.now.room == organisation(COUNTY)
    dispute.do("appoint", county(), mediator=44)
    dispute.do("begin", county(), no_interest=True, rights=True)
    dispute.do("agree_orally", county(), **TERM, both=True)
    assert dispute.column("level") == "county"


def test_without_an_agreement_the_other_ways_are_told() -> None:
    dispute = Dispute().talking()
    with pytest.raises(Invalid):
        dispute.do("fail", mediator(), ground="apart")
    dispute.do("fail", mediator(), ground="apart", told=True)
    assert dispute.state == "failed"


def test_a_second_one_of_the_same_place_and_kind_within_a_year_counts_as_repeated() -> None:
    def repeated(dispute: Dispute) -> bool:
        fact = next(fact for fact in MEDIATION.facts if fact.key == "repeated")
        return fact.at(dispute.now) is not None

    first = Dispute().talking()
    other_kind = Dispute(kind="family", at=MONDAY + timedelta(days=10)).talking()
    again = Dispute(at=MONDAY + timedelta(days=300)).talking()
    long_after = Dispute(at=MONDAY + timedelta(days=700)).talking()
    assert [repeated(each) for each in (first, other_kind, again, long_after)] == [False, False, True, False]


def test_the_mediator_says_to_one_side_alone_what_no_side_says_for_it() -> None:
    dispute = Dispute().talking()
    dispute.do("tell_2", mediator(), words="楼下愿意先听您说")
    for who, action in ((mediator(), "confide_2"), (SECOND, "tell_2"), (FIRST, "tell_1")):
        with pytest.raises(NotAllowed):
            dispute.do(action, who, words="代你们说一句")


def test_who_has_to_keep_a_term_is_reminded_of_each_day_and_no_office_is_late_by_it() -> None:
    dispute = Dispute().drafted()  # by April 30
    dispute.do("term", mediator(), **{**TERM, "mode": "act", "day": "2026-04-10"})
    dispute.do("settle", mediator(), document=DIGEST)
    dispute.signed_and_sealed()
    assert clock(dispute, "perform").due_at == datetime.fromisoformat("2026-04-10T23:59:59.999999+08:00")
    until = datetime.fromisoformat("2026-04-11T09:00:00+08:00") - dispute.at
    dispute.later(seconds=int(until.total_seconds()))
    assert clock(dispute, "perform").due_at == datetime.fromisoformat("2026-04-30T23:59:59.999999+08:00")
    dispute.later(days=30)
    assert dispute.now.running("perform") is None
    assert dispute.state == "performing"
    done = list(Entry.objects.filter(case_id=dispute.id).order_by("seq").values_list("action", flat=True))
    assert done.count("fall_due") == 4, "before each day and on it"
    assert "overdue" not in done


def test_an_oral_agreement_is_due_at_the_end_of_its_day_where_it_is_kept() -> None:
    dispute = Dispute().talking()
    dispute.do("agree_orally", mediator(), **TERM, both=True)
    assert clock(dispute, "perform").due_at == datetime.fromisoformat("2026-04-30T23:59:59.999999+08:00")


def test_a_case_is_linked_for_who_sees_it_and_for_nobody_else() -> None:
    report = open_case(opening(procedure="report", data={"words": "楼上噪声"})).case_id
    linked = Dispute("ask_for", clerk(), requested=True, origin=str(report))
    assert [link.case_id for link in linked.now.links.values()] == [report]
    hidden = Dispute().id
    act(
        envelope(
            "pass_on", clerk(), hidden, at=MONDAY, data={"unit": organisation(TOWN_ROOM), "words": "属于街道"}
        )
    )


def test_the_committee_may_begin_of_its_own_motion() -> None:
    dispute = Dispute("start", clerk(), side1=False, kind="neighbours", words="两家为走廊堆物争吵")
    for side in ("side1", "side2"):
        dispute.do("bring_in", mediator(), joins=side)
    dispute.asked_alone(1)
    dispute.asked_alone(2)
    dispute.do("invite", mediator(), matter="走廊堆放物品")
    dispute.do("consent", FIRST)
    dispute.do("consent", SECOND)
    dispute.do("accept", mediator(), channel="people")
    assert dispute.column("own_motion") is True
