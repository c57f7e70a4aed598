# SPDX-License-Identifier: Apache-2.0
"""Where the next page begins, as a text that tells nothing and cannot be altered: authenticated encryption.

A cursor is bound to what it pages through (`of`): with other filters or another order it is refused, never misread.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid
from anlan.base.keys import AES, CaseKey, Unreadable

LONGEST = 1_000


@lru_cache(maxsize=2)
def _key(secret: str) -> CaseKey:
    return CaseKey(
        salted_hmac("anlan.cases.cursor", "", secret=secret, algorithm="sha256").digest(), algorithm=AES
    )


def write_cursor(of: Sequence[Any], at: Sequence[Any]) -> str:
    """The text of a position `at` (texts, integers, datetimes, ids) in the list described by `of`."""
    sealed = _key(settings.SECRET_KEY).seal(msgspec.json.encode(list(at)), aad=_bound(of))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_cursor(of: Sequence[Any], text: str) -> list[Any]:
    """The position in it. Raises Invalid for anything that `write_cursor` did not write for the same `of`."""
    try:
        if len(text) > LONGEST:
            raise Unreadable
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        found: list[Any] = msgspec.json.decode(_key(settings.SECRET_KEY).open(sealed, aad=_bound(of)))
    except (Unreadable, binascii.Error, ValueError):
        raise Invalid(_("This page is no longer known. Please begin again with the first one.")) from None
    return found


def read_moment(text: str) -> datetime:
    """A moment out of a cursor."""
    return msgspec.convert(text, datetime).astimezone(UTC)


def read_id(text: str) -> UUID:
    """An id out of a cursor."""
    return UUID(text)


def _bound(of: Sequence[Any]) -> bytes:
    return b"cursor|" + sha256(msgspec.json.encode(list(of), order="sorted")).digest()
