# SPDX-License-Identifier: Apache-2.0
"""A server that answers as WeChat's does, by its documentation: 200 to everything, what became of it in `errcode`, codes that are good
once, a token that all who ask share and that ends, and fields of a template that it looks at.
"""

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

from anlan.people import wechat
from anlan.people.wechat import WeChat
from tests.certificates import secured

APP, SECRET, TEMPLATE = "wx7", "hush", "ngqIpbwh8bUf"
FITS = {
    "thing1": re.compile(r".{1,20}"),
    "time2": re.compile(r"\d{4}年\d{1,2}月\d{1,2}日 \d{2}:\d{2}"),
}
ALREADY: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "msgid": 0}


@dataclass
class WeChatService:
    """What came, who there is (by openid, whether they follow), and what it answers next where not by itself. `here` is whose browser
    opens its pages.
    """

    got: list[dict[str, Any]] = field(default_factory=list)
    people: dict[str, bool] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    answers: list[dict[str, Any] | int] = field(default_factory=list)
    token: str = "t1"
    asked: int = 0
    here: str = ""
    lasts: int = 7200

    def visit(self, where: str, openid: str, *, pages: str = "https://open.weixin.qq.com") -> dict[str, str]:
        """Somebody's WeChat opens the page that they were sent to: with what it sends them back."""
        parts = urlsplit(where)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{pages}/connect/oauth2/authorize"
        assert parts.fragment == "wechat_redirect"
        given = re.findall(r"(?:^|&)([^=&]+)=([^&]*)", parts.query)
        assert [key for key, _value in given] == ["appid", "redirect_uri", "response_type", "scope", "state"]
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        assert (asked["appid"], asked["response_type"], asked["scope"]) == (APP, "code", "snsapi_base")
        code = f"code{len(self.codes)}"
        self.codes[code] = openid
        return {"to": asked["redirect_uri"], "code": code, "state": asked["state"]}


def _answer(
    service: WeChatService, where: str, asked: dict[str, str], body: dict[str, Any] | None
) -> dict[str, Any]:
    if where == "/sns/oauth2/access_token" and body is None:
        if (asked["appid"], asked["grant_type"]) != (APP, "authorization_code"):
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if asked["secret"] != SECRET:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        openid = service.codes.get(asked["code"])
        if openid is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        if asked["code"] in service.used:
            return {"errcode": 40163, "errmsg": "code been used"}
        service.used.add(asked["code"])
        return {
            "access_token": "another",
            "expires_in": 7200,
            "refresh_token": "r",
            "openid": openid,
            "scope": "snsapi_base",
        }
    if where == "/cgi-bin/stable_token" and body is not None:
        assert body["grant_type"] == "client_credential"
        assert not body.get("force_refresh"), "twenty times a day, and it ends everybody's"
        if body["appid"] != APP:
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if body["secret"] != SECRET:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        service.asked += 1
        return {"access_token": service.token, "expires_in": service.lasts}
    if asked.get("access_token") != service.token:
        return {
            "errcode": 40001,
            "errmsg": "invalid credential, access_token is invalid or not latest rid: 1",
        }
    if where == "/cgi-bin/user/info" and body is None:
        if asked["openid"] not in service.people:
            return {"errcode": 40003, "errmsg": "invalid openid"}
        return {"subscribe": int(service.people[asked["openid"]]), "openid": asked["openid"], "nickname": ""}
    assert where == "/cgi-bin/message/template/send"
    assert body is not None
    return _send(service, body)


def _send(service: WeChatService, body: dict[str, Any]) -> dict[str, Any]:
    if body["template_id"] != TEMPLATE:
        return {"errcode": 40037, "errmsg": "invalid template_id"}
    if body["touser"] not in service.people:
        return {"errcode": 40003, "errmsg": "invalid openid"}
    if not service.people[body["touser"]]:
        return {"errcode": 43004, "errmsg": "require subscribe rid: 1"}
    for name, fits in FITS.items():
        if not fits.fullmatch(body["data"][name]["value"]):
            return {"errcode": 47003, "errmsg": f"argument invalid! data.{name}.value is invalid"}
    assert len(body["client_msg_id"]) <= 32
    if any(
        (old["touser"], old["client_msg_id"]) == (body["touser"], body["client_msg_id"])
        for old in service.got
    ):
        return ALREADY
    service.got.append(body)
    return {"errcode": 0, "errmsg": "ok", "msgid": len(service.got)}


@contextmanager
def wechat_service(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WeChatService]:
    """A server for as long as it is needed, at which this deployment has an official account."""
    service = WeChatService()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/connect/"):
                own = f"https://{self.headers['Host']}"
                back = service.visit(f"{own}{self.path}#wechat_redirect", service.here, pages=own)
                self.send_response(302)
                self.send_header("Location", f"{back['to']}?code={back['code']}&state={back['state']}")
                self.end_headers()
                return
            self.say(None)

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            assert "\\u" not in raw, "40033: it takes no letters written as \\uxxxx"
            self.say(json.loads(raw))

        def say(self, body: dict[str, Any] | None) -> None:
            where = urlsplit(self.path)
            asked = {key: values[0] for key, values in parse_qs(where.query).items()}
            own = where.path.startswith("/cgi-bin/message/") and service.answers
            answer = service.answers.pop(0) if own else _answer(service, where.path, asked, body)
            if answer == 0:
                return
            self.send_response(answer if isinstance(answer, int) else 200)
            sent = b"" if isinstance(answer, int) else json.dumps(answer).encode()
            self.send_header("Content-Type", "text/plain")  # so it does
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_arguments: object) -> None:
            pass

    with secured(Door, folder, monkeypatch) as port:
        account = WeChat(
            url=f"https://localhost:{port}",
            id=APP,
            secret=SECRET,
            template=TEMPLATE,
            fields=("thing1", "time2"),
            name="安澜服务",
        )
        monkeypatch.setattr(settings, "ANLAN_WECHAT", account)
        monkeypatch.setattr(settings, "ANLAN_ADDRESS", "https://anlan.example")
        wechat._tokens.clear()
        yield service
