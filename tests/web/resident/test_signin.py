# SPDX-License-Identifier: Apache-2.0
"""Residents' sign-in and their list: the code, the same answers, what half a year of silence changes."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.people.models import Account
from tests.web.resident.visits import follow, report, sign_in, text

pytestmark = pytest.mark.django_db
PHONE = "13900001111"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.ANLAN_DEMO = True


def later() -> None:
    """A minute passes between two codes for one number."""
    Account.objects.model._meta.apps.get_model("people", "RateCounter").objects.all().delete()


def test_reports_of_a_number_are_in_its_list_in_any_browser(client: Client) -> None:
    sign_in(client, PHONE)
    number, _code = report(client)
    report(Client())
    later()
    other = Client()
    sign_in(other, "139 0000 1111")
    page = text(other.get("/mine"))
    assert page.count('href="/follow/') == 1
    assert f"/follow/{number}" in page
    assert other.get(f"/follow/{number}").status_code == 200
    assert other.post(f"/follow/{number}/do/add", {"words": "还有一处"}).status_code == 302


def test_another_number_sees_nothing_of_it(client: Client) -> None:
    sign_in(client, PHONE)
    number, code = report(client)
    other = Client()
    sign_in(other, "13900002222")
    assert number not in text(other.get("/mine"))
    assert other.get(f"/follow/{number}").status_code == 302
    assert other.get(f"/follow/{number}/data.json").status_code == 302
    assert follow(other, number, code).status_code == 302
    assert other.get(f"/follow/{number}").status_code == 200


def test_the_list_needs_a_sign_in_and_leads_back(client: Client) -> None:
    answer = client.get("/mine")
    assert answer["Location"] == "/sign-in?next=/mine"


def test_wrong_codes_get_one_answer_and_end(client: Client) -> None:
    client.post("/sign-in", {"phone": PHONE})
    answers = [client.post("/sign-in", {"phone": PHONE, "code": "000000"}) for _ in range(3)]
    answers.append(Client().post("/sign-in", {"phone": "13900009999", "code": "000000"}))
    assert {answer.status_code for answer in answers} == {422}
    assert len({text(answer).count("验证码") for answer in answers}) == 1
    assert client.get("/mine").status_code == 302


@pytest.mark.parametrize("phone", ["", "123", "a\x00b", "<script>", "1" * 41])
def test_what_is_no_number_is_said_beside_it(client: Client, phone: str) -> None:
    assert client.post("/sign-in", {"phone": phone}).status_code == 422


def test_a_second_code_at_once_waits(client: Client) -> None:
    client.post("/sign-in", {"phone": PHONE})
    answer = client.post("/sign-in", {"phone": PHONE})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_who_tried_too_often_is_told_how_long_to_wait(client: Client) -> None:
    given = {"number": "4821 0937 5516 2047", "code": "ABCD EFGH JKMN PQRS"}
    answers = [client.post("/follow", given) for _ in range(21)]
    assert answers[-1].status_code == 429
    minutes = -(-int(answers[-1]["Retry-After"]) // 60)
    assert f"最多等 {minutes} 分钟" in text(answers[-1])


def test_the_code_is_shown_in_the_demo_only(client: Client, settings: Settings) -> None:
    assert "演示，不发短信" in text(client.post("/sign-in", {"phone": PHONE}))
    settings.ANLAN_DEMO = False
    answer = client.post("/sign-in", {"phone": "13900003333"})
    assert "anlan-code" not in text(answer)


def test_a_number_unused_for_half_a_year_opens_old_cases_with_the_code_only(client: Client) -> None:
    sign_in(client, PHONE)
    number, code = report(client)
    Account.objects.filter(phone_index__isnull=False).update(used_at=now() - timedelta(days=181))
    later()
    heir = Client()
    sign_in(heir, PHONE)
    assert number not in text(heir.get("/mine"))
    assert heir.get(f"/follow/{number}").status_code == 302
    assert follow(heir, number, code).status_code == 302


def test_signing_in_leads_back_here_only(client: Client) -> None:
    for goal, there in (
        ("/report", "/report"),
        ("https://example.org/", "/mine"),
        ("//example.org", "/mine"),
    ):
        later()
        page = text(client.post("/sign-in", {"phone": PHONE, "next": goal}))
        code = page.split('class="anlan-code">')[1][:6]
        answer = client.post("/sign-in", {"phone": PHONE, "code": code, "next": goal})
        assert answer["Location"] == there
        client.post("/sign-out")


def test_signing_out_forgets_all_that_was_open(client: Client) -> None:
    sign_in(client, PHONE)
    number, _code = report(client)
    client.post("/sign-out")
    assert client.get(f"/follow/{number}").status_code == 302
    assert client.get("/mine").status_code == 302
