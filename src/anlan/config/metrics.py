# SPDX-License-Identifier: Apache-2.0
"""What is measured, in Prometheus's text format: what the web processes counted, and how far behind the rest is.

No figure is of a person, a post or a place. Our own thirty lines rather than a library: its way to count over several processes
leaves a file for each that ever ran (docs/decisions/operation.md).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import accumulate

from django.db import connection

from anlan.cases import deliver, pulse
from anlan.config.requests import BOUNDS, DOORS, STATUSES, counts

JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1"
SESSIONS = """
SELECT application_name, coalesce(state, 'none'), count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND usename = current_user GROUP BY 1, 2 ORDER BY 1, 2"""

Row = tuple[Mapping[str, str], float]


def draw(*, at: datetime) -> str:
    """The page."""
    return "".join((*_requests(), *_followed(at=at), *_counted()))


def _requests() -> Iterable[str]:
    found = counts().read()
    rows = [
        ({"door": door, "status": status}, found[f"{door} status {status}"])
        for door in DOORS
        for status in STATUSES
        if found[f"{door} status {status}"]
    ]
    yield _family("anlan_requests_total", "counter", "Requests answered.", rows)
    name, words = "anlan_request_seconds", "How long they took."
    yield f"# HELP {name} {words}\n# TYPE {name} histogram\n"
    for door in DOORS:
        upto = list(accumulate(found[f"{door} class {n}"] for n in range(len(BOUNDS) + 1)))
        if upto[-1]:
            for bound, number in zip((*BOUNDS, "+Inf"), upto, strict=True):
                yield _line(f"{name}_bucket", {"door": door, "le": str(bound)}, number)
            yield _line(f"{name}_sum", {"door": door}, found[f"{door} seconds"])
            yield _line(f"{name}_count", {"door": door}, upto[-1])


def _followed(*, at: datetime) -> Iterable[str]:
    tray = pulse.tray(at=at)
    yield _gauge("anlan_tray_entries", "Entries that wait for their place in the journal.", tray.entries)
    yield _gauge("anlan_tray_age_seconds", "Since when the oldest waits.", tray.age.total_seconds())
    lags: list[Row] = [({"follower": name}, lag) for name, lag in pulse.lags().items()]
    yield _family("anlan_follower_lag_entries", "gauge", "Entries that a follower has not read.", lags)
    overdue = pulse.overdue_age(at=at).total_seconds()
    yield _gauge(
        "anlan_overdue_sweep_age_seconds", "Since when the oldest due step of a clock waits.", overdue
    )
    unsent = pulse.unsent_age(at=at).total_seconds()
    yield _gauge("anlan_delivery_age_seconds", "Since when the oldest due message waits.", unsent)
    hour = deliver.outcomes(since=at - timedelta(hours=1), at=at)
    sent: list[Row] = [({"channel": channel, "outcome": outcome}, n) for channel, outcome, n in hour]
    yield _family("anlan_deliveries_last_hour", "gauge", "Messages by how they stand.", sent)


def _counted() -> Iterable[str]:
    with connection.cursor() as cursor:
        cursor.execute(JOBS)
        jobs: list[Row] = [({"status": status}, n) for status, n in cursor.fetchall()]
        cursor.execute(SESSIONS)
        sessions: list[Row] = [({"program": name, "state": state}, n) for name, state, n in cursor.fetchall()]
    yield _family("anlan_jobs", "gauge", "Background jobs kept in the queue; those done are not.", jobs)
    yield _family(
        "anlan_database_sessions", "gauge", "Connections to the database, pools included.", sessions
    )


def _gauge(name: str, words: str, number: float) -> str:
    return _family(name, "gauge", words, [({}, number)])


def _family(name: str, kind: str, words: str, rows: Iterable[Row]) -> str:
    lines = "".join(_line(name, labels, number) for labels, number in rows)
    return f"# HELP {name} {words}\n# TYPE {name} {kind}\n{lines}"


def _line(name: str, labels: Mapping[str, str], number: float) -> str:
    told = ",".join(f'{key}="{_escape(value)}"' for key, value in labels.items())
    return f"{name}{{{told}}} {number:.15g}\n" if told else f"{name} {number:.15g}\n"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
