# SPDX-License-Identifier: Apache-2.0
"""A report in hand: questions, pauses, delays, reminders, supervision, evidence."""

from datetime import timedelta

import pytest

from anlan.base.errors import Invalid, NotAllowed
from anlan.cases.models import Entry
from tests.cases.world import MONDAY, organisation
from tests.procedures.report.cast import (
    REASONS,
    REPORTER,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    condition,
    county,
    dept,
    town,
    unit,
)

pytestmark = pytest.mark.django_db


def test_questions_do_not_stop_the_limit_a_pause_does_and_the_answer_ends_it() -> None:
    matter = Matter()
    matter.dispatch()
    matter.do("take", unit())
    due = matter.clock("handle").due_at
    with pytest.raises(Invalid) as refused:
        matter.do("pause", unit(), basis="reporter", rule="条例第十二条", words="等待补充材料")
    assert "basis" in refused.value.fields
    matter.do("ask", unit(), question="具体在哪个路口？")
    assert matter.clock("handle").due_at == due
    matter.at += timedelta(hours=1)
    matter.do("pause", unit(), basis="reporter", rule="条例第十二条", words="等待补充材料")
    assert (matter.state, matter.clock("handle").runs) == ("paused", False)
    matter.at += timedelta(days=1)
    matter.do("answer", REPORTER, words="学院路口")
    assert (matter.state, matter.column("question")) == ("in_hand", False)
    assert matter.clock("handle").due_at == due + timedelta(days=1)
    with pytest.raises(Invalid):
        matter.do("answer", REPORTER, words="再说一遍")


def test_a_pause_ends_by_itself() -> None:
    matter = Matter()
    matter.dispatch()
    matter.do("take", unit())
    matter.do(
        "pause",
        unit(),
        basis="test",
        rule="条例第十二条",
        words="送检",
        until=(matter.at + timedelta(days=3)).isoformat(),
    )
    matter.later(days=2)
    assert matter.state == "paused"
    matter.later(days=2)
    assert matter.state == "in_hand"
    assert matter.clock("handle").runs


def test_what_a_pause_added_is_kept_by_whatever_ends_it_and_by_another_limit() -> None:
    matter = Matter()
    matter.dispatch()
    matter.do("take", unit())
    due = matter.clock("handle").due_at
    matter.do("pause", unit(), basis="test", rule="条例第十二条", words="送检")
    matter.at += timedelta(days=2)
    # It turns out to be about the town's own staff: the pause ends with the move, and its two days stay added.
    matter.do("bar", county(), about_organisation=organisation(TOWN_ROOM), words="反映的是本街道人员")
    stopped = matter.clock("handle")
    assert (stopped.due_at, stopped.paused_at, stopped.owner) == (
        due + timedelta(days=2),
        None,
        organisation(dept("housing")),
    )
    matter.do("dispatch", county(), unit=organisation(dept("housing")), condition=condition(ROAD))
    assert matter.clock("handle").due_at == due + timedelta(days=2)
    before = matter.clock("handle")
    matter.do(
        "correct",
        county(),
        entry=1,
        words="应为燃气管破裂",
        category=category("E05-02"),
        condition=condition("E05-02"),
    )
    after = matter.clock("handle")
    assert (matter.now.urgent, after.unit, after.n) == (True, "hour", 1)
    assert after.started_at == before.started_at == MONDAY
    assert after.due_at == MONDAY + timedelta(days=2, hours=1)
    assert after.told == before.told


def test_a_date_put_off_past_the_published_calendar_is_provisional() -> None:
    matter = Matter()
    matter.dispatch()
    matter.do("take", unit())
    assert not matter.clock("handle").provisional
    matter.do("ask_delay", unit(), limit={"n": 400, "unit": "working_day"}, words="等待管线迁改")
    matter.do("decide_delay", town(), decision="grant", words="情况属实")
    assert matter.clock("handle").provisional


def test_a_delay_is_asked_by_the_unit_and_decided_by_the_room() -> None:
    matter = Matter()
    matter.dispatch()
    matter.do("take", unit())
    due = matter.clock("handle").due_at
    matter.do("ask_delay", unit(), limit={"n": 2, "unit": "working_day"}, words="需要定制材料")
    with pytest.raises(NotAllowed):
        matter.do("decide_delay", unit(), decision="grant", words="自己批准")
    matter.do("decide_delay", town(), decision="refuse", words="请按期完成")
    assert (matter.state, matter.clock("handle").due_at, matter.column("delays")) == ("in_hand", due, 0)
    matter.do("ask_delay", unit(), limit={"n": 2, "unit": "working_day"}, words="需要定制材料")
    for more in ({"n": 3, "unit": "working_day"}, {"n": 10_000, "unit": "day"}):
        with pytest.raises(Invalid):
            matter.do("decide_delay", town(), decision="grant", limit=more, words="多给几天")
    matter.do("decide_delay", town(), decision="grant", words="情况属实，同意")
    assert matter.clock("handle").due_at == due + timedelta(days=2)
    assert matter.clock("handle").told == due + timedelta(days=2)
    matter.do("return", unit(), reason="not_our_duty", words=REASONS)
    matter.dispatch("enforcement")
    assert matter.clock("handle").due_at == due + timedelta(days=2)
    matter.do("take", unit("enforcement"))
    matter.at = due + timedelta(days=3)
    with pytest.raises(Invalid, match=r"passed|超期"):
        matter.do("ask_delay", unit("enforcement"), limit={"n": 1, "unit": "day"}, words="还要一天时间")


def test_a_room_that_handles_it_itself_does_not_grant_its_own_delay() -> None:
    matter = Matter()
    matter.do("dispatch", town(), unit=organisation(TOWN_ROOM), category=category(ROAD))
    matter.do("take", town())
    matter.do("ask_delay", town(), limit={"n": 2, "unit": "working_day"}, words="人手不够")
    with pytest.raises(Invalid):
        matter.do("decide_delay", town(), decision="grant", words="同意")
    matter.do("decide_delay", county(), decision="grant", words="同意")
    assert matter.column("delays") == 1
    with pytest.raises(Invalid):
        matter.do("return", town(), reason="not_our_duty", words=REASONS)


def test_urging_is_once_for_each_limit_that_passed() -> None:
    matter = Matter()
    with pytest.raises(Invalid, match=r"within|时限之内"):
        matter.do("urge", REPORTER)
    matter.later(days=1)
    matter.do("urge", REPORTER)
    with pytest.raises(Invalid, match=r"already|催办过"):
        matter.do("urge", REPORTER)
    assert matter.column("urged") == 1
    matter.dispatch()
    matter.do("take", unit())
    matter.later(days=8)
    matter.do("urge", REPORTER)
    assert matter.column("urged") == 2


def test_limits_remind_then_pass_then_are_far_past_and_the_level_above_supervises() -> None:
    matter = Matter()
    matter.dispatch()
    matter.do("take", unit())
    matter.later(days=4, hours=1)
    actions = [entry.action for entry in Entry.objects.filter(case_id=matter.id).order_by("seq")]
    assert actions[-1] == "remind"
    matter.later(days=4)
    assert (matter.column("on_time"), matter.column("overdue")) == (False, 1)
    matter.later(days=10)
    actions = [entry.action for entry in Entry.objects.filter(case_id=matter.id).order_by("seq")]
    assert actions[-1] == "far_overdue"
    with pytest.raises(NotAllowed):
        matter.do("supervise", town(), reason="overdue", words="请说明原因")
    matter.do("supervise", county(), reason="overdue", words="两日内办结并说明原因")
    assert matter.column("supervised") == 1
    matter.finish()
    assert matter.column("on_time") is False


def test_done_needs_its_evidence() -> None:
    matter = Matter()
    matter.dispatch()
    with pytest.raises(Invalid) as refused:
        matter.do("done", unit(), outcome="fixed", met="yes", answer="路面已经修补平整了")
    assert "files" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        matter.do("done", unit(), files=1, outcome="fixed", met="no", answer="路面已经修补平整了")
    assert "met" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        matter.do("done", unit(), outcome="cannot", answer="目前没有办法解决这个问题")
    assert "reason" in refused.value.fields
    matter.do("done", unit(), outcome="cannot", reason="no_means", answer="目前没有办法解决这个问题")
    assert (matter.state, matter.column("reason")) == ("confirming", "no_means")
    with pytest.raises(NotAllowed):
        matter.do("check", unit(), result="holds")
    matter.do("check", town(), result="holds")
    assert matter.column("checked_by") == "room"
