# SPDX-License-Identifier: Apache-2.0
"""What is kept sealed of people, opened with the case's own key: how they are called and reached, and what they wrote."""

from typing import Any
from uuid import UUID

import msgspec

from anlan.base.keys import CaseKey, aad

SALT = 16
"""Bytes before the values of a content; without them its digest tells nothing."""


def open_contact(case_id: UUID, n: int, *, key: CaseKey, sealed: bytes) -> dict[str, Any]:
    """The contact of the `n`th party. Raises Unreadable."""
    found: dict[str, Any] = msgspec.json.decode(
        key.open(bytes(sealed), aad=aad(case_id, "party", n, "contact"))
    )
    return found


def open_content(
    case_id: UUID, seq: int, n: int, audience: str, *, key: CaseKey, sealed: bytes
) -> dict[str, Any]:
    """The values of the `n`th content of entry `seq`. Raises Unreadable."""
    opened = key.open(bytes(sealed), aad=aad(case_id, "content", seq, f"{n}:{audience}"))
    found: dict[str, Any] = msgspec.json.decode(opened[SALT:])
    return found
