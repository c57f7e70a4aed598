# SPDX-License-Identifier: Apache-2.0
"""The proof that numbers of an entry were counted by this house from the rows of the case, and by nobody's hand: a keyed token that the rule
checks, so that no door says how many comments there were, or that they are answered. It holds for one case as it stood.
"""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any
from uuid import UUID

from anlan.base.keys import keyring

COUNTED = ("comments", "surveys", "withheld", "unanswered", "adopted", "n", "reason", "digest")
"""The fields that it covers, where an action has them."""


def prove(case_id: UUID, seq: int, action: str, data: Mapping[str, Any]) -> str:
    """The token for these numbers after entry `seq`."""
    said = "|".join(f"{key}={data.get(key, '')}" for key in COUNTED)
    return keyring().index("assessment count", f"{case_id}|{seq}|{action}|{said}").hex()


def is_proved(proof: str, case_id: UUID, seq: int, action: str, data: Mapping[str, Any]) -> bool:
    """Whether the token is this house's own for exactly these numbers."""
    return compare_digest(proof.encode(), prove(case_id, seq, action, data).encode())
