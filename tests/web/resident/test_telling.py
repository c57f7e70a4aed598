# SPDX-License-Identifier: Apache-2.0
"""A resident chooses how they are told, and what happened since they looked waits for them on their page."""

import json

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.cases import follow as followers
from anlan.cases import journal
from anlan.cases.models import Delivery, Follower, Telling
from anlan.cases.queries import find_case_id
from tests.cases.test_notices import FOLLOWER
from tests.web.resident.visits import follow, report, sign_in, text

pytestmark = pytest.mark.django_db
PHONE, ADDRESS = "13900001111", "wang@example.org"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.ANLAN_DEMO = True


def tell() -> None:
    """All that happened is numbered and told, as the journal's process does."""
    Follower.objects.get_or_create(name="notices", sends=True)
    while journal.number(at=now()):
        pass
    while followers.advance(FOLLOWER):
        pass


def reported(client: Client) -> str:
    sign_in(client, PHONE)
    return report(client, phone=PHONE)[0]


def test_the_way_can_be_changed_for_one_case_and_back(client: Client) -> None:
    number = reported(client)
    case = find_case_id(int(number))
    assert "139****1111" in text(client.get(f"/follow/{number}/told"))
    assert client.post(f"/follow/{number}/told", {"way": "email", "address": ADDRESS}).status_code == 302
    row = Telling.objects.get(case_id=case)
    assert ADDRESS.encode() not in bytes(row.sealed or b"")
    page = text(client.get(f"/follow/{number}"))
    assert "w****@example.org" in page
    assert ADDRESS not in page
    assert json.loads(client.get(f"/follow/{number}/data.json").content)["told"] == {
        "by": "email",
        "address": ADDRESS,
    }
    tell()
    assert set(Delivery.objects.filter(case_id=case).values_list("channel", flat=True)) == {"email"}
    client.post(f"/follow/{number}/told", {"way": "page"})
    assert "您不会收到消息" in text(client.get(f"/follow/{number}"))
    client.post(f"/follow/{number}/told", {"way": "sms"})
    assert not Telling.objects.filter(case_id=case).exists()


def test_on_this_page_only_sends_nothing_at_all(client: Client) -> None:
    number = reported(client)
    client.post(f"/follow/{number}/told", {"way": "page"})
    tell()
    assert not Delivery.objects.filter(case_id=find_case_id(int(number))).exists()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"way": "email"},
        {"way": "post"},
        {"way": "email", "address": "nobody"},
        {"way": "email", "address": "王@例子.中国"},
    ],
)
def test_what_cannot_be_sent_to_is_asked_again(client: Client, given: dict[str, str]) -> None:
    number = reported(client)
    answer = client.post(f"/follow/{number}/told", given or {"way": ""})
    assert answer.status_code == 422
    assert not Telling.objects.exists()


def test_who_gave_no_number_is_offered_no_text_message(client: Client) -> None:
    number, code = report(client)
    visitor = Client()
    follow(visitor, number, code)
    page = text(visitor.get(f"/follow/{number}/told"))
    assert 'value="sms"' not in page
    assert 'value="email"' in page
    assert visitor.post(f"/follow/{number}/told", {"way": "sms"}).status_code == 422


def test_nobody_else_may_choose(client: Client) -> None:
    number = reported(client)
    stranger = Client()
    answer = stranger.post(f"/follow/{number}/told", {"way": "email", "address": "thief@example.org"})
    assert answer["Location"] == f"/follow?number={number}"
    assert not Telling.objects.exists()


def test_the_address_goes_when_the_parties_are_erased(client: Client) -> None:
    number = reported(client)
    client.post(f"/follow/{number}/told", {"way": "email", "address": ADDRESS})
    client.post(f"/follow/{number}/do/withdraw", {"why": "不用了"})
    assert client.post(f"/follow/{number}/do/erase", {}).status_code == 302
    assert not Telling.objects.exists()


def test_news_waits_until_its_case_was_looked_at(client: Client) -> None:
    number = reported(client)
    tell()
    page = text(client.get("/mine"))
    assert "您上次查看之后" in page
    assert page.count(f'href="/follow/{number}"') == 2
    client.get(f"/follow/{number}")
    page = text(client.get("/mine"))
    assert "您上次查看之后" not in page
    assert page.count(f'href="/follow/{number}"') == 1
    other = Client()
    sign_in(other, "13900002222")
    assert number not in text(other.get("/mine"))
