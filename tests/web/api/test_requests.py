# SPDX-License-Identifier: Apache-2.0
"""Hostile and broken requests: each gets a problem document that says what to do, and none reaches the engine."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from psycopg.errors import LockNotAvailable
from psycopg_pool import PoolTimeout

from anlan.base.clock import now
from anlan.base.errors import NotFound, TooMany
from anlan.cases.models import Case
from anlan.web.api import callers, problems
from anlan.web.api.callers import spend
from tests.web.api.conftest import PIT, VILLAGE, Api, MakeApi
from tests.web.api.test_cases import problem

pytestmark = pytest.mark.django_db


def send(anyone: Api, body: bytes | str, *, kind: str = "application/json", **headers: str) -> Any:
    given = {
        "Idempotency-Key": str(uuid4()),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return anyone.client.generic("POST", "/api/v1/cases", body, content_type=kind, headers=given)


def opening(**given: Any) -> str:
    return json.dumps({"procedure": "report", "place": VILLAGE, "data": PIT, **given}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b" ", 400),
        (b"{", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"\xff\xfe{\x00}\x00", 400),
        ('{"place": "330106004066", "data": {"words": "文"}}'.encode("gb18030"), 400),
        (b'{"place": "330106004066", "data": {"words": "\\ud800 a lone surrogate"}}', 422),
        (b"{" * 100_000, 400),
        (b"[" * 100_000 + b"]" * 100_000, 422),
        ('{"a":' * 50 + "1" + "}" * 50, 422),
        (opening(data={"words": "\x00 a NUL in the words"}), 422),
        (opening(data={"words\x00": "a NUL in a name"}), 422),
        (opening(data={**PIT, "point": {"lng": 120.1551, "lat": 30.2741}}), 422),
        (opening(data={**PIT, "point": {"lng": 1e300, "lat": 1}}), 422),
        (opening(data={**PIT, "point": {"lng": 10**30, "lat": 1}}), 422),
        (opening(data={**PIT, "point": {"lng": "1201551000", "lat": []}}), 422),
        (opening(data={**PIT, "point": {"lng": 1201551000, "lat": 302741000, "crs": "mars"}}), 422),
        (opening(data={**PIT, "category": 10**40}), 422),
        (opening(data={**PIT, "category": {"$ne": 1}}), 422),
        (opening(data={**PIT, "files": "x"}), 422),
        (opening(data={**PIT, "nothing_like_it": 1}), 422),
        (opening(data={"words": ["a", "list"]}), 422),
        (opening(place="33010600406"), 422),
        (opening(place="999999999999"), 422),
        (opening(place="３３０１０６"), 422),
        (opening(place=330106), 422),
        (opening(procedure="persons"), 422),
        (opening(action="close"), 422),
        (opening(action="open_part"), 422),
        (opening(source="system"), 422),
        (opening(files=["forged"]), 422),
        (opening(files=["x" * 100_000]), 422),
        (opening(unknown=1), 422),
        (opening(contact={"phone": "123"}), 422),
        (opening(contact={"id_number": "330106199001011234"}), 422),
        (opening(contact={"name": "王" * 51}), 422),
    ],
)
def test_a_body_that_cannot_be_taken(anyone: Api, body: bytes | str, status: int) -> None:
    answer = send(anyone, body)
    told = problem(answer, status, "unreadable" if status == 400 else "invalid")
    assert told["detail"]
    assert not Case.objects.exists()


def test_numbers_with_a_point_are_told_how_to_write_them(anyone: Api) -> None:
    told = send(
        anyone, opening(data={**PIT, "point": {"lng": 120.1551, "lat": 302741000}}), Accept_Language="en"
    ).json()
    assert told["errors"] == [{"field": "data.point.lng", "detail": str(problems_words())}]
    assert "1201551000" in told["errors"][0]["detail"]


def problems_words() -> Any:
    from anlan.web.api.bodies import POINTLESS  # import: read in the test's language

    return POINTLESS


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=gbk",
        "",
    ],
)
def test_only_json_in_utf8(anyone: Api, kind: str) -> None:
    problem(send(anyone, opening(), kind=kind), 415, "wrong_kind")


def test_no_packed_bodies(anyone: Api) -> None:
    problem(send(anyone, opening(), Content_Encoding="gzip"), 415, "wrong_kind")


def test_a_body_too_large_is_refused_before_it_is_read(anyone: Api) -> None:
    problem(send(anyone, opening(data={"words": "长" * 300_000})), 413, "too_large")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods(anyone: Api, method: str) -> None:
    answer = anyone.client.generic(method, "/api/v1/cases")
    problem(answer, 405, "wrong_method")
    assert answer["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    "where", ["nothing", "cases/1", "cases/x/entries", "cases/", "../admin", "places/33010", "procedures/x"]
)
def test_what_is_not_there(as_post: MakeApi, where: str) -> None:
    problem(as_post().get(where), 404, "not_found")


def test_words_are_in_the_language_asked_for(anyone: Api) -> None:
    assert anyone.get("nothing", Accept_Language="zh-CN").json()["title"] == "没有找到"
    assert anyone.get("nothing", Accept_Language="en").json()["title"] == "Not found"


def test_another_persons_code_and_number_do_not_fit(anyone: Api) -> None:
    one, other = anyone.open().json(), anyone.open().json()
    crossed = {"Case_Number": one["number"], "Follow_Code": other["follow_code"]}
    problem(anyone.get("follow", **crossed), 404, "not_found")
    problem(anyone.act(one["number"], "urge", Follow_Code=other["follow_code"]), 404, "not_found")


def test_trying_codes_is_capped(anyone: Api) -> None:
    number = anyone.open().json()["number"]
    for _ in range(20):
        problem(anyone.get("follow", Case_Number=number, Follow_Code="0000 0000 0000 0000"), 404, "not_found")
    answer = anyone.get("follow", Case_Number=number, Follow_Code="0000 0000 0000 0000")
    assert problem(answer, 429, "too_many")["retry_after"] == int(answer["Retry-After"]) > 0


def test_opening_without_a_token_is_capped_and_a_refused_one_leaves_nothing(anyone: Api) -> None:
    for _ in range(60):
        assert anyone.open().status_code == 201
    answer = anyone.open()
    problem(answer, 429, "too_many")
    assert int(answer["Retry-After"]) > 0
    assert Case.objects.count() == 60


def test_calls_are_capped_for_all_processes_together() -> None:
    """A process takes uses by the handful; another one (no leases of its own) meets what is left."""
    at = now()
    for _ in range(100):
        spend("test", "x", per_minute=100, at=at)
    callers._leases.clear()
    with pytest.raises(TooMany):
        spend("test", "x", per_minute=100, at=at)
    spend("test", "another", per_minute=100, at=at)
    spend("test", "x", per_minute=0, at=at)


@pytest.mark.parametrize("cause", [LockNotAvailable(), PoolTimeout()])
def test_a_database_that_does_not_answer_in_time_is_busy(
    anyone: Api, monkeypatch: pytest.MonkeyPatch, cause: Exception
) -> None:
    def fail(*_given: Any, **_named: Any) -> None:
        raise OperationalError from cause

    monkeypatch.setattr("anlan.web.api.catalogue.current", fail)
    answer = anyone.get("categories")
    problem(answer, 503, "busy")
    assert int(answer["Retry-After"]) > 0


def test_the_unforeseen_tells_nothing_of_the_inside(anyone: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("SELECT secret FROM inside")

    monkeypatch.setattr("anlan.web.api.catalogue.current", fail)
    answer = anyone.get("categories")
    problem(answer, 500, "broken")
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content


def test_cookies_count_for_nothing(anyone: Api, as_post: MakeApi) -> None:
    anyone.client.cookies["sessionid"] = "x" * 32
    problem(anyone.get("cases"), 401, "no_token")


def test_a_refusal_has_its_own_words() -> None:
    assert problems.refusal_for(NotFound()).status == 404
