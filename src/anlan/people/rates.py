# SPDX-License-Identifier: Apache-2.0
"""Caps and growing delays, counted in PostgreSQL and so shared by all processes.

`take` counts uses in a window; `attempt` and `succeeded` make each failure wait longer than the one before. Keys are
kept as keyed digests: nothing here tells who tried or from where. Call these outside of a transaction that may fail:
a count that is rolled back was not counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from anlan.base.errors import TooMany
from anlan.base.keys import keyring
from anlan.people.models import RateCounter

FORGET = timedelta(hours=24)
FREE = 5
FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=1)

TAKE = """
INSERT INTO people_ratecounter AS c (key, n, since, until) VALUES (%(key)s, %(uses)s, %(at)s, %(end)s)
ON CONFLICT (key) DO UPDATE SET
  n = CASE WHEN c.until <= %(at)s THEN %(uses)s ELSE least(c.n + %(uses)s, 1000000) END,
  since = CASE WHEN c.until <= %(at)s THEN excluded.since ELSE c.since END,
  until = CASE WHEN c.until <= %(at)s THEN excluded.until ELSE c.until END
RETURNING n, until
"""

# `since` is here the instant before which no further attempt is judged, `until` when all is forgotten.
ATTEMPT = """
INSERT INTO people_ratecounter AS c (key, n, since, until) VALUES (%(key)s, 1, %(at)s, %(end)s)
ON CONFLICT (key) DO UPDATE SET
  n = CASE WHEN c.until <= %(at)s THEN 1 ELSE least(c.n + 1, 1000) END,
  since = CASE WHEN c.until <= %(at)s OR c.n < %(free)s THEN excluded.since
               ELSE %(at)s + least(%(longest)s, %(first)s * 2 ^ least(c.n - %(free)s, 20)) END,
  until = excluded.until
WHERE c.since <= %(at)s OR c.until <= %(at)s
RETURNING n
"""


@dataclass(frozen=True, kw_only=True)
class Cap:
    """At most `n` uses in `per`."""

    n: int
    per: timedelta


def take(purpose: str, value: str, *, cap: Cap, at: datetime, uses: int = 1) -> None:
    """Counts one use, or `uses` at once. Raises TooMany with the seconds to wait when the cap is reached."""
    key = _key(f"{purpose}|{cap.per.total_seconds():.0f}", value)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"key": key, "uses": uses, "at": at, "end": at + cap.per})
        n, until = cursor.fetchone()
    if n > cap.n:
        raise TooMany(retry_after=_seconds(until - at))


def is_used_up(purpose: str, value: str, *, cap: Cap, at: datetime) -> bool:
    """Whether the next use would exceed the cap; counts nothing."""
    key = _key(f"{purpose}|{cap.per.total_seconds():.0f}", value)
    return RateCounter.objects.filter(key=key, until__gt=at, n__gte=cap.n).exists()


def attempt(purpose: str, value: str, *, free: int = FREE, at: datetime) -> None:
    """Counts a try before it is judged, so that tries at once are judged one after another.

    The first `free` cost nothing; each later one must wait twice as long as the one before. Raises TooMany.
    """
    key = _key(purpose, value)
    given: dict[str, Any] = {
        "key": key,
        "at": at,
        "end": at + FORGET,
        "free": free,
        "first": FIRST_DELAY,
        "longest": LONGEST_DELAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(ATTEMPT, given)
        if cursor.fetchone() is None:
            since = RateCounter.objects.values_list("since", flat=True).get(key=key)
            raise TooMany(retry_after=_seconds(since - at))


def succeeded(purpose: str, value: str) -> None:
    """The try was right: earlier failures are forgotten."""
    RateCounter.objects.filter(key=_key(purpose, value)).delete()


def sweep(*, at: datetime) -> int:
    """Drops what no longer counts; how many."""
    return RateCounter.objects.filter(until__lte=at).delete()[0]


def _key(purpose: str, value: str) -> bytes:
    return keyring().index("rate", f"{purpose}|{value}")


def _seconds(wait: timedelta) -> int:
    return max(1, -(-wait // timedelta(seconds=1)))
