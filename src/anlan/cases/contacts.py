# SPDX-License-Identifier: Apache-2.0
"""How a party of a case is called and reached, opened from what is kept sealed."""

from typing import Any
from uuid import UUID

import msgspec

from anlan.base.keys import aad, keyring


def open_contact(case_id: UUID, n: int, *, key: bytes, sealed: bytes) -> dict[str, Any]:
    """The contact of the `n`th party; `key` is the case's, as its row holds it. Raises Unreadable when a key is missing."""
    found: dict[str, Any] = msgspec.json.decode(
        keyring().unwrap(bytes(key)).open(bytes(sealed), aad=aad(case_id, "party", n, "contact"))
    )
    return found
