# SPDX-License-Identifier: Apache-2.0
"""The proof that a party was asked for consent to one document and gave it: a keyed token that this house makes once a
service of signatures (`provider`) has said yes. The rule that signs checks it, so no door signs without it.

It holds for one party of one case, one document and ten minutes.
"""

from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from anlan.base.keys import keyring

LASTS = timedelta(minutes=10)
PURPOSE = "signature"
LONGEST = 200


def prove(case_id: UUID, party: int, document: str, *, way: str, at: datetime) -> str:
    """The token. `way` is the key of the service that judged, `document` the keyed digest of the file in hex."""
    until = int((at + LASTS).timestamp())
    return f"{way}.{until}.{_digest(case_id, party, document, way, until)}"


def read_proof(proof: str, case_id: UUID, party: int, document: str, *, at: datetime) -> str:
    """The key of the service that judged. Raises ValueError for a token of something else, too old, or not of this house."""
    way, until, given = proof.split(".")
    right = _digest(case_id, party, document, way, int(until))
    if not compare_digest(right.encode(), given.encode()) or at.timestamp() > int(until):
        raise ValueError("this proves nothing now")
    return way


def _digest(case_id: UUID, party: int, document: str, way: str, until: int) -> str:
    return keyring().index(PURPOSE, f"{way}|{case_id}|{party}|{document}|{until}").hex()
