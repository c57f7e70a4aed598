# SPDX-License-Identifier: Apache-2.0
"""A server that answers as DingTalk does: 200 to everything, what became of it in a code, and a token that ends."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings

from anlan.people import dingtalk
from anlan.people.dingtalk import DingTalk
from tests.certificates import secured


@dataclass
class Ding:
    """What came, and what it answers next; without an order it takes what has a good token."""

    got: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any] | int] = field(default_factory=list)
    tokens: int = 0
    lasts: int = 7200
    unknown: set[str] = field(default_factory=set)
    refuses: int = 33012
    """What it answers to a call in which one is unknown to it."""


def code_in(ding: Ding) -> str:
    """The code that came last."""
    (code,) = re.findall(r"\b[0-9]{6}\b", texts(ding)[-1])
    return str(code)


def texts(ding: Ding) -> list[str]:
    """What each notice said."""
    return [each["msg"]["text"]["content"] for each in ding.got]


@contextmanager
def ding_service(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ding]:
    """A server for as long as it is needed, at which this deployment has an application."""
    service = Ding()

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
            elif service.unknown & set(body["userid_list"].split(",")):
                self.say({"errcode": service.refuses, "errmsg": "无效的USERID"})
            else:
                service.got.append(body)
                self.say({"errcode": 0, "errmsg": "ok", "task_id": 1})

        def log_message(self, *_arguments: object) -> None:
            pass

    with secured(Door, folder, monkeypatch) as port:
        application = DingTalk(url=f"https://localhost:{port}", key="ding", secret="secret", agent="7")
        monkeypatch.setattr(settings, "ANLAN_DINGTALK", application)
        monkeypatch.setattr(settings, "ANLAN_ADDRESS", "https://anlan.example")
        dingtalk._tokens.clear()
        yield service
