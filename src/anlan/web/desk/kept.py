# SPDX-License-Identifier: Apache-2.0
"""What somebody was writing when their session ended idle: carried by the page of the sign-in, for that account alone.

No row is kept for somebody who is not signed in. The text is encrypted and bound to the account, so whoever signs in
next in this browser is neither offered it nor able to read it out of the page.
"""

import base64
import binascii
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings
from django.utils.crypto import salted_hmac

from anlan.base.keys import AES, CaseKey, Unreadable

LASTS = timedelta(hours=12)
LONGEST = 100_000
"""Characters of the text in the page; what is longer is not kept."""

Pairs = Sequence[tuple[str, str]]


def write_kept(account_id: int, path: str, pairs: Pairs, *, at: datetime) -> str:
    """The text of what was sent to `path`; nothing when it is too long."""
    plain = zlib.compress(msgspec.json.encode([path, list(pairs), at.timestamp()]))
    packed = base64.urlsafe_b64encode(_key(settings.SECRET_KEY).seal(plain, aad=_bound(account_id))).decode()
    return packed if len(packed) <= LONGEST else ""


def read_kept(account_id: int, packed: str, *, at: datetime) -> dict[str, Any] | None:
    """What this account was writing: `path` and `pairs`; None for what is another's, too old, or not ours."""
    if not packed or len(packed) > LONGEST:
        return None
    try:
        plain = _key(settings.SECRET_KEY).open(base64.urlsafe_b64decode(packed), aad=_bound(account_id))
    except (Unreadable, binascii.Error, ValueError):
        return None
    path, pairs, since = msgspec.json.decode(zlib.decompress(plain))
    return {"path": path, "pairs": pairs} if at.timestamp() - since <= LASTS.total_seconds() else None


@lru_cache(maxsize=2)
def _key(secret: str) -> CaseKey:
    return CaseKey(
        salted_hmac("anlan.desk.kept", "", secret=secret, algorithm="sha256").digest(), algorithm=AES
    )


def _bound(account_id: int) -> bytes:
    return b"kept|%d" % account_id
