# SPDX-License-Identifier: Apache-2.0
"""Sends what sending followers wished, each once: claimed and committed first, then sent, then the outcome written.

A sending whose end nobody saw (a crash, no answer) stays "unknown" and is never tried again: twice would be worse. Where a message
replaces itself (push) it is tried again.
Only what the carrier certainly refused or never got is tried again, five times at growing distance.

What reaches one person's screens is sent as one when several wait (`Sending.beside`): after a night nobody's phone rings thirty times.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connection

from anlan.people.carriers import Unknown

log = logging.getLogger(__name__)

OUTCOMES = (WAITING, SENDING, SENT, FAILED, UNKNOWN, DROPPED) = (
    "waiting",
    "sending",
    "sent",
    "failed",
    "unknown",
    "dropped",
)
RINGING, REPEATABLE = frozenset({"push", "dingtalk"}), frozenset({"push"})
"""Channels that end on a screen somebody carries, and those by which the same message, sent again, takes the place of the first."""
PART = "part-"
"""Recipients that begin so are many at once, told by a sending that sees to it itself that a repetition tells nobody twice."""
TRIES = 5
LOST_AFTER = timedelta(minutes=10)
"""A claim older than this belongs to a process that died; no adapter takes longer than seconds."""
STALE_AFTER = timedelta(days=2)
"""A message this late would mislead: it is not sent."""
LONGEST = 120
"""Letters that are kept of a carrier's answer."""

CLAIM = """
UPDATE cases_delivery d SET outcome = 'sending', tries = d.tries + 1, at = %s
  FROM (SELECT position, recipient, channel, at AS since FROM cases_delivery
         WHERE outcome = 'waiting' AND at <= %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED) w
 WHERE d.position = w.position AND d.recipient = w.recipient AND d.channel = w.channel
RETURNING d.position, d.recipient, d.channel, d.case_id, d.key, d.tries, w.since"""

BESIDE = """
UPDATE cases_delivery SET outcome = 'sending', tries = tries + 1, at = %s
 WHERE outcome = 'waiting' AND at <= %s AND at > %s AND recipient = %s AND channel = %s RETURNING position"""
ADD = """
INSERT INTO cases_delivery (position, recipient, channel, case_id, key, outcome, tries, at)
SELECT %s, u.recipient, %s, %s, %s, 'waiting', 0, u.at FROM unnest(%s::text[], %s::timestamptz[]) AS u(recipient, at)
ON CONFLICT DO NOTHING"""

LOST = """
UPDATE cases_delivery SET outcome = CASE WHEN channel = ANY(%s) OR starts_with(recipient, %s) THEN 'waiting' ELSE 'unknown' END, why = 'lost'
 WHERE outcome = 'sending' AND at < %s"""
LAST = "SELECT max(at) FROM cases_delivery WHERE outcome = 'waiting' AND starts_with(recipient, %s)"

HOW = """
SELECT channel, outcome, count(*) FROM cases_delivery WHERE at > %s AND at <= %s GROUP BY 1, 2 ORDER BY 1, 2"""


class Why(StrEnum):
    """Why a message was not sent, or why nobody knows: a closed list, so that none of it says who was to get it."""

    REFUSED = "refused"
    BUSY = "busy"
    NO_CARRIER = "no_carrier"
    NO_ADDRESS = "no_address"
    NO_KEY = "no_key"
    ERASED = "erased"
    OTHER_WAY = "other_way"
    LEFT = "left"
    NOT_THEIRS = "not_theirs"
    GONE = "gone"
    UNWANTED = "unwanted"
    READ = "read"
    OVER = "over"
    LATE = "late"
    SILENT = "silent"
    LOST = "lost"
    RESTORED = "restored"


class Refusing(Exception):  # noqa: N818 - an answer of the carrier
    """It was certainly not sent. `again` says whether trying later may help, `after` how long to wait at least; `why` is kept."""

    def __init__(
        self, message: str, *, again: bool, after: timedelta = timedelta(0), why: Why | None = None
    ) -> None:
        super().__init__(message)
        self.again = again
        self.after = after
        self.why = why or (Why.BUSY if again else Why.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One delivery, claimed `at`. `reference` is the same for its repetitions, for carriers that know how to use it; `beside` are
    the positions of others to the same screens, which are sent with it as one.
    """

    position: int
    recipient: str
    channel: str
    case_id: UUID
    key: str
    tries: int
    at: datetime
    beside: tuple[int, ...] = ()

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
    groups: dict[tuple[object, ...], list[Sending]] = {}
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
            _settle(sending, FAILED, at=at, why=Why.LATE)
            continue
        together = (recipient, channel) if _rings(sending) else (position, recipient, channel)
        groups.setdefault(together, []).append(sending)
    for first, *rest in groups.values():
        others = [each.position for each in rest]
        if _rings(first):
            others += _claim_beside(first)
        _settle_by(send, replace(first, beside=tuple(others)), at=at)
    return len(claimed)


def _rings(sending: Sending) -> bool:
    """Whether it goes to the screens of a member of staff."""
    return sending.channel in RINGING and sending.recipient.startswith("post:")


def _claim_beside(sending: Sending) -> list[int]:
    """What else is due to the same screens, claimed too."""
    at = sending.at
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, [at, at, at - STALE_AFTER, sending.recipient, sending.channel])
        return [position for (position,) in cursor.fetchall()]


def add(sending: Sending, recipients: Sequence[tuple[str, datetime]], *, channel: str | None = None) -> int:
    """The same to others, or by another channel, each from an instant on; what is there already stays as it is. How many are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            ADD,
            [
                sending.position,
                channel or sending.channel,
                sending.case_id,
                sending.key,
                [recipient for recipient, _at in recipients],
                [at for _recipient, at in recipients],
            ],
        )
        return int(cursor.rowcount)


def last_due(recipients: str) -> datetime | None:
    """When the last waiting one is due of those to recipients that begin so."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, [recipients])
        found: datetime | None = cursor.fetchone()[0]
        return found


def _settle_by(send: Send, sending: Sending, *, at: datetime) -> None:
    try:
        send(sending)
    except Refusing as refusing:
        said = refusing.why, str(refusing)
        if refusing.again and sending.tries < TRIES:
            again = at + max(timedelta(minutes=2**sending.tries), refusing.after)
            _settle(sending, WAITING, at=again, why=said[0], answer=said[1])
        else:
            _settle(sending, FAILED, at=at, why=said[0], answer=said[1])
        log.warning("delivery %s was refused: %s", sending.reference, refusing)
    except Exception as error:
        # What a carrier says of itself holds no receiver; of any other fault only its kind is kept.
        told = str(error) if isinstance(error, Unknown) else type(error).__name__
        if sending.recipient.startswith(PART) and sending.tries < TRIES:
            again = at + timedelta(minutes=2**sending.tries)
            _settle(sending, WAITING, at=again, why=Why.SILENT, answer=told)
        else:
            _settle(sending, UNKNOWN, at=at, why=Why.SILENT, answer=told)
        log.exception("delivery %s has no answer", sending.reference)
    else:
        _settle(sending, SENT, at=at)


def _settle(
    sending: Sending, outcome: str, *, at: datetime, why: Why | None = None, answer: str = ""
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_delivery SET outcome = %s, at = %s, why = %s, answer = %s"
            " WHERE position = ANY(%s) AND recipient = %s AND channel = %s AND outcome = 'sending'",
            [
                outcome,
                at,
                why or "",
                answer[:LONGEST],
                [sending.position, *sending.beside],
                sending.recipient,
                sending.channel,
            ],
        )


def give_up_lost(*, at: datetime) -> int:
    """Marks claims of processes that died as unknown; how many. What replaces itself when it comes twice is sent again."""
    with connection.cursor() as cursor:
        cursor.execute(LOST, [list(REPEATABLE), PART, at - LOST_AFTER])
        return int(cursor.rowcount)


def outcomes(*, since: datetime, at: datetime) -> list[tuple[str, str, int]]:
    """Channel, outcome, how many, of what was last touched since."""
    with connection.cursor() as cursor:
        cursor.execute(HOW, [since, at])
        return [(channel, outcome, n) for channel, outcome, n in cursor.fetchall()]
