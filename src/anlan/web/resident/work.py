# SPDX-License-Identifier: Apache-2.0
"""Against floods, and against nobody in particular: while very many reports come in, a phone computes for a few seconds
before each. Who signs in with a number need not; without script one waits, with one's words kept.

Nothing is known of who sends; there is no list. A solution is worth something for one case's id only, so it is used once.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import TooMany
from anlan.people.may import Actor
from anlan.people.rates import Cap, is_used_up, take

BITS, PARTS = 12, 8
"""Eight sums of some 4,000 digests each: a second or two on a slow phone. Several vary less than a large one."""
LASTS = timedelta(hours=2)
WINDOW = timedelta(minutes=10)
COUNTED = "report everybody"


class Flooded(TooMany):
    """Very many reports are coming in, and this one came without work or account."""

    words = _(
        "Very many reports are coming in just now. Your words are kept: please send again in a few minutes. Who signs in with"
        " their phone before reporting need not wait."
    )


def work_for(by: Actor, *, at: datetime) -> dict[str, Any] | None:
    """What a phone must compute before sending; None as long as no flood is on."""
    if by.account_id or not is_used_up(COUNTED, "", cap=_cap(), at=at):
        return None
    return {"challenge": _signer().sign(""), "bits": BITS, "parts": PARTS}


def ask_for_work(given: str, case_id: UUID, *, by: Actor, at: datetime) -> None:
    """Counts this report. Raises Flooded when it is one of very many and comes without an account or its work."""
    try:
        take(COUNTED, "", cap=_cap(), at=at)
    except TooMany as error:
        if not by.account_id and not is_done(given, case_id):
            raise Flooded(Flooded.words, retry_after=error.retry_after or 60) from None


def is_done(given: str, case_id: UUID) -> bool:
    """Whether this is the work for that case's id, under a challenge of ours that is not too old."""
    challenge, _sep, found = given.rpartition("|")
    parts = found.split(",")
    try:
        _signer().unsign(challenge, max_age=LASTS)
    except BadSignature:
        return False
    return len(parts) == PARTS and all(
        int.from_bytes(sha256(f"{challenge}|{case_id.hex}|{part}|{n}".encode()).digest()) >> (256 - BITS) == 0
        for part, n in enumerate(parts)
    )


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="anlan.work")


def _cap() -> Cap:
    return Cap(n=settings.ANLAN_FLOOD, per=WINDOW)
