# SPDX-License-Identifier: Apache-2.0
"""Every path of a report through act() on the real database, as the people in it walk it."""

from datetime import timedelta
from typing import Any

import pytest

from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.cases.models import Entry, Link
from anlan.people.may import Role, anonymous
from anlan.places.calendars import Unit
from tests.cases.world import MONDAY, organisation, post
from tests.procedures.report.cast import (
    CITY,
    COMMITTEE,
    COUNTY,
    REASONS,
    REPORTER,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    clerk,
    condition,
    county,
    dept,
    grid_worker,
    town,
    unit,
)

pytestmark = pytest.mark.django_db


def outcomes(matter: Matter, action: str) -> dict[str, object]:
    found = Entry.objects.filter(case_id=matter.id, action=action).order_by("-seq").first()
    assert found is not None
    return dict(found.outcomes)


def test_a_broken_road_from_report_to_rating() -> None:
    matter = Matter(category=category(ROAD))
    case = matter.now
    assert (case.state, case.holder, case.room) == (
        "reported",
        organisation(TOWN_ROOM),
        organisation(TOWN_ROOM),
    )
    assert matter.column("suggested") == organisation(dept("housing"))
    assert matter.column("kind") == "road"
    matter.do("dispatch", town())
    assert matter.now.holder == organisation(dept("housing"))
    assert "住房城乡建设" in str(outcomes(matter, "dispatch")["why"])
    handle = matter.clock("handle")
    assert (handle.n, handle.unit, handle.owner) == (5, "working_day", organisation(dept("housing")))
    assert handle.told == handle.due_at == MONDAY + timedelta(days=7)
    matter.do("take", unit())
    matter.finish()
    assert matter.state == "confirming"
    assert matter.column("on_time") is True
    matter.do("check", grid_worker(), result="holds", files=1)
    matter.do("close", town())
    case = matter.now
    assert (case.state, case.open, case.due_at) == ("closed", False, None)
    assert (matter.column("closing"), matter.column("checked_by")) == ("verified", "grid")
    matter.do("rate", REPORTER, rating=5)
    assert matter.column("rating") == 5
    with pytest.raises(Invalid, match=r"rated|评价过"):
        matter.do("rate", REPORTER, rating=1)


def test_settled_on_the_spot_needs_a_photo_and_ones_own_grid() -> None:
    given: dict[str, Any] = {
        "words": "小广告",
        "category": category("E02-01"),
        "outcome": "fixed",
        "answer": "已当场清除",
    }
    with pytest.raises(Invalid) as refused:
        Matter.opened("settle", grid_worker(), **given)
    assert "files" in refused.value.fields
    elsewhere = post(Role.GRID_WORKER, COMMITTEE, "330106002", post_id=29)
    with pytest.raises(Invalid) as refused:
        Matter.opened("settle", elsewhere, files=1, **given)
    assert "place" in refused.value.fields
    matter = Matter.opened("settle", grid_worker(), files=1, reporter=False, **given)
    assert (matter.state, matter.column("closing")) == ("closed", "on_the_spot")
    assert matter.now.holder == organisation(COMMITTEE)
    assert matter.now.room == organisation(TOWN_ROOM)


def test_a_grid_worker_reports_with_evidence_and_a_room_cannot_settle_on_the_spot() -> None:
    with pytest.raises(Invalid) as refused:
        Matter.opened("open", grid_worker(), words="井盖坏了")
    assert "files" in refused.value.fields
    assert Matter.opened("open", grid_worker(), files=1, words="井盖坏了").state == "reported"
    with pytest.raises(NotAllowed):
        Matter.opened(
            "settle", town(), files=1, words="x", category=category(ROAD), outcome="fixed", answer="好了"
        )


def test_reporting_for_somebody_needs_their_word() -> None:
    with pytest.raises(Invalid) as refused:
        Matter.opened("open_for", clerk(), words="老人家门口积水", agreed="no")
    assert "agreed" in refused.value.fields
    assert Matter.opened("open_for", clerk(), words="老人家门口积水", agreed="yes").state == "reported"
    with pytest.raises(NotAllowed):
        Matter.opened("open_for", anonymous(), words="x", agreed="yes")


def test_not_accepted_objection_is_decided_a_level_up() -> None:
    matter = Matter()
    matter.do("not_accept", town(), reason="answered", words="上月已经依法答复过，没有新的情况")
    assert (matter.state, matter.column("reason")) == ("not_accepted", "answered")
    matter.do("object", REPORTER, words="情况不一样了")
    assert (matter.state, matter.now.holder) == ("objected", organisation(COUNTY))
    with pytest.raises(NotAllowed):
        matter.do("decide_objection", town(), decision="refuse", words="维持原来的决定，理由同前")
    matter.do("decide_objection", county(), decision="accept", words="确有新的情况，应当受理并办理")
    assert (matter.state, matter.now.holder) == ("accepted", organisation(TOWN_ROOM))
    matter.dispatch()
    assert matter.state == "dispatched"


def test_an_objection_refused_ends_it_and_so_does_silence() -> None:
    matter = Matter()
    matter.do("not_accept", town(), reason="petition", words="已经进入信访程序，请等待答复")
    matter.do("object", REPORTER, words="不同意")
    matter.do("decide_objection", county(), decision="refuse", words="确已进入信访程序，不予受理正确")
    assert (matter.state, matter.now.open) == ("refused", False)
    silent = Matter()
    silent.do("not_accept", town(), reason="petition", words="已经进入信访程序，请等待答复")
    silent.later(days=9)
    assert silent.state == "not_accepted"
    silent.later(days=2)
    assert silent.state == "refused"


def test_the_third_return_goes_to_a_ruling_by_itself_and_then_there_is_no_return() -> None:
    matter = Matter()
    for n, word in enumerate(("housing", "water", "enforcement"), start=1):
        matter.dispatch(word)
        first = matter.clock("handle").started_at
        assert first == MONDAY
        matter.at += timedelta(hours=1)
        matter.do("return", unit(word), reason="not_our_duty", words=REASONS)
        assert matter.column("returns") == n
        assert matter.state == ("returned" if n < 3 else "competence")
    assert matter.now.holder == organisation(COUNTY)
    assert matter.now.category == category(ROAD)
    assert Entry.objects.filter(case_id=matter.id).count() == 7
    with pytest.raises(NotAllowed):
        matter.do("rule", town(), unit=organisation(dept("housing")), words="由住建承办为宜")
    matter.do("rule", county(), unit=organisation(dept("housing")), words="由住建承办为宜")
    assert (matter.state, matter.now.holder) == ("dispatched", organisation(dept("housing")))
    with pytest.raises(Invalid, match=r"ruled|裁定"):
        matter.do("return", unit(), reason="not_our_duty", words=REASONS)
    with pytest.raises(Invalid, match=r"ruled|裁定"):
        matter.do("reassign", town(), unit=organisation(dept("water")), words="换一个单位试试")
    assert matter.clock("handle").started_at == MONDAY


def test_the_room_may_ask_for_a_ruling_earlier() -> None:
    matter = Matter()
    matter.dispatch()
    matter.do("return", unit(), reason="other_owner", words=REASONS)
    matter.do("refer", town(), words="两个单位都说不归自己")
    assert (matter.state, matter.now.holder) == ("competence", organisation(COUNTY))


def test_one_lead_and_several_assisting_who_change_nothing_of_the_lead() -> None:
    matter = Matter()
    matter.dispatch(assisting=[organisation(dept("water")), organisation(dept("transport"))])
    assert set(matter.now.assigned_now("assist")) == {
        organisation(dept("water")),
        organisation(dept("transport")),
    }
    matter.do("note", unit("water"), words="我们的管线没有问题")
    with pytest.raises(NotAllowed):
        matter.do("done", unit("water"), outcome="explained", answer="我们看过了，没有问题")
    matter.do("call_in", town(), assisting=[organisation(dept("ecology"))])
    matter.do("let_go", unit(), assisting=[organisation(dept("water"))])
    assert organisation(dept("water")) not in matter.now.assigned_now("assist")
    with pytest.raises(NotAllowed):
        matter.do("note", unit("health"), words="不相干的单位")


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


def test_up_a_level_with_reasons_and_not_back_down_at_once() -> None:
    matter = Matter()
    matter.do("hand_up", town(), reason="no_power", words="本级没有执法权限，需县级协调")
    case = matter.now
    assert (case.state, case.room, case.holder) == ("reported", organisation(COUNTY), organisation(COUNTY))
    with pytest.raises(Invalid, match=r"cannot settle|办不了"):
        matter.do("hand_down", county(), room=organisation(TOWN_ROOM), words="还是你们办吧")
    matter.do("hand_up", county(), reason="several_places", words="涉及两个区，需要市级协调")
    assert matter.now.room == organisation(CITY)
    with pytest.raises(NotAllowed):
        matter.do("dispatch", town(), category=category(ROAD))


def test_the_county_does_not_push_its_departments_duties_down() -> None:
    matter = Matter(category=category(ROAD))
    matter.do("hand_up", town(), reason="no_power", words="本级没有执法权限，需县级协调")
    with pytest.raises(Invalid) as refused:
        matter.do("dispatch", county(), unit=organisation(TOWN_ROOM))
    assert "unit" in refused.value.fields
    with pytest.raises(Invalid):
        matter.do("dispatch", county(), unit=organisation(COMMITTEE))
    matter.do("dispatch", county())
    assert matter.now.holder == organisation(dept("housing"))


def test_what_is_a_towns_own_goes_down_the_levels() -> None:
    matter = Matter.opened("open", anonymous(), words="小区里的事", category=category("E06-99"))
    matter.do("hand_up", town(), reason="several_places", words="两个街道交界，请区里协调")
    other = organisation("town:330106002")
    with pytest.raises(Invalid):
        matter.do("hand_down", county(), room=other, words="不在那个街道的地方")
    village = Matter.opened("open", anonymous(), words="楼道杂物", category=category("E06-99"))
    village.do("dispatch", town(), unit=organisation(COMMITTEE))
    village.do("take", clerk())
    village.do("hand_up", clerk(), reason="no_power", words="社区没有执法权，请街道处理")
    assert (village.state, village.now.holder) == ("accepted", organisation(TOWN_ROOM))


def test_merge_ends_one_in_the_other_and_both_say_so() -> None:
    main, double = Matter(), Matter()
    main.dispatch()
    double.do("merge", town(), into=str(main.id))
    assert (double.state, double.now.open) == ("merged", False)
    assert main.state == "dispatched"
    assert Link.objects.get(case_id=double.id).other_id == main.id
    assert Link.objects.get(case_id=main.id).other_id == double.id
    third = Matter()
    with pytest.raises(Invalid) as refused:
        third.do("merge", town(), into=str(double.id))
    assert "into" in refused.value.fields
    with pytest.raises(Invalid):
        third.do("merge", town(), into=str(third.id))


def test_a_report_about_an_office_is_not_merged_into_one_it_can_see() -> None:
    about = Matter(about_organisation=organisation(TOWN_ROOM))
    plain = Matter()
    plain.do("hand_up", town(), reason="no_power", words="本级没有执法权限，需县级协调")
    with pytest.raises(Invalid):
        about.do("merge", county(), into=str(plain.id))


def test_split_opens_a_part_that_stays_away_from_the_same_office() -> None:
    matter = Matter(about_organisation=organisation(TOWN_ROOM))
    matter.do("split", county(), words="路灯也不亮", category=category("P01-37"))
    link = Link.objects.get(case_id=matter.id)
    part = Matter.known(link.other_id, at=matter.at)
    assert link.kind == "part_of"
    case = part.now
    assert (case.state, case.room, case.barred) == ("reported", organisation(COUNTY), organisation(TOWN_ROOM))
    assert matter.state == "reported"


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


def test_a_room_does_not_check_on_paper_what_is_to_be_seen() -> None:
    matter = Matter()
    matter.dispatch()
    matter.finish()
    with pytest.raises(Invalid):
        matter.do("check", town(), result="holds")


def test_a_village_does_not_check_its_own_work() -> None:
    matter = Matter()
    matter.do("dispatch", town(), unit=organisation(COMMITTEE), category=category("E01-37"))
    matter.finish(clerk())
    with pytest.raises(Invalid):
        matter.do("check", grid_worker(), result="holds")
    matter.do("check", town(), result="holds")
    assert matter.state == "checked"


def test_the_reporter_sends_it_back_then_confirms() -> None:
    matter = Matter()
    matter.dispatch()
    matter.finish()
    due = matter.clock("handle").due_at
    matter.at += timedelta(days=1)
    matter.do("confirm", REPORTER, result="fails", words="坑还在")
    assert (matter.state, matter.column("rework")) == ("in_hand", 1)
    assert matter.clock("handle").due_at == due
    matter.finish()
    matter.do("confirm", REPORTER, result="holds")
    matter.do("rework", town(), words="现场照片不是同一个地方")
    matter.finish()
    matter.do("confirm", REPORTER, result="holds")
    matter.do("close", town())
    assert (matter.column("checked_by"), matter.column("rework")) == ("reporter", 2)


def test_silence_closes_as_not_confirmed_and_can_be_reopened_in_time() -> None:
    matter = Matter()
    matter.dispatch()
    matter.finish()
    matter.later(days=6)
    assert matter.state == "confirming"
    matter.later(days=2)
    assert (matter.state, matter.column("closing"), matter.column("rating")) == (
        "closed",
        "not_confirmed",
        None,
    )
    matter.at += timedelta(days=10)
    matter.do("reopen", REPORTER, words="坑又出现了")
    case = matter.now
    assert (case.state, case.open, case.holder) == ("accepted", True, organisation(TOWN_ROOM))
    matter.dispatch()
    handle = matter.clock("handle")
    assert handle.started_at == matter.at
    assert handle.stage == 0
    assert handle.due_at > matter.at
    assert matter.column("reopened") == 1


def test_a_grid_workers_own_find_is_never_closed_by_silence() -> None:
    matter = Matter.opened("open", grid_worker(), files=1, reporter=False, words="路面坑洼")
    matter.dispatch()
    matter.finish()
    assert matter.state == "checking"
    matter.later(days=60)
    assert matter.state == "checking"


def test_after_the_allowed_days_the_reporter_reports_again_and_the_county_may_still_reopen() -> None:
    matter = Matter()
    matter.close()
    matter.at += timedelta(days=16)
    with pytest.raises(Invalid, match=r"again|再报"):
        matter.do("reopen", REPORTER, words="又坏了")
    matter.do("reopen", county(), words="抽查发现没有修好")
    assert matter.state == "accepted"


def test_the_reporter_withdraws_but_not_a_danger() -> None:
    matter = Matter()
    matter.dispatch()
    matter.do("withdraw", REPORTER)
    assert matter.state == "withdrawn"
    danger = Matter(danger=True)
    assert danger.now.urgent
    assert (danger.clock("accept").n, danger.clock("accept").unit) == (1, Unit.HOUR)
    with pytest.raises(Invalid, match=r"safety|安全"):
        danger.do("withdraw", REPORTER)


def test_urgent_categories_are_urgent() -> None:
    matter = Matter(category=category("E05-05"))
    assert matter.now.urgent
    matter.do("dispatch", town())
    assert (matter.clock("handle").n, matter.clock("handle").unit) == (2, "hour")
    assert (matter.clock("take").n, matter.clock("take").unit) == (1, "hour")


def test_the_condition_sets_the_limit_and_must_be_chosen_where_there_are_several() -> None:
    matter = Matter(category=category("P01-01"))
    with pytest.raises(Invalid) as refused:
        matter.do("dispatch", town())
    assert "condition" in refused.value.fields
    with pytest.raises(Invalid):
        matter.do("dispatch", town(), condition=condition("P01-02"))
    matter.do("dispatch", town(), condition=condition("P01-01", 1))
    assert (matter.clock("handle").n, matter.clock("handle").unit) == (2, "hour")
    matter.do("return", unit(), reason="wrong_category", words=REASONS)
    matter.do("dispatch", town(), condition=condition("P01-01", 5))
    assert (matter.clock("handle").n, matter.clock("handle").unit) == (5, "working_day")
    assert matter.clock("handle").started_at == MONDAY


@pytest.mark.parametrize(
    ("about", "room", "blind"),
    [
        (TOWN_ROOM, COUNTY, (TOWN_ROOM, COMMITTEE)),
        (COMMITTEE, TOWN_ROOM, (COMMITTEE,)),
        (dept("housing"), COUNTY, (dept("housing"),)),
        (COUNTY, CITY, (COUNTY, TOWN_ROOM, COMMITTEE, dept("housing"))),
        (CITY, "province:33", (CITY, COUNTY, TOWN_ROOM)),
    ],
)
def test_a_report_about_an_office_goes_above_and_outside_it(
    about: str, room: str, blind: tuple[str, ...]
) -> None:
    matter = Matter(about_organisation=organisation(about), category=category(ROAD))
    case = matter.now
    assert (case.room, case.holder, case.barred) == (
        organisation(room),
        organisation(room),
        organisation(about),
    )
    roles = {"town": Role.DISPATCHER, "village": Role.GRID_WORKER, "county": Role.COUNTY_DISPATCHER}
    for key in blind:
        role = roles.get(key.split(":", 1)[0], Role.SUPERVISOR if key == CITY else Role.HANDLER)
        with pytest.raises(NotFound):
            matter.do("note", post(role, key, "3301"), words="看一看")
    concerned = about in {dept("housing"), COUNTY, CITY}
    assert matter.column("suggested") == (None if concerned else organisation(dept("housing")))


def test_the_office_concerned_never_handles_checks_or_assists() -> None:
    matter = Matter(about_organisation=organisation(dept("housing")), category=category(ROAD))
    with pytest.raises(Invalid):
        matter.do("dispatch", county(), unit=organisation(dept("housing")))
    with pytest.raises(Invalid):
        matter.do(
            "dispatch",
            county(),
            unit=organisation(dept("justice")),
            assisting=[organisation(dept("housing"))],
        )
    with pytest.raises(Invalid, match=r"choose the unit|选择承办单位"):
        matter.do("dispatch", county())
    matter.do("dispatch", county(), unit=organisation(dept("justice")))
    with pytest.raises(Invalid):
        matter.do("call_in", county(), assisting=[organisation(dept("housing"))])
    with pytest.raises(Invalid):
        matter.do("reassign", county(), unit=organisation(dept("housing")), words="换一个")


def test_found_out_later_it_moves_out_of_reach_of_the_office() -> None:
    matter = Matter()
    matter.dispatch(assisting=[organisation(dept("water"))])
    matter.do("bar", town(), about_organisation=organisation(TOWN_ROOM), words="反映的是本街道人员")
    case = matter.now
    assert (case.state, case.room, case.holder) == ("reported", organisation(COUNTY), organisation(COUNTY))
    with pytest.raises(NotFound):
        matter.do("note", town(), words="看一看")
    with pytest.raises(Invalid):
        matter.do("bar", county(), about_organisation=organisation(dept("water")), words="再来一次")


def test_nothing_above_the_province_is_said_kindly() -> None:
    with pytest.raises(Invalid) as refused:
        Matter(about_organisation=organisation("province:33"))
    assert "about_organisation" in refused.value.fields


def test_nothing_is_published_without_the_reporters_word_and_it_can_be_taken_back() -> None:
    matter = Matter()
    matter.close()
    with pytest.raises(Invalid):
        matter.do("publish", town(), summary="路面已修好")
    matter.do("release", REPORTER, allow="yes")
    matter.do("publish", town(), summary="路面已修好")
    assert matter.column("published") is True
    matter.do("release", REPORTER, allow="no")
    assert (matter.column("published"), matter.column("released")) == (False, False)


def test_looking_needs_a_listed_reason_and_correcting_keeps_the_entry() -> None:
    matter = Matter()
    with pytest.raises(Invalid):
        matter.do("look", county(), reason="curious")
    matter.do("look", county(), reason="supervision")
    assert outcomes(matter, "look")["facts"] == {"reason": "supervision"}
    with pytest.raises(Invalid):
        matter.do("correct", town(), entry=99, words="没有这一条")
    matter.do("correct", town(), entry=1, words="应为学院路", category=category(ROAD))
    assert matter.now.category == category(ROAD)


def test_the_place_is_corrected_only_within_the_rooms_own() -> None:
    matter = Matter()
    with pytest.raises(Invalid):
        matter.do("rezone", town(), area=330106002000000)
    with pytest.raises(Invalid):
        matter.do("rezone", town(), area=990106002000000)
    matter.do("rezone", town(), area=330106004067000)
    assert matter.now.area == 330106004067000


def test_the_reporter_erases_after_the_end() -> None:
    matter = Matter()
    with pytest.raises(Conflict):
        matter.do("erase", REPORTER)
    matter.do("withdraw", REPORTER)
    matter.do("erase", REPORTER)
    assert outcomes(matter, "erase")["erased"] == ["words", "parties", "files"]


def test_no_words_of_a_person_are_in_any_entry() -> None:
    matter = Matter(words="独一无二的话", address="文三路独一无二号")
    matter.do("ask", town(), question="独一无二的问题")
    matter.do("answer", REPORTER, words="独一无二的回答")
    for entry in Entry.objects.filter(case_id=matter.id):
        assert "独一无二" not in str(entry.outcomes)


def test_a_case_elsewhere_is_not_found() -> None:
    matter = Matter()
    other = post(Role.DISPATCHER, "town:330106002", "330106002", post_id=31)
    with pytest.raises(NotFound):
        matter.do("accept", other)
