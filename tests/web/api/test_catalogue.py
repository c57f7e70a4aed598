# SPDX-License-Identifier: Apache-2.0
"""What everybody may know through the API, and the API's own document."""

from typing import Any

import pytest
from django.urls import get_resolver

from anlan.cases import registry
from anlan.cases.define import Kind
from anlan.web.api import urls
from anlan.web.gate import MayUse, find_may_use
from tests.web.api.conftest import COUNTY, TOWN, VILLAGE, Api
from tests.web.api.test_cases import fields, problem

pytestmark = pytest.mark.django_db
# 文三路 in Hangzhou.
LNG, LAT = 1_201_300_000, 302_800_000


def test_categories_come_with_their_conditions(anyone: Api) -> None:
    found = anyone.get("categories").json()["categories"]
    assert len(found) > 50
    assert sum(len(one["conditions"]) for one in found) > 100
    group = found[0]["group"]
    narrowed = anyone.get("categories", {"group": group}).json()["categories"]
    assert 0 < len(narrowed) < len(found)
    assert {one["group"] for one in narrowed} == {group}


def test_places_by_name_by_code_and_below(anyone: Api) -> None:
    named = anyone.get("places", {"q": "文三社区"}).json()["places"]
    assert VILLAGE in {place["code"] for place in named}
    assert anyone.get("places", {"q": "wensan", "within": TOWN}).json()["places"]
    county = anyone.get(f"places/{COUNTY}").json()
    assert county["name"] == "西湖区"
    assert TOWN in {place["code"] for place in county["children"]}
    assert [place["code"] for place in anyone.get("places").json()["places"]] == ["33"]
    assert anyone.get("places", {"q": "没有这样的地方名"}).json() == {"places": []}


def test_a_point_gives_the_county_and_only_candidates_below(anyone: Api) -> None:
    told = anyone.get("locate", {"lng": str(LNG), "lat": str(LAT)}).json()
    assert told["place"]["code"] == COUNTY
    assert told["candidates"]
    assert all(near["made_up"] or near["level"] == "village" for near in told["candidates"])
    assert told["note"]
    shifted = anyone.get("locate", {"lng": str(LNG), "lat": str(LAT), "crs": "gcj02"}).json()
    assert (shifted["lng"], shifted["lat"]) != (LNG, LAT)
    assert abs(shifted["lng"] - LNG) < 100_000


@pytest.mark.parametrize(
    ("lng", "lat", "field"),
    [
        ("120.13", "30.28", "lng"),
        ("1201300000", "30.28", "lat"),
        ("x", "1", "lng"),
        ("9" * 5000, "1", "lng"),
        ("0", "-900000001", "lat"),
    ],
)
def test_coordinates_are_whole_numbers(anyone: Api, lng: str, lat: str, field: str) -> None:
    assert fields(problem(anyone.get("locate", {"lng": lng, "lat": lat}), 422, "invalid")) == {field}


def test_a_point_outside_is_said_to_be_outside(anyone: Api) -> None:
    problem(anyone.get("locate", {"lng": "0", "lat": "0"}), 422, "outside_region")
    problem(anyone.get("locate", {"lng": "0"}), 422, "invalid")
    problem(anyone.get("locate", {"lng": "0", "lat": "0", "crs": "mars"}), 422, "invalid")


def test_organisations_page_by_id(anyone: Api) -> None:
    page = anyone.get("organisations", {"within": COUNTY, "size": 100}).json()
    seen = [one["id"] for one in page["organisations"]]
    while page["next"]:
        page = anyone.get(page["next"]).json()
        seen += [one["id"] for one in page["organisations"]]
    assert seen == sorted(set(seen))
    assert len(seen) > 100
    kinds = {
        one["kind"]
        for one in anyone.get("organisations", {"within": COUNTY, "kind": "town_room"}).json()[
            "organisations"
        ]
    }
    assert kinds == {"town_room"}


def test_each_action_has_a_schema_drawn_from_its_fields(anyone: Api) -> None:
    procedure = registry.newest()["report"]
    told = next(p for p in anyone.get("procedures").json()["procedures"] if p["key"] == "report")
    assert {one["key"] for one in told["actions"]} == {one.key for one in procedure.actions if one.on_screen}
    assert anyone.get("procedures/report").json() == told
    for action in procedure.actions:
        schema = anyone.get(f"procedures/report/versions/1/actions/{action.key}").json()
        wanted = {field.key: field for field in action.fields if field.kind is not Kind.FILES}
        assert set(schema["properties"]) == set(wanted)
        assert schema["required"] == [field.key for field in action.fields if field.required]
    problem(anyone.get("procedures/report/versions/99/actions/open"), 404, "not_found")
    problem(anyone.get("procedures/report/versions/1/actions/vanish"), 404, "not_found")


def test_every_operation_says_who_may_use_it(anyone: Api) -> None:
    assert all(find_may_use(each.callback) == MayUse(group="anyone") for each in urls.urlpatterns)
    document: dict[str, Any] = anyone.get("openapi.json").json()
    closed = {
        (method, where)
        for where, operations in document["paths"].items()
        for method, one in operations.items()
        if {} not in one["security"]
    }
    assert closed == {
        ("post", "/api/v1/sync"),
        ("get", "/api/v1/sync"),
        ("get", "/api/v1/sync/kit"),
        ("delete", "/api/v1/sync/terminal"),
        ("get", "/api/v1/sync/screen"),
        ("put", "/api/v1/sync/screen"),
        ("delete", "/api/v1/sync/screen"),
        ("get", "/api/v1/outbox"),
        ("get", "/api/v1/outbox/{act}/photos/{photo}"),
        ("delete", "/api/v1/outbox/{act}"),
        ("put", "/api/v1/uploads/{case}/{digest}"),
        ("get", "/api/v1/uploads/{case}/{digest}"),
        ("get", "/api/v1/cases"),
        ("get", "/api/v1/sync/outlines"),
        ("post", "/api/v1/patrols"),
        ("post", "/api/v1/alerts"),
        ("post", "/api/v1/alerts/{number}/confirmation"),
        ("get", "/api/v1/cases/{number}/also_reported/{other}/attachments/{n}"),
    }
    assert get_resolver().resolve("/api/v1/docs").func is not None


def test_every_failure_is_documented_as_a_problem(anyone: Api) -> None:
    for operations in anyone.get("openapi.json").json()["paths"].values():
        for one in operations.values():
            assert list(one["responses"]["422"]["content"]) == ["application/problem+json"]
            assert "429" in one["responses"]


def test_the_docs_page_loads_nothing_from_elsewhere(anyone: Api) -> None:
    page = anyone.client.get("/api/v1/docs").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "//cdn" not in page
    assert "https://" not in page
    script = anyone.client.get("/static/ninja/swagger-ui-bundle.js")
    assert script.status_code == 200
    script.close()
