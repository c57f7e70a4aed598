# SPDX-License-Identifier: Apache-2.0
"""A hostile program: it sets what is not its to set, and names cases that its token does not reach."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from anlan.base.clock import now
from anlan.cases.envelope import Envelope
from anlan.cases.models import Case, Entry
from anlan.config.environment import Environment
from anlan.people.may import Role
from anlan.people.models import Token
from anlan.places.codes import text as code_text
from anlan.places.find import get_place
from anlan.web.api.bodies import Acting, Opening
from tests.cases.world import place as place_of
from tests.web.api.conftest import PIT, VILLAGE, Api, MakeApi, anyone, as_post, no_leases, other_village
from tests.web.api.test_cases import problem
from tests.web.staff import enter, post_of

__all__ = ["anyone", "as_post", "no_leases"]
pytestmark = pytest.mark.django_db

INSIDE = {each.name for each in fields(Envelope)} | {each.name for each in Case._meta.get_fields()}
INSIDE |= {
    "actor",
    "account_id",
    "audience",
    "outcomes",
    "digest",
    "holder_id",
    "role",
    "post",
    "scope",
    "due",
    "told",
}
"""Whatever the engine knows of a case and of a request."""
OPENING = {"procedure": "report", "place": VILLAGE, "data": PIT}
VALUES: tuple[Any, ...] = (1, "system", None, {"id": 1})


@pytest.fixture
def uncapped(settings: LazySettings) -> None:
    settings.ENVIRONMENT = Environment(api_network=0, api_token=0)


def test_no_field_of_the_engine_can_be_set_from_outside(
    anyone: Api, as_post: MakeApi, uncapped: None
) -> None:
    town = as_post()
    number = anyone.open().json()["number"]
    names = sorted(INSIDE)
    assert len(names) > 40
    for n, name in enumerate(names):
        value = VALUES[n % len(VALUES)]
        if name not in Opening.__struct_fields__:
            problem(anyone.post("cases", OPENING | {name: value}), 422, "invalid")
        if name not in {"category", "condition"}:
            problem(anyone.open(data={**PIT, name: value or 1}), 422, "invalid")
            problem(town.act(number, "accept", {name: value or 1}, expect=1), 422, "invalid")
        problem(anyone.open(contact={name: value or 1}), 422, "invalid")
        if name not in Acting.__struct_fields__:
            problem(town.post(f"cases/{number}/actions/accept", {name: value}), 422, "invalid")
    assert Case.objects.count() == 1
    assert Entry.objects.count() == 1


def test_a_token_cannot_merge_into_a_case_outside_its_place(anyone: Api, as_post: MakeApi) -> None:
    """The same office has both, and the post itself could."""
    here = anyone.open().json()["number"]
    other = code_text(get_place(other_village()).code)
    there = anyone.open(place=other).json()["number"]
    assert len(set(Case.objects.values_list("holder_id", flat=True))) == 1
    bounded = as_post(actions=("merge", "accept"), place=place_of(VILLAGE))
    told = problem(bounded.act(here, "merge", {"into": there}, expect=1), 422, "invalid")
    nothing = problem(bounded.act(here, "merge", {"into": "0000000000000000"}, expect=1), 422, "invalid")
    assert (
        {each["field"] for each in told["errors"]}
        == {each["field"] for each in nothing["errors"]}
        == {"into"}
    )
    assert Case.objects.get(number=int(there)).seq == 1
    free = as_post(actions=("merge",))
    assert free.act(here, "merge", {"into": there}, expect=1).status_code == 200


def test_a_form_for_a_token_makes_one_for_the_own_post_only() -> None:
    mine, other = post_of(Role.DISPATCHER), post_of(Role.COUNTY_DISPATCHER)
    given = {"label": "x", "procedures": ["report"], "actions": ["accept"], "days": "30"}
    hostile = {
        "post": other.pk,
        "post_id": other.pk,
        "expires_at": "2099-01-01",
        "digest": "00",
        "ended_at": "",
    }
    assert enter(mine).post("/desk/tokens", given | hostile).status_code == 201
    token = Token.objects.get()
    assert (token.post_id, token.place_id) == (mine.pk, mine.place_id)
    assert token.expires_at < now() + timedelta(days=31)
    Client().post("/desk/tokens", given)  # nobody in particular
    assert Token.objects.count() == 1
