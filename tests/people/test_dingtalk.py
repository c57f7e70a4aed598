# SPDX-License-Identifier: Apache-2.0
"""DingTalk's work notices against a server of this test's own that answers as theirs does: 200 to everything, and a code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from anlan.base.errors import Invalid, Refused, TooMany
from anlan.config.carriers import dingtalk_of
from anlan.config.environment import Environment, SettingError
from anlan.people import codes
from anlan.people.carriers import Ended, Message, NotSent, Unknown
from anlan.people.channels import carrier_of
from anlan.people.dingtalk import DingTalk
from anlan.people.may import Role
from anlan.people.models import SignInCode
from anlan.people.models_push import StaffPush
from anlan.people.staffding import confirm_user, forget_user, get_user, send_user_code, set_user
from anlan.people.staffpush import PushWish, set_push
from tests.people.ding_service import Ding, code_in, ding_service, texts
from tests.people.world import post

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


def test_of_several_one_who_is_nobody_is_said_to_be_so(ding: Ding) -> None:
    ding.unknown = {"wang"}
    for code in (33012, 40035):
        ding.refuses = code
        with pytest.raises(Ended):
            carry("li,wang")
    carry("li,zhao")
    assert len(ding.got) == 1


@pytest.mark.django_db
def test_who_types_in_the_code_that_came_to_an_id_is_told_there(ding: Ding) -> None:
    account, other = (post(Role.HANDLER, "dept:330106:housing").account_id for _ in range(2))
    for wrong in ("li,wang", "", "a b", "李", "-li", "x" * 65, "li\n"):
        with pytest.raises(Invalid):
            send_user_code(account, wrong, at=AT)
        with pytest.raises(ValueError, match="user id"):
            set_user(account, wrong)
    send_user_code(account, "li.4", at=AT)
    assert ding.got[0]["userid_list"] == "li.4"
    code = code_in(ding)
    assert get_user(account) == ""
    for who, user, said in ((account, "li.4", "x"), (other, "li.4", code), (account, "wang", code)):
        with pytest.raises(Invalid):
            confirm_user(who, user, said, at=AT)
    confirm_user(account, "li.4", f" {code[:3]} {code[3:]}", at=AT)
    assert get_user(account) == "li.4"
    assert b"li.4" not in bytes(StaffPush.objects.get().sealed or b"")
    with pytest.raises(Invalid):
        confirm_user(account, "li.4", code, at=AT)
    send_user_code(account, "zhao", at=AT)
    with pytest.raises(Invalid):
        confirm_user(account, "zhao", code_in(ding), at=AT + codes.LASTS)
    assert get_user(account) == "li.4"


@pytest.mark.django_db
def test_codes_are_few_and_none_is_good_that_was_not_sent(ding: Ding) -> None:
    account = post(Role.HANDLER, "dept:330106:housing").account_id
    ding.unknown = {"nobody"}
    with pytest.raises(Invalid):
        send_user_code(account, "nobody", at=AT)
    ding.answers = [{"errcode": -1}]
    with pytest.raises(Refused):
        send_user_code(account, "li", at=AT)
    assert not SignInCode.objects.exists()
    ding.answers = [0]
    send_user_code(account, "li", at=AT)
    assert SignInCode.objects.exists(), "no answer came: it may have been sent"
    send_user_code(account, "li", at=AT)
    with pytest.raises(TooMany):
        send_user_code(post(Role.HANDLER, "dept:330106:housing").account_id, "li", at=AT)
    for n in range(6):
        send_user_code(account, f"u{n}", at=AT)
    with pytest.raises(TooMany):
        send_user_code(account, "u6", at=AT)
    for _ in range(6):
        with pytest.raises(Invalid):
            confirm_user(account, "u5", "x", at=AT)
    with pytest.raises(TooMany):
        confirm_user(account, "u5", "x", at=AT)


@pytest.mark.django_db
def test_a_failure_takes_out_the_id_that_failed_and_none_given_since() -> None:
    account = post(Role.HANDLER, "dept:330106:housing").account_id
    set_user(account, "old")
    set_user(account, "new")
    forget_user(account, "old")
    assert get_user(account) == "new"
    set_push(account, PushWish(rest=False))
    assert get_user(account) == "new", "it is no part of what comes when"
    forget_user(account, "new")
    assert get_user(account) == ""


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
