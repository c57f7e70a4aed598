# SPDX-License-Identifier: Apache-2.0
"""DingTalk's work notices against a server of this test's own that answers as theirs does: 200 to everything, and a code."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings

from anlan.cases.carry import send
from anlan.cases.deliver import deliver
from anlan.cases.models import Delivery
from anlan.config.carriers import dingtalk_of
from anlan.config.environment import Environment, SettingError
from anlan.people import dingtalk
from anlan.people.carriers import Ended, Message, NotSent, Unknown
from anlan.people.channels import carrier_of
from anlan.people.dingtalk import DingTalk
from anlan.people.grants import lock_account
from anlan.people.may import Role
from anlan.people.models_push import StaffPush
from anlan.people.staffpush import PushWish, get_push, set_push
from tests.cases.test_notices import dispatched, read_all, telling
from tests.cases.test_screens import MORNING, NOON
from tests.cases.world import MONDAY
from tests.certificates import certify
from tests.config.test_warned import go
from tests.config.test_warned import read_all as read_alerts
from tests.databases import Clone
from tests.people.world import post
from tests.procedures.alert.cast import Storm

__all__ = ["telling"]
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
MESSAGE = Message(
    line="安澜 4821", text="办理", url="/desk/cases/4821", about="4821", reference="7-post:1-dingtalk"
)


@dataclass
class Ding:
    """What came, and what it answers next; without an order it takes what has a good token."""

    got: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any] | int] = field(default_factory=list)
    tokens: int = 0
    lasts: int = 7200


@pytest.fixture
def ding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ding]:
    context, service = certify(tmp_path), Ding()

    class Door(BaseHTTPRequestHandler):
        def say(self, answer: dict[str, Any] | int) -> None:
            if answer == 0:
                return
            self.send_response(answer if isinstance(answer, int) else 200)
            body = b"" if isinstance(answer, int) else json.dumps(answer).encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            if asked != {"appkey": ["ding"], "appsecret": ["secret"]}:
                self.say({"errcode": 40089, "errmsg": "不合法的corpid或corpsecret"})
                return
            service.tokens += 1
            self.say(
                {
                    "errcode": 0,
                    "errmsg": "ok",
                    "access_token": f"t{service.tokens}",
                    "expires_in": service.lasts,
                }
            )

        def do_POST(self) -> None:
            where = urlsplit(self.path)
            assert where.path == "/topapi/message/corpconversation/asyncsend_v2"
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if service.answers:
                self.say(service.answers.pop(0))
            elif parse_qs(where.query) != {"access_token": [f"t{service.tokens}"]}:
                self.say({"errcode": 88, "sub_code": "40014", "sub_msg": "不合法的access_token"})
            else:
                service.got.append(body)
                self.say({"errcode": 0, "errmsg": "ok", "task_id": 1})

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("localhost", 0), Door)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    application = DingTalk(
        url=f"https://localhost:{server.server_port}", key="ding", secret="secret", agent="7"
    )
    monkeypatch.setattr(settings, "ANLAN_DINGTALK", application)
    monkeypatch.setattr(settings, "ANLAN_ADDRESS", "https://anlan.example")
    dingtalk._tokens.clear()
    Thread(target=server.serve_forever, daemon=True).start()
    yield service
    server.shutdown()
    server.server_close()


def carry(to: str = "li") -> None:
    carrier_of("dingtalk").carry(to, MESSAGE, at=AT)


def said(ding: Ding) -> list[str]:
    return [each["msg"]["text"]["content"] for each in ding.got]


def test_a_notice_says_number_state_and_where_and_the_token_is_kept(ding: Ding) -> None:
    carry()
    carry("li,wang")
    assert [each["userid_list"] for each in ding.got] == ["li", "li,wang"]
    assert said(ding) == ["安澜 4821\n办理\nhttps://anlan.example/desk/cases/4821"] * 2
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
    known: DingTalk = settings.ANLAN_DINGTALK
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
    whole = {"dingtalk_key": "k", "dingtalk_secret": "s", "dingtalk_agent": "7"}
    assert dingtalk_of(Environment(**whole)) is not None
    for wrong in (
        {"dingtalk_secret": ""},
        {"dingtalk_agent": "x"},
        {"dingtalk_url": "http://oapi.dingtalk.com"},
    ):
        with pytest.raises(SettingError, match="ANLAN_DINGTALK"):
            dingtalk_of(Environment(**(whole | wrong)))


def test_staff_are_told_there_quietly_at_night_and_who_is_unknown_there_is_forgotten(
    own_database: Clone, telling: None, ding: Ding
) -> None:
    account = post(Role.HANDLER, "dept:330106:housing").account_id
    set_push(account, PushWish(quiet=MORNING, dingtalk="li"))
    assert b"li" not in bytes(StaffPush.objects.get().sealed or b"")[-18:]
    for _ in range(3):
        dispatched()
    read_all()
    Delivery.objects.filter(channel="sms").update(outcome="sent")
    deliver(send, at=MONDAY)
    assert ding.got == []
    deliver(send, at=NOON)
    assert said(ding) == ["安澜：3 条提醒\n在提醒页查看。\nhttps://anlan.example/desk/notices"]
    ding.answers = [{"errcode": 60121, "errmsg": "找不到该用户"}]
    set_push(account, PushWish(dingtalk="li"))
    dispatched()
    read_all()
    deliver(send, at=NOON)
    wish = get_push(account)
    assert wish is not None
    assert wish.dingtalk == ""
    set_push(account, PushWish(dingtalk="li"))
    lock_account(account, by=None, at=MONDAY)
    assert not StaffPush.objects.exists()


def test_an_alert_reaches_who_works_there_in_calls_of_many(
    own_database: Clone, ding: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.config.warned.MOST", 2)
    for n in range(5):
        set_push(post(Role.DISPATCHER, "town:330106004").account_id, PushWish(dingtalk=f"u{n}"))
    set_push(post(Role.DISPATCHER, "town:330106004").account_id, PushWish(dingtalk="no", alerts=False))
    set_push(post(Role.SUPERVISOR, "city:3301").account_id, PushWish(dingtalk="above"))
    read_alerts()
    Storm().issue()
    ding.answers = [{"errcode": 90018, "errmsg": "接口调用频率超限"}]
    go()
    assert len(ding.got) == 2
    go(MONDAY + timedelta(minutes=2))
    told = ",".join(each["userid_list"] for each in ding.got)
    assert sorted(told.split(",")) == [f"u{n}" for n in range(5)]
    assert all("台风红色预警" in each for each in said(ding))


def test_in_their_quiet_hours_they_hear_of_grave_alerts_alone(own_database: Clone, ding: Ding) -> None:
    set_push(post(Role.DISPATCHER, "town:330106004").account_id, PushWish(dingtalk="li", quiet=MORNING))
    read_alerts()
    Storm(level="blue", ends=MONDAY + timedelta(hours=9)).issue()
    go()
    assert ding.got == []
    go(NOON)
    assert len(ding.got) == 1
