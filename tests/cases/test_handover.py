# SPDX-License-Identifier: Apache-2.0
"""The end of an organisation: what it will do is said before it is done, and no open case is left to nobody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from anlan.base.clock import now
from anlan.cases.catalogue import current, forget
from anlan.cases.handover import handover
from anlan.cases.known import local_day
from anlan.cases.rezone import rezone
from anlan.people.may import Role
from anlan.people.models import Organisation, Post
from tests.people.world import organisation
from tests.procedures.report.cast import TOWN_ROOM
from tests.web.staff import enter, matter, post_of

pytestmark = pytest.mark.django_db
BESIDE = "town:330106002"


@pytest.fixture(autouse=True)
def _own_catalogue() -> Iterator[None]:
    """The process's copy must not outlive what the test rolls back."""
    yield
    forget()


def end(room: Organisation, **given: Any) -> Any:
    """What the page answers to an administrator who ends it tomorrow."""
    day = local_day(now(), current().calendar) + timedelta(days=1)
    same = {"name": room.name, "name_en": room.name_en, "phone": room.phone, "upper": room.upper_id}
    client = enter(post_of(Role.SYSTEM_ADMIN))
    answer = client.post(
        f"/admin/people/organisation/{room.pk}/change/", {**same, "valid_to": day.isoformat(), **given}
    )
    room.refresh_from_db()
    return answer


def test_an_end_is_read_before_it_is_done_and_hands_over_what_was_said() -> None:
    room, beside = organisation(TOWN_ROOM), organisation(BESIDE)
    dispatcher = post_of(Role.DISPATCHER)
    case = matter()
    assert case.now.room == room.pk
    Organisation.objects.filter(upper=room).update(upper=beside)
    page = end(room, successors=[beside.pk]).content.decode()
    assert f"1 件在办事项转给{beside}。" in page
    assert f"{beside}还没有人在岗" in page
    assert "1 个岗位随之终止" in page
    assert Organisation.objects.get(pk=room.pk).valid_to is None, (
        "nothing is done before somebody has read it"
    )
    assert end(room, successors=[beside.pk], sure="on").status_code == 302
    assert room.valid_to is not None
    assert Post.objects.get(pk=dispatcher.pk).valid_to is not None
    rezone(at=now() + timedelta(days=2))
    assert case.now.room == beside.pk


def test_without_successors_they_go_up_and_where_nobody_is_above_it_is_refused() -> None:
    room = organisation(TOWN_ROOM)
    post_of(Role.DISPATCHER)
    matter()
    day = local_day(now(), current().calendar) + timedelta(days=1)
    assert handover(room.pk, (), day) == {room.upper_id: 1}
    Organisation.objects.filter(upper=room).update(upper=room.upper_id)
    Organisation.objects.filter(pk=room.pk).update(kind="outside_unit", upper=None)
    forget()
    assert handover(room.pk, (), day) == {None: 1}
    refused = end(room, sure="on", upper="").content.decode()
    assert "1 件在办事项将无人接办" in refused
    assert room.valid_to is None
