# SPDX-License-Identifier: Apache-2.0
"""Text messages go out through one gateway: none, the demo's (which sends nothing and shows the code), or HTTPS.

Which one follows from the settings. A gateway takes or refuses a message; an answer that did not come is unknown, and
the caller says so instead of sending twice. Words never hold more than a code and what it is for.
"""

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 5


class NotSent(Exception):  # noqa: N818 - an answer, not a failure of the program
    """The gateway refused the message; it was not sent."""


class Unknown(Exception):  # noqa: N818 - as above
    """No answer came: the message may have been sent."""


class Gateway(Protocol):
    """Sends one text to one number."""

    shows: bool
    """Whether the page itself shows the code: only ever in the demo."""

    def send(self, phone: str, text: str, *, reference: str) -> None:
        """Hands the text over. `reference` is the same for a repetition. Raises NotSent or Unknown."""
        ...


class DemoGateway:
    """Sends nothing: in the demo the page shows the code."""

    shows = True

    def send(self, phone: str, text: str, *, reference: str) -> None:
        """Takes everything."""


@dataclass(frozen=True, kw_only=True)
class HttpGateway:
    """Posts JSON {"phone", "text", "reference"} to an HTTPS address with a bearer key; 2xx is taken, 4xx refused.

    The operator's own relay turns this into what the contracted carrier speaks.
    """

    url: str
    key: str
    shows = False

    def __post_init__(self) -> None:
        """Raises ValueError for anything but HTTPS."""
        if urlsplit(self.url).scheme != "https":
            raise ValueError("the SMS gateway's address must begin with https://")

    def send(self, phone: str, text: str, *, reference: str) -> None:
        """One request, one answer, five seconds."""
        parts = urlsplit(self.url)
        if parts.hostname is None:
            raise NotSent("the address has no host")
        body = json.dumps({"phone": phone, "text": text, "reference": reference}).encode()
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": reference,
        }
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=SECONDS, context=ssl.create_default_context()
        )
        try:
            connection.connect()
        except OSError as error:
            raise NotSent(str(error)) from None
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise Unknown(str(error)) from None
        finally:
            connection.close()
        if 400 <= status < 500:
            raise NotSent(f"the gateway answered {status}")
        if not 200 <= status < 300:
            raise Unknown(f"the gateway answered {status}")


def gateway() -> Gateway | None:
    """The deployment's gateway; None when there is none, and then nobody signs in by phone."""
    if settings.ANLAN_DEMO:
        return DemoGateway()
    url = settings.ANLAN_SMS_URL
    return HttpGateway(url=url, key=settings.ANLAN_SMS_KEY) if url else None
