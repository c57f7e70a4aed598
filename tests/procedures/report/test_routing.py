# SPDX-License-Identifier: Apache-2.0
"""A report on its way to the unit: dispatch, return, ruling, up and down the levels, merge and split."""

from datetime import timedelta

import pytest

from anlan.base.errors import Invalid, NotAllowed
from anlan.cases.catalogue import raise_version
from anlan.cases.models import Category, Entry, Link, RouteRow
from anlan.people.may import anonymous
from tests.cases.world import MONDAY, organisation
from tests.procedures.report.cast import (
    CITY,
    COMMITTEE,
    COUNTY,
    REASONS,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    clerk,
    condition,
    county,
    dept,
    town,
    unit,
)

pytestmark = pytest.mark.django_db


def test_the_third_offer_is_a_ruling_by_itself_and_then_there_is_no_return() -> None:
    matter = Matter()
    for n, word in enumerate(("housing", "water"), start=1):
        matter.dispatch(word)
        first = matter.clock("handle").started_at
        assert first == MONDAY
        matter.at += timedelta(hours=1)
        matter.do("return", unit(word), reason="not_our_duty", words=REASONS)
        assert matter.column("returns") == n
        assert matter.state == ("returned" if n < 2 else "competence")
    assert matter.now.holder == organisation(COUNTY)
    assert matter.now.category == category(ROAD)
    assert Entry.objects.filter(case_id=matter.id).count() == 5
    with pytest.raises(NotAllowed):
        matter.do("rule", town(), unit=organisation(dept("housing")), words="由住建承办为宜")
    matter.do("rule", county(), unit=organisation(dept("housing")), words="由住建承办为宜")
    assert (matter.state, matter.now.holder) == ("dispatched", organisation(dept("housing")))
    with pytest.raises(Invalid, match=r"ruled|裁定"):
        matter.do("return", unit(), reason="not_our_duty", words=REASONS)
    with pytest.raises(Invalid, match=r"ruled|裁定"):
        matter.do("reassign", town(), unit=organisation(dept("water")), words="换一个单位试试")
    assert matter.clock("handle").started_at == MONDAY


def test_a_unit_that_returned_it_is_not_proposed_again_unless_a_ruling_says_so() -> None:
    housing, room = organisation(dept("housing")), organisation(TOWN_ROOM)
    matter = Matter(category=category(ROAD))
    matter.do("dispatch", town())
    assert matter.now.holder == housing
    matter.do("return", unit(), reason="not_our_duty", words=REASONS)
    with pytest.raises(Invalid, match=r"退回|returned") as refused:
        matter.do("dispatch", town())
    assert "unit" in refused.value.fields
    RouteRow.objects.create(
        procedure="report",
        group="",
        area=0,
        target="kind:town_room",
        why="其余由镇街承办",
        why_en="The rest is the town's",
        valid_from="2024-01-01",
    )
    raise_version()
    matter.do("dispatch", town())
    assert matter.now.holder == room
    assert matter.column("suggested") == room
    assert matter.outcomes("dispatch")["why"]["zh"] == "其余由镇街承办"
    matter.do("reassign", town(), unit=housing, words="商定由住建承办")
    matter.do("return", unit(), reason="not_our_duty", words=REASONS)
    assert matter.state == "competence"
    matter.do("rule", county(), unit=housing, words="由住建承办为宜")
    assert matter.now.holder == housing


def test_whoever_returns_it_cannot_say_that_it_is_theirs() -> None:
    matter = Matter()
    matter.dispatch()
    with pytest.raises(Invalid) as refused:
        matter.do("return", unit(), reason="other_owner", words=REASONS, proposed=matter.now.holder)
    assert "proposed" in refused.value.fields
    matter.do("return", unit(), reason="other_owner", words=REASONS, proposed=organisation(dept("water")))
    assert matter.state == "returned"


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
    urgent = Matter(danger=True)
    with pytest.raises(Invalid, match=r"urgent|紧急"):
        urgent.do("merge", town(), into=str(main.id))
    third.do("merge", town(), into=str(urgent.id))


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
    housing = organisation(dept("housing"))
    matter.do("dispatch", town(), condition=condition("P01-01", 5), unit=housing)
    assert (matter.clock("handle").n, matter.clock("handle").unit) == (5, "working_day")
    assert matter.clock("handle").started_at == MONDAY


def test_another_category_leaves_no_condition_of_the_former_one_behind() -> None:
    matter = Matter(category=category(ROAD), condition=condition(ROAD))
    other = next(
        one for one in Category.objects.order_by("pk") if one.scheme == "city" and one.conditions.count() > 1
    )
    matter.do("accept", town(), category=other.pk)
    assert (matter.now.category, matter.now.condition) == (other.pk, None)
    with pytest.raises(Invalid) as refused:
        matter.do("dispatch", town(), unit=organisation(dept("housing")))
    assert "condition" in refused.value.fields
