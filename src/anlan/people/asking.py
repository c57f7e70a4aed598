# SPDX-License-Identifier: Apache-2.0
"""One question to a carrier that answers 200 to everything and says in JSON what became of it (`carriers` has the outcomes)."""

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from anlan.people.carriers import NotSent, Unknown

SECONDS = 10
LONGEST_ANSWER = 65_536


def ask(url: str, path: str, body: Mapping[str, Any] | None = None, *, whom: str) -> dict[str, Any]:
    """What `whom` answers at the HTTPS address `url`: to a GET, or to a POST of this body. Raises NotSent, Unknown."""
    parts = urlsplit(url)
    connection = http.client.HTTPSConnection(
        parts.netloc, timeout=SECONDS, context=ssl.create_default_context()
    )
    try:
        connection.connect()
    except OSError as error:
        raise NotSent(type(error).__name__) from None
    try:
        # Written as it is: WeChat takes no \u in place of a letter.
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {} if sent is None else {"Content-Type": "application/json; charset=utf-8"}
        connection.request(
            "GET" if sent is None else "POST", f"{parts.path.rstrip('/')}{path}", sent, headers
        )
        answer = connection.getresponse()
        status, said = answer.status, answer.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise Unknown(type(error).__name__) from None
    finally:
        connection.close()
    if status != http.client.OK:
        raise (NotSent if status < 500 else Unknown)(f"{whom} answered HTTP {status}")
    try:
        found = json.loads(said)
    except ValueError:
        raise Unknown(f"{whom} answered no JSON") from None
    return found if isinstance(found, dict) else {}
