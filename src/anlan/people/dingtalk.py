# SPDX-License-Identifier: Apache-2.0
"""DingTalk's work notices: what staff read in the app that most offices have. One application of the organisation's sends them.

It answers 200 to everything and says in `errcode` what became of it. Its token lasts two hours and may end sooner: then it is asked
for anew, once. The same words reach a person once a day, DingTalk sees to that.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from anlan.people.asking import ask
from anlan.people.carriers import Ended, Message, NotSent, Unknown

NAME = "DingTalk"
MOST = 100
"""People that one call may name."""
SOON = timedelta(minutes=1)
EARLY = 300
"""Seconds before its end in which a token is used no more."""
BAD_TOKEN = {"40014", "42001", "40001"}
BUSY = {"-1", "90002", "90005", "90018", "90006"}
"""Their side, or more calls than it takes at a time."""
NOBODY = {"33012", "60121", "40003"}
BAD_LIST = {"40035", "400002"}
"""A parameter that it does not take: of a call for several people, somebody's id."""
USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
"""A user id, as an organisation may give them; several stand in one list, so a comma is in none."""
SEND = "/topapi/message/corpconversation/asyncsend_v2"

_tokens: dict[str, tuple[str, float]] = {}
"""By application, its token and until when this process uses it."""


@dataclass(frozen=True, kw_only=True)
class DingTalk:
    """One application of the organisation's at DingTalk."""

    url: str
    key: str
    secret: str
    agent: str

    def __post_init__(self) -> None:
        """Raises ValueError for anything but HTTPS, and where a part is missing."""
        if urlsplit(self.url).scheme != "https":
            raise ValueError("ANLAN_DINGTALK_URL must begin with https://")
        if not (self.key and self.secret and self.agent.isdecimal()):
            raise ValueError("ANLAN_DINGTALK_KEY, _SECRET and _AGENT (a number) belong together")

    def send(self, people: Sequence[str], message: Message) -> None:
        """One notice to at most MOST people by their DingTalk user ids. Raises Ended where there is nobody of one name, of several
        then none was told; NotSent, Unknown.
        """
        where = f"{settings.ANLAN_ADDRESS}{message.url}" if settings.ANLAN_ADDRESS else ""
        said = "\n".join(part for part in (message.line, message.text, where) if part)
        body = {
            "agent_id": self.agent,
            "userid_list": ",".join(people),
            "msg": {"msgtype": "text", "text": {"content": said}},
        }
        code = self._send(body)
        if code in BAD_TOKEN:
            code = self._send(body)
        if code == "0":
            return
        if code in NOBODY or (code in BAD_LIST and len(people) > 1):
            raise Ended(f"DingTalk answered {code}")
        raise NotSent(f"DingTalk answered {code}", again=code in BUSY | BAD_TOKEN, after=SOON)

    def _send(self, body: Mapping[str, Any]) -> str:
        code = _code_of(
            ask(self.url, f"{SEND}?{urlencode({'access_token': self._token()})}", body, whom=NAME)
        )
        if code in BAD_TOKEN:
            _tokens.pop(self.key, None)
        return code

    def _token(self) -> str:
        held, until = _tokens.get(self.key, ("", 0.0))
        if until > time.monotonic():
            return held
        try:
            asked = urlencode({"appkey": self.key, "appsecret": self.secret})
            answer = ask(self.url, f"/gettoken?{asked}", whom=NAME)
        except Unknown as lost:
            raise NotSent(str(lost)) from None  # nothing of the message was sent yet
        code = _code_of(answer)
        if code != "0":
            raise NotSent(f"DingTalk gave no token: {code}", again=code in BUSY, after=SOON)
        token = str(answer.get("access_token") or "")
        lasts = int(answer.get("expires_in") or 0)
        _tokens[self.key] = token, time.monotonic() + max(lasts - EARLY, 0)
        return token


def _code_of(answer: Mapping[str, Any]) -> str:
    """What became of it: 88 hides the word proper in `sub_code`."""
    code = str(answer.get("errcode", ""))
    return str(answer.get("sub_code") or code) if code == "88" else code
