# SPDX-License-Identifier: Apache-2.0
"""Followers of the journal: each keeps its position and reads every entry once, in order.

A deriving follower writes what it derives and its position in one transaction, so it happens exactly once; it may be
rebuilt from zero. A sending follower only writes wishes to send (`Delivery`) with its position; `deliver` sends them.
It starts at the end of the journal it first sees and is never set back: what was sent is not sent again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from anlan.base.prepared import prepared
from anlan.cases.checks import Fault
from anlan.cases.journal import Line, head, read_lines

BATCH = 500
SEAT = "SELECT position FROM cases_follower WHERE name = $1 FOR UPDATE SKIP LOCKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One thing to send: to whom (``party:1``), through which channel, about which case, by which notice; at once, or `after` an
    instant.
    """

    position: int
    recipient: str
    channel: str
    case_id: UUID
    key: str
    after: datetime | None = None


Handler = Callable[[Sequence[Line]], Iterable[Wish]]
"""Takes lines in order, writes what it derives, and gives what is to be sent (nothing, when it derives)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """A follower as wiring registered it. `clear` empties what it derived, for a rebuild; `check` says what of it is not
    what it would be after one.
    """

    name: str
    handler: Handler
    sends: bool
    clear: Callable[[], None] | None = None
    check: Callable[[], list[Fault]] | None = None


_followers: dict[str, Follows] = {}


def follow(
    name: str,
    handler: Handler,
    *,
    sends: bool = False,
    clear: Callable[[], None] | None = None,
    check: Callable[[], list[Fault]] | None = None,
) -> None:
    """Registers a follower; once, at start. Raises ValueError for a name taken by another handler."""
    known = _followers.get(name)
    if known is not None and known.handler is not handler:
        raise ValueError(f"two followers are called {name}")
    _followers[name] = Follows(name=name, handler=handler, sends=sends, clear=clear, check=check)


def followers() -> tuple[Follows, ...]:
    """All registered followers, deriving ones first."""
    return tuple(sorted(_followers.values(), key=lambda one: (one.sends, one.name)))


def take_seats() -> None:
    """Gives every follower its row. A new sending one begins at the journal's end: it never sends the past."""
    with connection.cursor() as cursor:
        for one in followers():
            cursor.execute(
                "INSERT INTO cases_follower (name, position, sends) VALUES (%s, %s, %s) ON CONFLICT (name) DO NOTHING",
                [one.name, head().position if one.sends else 0, one.sends],
            )


def advance(one: Follows, *, batch: int = BATCH) -> int:
    """Lets a follower read its next lines; how many positions it moved. 0 also when another process is at it."""
    with transaction.atomic(), prepared() as run:
        row = run(SEAT, [one.name]).fetchone()
        if row is None:
            return 0
        reached, lines = read_lines(row[0], limit=batch)
        if reached == row[0]:
            return 0
        wishes = list(one.handler(lines))
        if wishes and not one.sends:
            raise ValueError(f"{one.name} derives; it may not send")
        if wishes:
            _write_down(wishes, lines)
        run("UPDATE cases_follower SET position = $1 WHERE name = $2", [reached, one.name])
        return int(reached - row[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How many entries a follower has not read yet, and when the last one that it has was numbered."""

    waiting: int
    at: datetime | None


LAG = """
SELECT (SELECT coalesce(max(position), 0) FROM cases_journal) - coalesce(f.position, 0), j.at
  FROM (SELECT 1) one LEFT JOIN cases_follower f ON f.name = %s LEFT JOIN cases_journal j ON j.position = f.position"""


def lag_of(name: str) -> Lag:
    """How far a follower is behind the journal."""
    with connection.cursor() as cursor:
        cursor.execute(LAG, [name])
        waiting, at = cursor.fetchone()
    return Lag(waiting=waiting, at=at)


def rebuild(name: str) -> None:
    """Sets a deriving follower back to zero and clears what it derived; the next advances fill it again.

    Raises ValueError for a sending one, KeyError for an unknown one.
    """
    one = _followers[name]
    if one.sends:
        raise ValueError(f"{name} sends: sending again is never a rebuild")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM cases_follower WHERE name = %s FOR UPDATE", [name])
        cursor.execute("UPDATE cases_follower SET position = 0 WHERE name = %s", [name])
        if one.clear is not None:
            one.clear()


def _write_down(wishes: Sequence[Wish], lines: Sequence[Line]) -> None:
    times = {line.position: line.at for line in lines}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_delivery (position, recipient, channel, case_id, key, outcome, tries, at)"
            " SELECT u.position, u.recipient, u.channel, u.case_id, u.key, 'waiting', 0, u.at"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::timestamptz[])"
            " AS u(position, recipient, channel, case_id, key, at) ON CONFLICT DO NOTHING",
            [
                [wish.position for wish in wishes],
                [wish.recipient for wish in wishes],
                [wish.channel for wish in wishes],
                [wish.case_id for wish in wishes],
                [wish.key for wish in wishes],
                [wish.after or times[wish.position] for wish in wishes],
            ],
        )
