# SPDX-License-Identifier: Apache-2.0
"""Reports about a public office: above and outside it, out of its sight from first to last."""

from datetime import timedelta
from typing import Any

import pytest

from anlan.base.errors import Invalid, NotFound
from anlan.cases.catalogue import current
from anlan.cases.models import Link
from anlan.cases.queries import public_list
from anlan.people.may import Role
from tests.cases.world import MONDAY, organisation, post
from tests.procedures.report.cast import (
    CITY,
    COMMITTEE,
    COUNTY,
    REASONS,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    county,
    dept,
    town,
    unit,
)

pytestmark = pytest.mark.django_db


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


def test_a_report_about_a_town_is_checked_by_the_room_for_its_village_may_not_know() -> None:
    matter = Matter(about_organisation=organisation(TOWN_ROOM), category=category(ROAD), reporter=False)
    matter.do("dispatch", county(), unit=organisation(dept("transport")))
    matter.finish(unit("transport"))
    assert matter.now.state == "checking"
    assert organisation(COMMITTEE) not in matter.now.assigned_now("assist")
    matter.do("check", county(), files=1, result="holds")
    assert matter.now.state == "checked"


def test_a_ruling_does_not_bring_the_office_concerned_in_either() -> None:
    matter = Matter(about_organisation=organisation(dept("housing")), category=category(ROAD))
    for word in ("water", "transport"):
        matter.do("dispatch", county(), unit=organisation(dept(word)))
        matter.do("return", unit(word), reason="not_our_duty", words=REASONS)
    given: dict[str, Any] = {"unit": organisation(dept("justice")), "words": "由司法局承办"}
    with pytest.raises(Invalid) as refused:
        matter.do("rule", county(), **given, assisting=[organisation(dept("housing"))])
    assert "assisting" in refused.value.fields
    with pytest.raises(Invalid):
        matter.do("rule", county(), unit=organisation(dept("housing")), words="由住建局承办")
    matter.do("rule", county(), **given)
    assert matter.now.holder == organisation(dept("justice"))


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


def test_it_is_not_on_the_public_list_which_that_office_reads_too() -> None:
    def listed() -> int:
        return len(public_list(known=current(), at=MONDAY + timedelta(hours=1)).rows)

    before = listed()
    about = Matter(about_organisation=organisation(dept("housing")), category=category(ROAD))
    about.do("dispatch", county(), unit=organisation(dept("justice")))
    assert listed() == before
    Matter().dispatch()
    assert listed() == before + 1


def test_nothing_above_the_province_is_said_kindly() -> None:
    with pytest.raises(Invalid) as refused:
        Matter(about_organisation=organisation("province:33"))
    assert "about_organisation" in refused.value.fields
