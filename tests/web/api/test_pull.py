# SPDX-License-Identifier: Apache-2.0
"""What a phone gets at the door: its cases as they stand, what changed, and the kit for working without signal."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.cases import feed, follow, journal
from anlan.cases.feed import clear_feed, keep_feed
from anlan.cases.follow import Follows
from anlan.cases.models import Follower
from anlan.cases.queries_view import LINES
from anlan.people.may import Role, actor_of
from anlan.people.terminals import register
from anlan.procedures.alert.answers import answers
from anlan.procedures.alert.standing import get_numbered
from anlan.procedures.report.procedure import REPORT
from anlan.web.api.shapes_sync import Pulled
from tests.cases.world import MONDAY
from tests.people.world import post
from tests.procedures.alert.cast import EVERYWHERE, Storm, writer
from tests.procedures.report.cast import ROAD, Matter, condition, town, unit
from tests.web.api.conftest import TOWN, VILLAGE, Api, MakeApi
from tests.web.api.test_cases import problem
from tests.web.api.test_sync import codes, on, opening, send

pytestmark = pytest.mark.django_db
FEED = Follows(name=feed.NAME, handler=keep_feed, sends=False, clear=clear_feed)


def catch_up() -> None:
    Follower.objects.get_or_create(name=feed.NAME)
    while journal.number(at=MONDAY):
        pass
    while follow.advance(FEED):
        pass


def pull(api: Api, **query: Any) -> Any:
    answer = api.get("sync", query)
    assert answer.status_code == 200, answer.content.decode()
    Pulled.model_validate_json(answer.content, strict=False, extra="forbid")
    return answer.json()


def test_a_phone_gets_its_open_cases_page_by_page_and_then_what_changes(as_post: MakeApi) -> None:
    room = as_post(Role.DISPATCHER)
    acts = [opening() for _each in range(3)]
    send(room, *acts)
    catch_up()
    first = pull(room, size=2)
    assert (len(first["cases"]), first["more"], first["anew"]) == (2, True, True)
    second = pull(room, size=2, after=first["next"])
    assert (len(second["cases"]), second["more"], second["anew"]) == (1, False, False)
    assert pull(room, after=second["next"])["cases"] == []
    send(room, on(acts[0]["case"], "accept"), stamp=second["stamp"])
    catch_up()
    (changed,) = pull(room, after=second["next"])["cases"]
    assert changed["state"]["key"] == "accepted"
    number = changed["number"]
    whole = room.get(f"cases/{number}").json()
    assert {key: changed[key] for key in whole if key != "looks"} == {
        key: whole[key] for key in whole if key != "looks"
    }
    entries = [dict(one) for one in changed["entries"]]
    assert all("town dispatcher" in one.pop("who")["en"] for one in entries)
    assert entries == room.get(f"cases/{number}/entries").json()["entries"]
    assert changed["entries"][-1]["contents"][0]["values"]["words"]


def test_a_case_comes_with_what_its_checker_has_to_see(as_post: MakeApi) -> None:
    village = as_post(Role.GRID_WORKER, f"village:{VILLAGE}")
    case = Matter()
    case.dispatch(condition=condition(ROAD))
    case.do("take", unit())
    case.finish()
    catch_up()
    (told,) = pull(village)["cases"]
    outcome = next(one for one in told["entries"] if one["seq"] == told["outcome"])
    assert (outcome["action"], outcome["facts"]["met"]) == ("done", "yes")
    assert told["entries"][-1]["who"]["en"] == "Reporter"
    assert told["closing"]["zh"]
    offices = {one["id"] for one in told["offices"]}
    assert {told["holder"], told["room"]} <= offices


def test_what_was_told_is_carried_however_much_happened_since(as_post: MakeApi) -> None:
    room = as_post(Role.DISPATCHER)
    case = Matter()
    for n in range(LINES + 3):
        case.do("note", town(), words=f"看过了 {n}")
    catch_up()
    (told,) = pull(room)["cases"]
    assert [one["seq"] for one in told["entries"]] == [*range(case.now.seq, 4, -1), 1]
    assert told["entries"][-1]["contents"][0]["values"]["words"] == "文三路有个大坑"


def test_no_contact_is_carried_though_the_page_shows_it(as_post: MakeApi) -> None:
    room = as_post(Role.DISPATCHER)
    number = room.open(contact={"name": "王小明", "phone": "13800001234"}).json()["number"]
    assert room.get(f"cases/{number}").json()["parties"][0]["contact"]["name"] == "王小明"
    told = room.get("sync")
    assert [case["number"] for case in told.json()["cases"]] == [number]
    assert "王小明" not in told.content.decode()
    assert told.json()["cases"][0]["parties"] == [
        {"n": 1, "role": "reporter", "contact": None, "erased": False}
    ]


def test_what_stands_for_a_place_comes_with_every_pull(as_post: MakeApi) -> None:
    village = as_post(Role.GRID_WORKER, f"village:{VILLAGE}")
    elsewhere = as_post(Role.DISPATCHER, "town:330102001")
    Storm(at=now(), level="yellow").issue()
    (told,) = pull(village)["alerts"]
    assert (told["level"], told["title"]["zh"], told["drill"]) == ("yellow", "台风红色预警", False)
    assert pull(elsewhere)["alerts"] == []


def signed_in(role: Role, key: str, *procedures: str) -> Api:
    """A field app of a new post."""
    held, at = post(role, key), now()
    made = register(
        held.pk, version="1", procedures=procedures, actions=["take"], by=actor_of(held, at=at), at=at
    )
    return Api(client=Client(), token=made.text)


def test_a_phone_says_once_that_its_post_has_read_an_alert_and_is_asked_no_more(as_post: MakeApi) -> None:
    village = signed_in(Role.GRID_WORKER, f"village:{VILLAGE}", "report", "alert")
    room = signed_in(Role.SUPERVISOR, "city:3301", "alert")
    narrow = signed_in(Role.GRID_WORKER, f"village:{VILLAGE}", "report")
    program = as_post(Role.GRID_WORKER, f"village:{VILLAGE}", procedures=("alert",))
    storm = Storm(at=now()).issue()
    number = f"{storm.number:016d}"
    assert pull(village)["alerts"][0]["asks"]
    assert not pull(room)["alerts"][0]["asks"]  # it is above, and is not asked
    for no_one in (room, program):
        problem(no_one.post(f"alerts/{number}/confirmation", {}), 403, "not_allowed")
    problem(narrow.post(f"alerts/{number}/confirmation", {}), 404, "not_found")
    for _twice in range(2):
        assert village.post(f"alerts/{number}/confirmation", {}).status_code == 200
    assert not pull(village)["alerts"][0]["asks"]
    whole = answers(get_numbered(storm.number, drafts=EVERYWHERE), at=now())[0]
    assert whole.confirmed == 1
    storm.at = now()
    storm.do("revoke", writer(), why_zh="台风转向", why_en="The typhoon turned away")
    problem(village.post(f"alerts/{number}/confirmation", {}), 409, "conflict")


def test_each_post_gets_what_is_in_its_own_reach(as_post: MakeApi) -> None:
    room, village = as_post(Role.DISPATCHER), as_post(Role.GRID_WORKER, f"village:{VILLAGE}")
    act = opening()
    send(room, act)
    catch_up()
    first = pull(village)
    number = first["cases"][0]["number"]
    other = as_post(Role.GRID_WORKER, "village:330106004053")
    assert pull(other)["cases"] == []
    assert codes(send(room, on(act["case"], "note", {"words": "看过了"}))) == ["reported"]
    catch_up()
    assert [case["number"] for case in pull(village, after=first["next"])["cases"]] == [number]


def test_a_pull_has_its_bounds(as_post: MakeApi, anyone: Api) -> None:
    room = as_post(Role.DISPATCHER)
    for query in ({"size": 0}, {"size": 101}, {"size": "x"}, {"after": "x" * 3000}, {"surprise": 1}):
        problem(room.get("sync", query), 422, "invalid")
    assert pull(room, after="strange")["anew"]
    problem(anyone.get("sync"), 401, "no_token")
    problem(anyone.get("sync/kit"), 401, "no_token")


def test_the_kit_has_all_forms_and_the_places_and_is_sent_once(as_post: MakeApi) -> None:
    room = as_post(Role.DISPATCHER)
    answer = room.get("sync/kit")
    kit, tag = answer.json(), answer["ETag"]
    (report,) = kit["procedures"]
    assert set(report["schemas"]) == {one.key for one in REPORT.actions if one.on_screen}
    assert report["schemas"]["note"] == room.get("procedures/report/versions/1/actions/note").json()
    assert kit["categories"] == room.get("categories").json()["categories"]
    places = {one["code"] for one in kit["places"]}
    assert {"33", "3301", "330106", TOWN, VILLAGE} <= places
    assert not any(len(code) > 6 and not code.startswith(TOWN) for code in places)
    assert tag == f'"{pull(room)["kit"]}"'
    again = room.get("sync/kit", If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert room.get("sync/kit", If_None_Match=tag, Accept_Language="en")["ETag"] != tag
    assert (
        as_post(Role.COUNTY_DISPATCHER, "county:330106").get("sync/kit", If_None_Match=tag).status_code == 200
    )


def test_a_wide_reach_has_its_places_as_finely_as_fits(as_post: MakeApi) -> None:
    kit = as_post(Role.SUPERVISOR, "city:3301").get("sync/kit").json()
    assert 100 < len(kit["places"]) <= 2000
    assert {len(one["code"]) for one in kit["places"]} == {2, 4, 6, 9}


def test_a_token_of_nothing_carries_nothing(as_post: MakeApi) -> None:
    as_post(Role.DISPATCHER).open(key=uuid4())
    none = as_post(Role.DISPATCHER, procedures=())
    assert pull(none)["cases"] == []
    assert none.get("sync/kit").json()["procedures"] == []
