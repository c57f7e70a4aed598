# SPDX-License-Identifier: Apache-2.0
"""DingTalk's work notices against a server of this test's own that answers as theirs does: 200 to everything, and a code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from anlan.config.carriers import dingtalk_of
from anlan.config.environment import Environment, SettingError
from anlan.people.carriers import Ended, Message, NotSent, Unknown
from anlan.people.channels import carrier_of
from anlan.people.dingtalk import DingTalk
from tests.people.ding_service import Ding, ding_service, texts

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
MESSAGE = Message(
    line="安澜 4821", text="办理", url="/desk/cases/4821", about="4821", reference="7-post:1-dingtalk"
)


@pytest.fixture
def ding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ding]:
    with ding_service(tmp_path, monkeypatch) as found:
        yield found


def carry(to: str = "li") -> None:
    carrier_of("dingtalk").carry(to, MESSAGE, at=AT)


def test_a_notice_says_number_state_and_where_and_the_token_is_kept(ding: Ding) -> None:
    carry()
    carry("li,wang")
    assert [each["userid_list"] for each in ding.got] == ["li", "li,wang"]
    assert texts(ding) == ["安澜 4821\n办理\nhttps://anlan.example/desk/cases/4821"] * 2
    assert (ding.got[0]["agent_id"], ding.tokens) == ("7", 1)


def test_a_token_that_ended_early_is_asked_for_anew_once(ding: Ding) -> None:
    carry()
    ding.answers = [{"errcode": 42001, "errmsg": "access_token超时"}]
    carry()
    assert (len(ding.got), ding.tokens) == (2, 2)
    ding.answers = [{"errcode": 88, "sub_code": "40014"}] * 2
    with pytest.raises(NotSent, match="40014") as refused:
        carry()
    assert refused.value.again
    ding.lasts = 0
    carry()
    carry()
    assert ding.tokens > 4, "one that is good for no time is not kept"


@pytest.mark.parametrize(
    ("answer", "meaning", "again"),
    [
        ({"errcode": 33012, "errmsg": "无效的USERID"}, Ended, False),
        ({"errcode": 60121, "errmsg": "找不到该用户"}, Ended, False),
        ({"errcode": 88, "sub_code": "90018", "sub_msg": "接口总体调用频率超限"}, NotSent, True),
        (
            {"errcode": 90002, "errmsg": "您的服务器调用钉钉开放平台所有接口的请求都被暂时禁用了"},
            NotSent,
            True,
        ),
        ({"errcode": -1, "errmsg": "系统繁忙"}, NotSent, True),
        ({"errcode": 88, "sub_code": "60011", "sub_msg": "没有调用该接口的权限"}, NotSent, False),
        ({"errcode": 400002, "errmsg": "无效的参数"}, NotSent, False),
        ({}, NotSent, False),
        (404, NotSent, True),
        (502, Unknown, None),
        (0, Unknown, None),
    ],
)
def test_what_each_answer_means(
    ding: Ding, answer: dict[str, Any] | int, meaning: type[Exception], *, again: bool | None
) -> None:
    ding.answers = [answer]
    with pytest.raises(meaning) as refused:
        carry()
    assert type(refused.value) is meaning
    if isinstance(refused.value, NotSent):
        assert refused.value.again is again
        assert "li" not in str(refused.value)


def test_wrong_secrets_nobody_there_and_no_trust_send_nothing(
    ding: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = settings.ANLAN_DINGTALK
    assert known is not None
    with pytest.raises(NotSent, match="no token: 40089") as refused:
        DingTalk(url=known.url, key="ding", secret="other", agent="7").send(["li"], MESSAGE)
    assert not refused.value.again
    with pytest.raises(NotSent):
        DingTalk(url="https://localhost:1", key="ding", secret="secret", agent="7").send(["li"], MESSAGE)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NotSent, match="SSLCertVerificationError"):
        carry()
    assert ding.got == []


def test_settings_that_cannot_be_are_refused() -> None:
    assert dingtalk_of(Environment()) is None
    whole = Environment(dingtalk_key="k", dingtalk_secret="s", dingtalk_agent="7")
    assert dingtalk_of(whole) is not None
    for wrong in (
        replace(whole, dingtalk_secret=""),
        replace(whole, dingtalk_agent="x"),
        replace(whole, dingtalk_url="http://oapi.dingtalk.com"),
    ):
        with pytest.raises(SettingError, match="ANLAN_DINGTALK"):
            dingtalk_of(wrong)
