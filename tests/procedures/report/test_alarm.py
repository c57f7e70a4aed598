# SPDX-License-Identifier: Apache-2.0
"""Danger: urgent at once, told to the room at once, to the office above when nobody looked for five minutes."""

from typing import Any

import pytest

from anlan.base.errors import Conflict, Invalid
from anlan.cases.models import Entry
from anlan.people.may import anonymous
from tests.procedures.report import cast

pytestmark = pytest.mark.django_db


def actions(matter: cast.Matter) -> list[str]:
    return list(Entry.objects.filter(case_id=matter.id).order_by("seq").values_list("action", flat=True))


@pytest.mark.parametrize(
    "given", [{"danger": True}, {"kind": "danger"}, {"words": "楼道里着火了"}, {"words": "a GAS LEAK"}]
)
def test_danger_is_urgent_and_rings_at_the_room_then_above(given: dict[str, Any]) -> None:
    matter = cast.Matter(**given)
    assert matter.now.urgent
    matter.later(seconds=4)
    assert actions(matter) == ["open", "alarm"]
    matter.later(minutes=4, seconds=50)
    assert actions(matter) == ["open", "alarm"]
    matter.later(seconds=10)
    assert actions(matter) == ["open", "alarm", "alarm_above"]
    matter.later(minutes=10)
    assert actions(matter) == ["open", "alarm", "alarm_above"]


def test_it_ends_when_somebody_of_the_room_has_opened_it() -> None:
    matter = cast.Matter(danger=True)
    matter.do("attend", cast.town())
    assert matter.clock("alarm").stopped_at == matter.at
    matter.later(minutes=10)
    assert actions(matter) == ["open", "attend"]
    with pytest.raises(Invalid):
        matter.do("attend", cast.town())


def test_it_ends_with_what_moves_it_on() -> None:
    matter = cast.Matter(danger=True)
    matter.do("accept", cast.town(), category=cast.category(cast.ROAD))
    matter.later(minutes=10)
    assert "alarm" not in actions(matter)
    with pytest.raises(Conflict):
        matter.do("attend", cast.town())


def test_what_is_not_dangerous_rings_nowhere() -> None:
    matter = cast.Matter(kind="road")
    assert matter.now.last_run("alarm") is None
    assert not matter.now.urgent


def test_of_staff_only_the_tick_counts() -> None:
    found: dict[str, Any] = {
        "files": 1,
        "reporter": False,
        "words": "消防通道上着火过的痕迹",
        "kind": "danger",
    }
    calm = cast.Matter.opened("open", cast.grid_worker(), **found)
    assert calm.now.last_run("alarm") is None
    assert cast.Matter.opened("open", cast.grid_worker(), danger=True, **found).now.urgent


def test_what_the_person_said_about_calling_is_a_fact() -> None:
    matter = cast.Matter.opened("open", anonymous(), words="着火了", called="no")
    assert matter.outcomes("open")["facts"]["called"] == "no"
