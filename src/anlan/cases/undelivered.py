# SPDX-License-Identifier: Apache-2.0
"""What did not arrive, for whoever runs the deployment: how many, why, sending them again, and dropping them.

Nothing here tells a case, a receiver or a word. What may have been sent is never sent again; what is dropped stays dropped.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from anlan.base.errors import NotAllowed
from anlan.cases import daily
from anlan.cases.deliver import DROPPED, FAILED, UNKNOWN, WAITING, Why
from anlan.cases.models import Delivery
from anlan.people.log import record
from anlan.people.may import Actor, may_configure

SHOWN = (FAILED, UNKNOWN, WAITING, DROPPED)
"""Outcomes that are listed; of what waits, only what was tried before."""
KINDS = (PEOPLE, STAFF, DAILY, WARNING) = "people", "staff", "daily", "warning"
"""Of a case to its people, of a case to staff, the mail of each morning, an alert: as much as is said of what it was."""
IN_VAIN = frozenset(
    {
        Why.ERASED,
        Why.OTHER_WAY,
        Why.LEFT,
        Why.NOT_THEIRS,
        Why.GONE,
        Why.UNWANTED,
        Why.READ,
        Why.OVER,
        Why.LATE,
    }
)
"""Whatever is mended, these would fail again or mislead: they are sent again only one by one."""
REASONS = ("told_otherwise", "out_of_date", "no_receiver", "test")
"""Why somebody drops messages: a closed list, for the line about it is kept for ever."""
MOST = 10_000
"""Messages that are sent again, or dropped, at once."""

KIND = f"""CASE WHEN recipient LIKE 'party:%%' THEN '{PEOPLE}' WHEN recipient NOT LIKE 'post:%%' THEN '{WARNING}'
 WHEN key = '{daily.KEY}' THEN '{DAILY}' ELSE '{STAFF}' END"""
REFERENCE = "(position || '-' || recipient || '-' || channel)"
MARK = f"left(encode(sha256(convert_to({REFERENCE}, 'UTF8')), 'hex'), 24)"
OF = f"""
  FROM cases_delivery
 WHERE at > %(since)s AND outcome = %(outcome)s AND (outcome <> '{WAITING}' OR tries > 0)
   AND (%(channel)s = '' OR channel = %(channel)s) AND (%(kind)s = '' OR {KIND} = %(kind)s)
   AND (%(why)s = '' OR why = %(why)s) AND (%(one)s = '' OR %(one)s IN ({REFERENCE}, {MARK}))"""
COUNT = f"SELECT count(*), count(*) FILTER (WHERE why <> ALL(%(in_vain)s)) {OF}"
GROUPS = f"SELECT channel, {KIND}, why, answer, count(*), max(at) {OF} GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 6 DESC LIMIT %(most)s"
ROWS = f"""
SELECT {MARK}, {REFERENCE}, channel, {KIND}, why, answer, tries, at {OF}
 ORDER BY at DESC, position DESC, recipient LIMIT %(most)s OFFSET %(start)s"""
CHANGE = f"""
UPDATE cases_delivery d SET {{values}}
  FROM (SELECT position, recipient, channel {OF} AND outcome = ANY(%(of)s)
           AND why <> ALL(%(in_vain)s)
         ORDER BY at LIMIT {MOST} FOR UPDATE SKIP LOCKED) w
 WHERE d.position = w.position AND d.recipient = w.recipient AND d.channel = w.channel"""
AGAIN = CHANGE.format(values=f"outcome = '{WAITING}', tries = 0, at = %(at)s, why = '', answer = ''")
DROP = CHANGE.format(values=f"outcome = '{DROPPED}'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which of them: of one outcome, last touched `since`; empty is any channel, kind or reason. `one` is a mark or a reference."""

    since: datetime
    outcome: str = FAILED
    channel: str = ""
    kind: str = ""
    why: str = ""
    one: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """How many went the same way to the same sort of receiver and failed for the same reason; the last of them `at`."""

    channel: str
    kind: str
    why: str
    answer: str
    n: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One. `mark` names it on a page, `reference` in the log of this machine; `at` is when it ended, or will be tried."""

    mark: str
    reference: str
    channel: str
    kind: str
    why: str
    answer: str
    tries: int
    at: datetime


def count(which: Which) -> tuple[int, int]:
    """How many there are, and how many of them it may help to send again."""
    ((n, useful),) = _rows(COUNT, which)
    return n, useful


def groups(which: Which, *, most: int) -> list[Group]:
    """The most frequent first."""
    names = "channel", "kind", "why", "answer", "n", "at"
    return [Group(**dict(zip(names, row, strict=True))) for row in _rows(GROUPS, which, most=most)]


def rows(which: Which, *, most: int, start: int = 0) -> list[Row]:
    """One by one, the newest first."""
    names = "mark", "reference", "channel", "kind", "why", "answer", "tries", "at"
    return [Row(**dict(zip(names, row, strict=True))) for row in _rows(ROWS, which, most=most, start=start)]


def resend(which: Which, *, by: Actor | None, at: datetime) -> int:
    """Lets what certainly failed be tried anew: the one that is named, else all that it may help, MOST at once; how many.

    `by` None is the operator at the machine. A line of the administration log says how many of which. Raises NotAllowed.
    """
    in_vain = [] if which.one else sorted(IN_VAIN)
    return _change(AGAIN, "deliveries.resend", which, by=by, at=at, of=[FAILED], in_vain=in_vain)


def drop(which: Which, *, reason: str, by: Actor | None, at: datetime) -> int:
    """Ends what failed or has no answer for good, for one of REASONS, MOST at once, with a line of the log; how many.

    Raises NotAllowed, ValueError.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    of = [FAILED, UNKNOWN]
    return _change(DROP, "deliveries.drop", which, by=by, at=at, of=of, in_vain=[], reason=reason)


def _change(
    statement: str,
    what: str,
    which: Which,
    *,
    by: Actor | None,
    at: datetime,
    of: list[str],
    in_vain: list[Why],
    **said: str,
) -> int:
    if by is not None and not may_configure(by):
        raise NotAllowed
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, {**asdict(which), "at": at, "of": of, "in_vain": in_vain})
            n = int(cursor.rowcount)
        if n:
            # The line is kept for ever: which one it was would be whom it was for.
            asked = {name: getattr(which, name) for name in ("outcome", "channel", "kind", "why")}
            after = {**{name: value for name, value in asked.items() if value}, **said, "n": n}
            record(by, what, before=None, after=after, at=at)
    return n


def _rows(statement: str, which: Which, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**asdict(which), "in_vain": sorted(IN_VAIN), **more})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def note_made_up(deliveries: Sequence[Delivery]) -> int:
    """Writes down messages of a demo that nobody tried to send; how many were given. Again adds none."""
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(deliveries)
