# SPDX-License-Identifier: Apache-2.0
"""Text messages go out through one gateway: none, the demo's (which sends nothing and shows the code), or HTTPS.

Which one follows from the settings. A gateway takes or refuses a message; an answer that did not come is unknown, and
the caller says so instead of sending twice. Words never hold more than a code and what it is for.
"""

import http.client
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from anlan.people.carriers import NotSent, Unknown
from anlan.people.sms_form import SmsForm
from anlan.places.region import region

SECONDS = 5
LONGEST_ANSWER = 65_536


class Gateway(Protocol):
    """Sends one text to one number."""

    shows: bool
    """Whether the page itself shows the code: only ever in the demo."""

    def send(self, phone: str, text: str, *, reference: str, at: datetime) -> None:
        """Hands the text over. `reference` is the same for a repetition. Raises NotSent or Unknown."""
        ...


class DemoGateway:
    """Sends nothing: in the demo the page shows the code."""

    shows = True

    def send(self, phone: str, text: str, *, reference: str, at: datetime) -> None:
        """Takes everything."""


@dataclass(frozen=True, kw_only=True)
class HttpGateway:
    """Posts each message to an HTTPS address, signed, in the manner of its provider; 2xx is taken, 4xx refused.

    Without a manner of its own it is JSON {"phone", "text", "reference"}, which a relay of the operator's turns into what
    the contracted carrier speaks.
    """

    url: str
    key: str
    form: SmsForm = field(default_factory=SmsForm)
    shows = False

    def __post_init__(self) -> None:
        """Raises ValueError for anything but HTTPS."""
        if urlsplit(self.url).scheme != "https":
            raise ValueError("the SMS gateway's address must begin with https://")

    def send(self, phone: str, text: str, *, reference: str, at: datetime) -> None:
        """One request, one answer, five seconds."""
        parts = urlsplit(self.url)
        if parts.hostname is None:
            raise NotSent("the address has no host")
        given = {
            "phone": phone,
            "national": phone.removeprefix(region().phones.country),
            "text": text,
            "reference": reference,
            "time": str(int(at.timestamp())),
        }
        headers, body = self.form.make(given, key=self.key)
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=SECONDS, context=ssl.create_default_context()
        )
        try:
            connection.connect()
        except OSError as error:
            raise NotSent(type(error).__name__) from None
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            status, said = answer.status, answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise Unknown(type(error).__name__) from None
        finally:
            connection.close()
        if 400 <= status < 500:
            raise NotSent(f"the gateway answered {status}")
        if not 200 <= status < 300:
            raise Unknown(f"the gateway answered {status}")
        if self.form.taken is not None and not self.form.taken.search(said):
            raise NotSent(f"the gateway answered {status} and did not take it")


def gateway() -> Gateway | None:
    """The deployment's gateway; None when there is none, and then nobody signs in by phone."""
    if settings.ANLAN_DEMO:
        return DemoGateway()
    url = settings.ANLAN_SMS_URL
    return HttpGateway(url=url, key=settings.ANLAN_SMS_KEY, form=settings.ANLAN_SMS_FORM) if url else None
