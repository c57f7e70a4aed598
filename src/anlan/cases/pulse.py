# SPDX-License-Identifier: Apache-2.0
"""How far behind what runs beside the doors is: the tray, the followers, the sweep of due clocks, and what is to be sent.

Each is one look into an index; nothing here grows with history.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from anlan.base.keys import keyring
from anlan.cases.journal import head

TRAY = """
SELECT (SELECT count(*) FROM (SELECT FROM cases_tray LIMIT 100000) t), e.received_at
  FROM (SELECT case_id, seq FROM cases_tray ORDER BY id LIMIT 1) t JOIN cases_entry e USING (case_id, seq)"""
BEHIND = (
    "SELECT next_at FROM cases_clock WHERE next_at IS NOT NULL AND next_at <= %s ORDER BY next_at LIMIT 1"
)
WAITING = "SELECT at FROM cases_delivery WHERE outcome = 'waiting' AND at <= %s ORDER BY at LIMIT 1"
LEADS = """
SELECT EXISTS (SELECT FROM pg_stat_activity
                WHERE application_name = 'anlan journal' AND datname = current_database())"""
NEWEST = (
    "SELECT c.key FROM cases_journal j JOIN cases_case c ON c.id = j.case_id ORDER BY j.position DESC LIMIT 1"
)
LATE = timedelta(minutes=1)
"""A tray row older than this waits for a leader that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """Entries that have no place in the journal yet, a hundred thousand at most, and since when the oldest waits."""

    entries: int
    age: timedelta


def tray(*, at: datetime) -> Tray:
    """How it stands."""
    row = _first(TRAY, [])
    return Tray(entries=row[0], age=_age(row[1], at)) if row else Tray(entries=0, age=timedelta(0))


def lags() -> dict[str, int]:
    """By follower, how many entries of the journal it has not read."""
    end = head().position
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, position FROM cases_follower ORDER BY name")
        return {name: end - position for name, position in cursor.fetchall()}


def overdue_age(*, at: datetime) -> timedelta:
    """Since when the oldest step of a clock is due and not taken: the sweep comes every minute."""
    row = _first(BEHIND, [at])
    return _age(row[0], at) if row else timedelta(0)


def unsent_age(*, at: datetime) -> timedelta:
    """Since when the oldest message should have been sent."""
    row = _first(WAITING, [at])
    return _age(row[0], at) if row else timedelta(0)


def is_led(*, at: datetime) -> bool:
    """Whether a process that may lead the journal is connected, and nothing waits for it longer than it should."""
    row = _first(LEADS, [])
    return row is not None and row[0] and tray(at=at).age <= LATE


def check_keys() -> None:
    """Raises Unreadable when the newest case cannot be opened with the keys of this process."""
    keyring().index("check", "ready")
    row = _first(NEWEST, [])
    if row is not None:
        keyring().unwrap(bytes(row[0]))


def _first(statement: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def _age(since: datetime, at: datetime) -> timedelta:
    return max(at - since, timedelta(0))
