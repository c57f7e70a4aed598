# SPDX-License-Identifier: Apache-2.0
"""A report from its opening: by anybody, with evidence, for somebody else, settled on the spot; refused and objected to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.ids import new_id
from anlan.cases.act import act
from anlan.cases.models import Entry
from anlan.people.may import Role
from anlan.places.calendars import Unit
from tests.cases.world import MONDAY, VILLAGE, envelope, organisation, place, post
from tests.procedures.report.cast import (
    COMMITTEE,
    COUNTY,
    HELPING,
    REPORTER,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    clerk,
    county,
    dept,
    grid_worker,
    photo,
    town,
    unit,
)

pytestmark = pytest.mark.django_db


def test_nobody_has_seen_what_is_still_to_come() -> None:
    """A phone's clock may be some minutes before ours."""
    with pytest.raises(Invalid) as caught:
        Matter(seen_at=(MONDAY + timedelta(hours=1)).isoformat())
    assert set(caught.value.fields) == {"seen_at"}
    for ago in (timedelta(minutes=-5), timedelta(days=3)):
        assert Matter(seen_at=(MONDAY - ago).isoformat()).state == "reported"


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
    assert "住房城乡建设" in str(matter.outcomes("dispatch")["why"])
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
        Matter.opened("open_for", clerk(), words="老人家门口积水", **{**HELPING, "agreed": False})
    assert "agreed" in refused.value.fields
    assert Matter.opened("open_for", clerk(), words="老人家门口积水", **HELPING).state == "reported"


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


@pytest.mark.parametrize("kind", ["audio/mpeg", "application/pdf"])
def test_what_shows_nothing_is_no_photo(kind: str) -> None:
    heard = (photo(kind),)
    found = {"procedure": "report", "place": place(VILLAGE), "files": heard}
    settling = {"words": "路面坑洼", "category": category(ROAD), "outcome": "fixed", "answer": "填平了"}
    matter = Matter()
    matter.dispatch()
    matter.do("take", unit())
    done = {"outcome": "fixed", "met": "yes", "answer": "路面已经修补平整了"}
    for wish in (
        envelope("open", grid_worker(), new_id(), data={"words": "井盖坏了"}, **found),
        envelope("settle", grid_worker(), new_id(), data=settling, **found),
        envelope("done", unit(), matter.id, at=matter.at, data=done, files=heard),
    ):
        with pytest.raises(Invalid) as refused:
            act(wish)
        assert "files" in refused.value.fields
        assert act(replace(wish, files=(*heard, photo()))).seq > 0
