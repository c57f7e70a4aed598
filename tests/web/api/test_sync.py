# SPDX-License-Identifier: Apache-2.0
"""The batch door: each act its own answer, nothing twice, and the same rules as the doors of one case."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client

from anlan.base.clock import now
from anlan.base.ids import case_number, new_id, number_of
from anlan.cases.clean import MOST_STRANGE
from anlan.cases.models import Case, Clock, Entry
from anlan.people.may import Role
from anlan.places.datum import to_gcj02
from anlan.web.api.stamps import STAMP
from tests.people.world import post
from tests.web.api.conftest import PIT, VILLAGE, Api, MakeApi, token_of
from tests.web.api.test_cases import problem

pytestmark = pytest.mark.django_db
POINT = {"lng": 1201290000, "lat": 302770000}


def opening(**given: Any) -> dict[str, Any]:
    return {
        "request": str(uuid4()),
        "action": "open",
        "procedure": "report",
        "case": str(new_id()),
        "place": VILLAGE,
        "at": now().isoformat(),
        "data": PIT,
        **given,
    }


def on(case: Any, action: str, data: Any = None, **given: Any) -> dict[str, Any]:
    return {
        "request": str(uuid4()),
        "action": action,
        "case": str(case),
        "at": now().isoformat(),
        "data": data or {},
        **given,
    }


def send(api: Api, *acts: Any, **given: Any) -> dict[str, Any]:
    answer = api.post("sync", {"acts": list(acts), **given})
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    assert len(found["answers"]) == len(acts)
    return found


def codes(told: dict[str, Any]) -> list[str]:
    """Of each answer: the state it led to, or the code of its problem."""
    return [each["done"]["state"] if each["done"] else each["problem"]["code"] for each in told["answers"]]


def states(*cases: Any) -> list[str]:
    return [Case.objects.get(pk=case).state for case in cases]


@pytest.fixture
def room(as_post: MakeApi) -> Api:
    return as_post(Role.DISPATCHER)


def test_what_was_opened_and_done_offline_is_done_in_order_and_once(room: Api) -> None:
    first, second = opening(), opening()
    acts = [first, on(first["case"], "accept"), second, on(second["case"], "accept")]
    told = send(room, *acts)
    assert codes(told) == ["reported", "accepted"] * 2
    assert [each["done"]["again"] for each in told["answers"]] == [False] * 4
    before = list(Entry.objects.order_by("case_id", "seq").values_list("digest", flat=True))
    again = send(room, *acts, stamp=told["stamp"])
    assert codes(again) == codes(told)
    assert [each["done"]["again"] for each in again["answers"]] == [True] * 4
    assert list(Entry.objects.order_by("case_id", "seq").values_list("digest", flat=True)) == before


def test_an_act_that_cannot_be_taken_harms_no_other(room: Api) -> None:
    good = opening()
    bad: list[Any] = [
        "no act",
        {},
        opening(surprise=1),
        opening(data={"words": "x\x00"}),
        opening(data={"words": 1.5}),
        opening(place="330102"),
        opening(place="999999"),
        opening(action="close"),
        opening(procedure="nothing"),
        opening(at="2026-03-02T01:00:00"),
        on(new_id(), "accept"),
        on(good["case"], "alarm"),
        on(good["case"], "no_such"),
        on(good["case"], "look", {"reason": "supervision"}),
        on(good["case"], "dispatch", {"unit": 1}),
        on(good["case"], "accept", number="1234"),
        {**on(good["case"], "accept"), "case": None, "number": "1234 5678 9012 3456"},
        opening(files=["forged"]),
    ]
    told = send(room, good, *bad, on(good["case"], "accept"))
    assert codes(told)[0] == "reported"
    assert codes(told)[-1] == "accepted"
    assert all(each["done"] is None and each["problem"]["detail"] for each in told["answers"][1:-1])
    assert states(good["case"]) == ["accepted"]
    assert Case.objects.count() == 1


def test_the_ends_of_time_and_half_an_emoji_harm_no_other(room: Api) -> None:
    early = opening(at="0001-01-01T00:00:00+08:00")
    late = opening(at="9999-12-31T23:59:59-23:59")
    cut = opening(data={"words": "路灯不亮\ud83d"})
    found = send(room, early, cut, late, opening(), clock="0001-01-01T00:00:00+08:00")
    assert codes(found) == ["reported", "invalid", "reported", "reported"]
    assert found["clock_differs_by"] < 0
    assert Entry.objects.get(case_id=early["case"]).outcomes["flags"] == ["time_unsure"]


@pytest.mark.parametrize("spot", ["data", "act"])
def test_half_a_character_in_a_name_harms_no_other(room: Api, spot: str) -> None:
    bad = opening(data=dict(PIT))
    (bad["data"] if spot == "data" else bad)["\ud800"] = "x\x00"
    assert codes(send(room, opening(), bad, opening())) == ["reported", "invalid", "reported"]


def test_what_is_unreadable_as_a_whole_is_said_so(room: Api) -> None:
    deep = '{"stamp": "\\ud800", "acts": ' + "[" * 200_000 + "]" * 200_000 + "}"
    for body in (json.dumps({"acts": [opening()], "\ud800": 1}), deep):
        answer = room.client.post(
            "/api/v1/sync",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {room.token}"},
        )
        problem(answer, 422, "invalid")


def test_of_names_that_there_are_not_a_few_are_told(room: Api) -> None:
    found = send(room, opening(data={**PIT, **{f"a{n}": 0 for n in range(5_000)}}))
    assert len(found["answers"][0]["problem"]["errors"]) == MOST_STRANGE


def test_the_order_of_the_answers_is_that_of_the_acts(room: Api) -> None:
    good = [opening() for _each in range(3)]
    told = send(room, good[0], "x", good[1], "y", good[2])
    assert [bool(each["done"]) for each in told["answers"]] == [True, False, True, False, True]


def test_who_may_not_is_told_so_and_of_others_cases_nothing(room: Api, as_post: MakeApi) -> None:
    mine = opening()
    send(room, mine)
    stranger = as_post(Role.DISPATCHER, "town:330102001")
    number = str(Case.objects.get().number)
    for act in (on(mine["case"], "accept"), {**on(None, "accept"), "case": None, "number": number}):
        assert codes(send(stranger, act)) == ["not_found"]
    nobodys = f"{number_of(12345678901234):016d}"
    for action, more in (
        ("look", {"data": {"reason": "supervision"}}),
        ("accept", {"files": ["x"]}),
        ("no", {}),
    ):
        for given in (
            {"case": mine["case"]},
            {"number": number},
            {"case": str(new_id())},
            {"number": nobodys},
        ):
            act = {**on(None, action, **more), "case": None, **given}
            assert codes(send(stranger, act)) == ["not_found"], (action, given)
    reader = as_post(Role.DISPATCHER, actions=())
    assert codes(send(reader, on(mine["case"], "accept"))) == ["not_allowed"]
    squatter = as_post(Role.DISPATCHER)
    assert codes(send(squatter, opening(case=mine["case"]))) == ["conflict"]
    assert states(mine["case"]) == ["reported"]


def test_an_act_counts_at_its_time_when_our_own_word_bears_it_out(room: Api, as_post: MakeApi) -> None:
    told = send(room, opening())
    stamp = told["stamp"]
    lately, before, ahead = (
        now() + timedelta(milliseconds=1),
        now() - timedelta(hours=3),
        now() + timedelta(hours=3),
    )
    other = send(as_post(Role.DISPATCHER), opening())["stamp"]
    for at, given, kept in (
        (lately, stamp, True),
        (before, stamp, False),
        (ahead, stamp, False),
        (lately, None, False),
        (lately, stamp[:-1] + ("a" if stamp[-1] != "a" else "b"), False),
        (lately, other, False),
    ):
        act = opening(at=at.isoformat())
        while now() < lately:
            pass
        assert codes(send(room, act, stamp=given)) == ["reported"]
        entry = Entry.objects.get(case_id=act["case"])
        assert ("time_unsure" not in entry.outcomes.get("flags", [])) == kept
        assert (entry.at == at) == kept
        assert kept or entry.at == entry.received_at
        (told,) = room.get(f"cases/{case_number(entry.case_id):016d}/entries").json()["entries"]
        assert told["time_unsure"] == (not kept)


def test_nothing_is_done_before_its_case_was_there() -> None:
    held = post(Role.DISPATCHER, "town:330106004")
    mine, visitor = Api(client=Client(), token=token_of(held)), Api(client=Client())
    number = visitor.open().json()["number"]
    then = now() - timedelta(days=20)
    stamp = signing.dumps([held.pk, int(then.timestamp() * 1000)], salt=STAMP)
    act = {**on(None, "accept", at=(then + timedelta(hours=1)).isoformat()), "case": None, "number": number}
    assert codes(send(mine, act, stamp=stamp)) == ["accepted"]
    opened, accepted = Entry.objects.order_by("seq")
    assert opened.at <= accepted.at == accepted.received_at
    assert accepted.outcomes["flags"] == ["time_unsure"]
    assert all(clock.started_at >= opened.at for clock in Clock.objects.all())


def test_what_a_wrong_clock_says_is_not_believed() -> None:
    held = post(Role.DISPATCHER, "town:330106004")
    mine = Api(client=Client(), token=token_of(held))
    yesterday, slow = now() - timedelta(days=1), now() - timedelta(hours=3)
    stamp = signing.dumps([held.pk, int(yesterday.timestamp() * 1000)], salt=STAMP)
    case = opening(at=slow.isoformat())
    send(mine, case, stamp=stamp, clock=slow.isoformat())
    entry = Entry.objects.get(case_id=case["case"])
    assert entry.at == entry.received_at
    assert entry.outcomes["flags"] == ["time_unsure"]


def test_a_wrong_clock_is_told(room: Api) -> None:
    for off, told in ((0, None), (-7200, -7200), (7200, 7200)):
        found = send(room, opening(), clock=(now() + timedelta(seconds=off)).isoformat())
        differs = found["clock_differs_by"]
        assert differs == told or (differs is not None and told is not None and abs(differs - told) <= 2)


def test_a_stale_click_is_a_conflict_that_says_where_the_case_is(room: Api) -> None:
    mine = opening()
    send(room, mine, on(mine["case"], "accept"))
    told = send(room, on(mine["case"], "dispatch", expect=1))
    problem = told["answers"][0]["problem"]
    assert (problem["code"], problem["seq"]) == ("conflict", 2)


def test_where_only_a_position_is_known_its_county_takes_it(room: Api, as_post: MakeApi) -> None:
    county = as_post(Role.COUNTY_DISPATCHER, "county:330106")
    acts = [opening(place=None, data={**PIT, "point": POINT}) for _each in range(3)]
    told = send(county, *acts)
    assert codes(told) == ["reported"] * 3, told["answers"][0]["problem"]["errors"]
    assert {case.area for case in Case.objects.all()} == {330106_000_000_000}
    # As a Chinese map shows it this lies in the county beside; what counts is where it is.
    lng, lat = to_gcj02(1200950000, 303000000)
    shown = opening(place=None, data={**PIT, "point": {"lng": lng, "lat": lat, "crs": "gcj02"}})
    assert codes(send(county, shown)) == ["reported"]
    assert Case.objects.get(pk=shown["case"]).area == 330106_000_000_000
    nowhere = opening(place=None)
    far = opening(place=None, data={**PIT, "point": {"lng": 0, "lat": 0}})
    assert codes(send(county, nowhere, far)) == ["invalid"] * 2


def test_a_batch_has_its_bounds(room: Api, client: Client) -> None:
    for acts in ([], [opening()] * 501, "acts", None):
        assert room.post("sync", {"acts": acts}).status_code == 422
    assert Api(client=client).post("sync", {"acts": [opening()]}).status_code == 401
    assert room.post("sync", {"acts": ["x" * 2**22]}).status_code == 413


def test_both_doors_obey_the_same_rules(room: Api) -> None:
    """The same acts, good and bad, once one by one and once as a batch: the same answers and the same entries."""
    steps: list[tuple[str, dict[str, Any]]] = [
        ("dispatch", {}),
        ("accept", {}),
        ("accept", {}),
        ("urge", {}),
        ("refuse", {}),
        ("close", {}),
        ("withdraw", {}),
    ]
    number = room.open(action="open").json()["number"]
    one_by_one = [room.act(number, action, data).json().get("code", "done") for action, data in steps]
    batch = opening()
    told = send(room, batch, *(on(batch["case"], action, data) for action, data in steps))
    assert [
        each["problem"]["code"] if each["problem"] else "done" for each in told["answers"][1:]
    ] == one_by_one
    alone, together = Case.objects.exclude(pk=batch["case"]).get(), Case.objects.get(pk=batch["case"])
    assert alone.state == together.state
    rows = [
        list(
            Entry.objects.filter(case_id=case.pk)
            .order_by("seq")
            .values_list("action", "from_state", "to_state")
        )
        for case in (alone, together)
    ]
    assert rows[0] == rows[1]
