# SPDX-License-Identifier: Apache-2.0
"""Reporting for somebody, and telling them in the way they chose."""

from datetime import timedelta
from typing import Any

import pytest

from anlan.base.errors import Invalid, NotAllowed
from anlan.cases import follow, journal
from anlan.cases.catalogue import current
from anlan.cases.define import Channel, Relation
from anlan.cases.follow import Follows
from anlan.cases.models import Case, Clock, Delivery, Follower, Notice
from anlan.cases.queries import Filters, Sort, count_telling, get_view, list_cases
from anlan.config.wiring import tell_offices
from anlan.people.may import Actor, anonymous
from anlan.procedures.report.notices import IN_PERSON, NOTICES, RECEIPTS
from anlan.procedures.report.procedure import REPORT
from anlan.procedures.report.rules_assisted import Telling
from tests.procedures.report.cast import HELPING, REASONS, REPORTER, Matter, clerk, grid_worker, town, unit

pytestmark = pytest.mark.django_db
CALL = {**HELPING, "answer_by": "call"}
SAID = "老人说知道了，谢谢"


def helped(by: Actor | None = None, **data: Any) -> Matter:
    return Matter.opened("open_for", by or clerk(), **{"words": "老人家门口积水", **CALL, **data})


def waiting(matter: Matter) -> list[Any]:
    return list(Clock.objects.filter(case_id=matter.id, key="tell", stopped_at__isnull=True))


@pytest.mark.parametrize(
    ("by", "data", "field"),
    [
        ("clerk", {"contact": "none"}, "answer_by"),
        ("clerk", {"contact": "none", "answer_by": "sms"}, "answer_by"),
        ("clerk", {"contact": "helper", "answer_by": "sms"}, "helper_sees"),
        ("neighbour", {"contact": "none", "answer_by": "slip"}, "helper_sees"),
        ("neighbour", {"agreed": False}, "agreed"),
    ],
)
def test_what_does_not_fit_together_is_refused_at_its_question(
    by: str, data: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        helped(clerk() if by == "clerk" else anonymous(), **data)
    assert set(refused.value.fields) == {field}


def test_with_the_persons_word_the_helper_gets_messages_and_the_code() -> None:
    assert helped(contact="helper", answer_by="sms", helper_sees=True).column("helper") == "sees"
    assert helped(anonymous(), contact="none", answer_by="slip", helper_sees=True).state == "reported"
    assert helped().column("helper") == "closed"


def test_whatever_would_be_texted_starts_the_task_and_only_that() -> None:
    texted = {each.on for each in NOTICES if each.to is Relation.PARTY and Channel.SMS in each.channels}
    started = {action.key for action in REPORT.actions if isinstance(action.effect, Telling)}
    assert started == texted - set(RECEIPTS) == set(IN_PERSON)


def test_of_a_confidential_report_nobody_says_that_they_told_a_person_whom_they_may_not_know() -> None:
    matter = helped(confidential=True)
    matter.do("screen", town(), decision="summary", summary="门口积水，请派人来看")
    matter.dispatch()
    matter.do("take", unit())
    matter.do("ask", unit(), question="积水有多深？")
    with pytest.raises(Invalid):
        matter.do("tell", unit(), reached="yes", said=SAID)
    assert waiting(matter)
    view = get_view(unit(), matter.id, known=current(), at=matter.at)
    assert "tell" not in {each.key for each in view.actions}
    matter.do("tell", town(), reached="yes", said=SAID)
    assert not waiting(matter)


def test_a_question_becomes_a_call_and_what_was_said_is_its_answer() -> None:
    matter = helped()
    matter.do("accept", town())
    assert not waiting(matter)
    matter.do("ask", town(), question="积水有多深？")
    (clock,) = waiting(matter)
    assert (clock.owner_id, clock.limit_n, clock.unit) == (town().organisation_id, 1, "working_day")
    matter.do("tell", town(), reached="no", said="上午没有人接")
    assert waiting(matter)
    assert matter.column("question")
    matter.do("tell", town(), reached="yes", said="说没过脚面")
    assert not waiting(matter)
    assert (matter.column("question"), matter.column("tell")) == (False, "")
    with pytest.raises(Invalid):
        matter.do("tell", town(), reached="yes", said=SAID)


def test_one_call_tells_all_that_waits_in_the_time_of_the_first() -> None:
    matter = helped()
    matter.dispatch()
    matter.do("take", unit())
    matter.do("ask", unit(), question="几号楼？")
    (first,) = waiting(matter)
    matter.at += timedelta(hours=1)
    matter.finish()
    (still,) = waiting(matter)
    assert (still.n, still.due_at) == (first.n, first.due_at)


def test_a_task_outlives_the_case_and_is_overdue_like_any_limit() -> None:
    matter = helped()
    matter.do("not_accept", town(), reason="answered", words=REASONS)
    matter.later(days=11)
    assert matter.state == "refused"
    (clock,) = waiting(matter)
    assert clock.stage == 100
    sight: dict[str, Any] = {"known": current(), "at": matter.at}
    page = list_cases(town(), filters=Filters(open=None, mine=True, telling=True), sort=Sort.OLDEST, **sight)
    assert [(row.id, row.tell) for row in page.rows] == [(matter.id, "call")]
    assert count_telling(town(), **sight).n == 1
    assert count_telling(unit(), **sight).n == 0
    matter.do("tell", town(), reached="yes", said=SAID)
    assert count_telling(town(), **sight).n == 0


def test_only_the_third_try_may_be_the_last() -> None:
    matter = helped()
    matter.do("not_accept", town(), reason="answered", words=REASONS)
    for _ in range(2):
        with pytest.raises(Invalid):
            matter.do("tell", town(), reached="stop", said="打不通")
        matter.do("tell", town(), reached="no", said="打不通")
    matter.do("tell", town(), reached="stop", said="三次都打不通")
    assert not waiting(matter)


def test_who_neither_routes_nor_leads_tells_nobody() -> None:
    matter = helped()
    matter.do("ask", town(), question="几号楼？")
    for by in (clerk(), grid_worker(), unit()):
        with pytest.raises(NotAllowed):
            matter.do("tell", by, reached="yes", said=SAID)


def test_who_is_called_is_never_texted_and_the_room_is_told_to_call() -> None:
    Follower.objects.get_or_create(name="notices", sends=True)
    matter, texted = helped(), helped(answer_by="sms")
    for each in (matter, texted):
        each.do("ask", town(), question="几号楼？")
    while journal.number(at=matter.at):
        pass
    while follow.advance(Follows(name="notices", handler=tell_offices, sends=True)):
        pass
    assert {each.case_id for each in Delivery.objects.all()} == {texted.id}
    assert {each.case_id for each in Notice.objects.filter(key="ask_tell")} == {matter.id}


def test_a_part_of_it_is_told_in_the_same_way() -> None:
    matter = helped()
    matter.do("accept", town())
    matter.do("split", town(), words="另有一处井盖坏了，请一并处理")
    part = Matter.known(Case.objects.exclude(pk=matter.id).get().pk, at=matter.at)
    assert (part.column("answer_by"), part.column("helper")) == ("call", "closed")


def test_who_is_told_in_person_is_not_merged_away() -> None:
    main, matter = Matter(), helped()
    with pytest.raises(Invalid):
        matter.do("merge", town(), into=str(main.id))
    main.do("merge", town(), into=str(matter.id))


def test_with_the_contact_goes_the_task() -> None:
    matter = helped()
    matter.do("not_accept", town(), reason="answered", words=REASONS)
    matter.later(days=11)
    matter.do("erase", REPORTER)
    assert not waiting(matter)
    assert matter.column("answer_by") == ""


def reads(matter: Matter, by: Actor) -> bool:
    view = get_view(by, matter.id, known=current(), at=matter.at)
    return any("积水" in str(each.values) for line in view.timeline.lines for each in line.contents)


def test_the_clerk_who_reported_reads_on_only_where_the_person_allows() -> None:
    closed, open_ = helped(), helped(helper_sees=True)
    assert (reads(closed, clerk()), reads(open_, clerk())) == (False, True)
    assert reads(open_, grid_worker()) is False
    own = list_cases(
        clerk(),
        known=current(),
        at=closed.at,
        filters=Filters(open=None, opened=True),
        sort=Sort.NEWEST,
    )
    assert [row.id for row in own.rows] == [open_.id]
