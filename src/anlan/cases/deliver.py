# SPDX-License-Identifier: Apache-2.0
"""Sends what sending followers wished, each once: claimed and committed first, then sent, then the outcome written.

A sending whose end nobody saw (a crash, no answer) stays "unknown" and is never tried again: twice would be worse.
Only what the carrier certainly refused or never got is tried again, five times at growing distance.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

log = logging.getLogger(__name__)

OUTCOMES = (WAITING, SENDING, SENT, FAILED, UNKNOWN) = "waiting", "sending", "sent", "failed", "unknown"
TRIES = 5
LOST_AFTER = timedelta(minutes=10)
"""A claim older than this belongs to a process that died; no adapter takes longer than seconds."""
STALE_AFTER = timedelta(days=2)
"""A message this late would mislead: it is not sent."""

CLAIM = """
UPDATE cases_delivery d SET outcome = 'sending', tries = d.tries + 1, at = %s
  FROM (SELECT position, recipient, channel, at AS since FROM cases_delivery
         WHERE outcome = 'waiting' AND at <= %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED) w
 WHERE d.position = w.position AND d.recipient = w.recipient AND d.channel = w.channel
RETURNING d.position, d.recipient, d.channel, d.case_id, d.key, d.tries, w.since"""

HOW = """
SELECT channel, outcome, count(*) FROM cases_delivery WHERE at > %s AND at <= %s GROUP BY 1, 2 ORDER BY 1, 2"""
WHICH = """
SELECT position, recipient, channel, case_id, key, tries, at FROM cases_delivery
 WHERE at > %s AND outcome = %s ORDER BY at DESC LIMIT %s"""
AGAIN = """
UPDATE cases_delivery SET outcome = 'waiting', tries = 0, at = %s
 WHERE at > %s AND outcome = 'failed'
   AND (%s::text IS NULL OR position || '-' || recipient || '-' || channel = %s)"""


class Refusing(Exception):  # noqa: N818 - an answer of the carrier
    """It was certainly not sent. `again` says whether trying later may help."""

    def __init__(self, message: str, *, again: bool) -> None:
        super().__init__(message)
        self.again = again


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One delivery, claimed `at`. `reference` is the same for its repetitions, for carriers that know how to use it."""

    position: int
    recipient: str
    channel: str
    case_id: UUID
    key: str
    tries: int
    at: datetime

    @property
    def reference(self) -> str:
        """Names this delivery to the carrier; says nothing about the case."""
        return f"{self.position}-{self.recipient}-{self.channel}"


Send = Callable[[Sending], None]
"""Hands one message to its carrier. Raises Refusing when it was certainly not sent; anything else is unknown."""


def deliver(send: Send, *, at: datetime, batch: int = 10) -> int:
    """Sends at most `batch` waiting deliveries; how many were claimed. Not inside a transaction."""
    if connection.in_atomic_block:
        raise RuntimeError("a claim must be committed before anything is sent")
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [at, at, batch])
        claimed = cursor.fetchall()
    for position, recipient, channel, case_id, key, tries, since in claimed:
        sending = Sending(
            position=position,
            recipient=recipient,
            channel=channel,
            case_id=case_id,
            key=key,
            tries=tries,
            at=at,
        )
        if at - since > STALE_AFTER:
            _settle(sending, "failed", at=at)
            continue
        _settle_by(send, sending, at=at)
    return len(claimed)


def _settle_by(send: Send, sending: Sending, *, at: datetime) -> None:
    try:
        send(sending)
    except Refusing as refusing:
        if refusing.again and sending.tries < TRIES:
            _settle(sending, "waiting", at=at + timedelta(minutes=2**sending.tries))
        else:
            _settle(sending, "failed", at=at)
        log.warning("delivery %s was refused: %s", sending.reference, refusing)
    except Exception:
        _settle(sending, "unknown", at=at)
        log.exception("delivery %s has no answer", sending.reference)
    else:
        _settle(sending, "sent", at=at)


def _settle(sending: Sending, outcome: str, *, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_delivery SET outcome = %s, at = %s"
            " WHERE position = %s AND recipient = %s AND channel = %s AND outcome = 'sending'",
            [outcome, at, sending.position, sending.recipient, sending.channel],
        )


def give_up_lost(*, at: datetime) -> int:
    """Marks claims of processes that died as unknown; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_delivery SET outcome = 'unknown' WHERE outcome = 'sending' AND at < %s",
            [at - LOST_AFTER],
        )
        return int(cursor.rowcount)


def outcomes(*, since: datetime, at: datetime) -> list[tuple[str, str, int]]:
    """Channel, outcome, how many, of what was last touched since."""
    with connection.cursor() as cursor:
        cursor.execute(HOW, [since, at])
        return [(channel, outcome, n) for channel, outcome, n in cursor.fetchall()]


def list_by(outcome: str, *, since: datetime, most: int) -> list[Sending]:
    """Those of one outcome, the newest first; `at` is when it came about."""
    with connection.cursor() as cursor:
        cursor.execute(WHICH, [since, outcome, most])
        return [
            Sending(
                position=row[0],
                recipient=row[1],
                channel=row[2],
                case_id=row[3],
                key=row[4],
                tries=row[5],
                at=row[6],
            )
            for row in cursor.fetchall()
        ]


def resend(*, since: datetime, at: datetime, reference: str | None = None) -> int:
    """Lets one that failed since, or all, be tried anew; how many. What may have been sent is never sent again."""
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, [at, since, reference, reference])
        return int(cursor.rowcount)
