# SPDX-License-Identifier: Apache-2.0
"""Anybody asks for grave alerts of a place by text: a number is proved by a code, and the link in a message ends it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.people.models import Account, SignInCode
from anlan.people.models_push import PlaceText
from anlan.people.texts import find_phone
from tests.web.resident.visits import text

pytestmark = pytest.mark.django_db
COUNTY, PHONE = "330106000000000", "139 0000 1111"
HERE = f"/alerts?place={COUNTY}"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.ANLAN_DEMO = True


def ask(client: Client, phone: str = PHONE) -> Any:
    return client.post("/alerts/texts", {"place": COUNTY, "phone": phone})


def code_of(answer: Any) -> str:
    (code,) = re.findall(r'anlan-code">(\d{6})<', text(answer))
    return str(code)


def prove(client: Client, code: str, phone: str = PHONE) -> Any:
    return client.post("/alerts/texts", {"place": COUNTY, "phone": phone, "code": code}, follow=True)


def link_of() -> str:
    phone = find_phone(bytes(PlaceText.objects.get().id), at=now())
    assert phone is not None
    return f"/alerts/end/{phone.link}"


def test_a_number_is_proved_and_the_link_ends_it(client: Client) -> None:
    page = text(client.get(HERE))
    assert "短信" in page
    assert "橙色、红色预警" in page
    assert 'name="phone"' not in text(client.get("/alerts")), "of no place in particular nobody is told"
    sent = ask(client)
    assert "139****1111" in text(sent)
    assert not PlaceText.objects.exists()
    wrong = prove(client, "000000" if code_of(sent) != "000000" else "111111")
    assert wrong.status_code == 422
    assert not PlaceText.objects.exists()
    answer = prove(client, code_of(sent))
    assert "一年内，西湖区的橙色、红色预警会发短信给您" in text(answer)
    row = PlaceText.objects.get()
    phone = find_phone(bytes(row.id), at=now())
    assert phone is not None
    assert (phone.number, phone.language) == ("+8613900001111", "zh")
    assert not Account.objects.filter(phone_index__isnull=False).exists(), "it makes no account"
    assert not Session.objects.filter(session_data__contains="13900001111").exists()
    stranger = Client()
    page = text(stranger.get(link_of()))
    assert "西湖区" in page
    assert "1111" not in page, "who holds the link learns nothing of the number"
    assert PlaceText.objects.exists(), "to open it ends nothing"
    link = link_of()
    assert "不再收到西湖区的预警短信" in text(stranger.post(link))
    assert not PlaceText.objects.exists()
    assert "不再发送短信" in text(stranger.get(link))
    assert "不再发送短信" in text(stranger.get("/alerts/end/aaaa"))


def test_a_code_for_alerts_signs_nobody_in_and_the_other_way_round(client: Client) -> None:
    code = code_of(ask(client))
    assert client.post("/sign-in", {"phone": PHONE, "code": code}).status_code == 422
    SignInCode.objects.all().delete()
    for minutes in (0, 2):
        SignInCode.objects.update(sent_at=now() - timedelta(minutes=minutes))
    other = client.post("/sign-in", {"phone": "139 0000 2222"})
    assert prove(client, code_of(other), "139 0000 2222").status_code == 422
    assert not PlaceText.objects.exists()


@pytest.mark.parametrize("phone", ["", "12", "abc", "139 0000 11111"])
def test_what_is_no_number_is_asked_again(client: Client, phone: str) -> None:
    answer = ask(client, phone)
    assert answer.status_code == 422
    assert 'name="phone"' in text(answer)


def test_a_number_is_sent_a_code_once_a_minute(client: Client) -> None:
    assert ask(client).status_code == 200
    answer = ask(client)
    assert answer.status_code == 429
    assert 'name="phone"' in text(answer)
    assert f"{answer['Retry-After']} 秒后可以再次获取验证码。" in text(answer)
    assert "尝试次数过多" not in text(answer)


def test_where_texts_cannot_be_sent_or_ended_nothing_is_shown(client: Client, settings: Settings) -> None:
    settings.ANLAN_DEMO, settings.ANLAN_PUSH_SERVICES = False, ()
    for settings.ANLAN_SMS_URL, settings.ANLAN_ADDRESS in (
        ("", "https://anlan.example"),
        ("https://sms.example/send", ""),
    ):
        page = client.get(HERE)
        assert page.status_code == 200
        assert 'name="phone"' not in text(page)
        assert ask(client).status_code == 404
        assert 'href="/alerts?place' not in text(client.get("/place/330106"))
    settings.ANLAN_ADDRESS = "https://anlan.example"
    assert 'name="phone"' in text(client.get(HERE))
    assert f'href="{HERE}"' in text(client.get("/place/330106"))


@pytest.mark.parametrize("place", ["", "1", "990106000000000", "x"])
def test_of_what_is_no_place_nobody_is_told(client: Client, place: str) -> None:
    assert client.post("/alerts/texts", {"place": place, "phone": PHONE}).status_code == 404
    assert client.get("/alerts/texts", {"place": place}).status_code == 404
