# SPDX-License-Identifier: Apache-2.0
"""A report whose unit or room has lost its last post goes up, and everybody concerned is told."""

from datetime import timedelta

import pytest

from anlan.base.errors import Invalid
from anlan.cases.hand_up import hand_up_idle
from anlan.cases.models import Entry, Notice
from anlan.cases.sweep import Swept
from anlan.people.may import Role
from anlan.people.models import Absence, Organisation, Post
from tests.cases.test_notices import read_all
from tests.cases.world import MONDAY, organisation
from tests.people import world
from tests.procedures.report.cast import CITY, COUNTY, TOWN_ROOM, Matter, city, county, dept, town, unit

pytestmark = pytest.mark.django_db


def staffed(role: Role, key: str) -> Post:
    return world.post(role, key, valid_from=MONDAY - timedelta(days=9))


def end(post: Post, matter: Matter) -> None:
    Post.objects.filter(pk=post.pk).update(valid_to=matter.at)


@pytest.fixture
def posts() -> dict[str, Post]:
    return {
        dept("housing"): staffed(Role.HANDLER, dept("housing")),
        TOWN_ROOM: staffed(Role.DISPATCHER, TOWN_ROOM),
        COUNTY: staffed(Role.COUNTY_DISPATCHER, COUNTY),
        CITY: staffed(Role.SUPERVISOR, CITY),
    }


def test_while_somebody_is_at_work_nothing_moves(posts: dict[str, Post]) -> None:
    matter = Matter()
    matter.dispatch()
    assert hand_up_idle(at=matter.at) == Swept()
    assert matter.now.holder == organisation(dept("housing"))


def test_the_unit_lost_its_last_post(posts: dict[str, Post]) -> None:
    matter = Matter()
    matter.dispatch()
    matter.do("take", unit())
    before = matter.clock("handle")
    matter.at += timedelta(hours=1)
    end(posts[dept("housing")], matter)
    assert hand_up_idle(at=matter.at, batch=1) == Swept(done=1)
    now = matter.now
    assert (now.state, now.holder, now.room) == ("in_hand", organisation(COUNTY), organisation(TOWN_ROOM))
    after = matter.clock("handle")
    assert (after.due_at, after.owner) == (before.due_at, organisation(COUNTY))
    entry = Entry.objects.get(case_id=matter.id, action="nobody_at_work")
    assert (entry.actor, entry.audience) == ("system", "reporter")
    assert "没有人值班" in entry.outcomes["why"]["zh"]
    assert hand_up_idle(at=matter.at) == Swept()
    read_all(at=matter.at)
    told = Notice.objects.filter(case_id=matter.id, key__startswith="nobody_at_work")
    assert set(told.values_list("organisation_id", "party")) == {
        (organisation(COUNTY), None),
        (organisation(TOWN_ROOM), None),
        (organisation(CITY), None),
        (None, 1),
    }
    # The office above can do all that the unit could.
    matter.finish(county())
    assert matter.state == "confirming"


def test_the_room_and_the_office_above_it_lost_theirs(posts: dict[str, Post]) -> None:
    matter = Matter()
    matter.at += timedelta(hours=1)
    end(posts[TOWN_ROOM], matter)
    end(posts[COUNTY], matter)
    assert hand_up_idle(at=matter.at).done == 1
    assert (matter.now.room, matter.now.holder) == (organisation(CITY), organisation(CITY))


def test_an_organisation_that_ended_gives_its_work_up_too(posts: dict[str, Post]) -> None:
    matter = Matter()
    Organisation.objects.filter(key=TOWN_ROOM).update(valid_to=MONDAY.date())
    assert hand_up_idle(at=matter.at).done == 1
    assert matter.now.room == organisation(COUNTY)


def test_where_nobody_above_is_at_work_it_stays() -> None:
    matter = Matter()
    assert hand_up_idle(at=matter.at) == Swept()
    assert matter.now.room == organisation(TOWN_ROOM)


def test_a_day_away_moves_nothing(posts: dict[str, Post]) -> None:
    matter = Matter()
    Absence.objects.create(post=posts[TOWN_ROOM], since=matter.at, until=matter.at + timedelta(hours=20))
    assert hand_up_idle(at=matter.at) == Swept()


def test_work_is_not_handed_down_to_an_empty_room(posts: dict[str, Post]) -> None:
    matter = Matter()
    matter.do("hand_up", town(), reason="no_power", words="本级没有执法权限，需县级协调")
    Post.objects.filter(pk=posts[TOWN_ROOM].pk).update(valid_to=MONDAY)
    matter.do("hand_up", county(), reason="no_power", words="本级没有执法权限，需市级协调")
    with pytest.raises(Invalid, match=r"值班|at work"):
        matter.do("hand_down", city(), room=organisation(TOWN_ROOM), words="请你们受理")
