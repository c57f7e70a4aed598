# SPDX-License-Identifier: Apache-2.0
"""Opening, listing, reading and acting through the API."""

from typing import Any
from uuid import uuid4

import pytest

from anlan.base.clock import now
from anlan.cases.models import Case, Party
from anlan.cases.queries import find_case_id
from anlan.people.may import Role, anonymous
from tests.procedures.report import cast
from tests.web.api.conftest import COUNTY, PIT, TOWN, Api, MakeApi, other_village, place_of

pytestmark = pytest.mark.django_db
HOUSING = f"dept:{COUNTY}:housing"
SLIP = {"contact": "none", "answer_by": "slip", "agreed": True}


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    return told


def fields(told: dict[str, Any]) -> set[str]:
    return {each["field"] for each in told["errors"]}


def test_anyone_opens_a_case_and_follows_it(anyone: Api) -> None:
    made = anyone.open()
    assert made.status_code == 201, made.content.decode()
    told = made.json()
    assert len(told["number"]) == 16
    assert made["Location"] == f"/api/v1/cases/{told['number']}"
    seen = anyone.get("follow", Case_Number=told["number"], Follow_Code=told["follow_code"])
    assert seen.status_code == 200, seen.content.decode()
    assert seen.json()["number"] == told["number"]
    assert seen.json()["parties"][0]["role"] == "reporter"
    assert str(Case.objects.get(number=int(told["number"])).pk) not in seen.content.decode()
    problem(
        anyone.get("follow", Case_Number=told["number"], Follow_Code="0000 0000 0000 0000"), 404, "not_found"
    )
    problem(anyone.get(f"cases/{told['number']}"), 401, "no_token")


def test_the_same_key_opens_once(anyone: Api) -> None:
    key = uuid4()
    first, second = anyone.open(key=key).json(), anyone.open(key=key).json()
    assert (first.pop("again"), second.pop("again")) == (False, True)
    assert first == second
    assert Case.objects.count() == 1


def test_another_payload_under_the_same_key_is_a_conflict_that_says_nothing(anyone: Api) -> None:
    key = uuid4()
    number = anyone.open(key=key).json()["number"]
    answer = anyone.open(key=key, data={"words": "另一件事，别的内容，完全不同"})
    problem(answer, 409, "conflict")
    assert number not in answer.content.decode()


def test_another_account_under_the_same_key_gets_a_case_of_its_own(anyone: Api, as_post: MakeApi) -> None:
    key = uuid4()
    one = anyone.open(key=key).json()["number"]
    other = as_post().open(key=key, action="open_for", data={**PIT, **SLIP})
    assert other.status_code == 201, other.content.decode()
    assert other.json()["number"] != one


def test_what_is_reported_for_somebody_has_a_person_of_its_own(as_post: MakeApi) -> None:
    number = as_post().open(action="open_for", data={**PIT, **SLIP}).json()["number"]
    case_id = find_case_id(int(number.replace("-", "").replace(" ", "")))
    assert list(Party.objects.filter(case_id=case_id).values_list("role", flat=True)) == ["reporter"]


def test_what_changes_needs_a_key(anyone: Api) -> None:
    for key in ("", "not-a-uuid"):
        answer = anyone.client.post(
            "/api/v1/cases",
            {"place": "33", "data": {}},
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )
        told = problem(answer, 422, "invalid")
        assert fields(told) == {"Idempotency-Key"}


def test_an_office_moves_a_case_and_the_person_reads_it(anyone: Api, as_post: MakeApi) -> None:
    made = anyone.open(contact={"name": "王小明", "phone": "138 0000 1234"}).json()
    town = as_post()
    seen = town.get(f"cases/{made['number']}").json()
    assert seen["parties"][0]["contact"]["phone"] == "+8613800001234"
    assert "accept" in {action["key"] for action in seen["actions"]}
    key = uuid4()
    done = town.act(made["number"], "accept", _accepting(anyone), expect=seen["seq"], key=key)
    assert done.status_code == 200, done.content.decode()
    again = town.act(made["number"], "accept", _accepting(anyone), expect=seen["seq"], key=key)
    assert again.json() == {**done.json(), "again": True}
    entries = anyone.get(f"cases/{made['number']}/entries", Follow_Code=made["follow_code"]).json()["entries"]
    assert [entry["action"] for entry in entries][-1] == "open"
    assert entries[-1]["contents"][0]["values"]["words"] == PIT["words"]


def _accepting(anyone: Api) -> dict[str, Any]:
    categories = anyone.get("categories").json()["categories"]
    category = next(one for one in categories if one["conditions"])
    return {"category": category["id"], "condition": category["conditions"][0]["id"]}


def test_a_stale_act_is_a_conflict(anyone: Api, as_post: MakeApi) -> None:
    number = anyone.open().json()["number"]
    town = as_post()
    assert town.act(number, "accept", _accepting(anyone), expect=1).status_code == 200
    problem(town.act(number, "accept", _accepting(anyone), expect=1), 409, "conflict")


def test_other_regions_cases_are_not_there(anyone: Api, as_post: MakeApi) -> None:
    number = anyone.open().json()["number"]
    elsewhere = as_post(Role.DISPATCHER, "town:330108001")
    nothing = problem(elsewhere.get(f"cases/{number}"), 404, "not_found")
    assert nothing == problem(elsewhere.get("cases/4821093755162042"), 404, "not_found")
    problem(elsewhere.act(number, "accept", {}), 404, "not_found")
    problem(elsewhere.get(f"cases/{number}/entries"), 404, "not_found")
    assert elsewhere.get("cases").json()["cases"] == []


def test_a_higher_post_sees_facts_and_no_person(anyone: Api, as_post: MakeApi) -> None:
    number = anyone.open(contact={"phone": "13800001234"}).json()["number"]
    county = as_post(Role.COUNTY_DISPATCHER, f"county:{COUNTY}")
    seen = county.get(f"cases/{number}").json()
    assert seen["parties"] == [{"n": 1, "role": "reporter", "contact": None, "erased": False}]
    for entry in county.get(f"cases/{number}/entries").json()["entries"]:
        assert all(content["values"] is None for content in entry["contents"])


def test_a_look_opens_words_and_is_seen(anyone: Api, as_post: MakeApi) -> None:
    made = anyone.open(contact={"phone": "13800001234"}).json()
    county = as_post(Role.COUNTY_DISPATCHER, f"county:{COUNTY}")
    reasons = anyone.get("procedures/report/versions/1/actions/look").json()["properties"]["reason"]["oneOf"]
    looked = county.act(made["number"], "look", {"reason": reasons[0]["const"]})
    assert (looked.status_code, looked.json()["seq"]) == (200, 2), looked.content.decode()
    assert county.get(f"cases/{made['number']}").json()["parties"][0]["contact"]["phone"] == "+8613800001234"
    seen = anyone.get("follow", Case_Number=made["number"], Follow_Code=made["follow_code"]).json()
    assert [look["reason"] for look in seen["looks"]] == [reasons[0]["const"]]


def test_a_token_gives_only_its_actions_procedures_and_place(anyone: Api, as_post: MakeApi) -> None:
    number = anyone.open().json()["number"]
    problem(as_post(actions=("urge",)).act(number, "accept", _accepting(anyone)), 403, "not_allowed")
    other = as_post(procedures=("mediation",))
    assert other.get("cases").json()["cases"] == []
    problem(other.get(f"cases/{number}"), 404, "not_found")
    county = as_post(Role.COUNTY_DISPATCHER, f"county:{COUNTY}", place=place_of("town:330106002"))
    assert county.get("cases").json()["cases"] == []
    problem(county.get(f"cases/{number}"), 404, "not_found")
    elsewhere = as_post(Role.COUNTY_DISPATCHER, f"county:{COUNTY}", place=place_of("town:330106002"))
    told = problem(elsewhere.open(action="open_for", data={**PIT, **SLIP}), 422, "invalid")
    assert fields(told) == {"place"}


def test_a_tokens_place_holds_also_where_the_organisation_works(anyone: Api, as_post: MakeApi) -> None:
    """The post's own organisation has the case, but the token is for another place."""
    number = anyone.open().json()["number"]
    room = Case.objects.get(number=int(number)).holder
    assert room is not None
    assert room.key == f"town:{TOWN}"
    narrow = as_post(place=other_village())
    assert narrow.get("cases").json()["cases"] == []
    problem(narrow.get(f"cases/{number}"), 404, "not_found")
    problem(narrow.act(number, "accept", _accepting(anyone)), 404, "not_found")


@pytest.mark.parametrize("token", ["", "anlan_", "anlan_" + "x" * 43, "x" * 5000, "anlan_\u00e9"])
def test_a_token_that_is_not_good_is_refused_even_where_none_is_needed(anyone: Api, token: str) -> None:
    for header in (f"Bearer {token}", f"Basic {token}", token):
        answer = anyone.client.get("/api/v1/categories", headers={"Authorization": header})
        problem(answer, 401, "no_token")
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_the_list_goes_by_keyset_and_is_stable_while_cases_come(anyone: Api, as_post: MakeApi) -> None:
    before = {anyone.open().json()["number"] for _ in range(7)}
    town = as_post()
    page = town.get("cases", {"sort": "newest", "size": 3}).json()
    seen = [row["number"] for row in page["cases"]]
    while page["next"]:
        anyone.open()
        page = town.get(page["next"]).json()
        seen += [row["number"] for row in page["cases"]]
    assert len(seen) == len(set(seen))
    assert set(seen) == before


def test_a_cursor_is_bound_to_its_list(anyone: Api, as_post: MakeApi) -> None:
    for _ in range(3):
        anyone.open()
    town = as_post()
    following = town.get("cases", {"size": 1}).json()["next"]
    problem(town.get(following.replace("size=1", "size=1&urgent=true")), 422, "invalid")
    problem(town.get("cases", {"after": "forged"}), 422, "invalid")


def test_filters(anyone: Api, as_post: MakeApi) -> None:
    anyone.open()
    anyone.open(data={**PIT, "danger": True})
    town = as_post()
    assert len(town.get("cases").json()["cases"]) == 2
    assert len(town.get("cases", {"urgent": "true"}).json()["cases"]) == 1
    assert len(town.get("cases", {"within": TOWN}).json()["cases"]) == 2
    assert town.get("cases", {"state": "closed", "open": "false"}).json()["cases"] == []
    for query in (
        {"within": "999999"},
        {"sort": "worst"},
        {"size": "0"},
        {"category": "99999999"},
        {"urgnt": "1"},
    ):
        problem(town.get("cases", query), 422, "invalid")
    problem(anyone.get("cases"), 401, "no_token")


def test_the_timeline_pages(anyone: Api, as_post: MakeApi) -> None:
    made = anyone.open().json()
    town = as_post()
    for n in range(3):
        done = town.act(made["number"], "note", {"words": f"第 {n} 次查看，没有变化"})
        assert done.status_code == 200, done.content.decode()
    page = town.get(f"cases/{made['number']}/entries", {"size": 2}).json()
    seqs = [entry["seq"] for entry in page["entries"]]
    while page["next"]:
        page = town.get(page["next"]).json()
        seqs += [entry["seq"] for entry in page["entries"]]
    assert seqs == [4, 3, 2, 1]


def test_until_there_is_a_category_the_chosen_kind_is_told(anyone: Api, as_post: MakeApi) -> None:
    made = anyone.open(data={**PIT, "kind": "road"}).json()
    town = as_post()
    one = town.get(f"cases/{made['number']}").json()
    assert (one["category"], one["kind"]) == (None, "road")
    for group, count in (("road", 1), ("green", 0)):
        rows = town.get(f"cases?group={group}").json()["cases"]
        assert [row["kind"] for row in rows] == ["road"] * count
    town.act(made["number"], "accept", _accepting(anyone), expect=one["seq"])
    assert town.get(f"cases/{made['number']}").json()["kind"] == ""


def test_nothing_is_published_that_nobody_has_read_or_that_points_at_somebody(as_post: MakeApi) -> None:
    matter = cast.Matter.opened("open", anonymous(), at=now(), name="王小明", words="路面有一个坑")
    matter.close()
    matter.do("release", cast.REPORTER, allow="yes")
    number, town, text = f"{matter.now.number:016d}", as_post(), "坑已补好，\n复查完好。"
    told = problem(town.act(number, "publish", {"summary": "王先生满意，电话 138 0000 1234"}), 422, "invalid")
    assert [(each["field"], each["found"]) for each in told["errors"]] == [
        ("summary", ["王先生", "138 0000 1234"])
    ]
    told = problem(
        town.act(number, "publish", {"summary": "已列入重点人员名单"}, seen="已列入重点人员名单"),
        422,
        "boundary",
    )
    assert [each["field"] for each in told["errors"]] == ["summary"]
    for given in ({}, {"seen": "别的话"}, {"seen": f" {text} "}):
        told = problem(town.act(number, "publish", {"summary": f" {text} "}, **given), 422, "invalid")
        assert [(each["field"], each["found"]) for each in told["errors"]] == [("seen", [text])]
    assert matter.now.published_as is None
    key = uuid4()
    first = town.act(number, "publish", {"summary": f" {text} "}, seen=text, key=key)
    assert first.status_code == 200, first.content.decode()
    assert town.get(f"/api/v1/summaries/{matter.now.published_as}").json()["summary"] == text
    matter.do("reopen", cast.REPORTER, words="又坏了")
    assert town.act(number, "publish", {"summary": text}, seen=text, key=key).status_code == 409
    again = town.act(number, "publish", {"summary": f" {text} "}, seen=text, key=key)
    assert (again.status_code, again.json()["again"]) == (200, True)
    outsider = as_post(Role.HANDLER, HOUSING)
    problem(outsider.act(number, "publish", {"summary": "王小明"}), 403, "not_allowed")


def test_who_works_on_a_case_reads_what_was_merged_into_it(anyone: Api, as_post: MakeApi) -> None:
    main, double = anyone.open().json(), anyone.open(data={"words": "我家门口的路塌了一块"}).json()
    desk = as_post()
    assert desk.act(double["number"], "merge", {"into": main["number"]}).status_code == 200
    told = desk.get(f"cases/{main['number']}").json()
    (also,) = told["also_reported"]
    assert also["number"] == double["number"]
    assert also["entries"][0]["contents"][0]["values"]["words"] == "我家门口的路塌了一块"
    assert "contact" not in also
    other = as_post(Role.HANDLER, HOUSING).get(f"cases/{main['number']}").json()["also_reported"][0]
    assert other["entries"][0]["contents"][0]["values"] is None
    person = anyone.get("follow", Case_Number=main["number"], Follow_Code=main["follow_code"]).json()
    assert person["also_reported"] == []
    where = f"cases/{main['number']}/also_reported/{double['number']}/attachments/1"
    problem(desk.get(where), 404, "not_found")
    problem(anyone.get(where), 401, "no_token")
    assert desk.act(double["number"], "unmerge", {"words": "不是同一处"}).json()["state"] == "reported"
    assert desk.get(f"cases/{main['number']}").json()["also_reported"] == []


def test_what_is_urgent_is_not_merged_into_what_is_not(anyone: Api, as_post: MakeApi) -> None:
    urgent, other = anyone.open(data={**PIT, "danger": True}).json(), anyone.open().json()
    desk = as_post()
    told = problem(desk.act(urgent["number"], "merge", {"into": other["number"]}), 422, "invalid")
    assert "into" in {field.removeprefix("data.") for field in fields(told)}
    assert desk.act(other["number"], "merge", {"into": urgent["number"]}).json()["state"] == "merged"
    schema = desk.get("/api/v1/procedures/report/versions/1/actions/unmerge").json()
    assert schema["required"] == ["words"]
