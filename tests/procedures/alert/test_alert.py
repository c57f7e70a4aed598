# SPDX-License-Identifier: Apache-2.0
"""An alert from its draft to its end: who may do what, what takes two people, what everybody reads and how long."""

from datetime import timedelta
from typing import Any

import pytest

from anlan.base.errors import BoundaryRefused, Conflict, Invalid, NotAllowed, NotFound, Refused
from anlan.cases.act import act
from anlan.cases.escalate import escalate
from anlan.cases.models import Entry
from anlan.cases.registry import record_columns
from anlan.cases.soundness import faults
from anlan.people.may import Role, Scope
from anlan.places.codes import code_range, pad
from anlan.procedures.alert.answers import answers, confirm, confirmed, count_reader, is_asked
from anlan.procedures.alert.procedure import ALERT
from anlan.procedures.alert.record import BLANK
from anlan.procedures.alert.standing import get_numbered, get_released, lately, standing, told
from anlan.procedures.alert.terms import PLACE
from tests.cases.world import MONDAY, TOWN, VILLAGE, envelope, place, post
from tests.people.world import actor, staff
from tests.people.world import post as post_row
from tests.procedures.alert.cast import COUNTY, HOUR, Storm, city, releaser, writer, written

pytestmark = pytest.mark.django_db
HERE = (code_range(pad(COUNTY)),)
ELSEWHERE = (code_range(pad("330109")),)


def listed(scope: Scope | None, *, drafts: Scope = ()) -> list[int]:
    return [a.number for a in lately(scope, drills=False, drafts=drafts, at=MONDAY).alerts]


def test_it_is_sound_and_its_columns_are_those_the_opening_sets() -> None:
    assert faults(ALERT) == []
    assert set(record_columns(ALERT.key)) == set(BLANK)


def test_what_was_released_stands_for_all_below_and_above_until_its_end() -> None:
    one = Storm().issue()
    for scope in (HERE, (code_range(pad(VILLAGE)),), (code_range(pad("33")),), None):
        assert [a.number for a in standing(at=MONDAY, scope=scope, drills=False)] == [one.number]
    assert standing(at=MONDAY, scope=ELSEWHERE, drills=False) == []
    last = MONDAY + 6 * HOUR
    assert standing(at=last - timedelta(microseconds=1), drills=False)
    assert standing(at=last, drills=False) == []
    assert one.case.open
    escalate(at=last)
    assert one.case.state == "expired"
    assert get_released(one.read.code).stood_until(last) == last


def test_orange_and_red_take_two_people_even_where_one_has_two_posts() -> None:
    account = staff("two-posts")
    first, second = (actor(Role.COUNTY_DISPATCHER, "county:330106", account=account) for _post in range(2))
    other = actor(Role.COUNTY_DISPATCHER, "county:330106")
    assert first.post_id != second.post_id
    for level in ("orange", "red"):
        one = Storm(by=first, level=level)
        for again in (first, second):
            with pytest.raises(Invalid):
                one.issue(again)
        assert one.case.state == "drafted"
        one.issue(other)
        who = list(Entry.objects.filter(case_id=one.id).order_by("seq").values_list("actor", flat=True))
        assert who == [f"post:{first.post_id}", f"post:{other.post_id}"]
    for level in ("blue", "yellow"):
        Storm(by=first, level=level).issue(first)


def test_orange_and_red_are_released_as_they_were_read() -> None:
    for drill in (False, True):
        one = Storm(level="orange", drill=drill)
        seen = one.case.seq
        one.do("redraft", writer(), **written(title_zh="另一句"))
        for expect, refused in ((None, Invalid), (seen, Conflict)):
            with pytest.raises(refused):
                act(envelope("issue", releaser(), one.id, data={PLACE.key: one.place}, expect=expect))
        one.issue()
    blue = Storm(level="blue")
    act(envelope("issue", writer(), blue.id, data={PLACE.key: blue.place}))


def test_who_changes_a_draft_has_written_it() -> None:
    one = Storm()
    one.do("redraft", releaser(), **written(level="orange"))
    with pytest.raises(Invalid):
        one.issue(releaser())
    one.issue(writer())
    assert one.read.level.key == "orange"


def test_a_drill_takes_two_as_well_but_no_name() -> None:
    one = Storm(drill=True)
    with pytest.raises(Invalid):
        one.do("issue", writer())
    one.do("issue", releaser())
    assert standing(at=MONDAY, drills=False) == []
    assert [a.drill for a in standing(at=MONDAY, drills=True)] == [True]


def test_a_real_one_names_its_place_once_more() -> None:
    one = Storm()
    for wrong in ({}, {"place": place("33")}):
        with pytest.raises(Invalid) as refused:
            one.do("issue", releaser(), **wrong)
        assert "place" in refused.value.fields
    one.issue()


def test_nobody_warns_a_place_that_is_not_theirs() -> None:
    with pytest.raises(Invalid):
        Storm(code="330109")
    with pytest.raises(NotAllowed):
        Storm(by=post(Role.GRID_WORKER, f"village:{VILLAGE}", VILLAGE))
    one = Storm()
    with pytest.raises(NotFound):
        one.issue(writer("county:330109", "330109", n=41))
    with pytest.raises(NotFound):
        one.issue(post(Role.DISPATCHER, f"town:{TOWN}", TOWN))
    one.issue(city())


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": MONDAY + timedelta(minutes=59)},
        {"ends": MONDAY + timedelta(days=15)},
        {"starts": MONDAY - 3 * HOUR, "ends": MONDAY},
        {"starts": MONDAY + timedelta(days=10), "ends": MONDAY + timedelta(days=15)},
        {"starts": MONDAY + timedelta(days=3650), "ends": MONDAY + timedelta(days=3650) + HOUR},
        {"ends": MONDAY - HOUR},
        {"title_en": ""},
        {"level": "purple"},
    ],
)
def test_what_cannot_be_meant_is_not_taken(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Storm(**wrong)


def test_no_list_of_people_is_read_out_to_everybody() -> None:
    with pytest.raises(BoundaryRefused) as refused:
        Storm(words_zh="请各社区上报重点人员名单")
    assert "words_zh" in refused.value.fields


def test_a_draft_that_waited_too_long_is_not_released_and_is_let_go() -> None:
    one = Storm()
    one.at += 7 * HOUR
    with pytest.raises(Invalid):
        one.issue()
    escalate(at=MONDAY + 25 * HOUR)
    assert one.case.state == "discarded"


def test_withdrawn_it_stands_no_longer_and_says_why() -> None:
    one = Storm().issue()
    one.do("revoke", writer(), why_zh="台风转向", why_en="The typhoon turned away")
    assert standing(at=MONDAY, drills=True) == []
    read = get_released(one.read.code)
    assert (read.state, read.why.en, read.title.en) == (
        "revoked",
        "The typhoon turned away",
        "Red typhoon alert",
    )


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    one = Storm().issue()
    other = Storm(replaces=str(one.id), level="orange")
    assert [a.number for a in standing(at=MONDAY, drills=False)] == [one.number]
    with pytest.raises(Invalid):
        other.issue()
    other.issue(replaces=str(one.id))
    assert [a.number for a in standing(at=MONDAY, drills=False)] == [other.number]
    assert one.case.state == "superseded"
    replaced = other.read.replaces
    assert replaced is not None
    assert (replaced.code, replaced.issued) == (one.read.code, MONDAY)
    assert one.read.replaces is None


def test_only_who_may_withdraw_an_alert_corrects_it() -> None:
    chief = post(Role.SUPERVISOR, "city:3301", "3301", post_id=34)
    red = Storm(by=city()).issue(chief)
    with pytest.raises(Invalid) as refused:
        Storm(by=writer(), level="blue", replaces=str(red.id))
    assert "replaces" in refused.value.fields
    drafted = Storm(by=city(), level="blue", replaces=str(red.id))
    with pytest.raises(Refused):
        drafted.issue(writer(), replaces=str(red.id))
    assert red.case.state == "in_force"
    below = Storm(level="blue").issue()
    Storm(by=city(), level="yellow", replaces=str(below.id)).issue(chief, replaces=str(below.id))
    assert below.case.state == "superseded"


def test_what_stands_no_longer_cannot_be_corrected() -> None:
    one = Storm().issue()
    late = Storm(replaces=str(one.id))
    one.do("revoke", writer(), why_zh="台风转向", why_en="It turned away")
    with pytest.raises((Invalid, Conflict)):
        late.issue(replaces=str(one.id))
    with pytest.raises(Invalid):
        Storm(replaces=str(one.id))
    with pytest.raises(Invalid):
        Storm(replaces=str(Storm(drill=True).id))


def test_a_draft_is_read_by_who_is_in_charge_of_its_place_alone() -> None:
    one = Storm()
    assert get_numbered(one.number, drafts=HERE).number == one.number
    below = (code_range(pad(TOWN)),)
    with pytest.raises(NotFound):
        get_numbered(one.number, drafts=below)
    assert listed(HERE, drafts=HERE) == [one.number]
    assert listed(below, drafts=below) == listed(None) == listed(HERE) == []
    one.issue()
    assert get_numbered(one.number, drafts=below).number == one.number
    assert listed(below) == [one.number]


def test_posts_where_it_warns_confirm_once_and_are_counted_by_place() -> None:
    worker = actor(Role.GRID_WORKER, f"village:{VILLAGE}")
    clerk = actor(Role.VILLAGE_CLERK, f"village:{VILLAGE}")
    post_row(Role.DISPATCHER, "town:330106005")
    one = Storm().issue().read
    before = answers(one, at=MONDAY)
    assert [(a.asked, a.confirmed) for a in before[:1]] == [(3, 0)]
    for _twice in range(2):
        confirm(one, by=worker, at=MONDAY)
    confirm(one, by=clerk, at=MONDAY)
    assert confirmed(worker, [one]) == {one.id}
    told = {a.place.code: (a.asked, a.confirmed) for a in answers(one, at=MONDAY) if a.place is not None}
    assert told == {pad(COUNTY): (3, 2), pad(TOWN): (2, 2), pad("330106005"): (1, 0)}
    with pytest.raises(Conflict):
        confirm(one, by=worker, at=MONDAY + 6 * HOUR)
    for other in (city(), actor(Role.GRID_WORKER, f"village:{VILLAGE}", place_id=place("330109"))):
        assert not is_asked(other, one, at=MONDAY)
        with pytest.raises(NotAllowed):
            confirm(one, by=other, at=MONDAY)


def test_of_residents_a_number_is_kept_for_the_place_below() -> None:
    one = Storm().issue().read
    for area in (pad(VILLAGE), pad(TOWN), pad(COUNTY), pad("330109")):
        count_reader(one, area=area, at=MONDAY)
    told = {a.place and a.place.code: a.readers for a in answers(one, at=MONDAY)}
    assert told == {pad(COUNTY): 4, pad(TOWN): 2, None: 2}
    with pytest.raises(Conflict):
        count_reader(one, area=pad(TOWN), at=MONDAY + 7 * HOUR)


def test_however_many_stand_elsewhere_those_of_a_place_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anlan.procedures.alert.standing.MOST", 1)
    one = Storm(level="blue").issue()
    other = Storm(by=writer("county:330109", "330109", n=41), code="330109", level="yellow")
    other.issue(writer("county:330109", "330109", n=42))
    assert [a.number for a in standing(at=MONDAY, scope=HERE, drills=False)] == [one.number]
    assert [a.number for a in standing(at=MONDAY, drills=False)] == [other.number]
    assert listed(HERE) == [one.number]


def test_however_many_drills_and_ended_ones_there_are_what_stands_comes_first_and_all_by_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("anlan.procedures.alert.standing.MOST", 2)
    long = [Storm(ends=MONDAY + n * HOUR).issue() for n in (20, 30)]
    for each in long:
        each.do("revoke", writer(), why_zh="台风转向", why_en="It turned away")
    red = Storm(ends=MONDAY + 2 * HOUR).issue()
    drills = [Storm(drill=True, ends=MONDAY + 40 * HOUR) for _ in range(3)]
    for each in drills:
        each.do("issue", releaser())
    first = lately(None, drills=False, at=MONDAY)
    assert [a.number for a in first.alerts] == [red.number, long[1].number]
    rest = lately(None, drills=False, at=MONDAY, after=first.more or "")
    assert [a.number for a in rest.alerts] == [long[0].number]
    assert rest.more is None
    assert len(lately(None, drills=True, at=MONDAY).alerts) == 2
    with pytest.raises(Invalid):
        lately(HERE, drills=False, at=MONDAY, after=first.more or "")
    assert {a.number for a in told(at=MONDAY)} == {each.number for each in (red, *long)}
    assert [a.number for a in told(at=MONDAY + timedelta(days=15))] == [long[1].number]
