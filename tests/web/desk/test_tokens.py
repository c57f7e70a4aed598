# SPDX-License-Identifier: Apache-2.0
"""A token is made by its post, shown once, does what was ticked and nothing else, and ends at once."""

import re

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.cases.models import Case
from anlan.people.may import Role
from anlan.people.models import AdminLine, Post, Token
from anlan.places import find
from tests.web.api.conftest import Api
from tests.web.staff import enter, matter, number, post_of

pytestmark = pytest.mark.django_db
ASKED = {"label": "热线系统", "procedures": ["report"], "actions": ["accept"], "days": "30"}


def made(client: Client, **given: object) -> str:
    answer = client.post("/desk/tokens", ASKED | given)
    assert answer.status_code == 201
    found = re.search(r"anlan_[\w-]{40,}", answer.content.decode())
    assert found is not None
    return found[0]


def test_a_token_is_shown_once_and_does_what_was_ticked() -> None:
    town = enter(post_of(Role.DISPATCHER))
    text = made(town)
    again = town.get("/desk/tokens").content.decode()
    assert "热线系统" in again
    assert text not in again
    assert AdminLine.objects.filter(what="token.make").count() == 1
    case = number(matter())
    api = Api(client=Client(), token=text)
    assert api.act(f"{case:016d}", "dispatch", expect=1).status_code == 403
    assert api.act(f"{case:016d}", "accept", expect=1).status_code == 200


def test_a_token_for_one_village_reaches_no_other() -> None:
    town = enter(post_of(Role.DISPATCHER))
    case = number(matter())
    villages = find.children(Post.objects.get().place_id, at=now())
    there = Case.objects.get(number=case).area
    [own] = [each.id for each in villages if each.code // 1000 == there // 1000]
    other = next(each.id for each in villages if each.id != own)
    for place, expected in ((own, 200), (other, 404)):
        api = Api(client=Client(), token=made(town, place=place))
        assert api.get(f"cases/{case:016d}").status_code == expected
    assert town.post("/desk/tokens", ASKED | {"place": 1}).status_code == 422


def test_an_ended_token_opens_nothing_and_another_post_cannot_end_it() -> None:
    town, other = enter(post_of(Role.DISPATCHER)), enter(post_of(Role.HANDLER))
    text = made(town)
    token = Token.objects.get()
    other.post(f"/desk/tokens/{token.pk}/end")
    assert Token.objects.filter(ended_at=None).exists()
    assert "热线系统" not in other.get("/desk/tokens").content.decode()
    town.post(f"/desk/tokens/{token.pk}/end")
    assert not Token.objects.filter(ended_at=None).exists()
    assert Client().get("/api/v1/cases", HTTP_AUTHORIZATION=f"Bearer {text}").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"label": " "}, {"actions": ["erase_everything"]}, {"days": "4000"}, {"procedures": ["nothing"]}],
)
def test_what_cannot_be_is_asked_again_with_what_was_typed(wrong: dict[str, object]) -> None:
    answer = enter(post_of(Role.DISPATCHER)).post("/desk/tokens", ASKED | wrong)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert not Token.objects.exists()


def test_no_token_offers_what_the_post_may_not_do() -> None:
    page = enter(post_of(Role.HANDLER)).get("/desk/tokens").content.decode()
    assert 'value="done"' in page
    assert 'value="dispatch"' not in page
