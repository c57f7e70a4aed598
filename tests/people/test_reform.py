# SPDX-License-Identifier: Apache-2.0
"""A change of divisions among places, organisations and posts: all of a file or nothing of it, once."""

from collections.abc import Iterator

import pytest

from anlan.base.errors import Invalid
from anlan.cases import catalogue
from anlan.people.changes import approve, change_configuration
from anlan.people.may import Role
from anlan.people.models import AdminLine, OrganisationSuccession, PendingChange, Post
from anlan.people.reform import REFORM
from anlan.people.seed import load_organisations
from anlan.places import find
from anlan.places.codes import pad
from tests.cases.world import TOWN
from tests.people import world
from tests.people.reforming import LATER, MAIN, OTHER, reform, the_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rolled_back(db: None) -> Iterator[None]:
    """This process's copies of places and configuration do not outlive the test's transaction."""
    yield
    find.forget()
    catalogue.forget()


def test_organisations_follow_their_places() -> None:
    reform()
    room, committee = world.organisation(world.TOWN), world.organisation(world.VILLAGE)
    assert room.valid_to == LATER.date()
    assert list(
        OrganisationSuccession.objects.filter(organisation=room)
        .order_by("-main")
        .values_list("successor__key", "main")
    ) == [(f"town:{MAIN}", True), (f"town:{OTHER}", False)]
    assert committee.valid_to is None
    assert committee.upper is not None
    assert committee.upper.key == f"town:{OTHER}"
    assert load_organisations() == 0
    line = AdminLine.objects.filter(what="places.reform").get()
    assert line.after is not None
    assert line.after["organisations"] == {"begun": 0, "ended": 1}
    assert line.after["places"]["ended"] == 1


def test_the_same_file_again_does_nothing_more() -> None:
    reform()
    again = reform()
    assert isinstance(again, AdminLine)
    assert again.after is not None
    assert again.after["places"] == {"begun": 0, "ended": 0, "moved": 0}
    assert again.after["organisations"] == {"begun": 0, "ended": 0}


def test_posts_end_with_their_organisation_and_begin_with_the_main_successor_when_a_second_person_agrees() -> (
    None
):
    old = world.post(Role.DISPATCHER, world.TOWN)
    asked = reform(posts=True)
    assert isinstance(asked, PendingChange)
    assert find.find_code(pad(TOWN), at=LATER) is not None
    approve(asked.pk, by=world.security(), at=LATER)
    old.refresh_from_db()
    assert old.valid_to == LATER
    carried = Post.objects.current(LATER).get(account=old.account)
    assert (carried.organisation.key, carried.role) == (f"town:{MAIN}", old.role)
    assert carried.place_id == carried.organisation.place_id


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("end,330106004,330106002,", "330106004066 lies in 330106004, which ends"),
        ("end,330199,330106,", "330199 is no place now"),
        ("end,330106004,330106099,", "330106099 is no place from that day on"),
        ("move,330106004066,330199001001,", "has no place above it"),
        ("move,330106004066,330106005001,", "330106005001 would have two places"),
        ("move,330106004066,330106005,", "are not of one level"),
        ("begin,,330115,", "has a name"),
        ("stay,330106,330106,", "stay"),
        ("", "there is no row"),
    ],
)
def test_a_file_with_a_bad_row_changes_nothing(rows: str, why: str) -> None:
    before = find.revision()
    with pytest.raises(Invalid) as refused:
        reform(text=f"what,code,to,name\n{rows}")
    assert why in str(refused.value.fields["text"])
    find.forget()
    assert find.revision() == before


def test_a_reform_is_not_carried_out_before_its_day() -> None:
    data = {"text": the_file(), "day": "2026-03-06", "source": "x", "posts": False}
    with pytest.raises(Invalid):
        change_configuration(REFORM.key, data, by=None, at=LATER)


def test_nothing_ends_on_the_day_it_began() -> None:
    reform(text="what,code,to,name\nbegin,,330115,文三区\n")
    with pytest.raises(Invalid) as refused:
        reform(text="what,code,to,name\nend,330115,330106,\n")
    assert "330115 began on" in str(refused.value.fields["text"])
