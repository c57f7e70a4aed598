# SPDX-License-Identifier: Apache-2.0
"""What people write, and how they are reached, is in no log line: not of a request, not of an error, not of a library."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError, connection
from django.test import Client
from pytest_django import Settings

from anlan.config.logs import JsonFormatter
from anlan.people.may import Role
from tests.web.staff import enter, matter, number, post_of

WORD, PHONE = "翠羽明珰", "13877776666"
pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that production's handler would write, and whatever libraries would say at their most talkative."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(before)
    root.removeHandler(handler)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def break_off(*_arguments: object, **_named: object) -> None:
    """As a library does that says in its error what it was given; and as the database does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [f"{WORD} {PHONE}"])
    except DataError as error:
        raise ValueError(f"{WORD} {PHONE}") from error


def test_no_door_writes_a_word_of_a_person_into_a_log(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = number(matter(words=f"{WORD}路有个大坑，电话{PHONE}"))
    visitor = Client(raise_request_exception=False)
    staff = enter(post_of(Role.DISPATCHER))
    staff.raise_request_exception = False
    said = {
        "words": WORD,
        "phone": PHONE,
        "number": f"{WORD}{PHONE}",
        "code": WORD,
        "q": WORD,
        "username": WORD,
    }
    for page in (
        "/report",
        "/follow",
        "/sign-in",
        "/public",
        "/desk/sign-in",
        "/api/v1/places",
        f"/{WORD}/{PHONE}",
    ):
        visitor.get(page, said)
        visitor.post(page, said)
    visitor.post("/api/v1/cases/report", said, content_type="application/json")
    visitor.get(
        "/", headers={"host": f"{PHONE}.example", "referer": f"http://x/{PHONE}", "x-request-id": PHONE}
    )
    for page in (f"/desk/cases/{case}", f"/field/{case}", "/desk/", f"/admin/people/organisation/?q={PHONE}"):
        staff.get(page, said)
        staff.post(page, said)
    monkeypatch.setattr("anlan.web.api.cases.open_case", break_off)
    monkeypatch.setattr("anlan.web.desk.inbox.frame", break_off)
    staff.get("/desk/", said)
    logging.getLogger("some.library").warning("could not take %s", PHONE)
    told = written.getvalue()
    assert [
        line for line in told.splitlines() if WORD in line or PHONE in line or json.dumps(WORD)[1:-1] in line
    ] == []
    broken = [line for line in lines(written) if line.get("status") == 500 and "error" in line]
    assert broken, "an error must have been told"
    assert [each["type"] for each in broken[-1]["error"]][:2] == [
        "builtins.ValueError",
        "django.db.utils.DataError",
    ]
    assert any("break_off" in frame for frame in broken[-1]["error"][0]["passed"])


def test_a_line_says_which_door_and_route_and_how_it_ended_and_no_number(written: io.StringIO) -> None:
    case = number(matter())
    answer = enter(post_of(Role.DISPATCHER)).get(f"/desk/cases/{case}?q=1")
    (line,) = [each for each in lines(written) if each["logger"] == "anlan.request"]
    assert (line["door"], line["route"], line["method"], line["status"]) == ("desk", "desk:case", "GET", 200)
    assert line["ms"] > 0
    assert line["request"] == answer["X-Request-ID"]
    assert str(case) not in written.getvalue()


def test_the_id_of_a_request_is_taken_from_a_proxy_of_ones_own_only(
    written: io.StringIO, settings: Settings
) -> None:
    given = {"x-request-id": "0123456789abcdef"}
    assert Client().get("/", headers=given)["X-Request-ID"] != given["x-request-id"]
    settings.ANLAN_PROXIES = 1
    assert Client().get("/", headers=given)["X-Request-ID"] == given["x-request-id"]
    for strange in ("short", "a" * 65, "with words in it", "a\\nb-------"):
        assert Client().get("/", headers={"x-request-id": strange})["X-Request-ID"] != strange
    assert all(line["request"] for line in lines(written) if line["logger"] == "anlan.request")


def test_the_log_of_the_database_holds_neither_statements_nor_values() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('log_error_verbosity'), current_setting('log_min_error_statement')"
        )
        assert cursor.fetchone() == ("terse", "panic")
