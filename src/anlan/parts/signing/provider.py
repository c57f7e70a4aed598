# SPDX-License-Identifier: Apache-2.0
"""What asks a party whether they sign, and judges the answer: a service of signatures.

A licensed e-signature service (Electronic Signature Law, art. 16 to 18) is one more class of this shape; the door knows none by name.
Built in is the code that is sent to the party's own phone, in `codes`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who is to sign what: the party of a case, the keyed digest (hex) of the document, and the phone they gave."""

    case_id: UUID
    party: int
    document: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The party was asked: where (`masked`), until when they may answer, and the code itself in a demo, else None. `sure` False: no
    answer came, so it may not have arrived.
    """

    masked: str
    until: datetime
    shown: str | None = None
    sure: bool = True


class Signing(Protocol):
    """A service of signatures; `key` names it in proofs and entries."""

    key: str

    def start(self, wish: Wish, *, network: str, at: datetime) -> Asked:
        """Asks the party. Raises Refused."""

    def judge(self, wish: Wish, answer: str, *, network: str, at: datetime) -> str:
        """The proof of `proof.prove`, for a right answer. Raises Refused. Outside of a transaction: a wrong answer counts."""
