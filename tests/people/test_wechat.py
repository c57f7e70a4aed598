# SPDX-License-Identifier: Apache-2.0
"""An official account's messages against a server of this test's own that answers as WeChat's does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from anlan.config.carriers import wechat_of
from anlan.config.environment import Environment, SettingError
from anlan.people.carriers import Ended, Message, NotSent, Unknown
from anlan.people.channels import carrier_of
from anlan.people.wechat import WeChat
from tests.people.wechat_service import WeChatService, wechat_service

AT = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
LI = "oLi_7-x"
MESSAGE = Message(
    line="安澜 4821",
    text="您的事项有新进展，请点开查看",
    url="/follow/0000000000004821",
    about="4821",
    reference="7-party:1-wechat",
)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WeChatService]:
    with wechat_service(tmp_path, monkeypatch) as found:
        found.people[LI] = True
        yield found


def carry(to: str = LI, message: Message = MESSAGE) -> None:
    carrier_of("wechat").carry(to, message, at=AT)


def account() -> WeChat:
    found: WeChat | None = settings.ANLAN_WECHAT
    assert found is not None
    return found


def test_a_message_says_that_there_is_news_when_and_where_and_no_number(service: WeChatService) -> None:
    carry()
    carry(message=replace(MESSAGE, reference="8-party:1-wechat"))
    first, second = service.got
    assert first["data"] == {
        "thing1": {"value": "您的事项有新进展，请点开查看"},
        "time2": {"value": "2026年3月2日 09:05"},
    }
    assert (first["touser"], first["url"]) == (LI, "https://anlan.example/follow/0000000000004821")
    assert "4821" not in str(first["data"])
    assert first["client_msg_id"] != second["client_msg_id"]
    assert "party" not in first["client_msg_id"]
    assert service.asked == 1, "the token is kept"


def test_the_same_message_sent_again_reaches_nobody_twice(service: WeChatService) -> None:
    carry()
    carry()
    assert len(service.got) == 1


def test_a_token_that_ended_early_is_asked_for_anew_once(service: WeChatService) -> None:
    carry()
    service.token = "t2"
    carry(message=replace(MESSAGE, reference="8"))
    assert (len(service.got), service.asked) == (2, 2)
    service.answers = [{"errcode": 42001, "errmsg": "access_token expired"}] * 2
    with pytest.raises(NotSent, match="42001") as refused:
        carry(message=replace(MESSAGE, reference="9"))
    assert refused.value.again
    service.lasts = 0
    carry(message=replace(MESSAGE, reference="10"))
    carry(message=replace(MESSAGE, reference="11"))
    assert service.asked > 4, "one that is good for no time is not kept"


@pytest.mark.parametrize(
    ("answer", "meaning", "again"),
    [
        ({"errcode": 43004, "errmsg": "require subscribe rid: 1"}, Ended, False),
        ({"errcode": 43019, "errmsg": "require remove blacklist"}, Ended, False),
        ({"errcode": 43101, "errmsg": "user refuse to accept the msg"}, Ended, False),
        ({"errcode": -1, "errmsg": "system error"}, NotSent, True),
        ({"errcode": 45009, "errmsg": "reach max api daily quota limit"}, NotSent, True),
        ({"errcode": 45011, "errmsg": "api minute-quota reach limit"}, NotSent, True),
        ({"errcode": 40003, "errmsg": "invalid openid"}, NotSent, False),
        ({"errcode": 40037, "errmsg": "invalid template_id"}, NotSent, False),
        ({"errcode": 47003, "errmsg": "argument invalid! data.thing1.value is invalid"}, NotSent, False),
        ({"errcode": 48001, "errmsg": "api unauthorized"}, NotSent, False),
        ({}, NotSent, False),
        (404, NotSent, True),
        (502, Unknown, None),
        (0, Unknown, None),
    ],
)
def test_what_each_answer_means(
    service: WeChatService, answer: dict[str, Any] | int, meaning: type[Exception], *, again: bool | None
) -> None:
    service.answers = [answer]
    with pytest.raises(meaning) as refused:
        carry()
    assert type(refused.value) is meaning
    assert LI not in str(refused.value)
    if isinstance(refused.value, NotSent):
        assert refused.value.again is again


def test_when_the_day_is_used_up_it_waits_an_hour(service: WeChatService) -> None:
    service.answers = [{"errcode": 45009}]
    with pytest.raises(NotSent) as refused:
        carry()
    assert refused.value.after == timedelta(hours=1)


def test_who_stopped_following_is_gone_and_who_never_was_is_refused(service: WeChatService) -> None:
    service.people[LI] = False
    with pytest.raises(Ended, match="43004"):
        carry()
    with pytest.raises(NotSent, match="40003"):
        carry("oNobody")


def test_wechat_says_who_somebody_is_once_for_a_code_and_whether_they_follow(service: WeChatService) -> None:
    service.codes["c"], service.people["oWang_1"] = LI, False
    assert account().whose("c") == LI
    with pytest.raises(NotSent, match="40163"):
        account().whose("c")
    with pytest.raises(NotSent, match="40029"):
        account().whose("made up")
    assert account().reaches(LI)
    assert not account().reaches("oWang_1")
    with pytest.raises(NotSent, match="40003"):
        account().reaches("oNobody")


def test_wrong_secrets_and_no_trust_send_nothing(
    service: WeChatService, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(account(), id="wx8", secret="other")
    with pytest.raises(NotSent, match="no token: 40013") as refused:
        other.send(LI, MESSAGE, at=AT)
    assert not refused.value.again
    with pytest.raises(NotSent):
        replace(account(), url="https://localhost:1").send(LI, MESSAGE, at=AT)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NotSent, match="SSLCertVerificationError"):
        carry()
    assert service.got == []


def test_settings_that_cannot_be_are_refused() -> None:
    assert wechat_of(Environment()) is None
    whole = Environment(
        wechat_id="wx7",
        wechat_secret="s",
        wechat_template="t",
        wechat_fields="thing4, date3",
        wechat_name="安澜服务",
        address="https://anlan.example",
    )
    found = wechat_of(whole)
    assert found is not None
    assert found.fields == ("thing4", "date3")
    for wrong in (
        replace(whole, wechat_secret=""),
        replace(whole, wechat_template=""),
        replace(whole, wechat_name=""),
        replace(whole, wechat_fields="time2"),
        replace(whole, wechat_fields="thing1,phrase2"),
        replace(whole, wechat_fields="thing1,"),
        replace(whole, wechat_url="http://api.weixin.qq.com"),
        replace(whole, address=""),
        replace(whole, address="http://anlan.example"),
    ):
        with pytest.raises(SettingError, match="ANLAN_WECHAT"):
            wechat_of(wrong)
