# SPDX-License-Identifier: Apache-2.0
"""A resident chooses their WeChat for one case: there and back, in their own browser only, and where nothing comes any more by SMS."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base import clock
from anlan.cases.models import Telling
from anlan.cases.queries import find_case_id
from tests.people.wechat_service import WeChatService, wechat_service
from tests.web.resident.visits import follow, report, sign_in, text

pytestmark = pytest.mark.django_db
PHONE, LI = "13900001111", "oLi_7-x"
PHONE_BROWSER = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
OFFICE_BROWSER = f"{PHONE_BROWSER} wxwork/4.1"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[WeChatService]:
    settings.ANLAN_DEMO = True
    with wechat_service(tmp_path, monkeypatch) as found:
        found.people[LI] = True
        yield found


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"User-Agent": PHONE_BROWSER})


def reported(visitor: Client) -> str:
    sign_in(visitor, PHONE)
    return report(visitor, phone=PHONE)[0]


def leave(visitor: Client, number: str) -> str:
    answer = visitor.post(f"/follow/{number}/told", {"way": "wechat"})
    assert answer.status_code == 302
    return str(answer["Location"])


def come_back(visitor: Client, back: dict[str, str], **other: str) -> Any:
    where = urlsplit(back["to"])
    assert f"{where.scheme}://{where.netloc}" == "https://anlan.example"
    given = {"code": back["code"], "state": back["state"], **other}
    return visitor.get(where.path, given, follow=True)


def test_there_and_back_and_the_case_is_told_there(visitor: Client, service: WeChatService) -> None:
    number = reported(visitor)
    page = visitor.get(f"/follow/{number}/told")
    assert "微信提醒，由“安澜服务”发送" in text(page)
    assert "form-action 'self' https://open.weixin.qq.com;" in page["Content-Security-Policy"]
    answer = come_back(visitor, service.visit(leave(visitor, number), LI))
    assert "有关消息发到 您的微信" in text(answer)
    row = Telling.objects.get(case_id=find_case_id(int(number)))
    assert row.way == "wechat"
    assert LI.encode() not in bytes(row.sealed or b"")
    assert LI not in str(dict(visitor.session))
    assert LI not in text(answer)
    visitor.post(f"/follow/{number}/told", {"way": "sms"})
    assert not Telling.objects.exists()


def test_who_does_not_follow_the_account_is_told_to_do_so_first(
    visitor: Client, service: WeChatService
) -> None:
    service.people[LI] = False
    number = reported(visitor)
    answer = come_back(visitor, service.visit(leave(visitor, number), LI))
    assert "请先在微信中关注公众号“安澜服务”" in text(answer)
    assert not Telling.objects.exists()
    service.people[LI] = True
    come_back(visitor, service.visit(leave(visitor, number), LI))
    assert Telling.objects.exists()


def test_what_comes_back_counts_once_for_ten_minutes_for_this_case_and_browser(
    visitor: Client, service: WeChatService, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = reported(visitor)
    other = report(visitor, phone=PHONE)[0]
    back = service.visit(leave(visitor, number), LI)
    answer = come_back(visitor, back, state="x" * 22)
    assert "请重新选择" in text(answer)
    assert "请重新选择" in text(come_back(visitor, back)), "a wrong one has used it up"
    back = service.visit(leave(visitor, number), LI)
    elsewhere = {**back, "to": back["to"].replace(number, other)}
    assert "请重新选择" in text(come_back(visitor, elsewhere))
    back = service.visit(leave(visitor, number), LI)
    thief = Client(headers={"User-Agent": PHONE_BROWSER})
    assert "/follow?number=" in come_back(thief, back).redirect_chain[0][0]
    assert not Telling.objects.exists()
    assert service.used == set(), "WeChat was asked about none of them"
    at = clock.now() + timedelta(minutes=11)
    with monkeypatch.context() as later:
        later.setattr("anlan.web.resident.wechat.now", lambda: at)
        assert "请重新选择" in text(come_back(visitor, back))
    back = service.visit(leave(visitor, number), LI)
    assert "有关消息发到 您的微信" in text(come_back(visitor, back))
    assert "请重新选择" in text(come_back(visitor, back))
    assert Telling.objects.get().way == "wechat", "what was chosen stays"


def test_no_answer_of_wechat_is_said_and_changes_nothing(visitor: Client, service: WeChatService) -> None:
    number = reported(visitor)
    back = service.visit(leave(visitor, number), LI)
    answer = come_back(visitor, back, code="made-up")
    assert "微信没有回应" in text(answer)
    assert not Telling.objects.exists()


@pytest.mark.parametrize("agent", ["Mozilla/5.0 Chrome/126.0", OFFICE_BROWSER])
def test_outside_of_wechat_it_cannot_be_chosen_and_the_page_says_where(
    visitor: Client, service: WeChatService, agent: str
) -> None:
    number = reported(visitor)
    elsewhere = {"User-Agent": agent}
    assert "请在微信中打开本页" in text(visitor.get(f"/follow/{number}/told", headers=elsewhere))
    answer = visitor.post(f"/follow/{number}/told", {"way": "wechat"}, headers=elsewhere)
    assert answer.status_code == 422
    assert "只能在微信中选择" in text(answer)
    come_back(visitor, service.visit(leave(visitor, number), LI))
    assert visitor.post(f"/follow/{number}/told", {"way": "wechat"}, headers=elsewhere).status_code == 302
    assert Telling.objects.get().way == "wechat"


def test_where_there_is_no_account_nothing_of_it_is_shown(visitor: Client, settings: Settings) -> None:
    settings.ANLAN_DEMO = True
    number = reported(visitor)
    page = visitor.get(f"/follow/{number}/told")
    assert "微信" not in text(page)
    assert "weixin" not in page["Content-Security-Policy"]
    assert visitor.post(f"/follow/{number}/told", {"way": "wechat"}).status_code == 422
    assert visitor.get(f"/follow/{number}/wechat", {"code": "c", "state": "s"}).status_code == 404


def test_who_follows_by_code_may_choose_it_too_and_it_goes_when_the_parties_do(
    visitor: Client, service: WeChatService
) -> None:
    number, code = report(Client())
    follow(visitor, number, code)
    come_back(visitor, service.visit(leave(visitor, number), LI))
    assert Telling.objects.get().way == "wechat"
    visitor.post(f"/follow/{number}/do/withdraw", {"why": "不用了"})
    assert visitor.post(f"/follow/{number}/do/erase", {}).status_code == 302
    assert not Telling.objects.exists()
