# SPDX-License-Identifier: Apache-2.0
"""A report at its end: checked, confirmed, closed by silence, reopened, withdrawn, published, erased."""

from datetime import timedelta

import pytest

from anlan.base.errors import Invalid, NotFound
from anlan.cases.catalogue import current
from anlan.cases.may import may_see
from tests.cases.world import organisation
from tests.procedures.report.cast import (
    COMMITTEE,
    REPORTER,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    clerk,
    county,
    grid_worker,
    town,
)

pytestmark = pytest.mark.django_db


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


def test_a_check_does_not_take_the_reporters_word_away() -> None:
    matter = Matter()
    matter.dispatch()
    matter.finish()
    matter.do("check", grid_worker(), result="holds")
    matter.do("confirm", REPORTER, result="fails")
    assert (matter.state, matter.column("rework"), matter.column("checked_by")) == ("in_hand", 1, "")
    matter.finish()
    matter.do("check", grid_worker(), result="holds")
    due = matter.clock("close").due_at
    matter.at += timedelta(hours=1)
    matter.do("confirm", REPORTER, result="holds")
    assert (matter.state, matter.column("checked_by")) == ("checked", "reporter")
    assert matter.clock("close").due_at == due
    with pytest.raises(Invalid):
        matter.do("confirm", REPORTER, result="fails")
    matter.do("close", town())
    assert matter.column("closing") == "verified"


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


def test_nothing_is_published_without_the_reporters_word_and_it_can_be_taken_back() -> None:
    matter = Matter()
    matter.close()
    with pytest.raises(Invalid):
        matter.do("publish", town(), summary="路面已修好")
    matter.do("release", REPORTER, allow="yes")
    matter.do("publish", town(), summary="路面已修好")
    published = matter.now
    matter.do("release", REPORTER, allow="no")
    assert (published.published_as is None, matter.now.published_as is None) == (False, True)
    assert matter.column("released") is False


def test_looking_needs_a_listed_reason_and_correcting_keeps_the_entry() -> None:
    matter = Matter()
    with pytest.raises(Invalid):
        matter.do("look", county(), reason="curious")
    matter.do("look", county(), reason="supervision")
    assert matter.outcomes("look")["facts"] == {"reason": "supervision"}
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
    with pytest.raises(Invalid, match="办结以后"):
        matter.do("erase", REPORTER)
    matter.do("withdraw", REPORTER)
    matter.do("erase", REPORTER)
    assert matter.outcomes("erase")["erased"] == ["words", "parties", "files"]


def test_with_the_words_goes_what_the_reporter_has_allowed() -> None:
    matter = Matter(release=True)
    matter.close()
    matter.do("erase", REPORTER)
    with pytest.raises(Invalid):
        matter.do("publish", town(), summary="坑已补好，路面平整")


def test_a_code_that_was_good_a_moment_ago_does_nothing_once_all_is_erased() -> None:
    matter = Matter()
    matter.close()
    matter.do("erase", REPORTER)
    for action, data in (("reopen", {"words": "又坏了"}), ("rate", {"rating": 5}), ("erase", {})):
        with pytest.raises(NotFound):
            matter.do(action, REPORTER, **data)
    matter.do("note", town(), words="来过电话")


def test_who_checks_on_site_may_read_what_to_look_for_until_then() -> None:
    matter = Matter()
    matter.dispatch()
    known = current()
    assert not may_see(grid_worker(), "office", matter.now, parties=(), looked=False, known=known)
    matter.finish()
    assert may_see(grid_worker(), "office", matter.now, parties=(), looked=False, known=known)
    matter.do("check", grid_worker(), result="fails", words="坑还在")
    matter.finish()
    matter.do("check", grid_worker(), result="holds")
    assert not may_see(grid_worker(), "office", matter.now, parties=(), looked=False, known=known)
    assert matter.now.assigned_now("assist") == ()
