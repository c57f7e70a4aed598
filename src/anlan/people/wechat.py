# SPDX-License-Identifier: Apache-2.0
"""WeChat: messages of the deployment's own official account (服务号) to residents who chose them there.

Who somebody is there, their openid, WeChat itself says: they open a page in it, it sends them back with a code that is good once, and we
ask whose. Messages are of one registered template and say that there is news, nothing else: unlike a push service, WeChat reads them.
It answers 200 to everything and says in `errcode` what became of it.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from anlan.base.keys import keyring
from anlan.people.asking import ask
from anlan.people.carriers import Ended, Message, NotSent, Unknown
from anlan.places.region import region

FIELD = re.compile(r"(thing|time|date)[0-9]{1,3}")
"""Fields of a template that we fill in: a few words, a moment, a day."""
LONGEST_THING = 20
"""Characters that WeChat takes for a `thing`; one more and it refuses all of the message (47003)."""
OPENID = re.compile(r"[A-Za-z0-9_-]{6,128}")
EARLY = 300
"""Seconds before its end in which a token is used no more; from then on WeChat gives a new one to who asks."""
SOON, LATER = timedelta(minutes=1), timedelta(hours=1)
BAD_TOKEN = {"40001", "40014", "42001"}
BUSY = {"-1": SOON, "45011": SOON, "45009": LATER}
"""Their side, too many calls in a minute, or all of the day's messages sent (100,000 by its documentation)."""
NOBODY = {"43004", "43019", "43101"}
"""They do not follow the account any more, are barred there, or refuse its messages."""

_tokens: dict[tuple[str, str], tuple[str, float]] = {}
"""By address and account, its token and until when this process uses it."""


@dataclass(frozen=True, kw_only=True)
class WeChat:
    """One official account. `fields` are those of its template; `name` is what residents know it by."""

    id: str
    secret: str
    template: str
    fields: tuple[str, ...]
    name: str
    url: str = "https://api.weixin.qq.com"
    pages: str = "https://open.weixin.qq.com"

    def __post_init__(self) -> None:
        """Raises ValueError for anything but HTTPS, where a part is missing, and for fields that we cannot fill in."""
        if urlsplit(self.url).scheme != "https":
            raise ValueError("ANLAN_WECHAT_URL must begin with https://")
        if not (self.id and self.secret and self.template and self.name):
            raise ValueError("ANLAN_WECHAT_ID, _SECRET, _TEMPLATE and _NAME belong together")
        if not all(map(FIELD.fullmatch, self.fields)) or not any(f.startswith("thing") for f in self.fields):
            raise ValueError(
                "ANLAN_WECHAT_FIELDS names a template's fields, such as thing1,time2: at least one thing, and else only time and date"
            )

    def way_there(self, back: str, *, state: str) -> str:
        """Where a browser in WeChat learns a code for who it is, without being asked, and comes back to the address `back` with it."""
        # WeChat compares the address with a pattern: the parts in this order.
        asked = urlencode(
            {
                "appid": self.id,
                "redirect_uri": back,
                "response_type": "code",
                "scope": "snsapi_base",
                "state": state,
            },
            quote_via=quote,
            safe="",
        )
        return f"{self.pages}/connect/oauth2/authorize?{asked}#wechat_redirect"

    def whose(self, code: str) -> str:
        """The openid of whoever came back with this code. Raises NotSent where WeChat names nobody, Unknown."""
        asked = urlencode(
            {"appid": self.id, "secret": self.secret, "code": code, "grant_type": "authorization_code"}
        )
        answer = self._ask(f"/sns/oauth2/access_token?{asked}")
        openid = answer.get("openid")
        # Whoever only looks at a picture of the page has a made-up openid, that nothing reaches.
        if not isinstance(openid, str) or not OPENID.fullmatch(openid) or answer.get("is_snapshotuser"):
            raise NotSent(f"WeChat names nobody: {_code_of(answer)}")
        return openid

    def reaches(self, openid: str) -> bool:
        """Whether they follow the account: messages come to nobody else. Raises NotSent, Unknown."""
        answer = self._with_token("/cgi-bin/user/info", {"openid": openid})
        if "subscribe" not in answer:
            raise NotSent(f"WeChat does not say whether they follow: {_code_of(answer)}")
        return bool(answer["subscribe"])

    def send(self, openid: str, message: Message, *, at: datetime) -> None:
        """One message. Raises Ended where it comes to them no more, NotSent, Unknown."""
        said = {"thing": message.text[:LONGEST_THING], **_moment(at)}
        body = {
            "touser": openid,
            "template_id": self.template,
            "url": f"{settings.ANLAN_ADDRESS}{message.url}",
            # For ten minutes the same is not sent to somebody twice.
            "client_msg_id": keyring().index("wechat message", message.reference).hex()[:32],
            "data": {field: {"value": said[field.rstrip("0123456789")]} for field in self.fields},
        }
        code = _code_of(self._with_token("/cgi-bin/message/template/send", {}, body))
        if code == "0":
            return
        if code in NOBODY:
            raise Ended(f"WeChat answered {code}")
        again = code in BUSY or code in BAD_TOKEN
        raise NotSent(f"WeChat answered {code}", again=again, after=BUSY.get(code, SOON))

    def _with_token(
        self, path: str, asked: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The answer to a call that a token allows; a token that ended early is asked for anew, once."""
        answer = self._with_this_token(path, asked, body)
        return answer if _code_of(answer) not in BAD_TOKEN else self._with_this_token(path, asked, body)

    def _with_this_token(
        self, path: str, asked: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        answer = self._ask(f"{path}?{urlencode({'access_token': self._token(), **asked})}", body)
        if _code_of(answer) in BAD_TOKEN:
            _tokens.pop((self.url, self.id), None)
        return answer

    def _token(self) -> str:
        held, until = _tokens.get((self.url, self.id), ("", 0.0))
        if until > time.monotonic():
            return held
        # The one that several processes may ask for: it ends no other's.
        body = {"grant_type": "client_credential", "appid": self.id, "secret": self.secret}
        try:
            answer = self._ask("/cgi-bin/stable_token", body)
        except Unknown as lost:
            raise NotSent(str(lost)) from None  # nothing of the message was sent yet
        token, code = answer.get("access_token"), _code_of(answer)
        if not isinstance(token, str) or not token:
            raise NotSent(f"WeChat gave no token: {code}", again=code in BUSY, after=BUSY.get(code, SOON))
        lasts = int(answer.get("expires_in") or 0)
        _tokens[self.url, self.id] = token, time.monotonic() + max(lasts - EARLY, 0)
        return token

    def _ask(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return ask(self.url, path, body, whom="WeChat")


def _moment(at: datetime) -> dict[str, str]:
    local = at.astimezone(region().zone)
    day = f"{local.year}年{local.month}月{local.day}日"
    return {"time": f"{day} {local:%H:%M}", "date": day}


def _code_of(answer: Mapping[str, Any]) -> str:
    return str(answer.get("errcode", ""))
