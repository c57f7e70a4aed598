# SPDX-License-Identifier: Apache-2.0
"""A phone signs in at the field's door, works by its token, and hears at the API's what became of it."""

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.people.may import Role
from anlan.people.models import Terminal
from anlan.people.terminals import erase, revoke
from tests.cases.world import VILLAGE
from tests.people.world import security
from tests.web.api.conftest import Api, no_leases
from tests.web.api.test_cases import problem
from tests.web.staff import enter, post_of

__all__ = ["no_leases"]
pytestmark = pytest.mark.django_db


def phone(**given: str) -> Api:
    browser = enter(post_of(Role.GRID_WORKER, f"village:{VILLAGE}"))
    answer = browser.post("/field/terminals", {"version": "1.0.0"} | given)
    assert answer.status_code == 201, answer.content.decode()
    assert answer["Cache-Control"].startswith("max-age=0")
    return Api(client=Client(), token=answer.json()["token"])


def test_a_phone_pulls_by_its_own_token_and_says_what_waits() -> None:
    mine = phone()
    assert mine.get("sync", {"version": "1.0.1", "waiting": "3"}).status_code == 200
    row = Terminal.objects.get()
    assert (row.version, row.waiting) == ("1.0.1", 3)
    problem(mine.get("sync", {"version": "x" * 40}), 422, "invalid")


def test_it_hears_that_it_ended_and_that_it_must_erase() -> None:
    mine = phone()
    terminal = Terminal.objects.get().pk
    revoke(terminal, by=security(), at=now())
    problem(mine.get("sync"), 401, "revoked")
    problem(mine.post("sync", {"acts": [{}]}), 401, "revoked")
    erase(terminal, by=security(), at=now())
    problem(mine.get("sync"), 401, "erase")


def test_only_a_post_of_the_field_signs_a_phone_in() -> None:
    told = Client().post("/field/terminals", {"version": "1"})
    assert (told.status_code, told["Content-Type"]) == (200, "text/html; charset=utf-8"), "the sign-in"
    room = enter(post_of(Role.DISPATCHER, "town:330106004"))
    assert room.post("/field/terminals", {"version": "1"}).status_code == 403
    browser = enter(post_of(Role.GRID_WORKER, f"village:{VILLAGE}"))
    assert browser.get("/field/terminals").status_code == 405
    refused = browser.post("/field/terminals", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    browser.handler.enforce_csrf_checks = True
    assert browser.post("/field/terminals", {"version": "1"}).status_code == 403
    assert not Terminal.objects.exists()
