# SPDX-License-Identifier: Apache-2.0
"""`anlan bench NAME`: what this machine does, measured against a floor or a promise, in databases of its own.

It never touches the deployment's database: each bench makes its own in the same server, and keeps it for the next run.
What the figures mean, and what they were: docs/bench.md.
"""

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from anlan.base.clock import now
from anlan.people.demo import demo_seed
from anlan.people.models import Account


@dataclass(frozen=True, kw_only=True)
class Run:
    """What is asked of a bench: how many cases lie there already, how many seconds to measure, over how many connections where
    that may be chosen (0: the bench's own number), how many terminals the storm plays with how many acts each (likewise).
    """

    rows: int
    seconds: float
    connections: int = 0
    terminals: int = 0
    each: int = 0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The one JSON object that a bench answers with; None where a figure does not apply. Times in milliseconds."""

    name: str
    seconds: float
    per_second: float | None = None
    floor_per_second: float | None = None
    ratio: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    errors: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A bench: what it does inside its database, whether it writes there, and its usual size."""

    measure: Callable[[Run], Measured]
    writes: bool = True
    empty: bool = False
    rows: int = 10_000
    seconds: float = 20


def percentile(values: Sequence[float], part: float) -> float | None:
    """The value below which `part` (0 to 1) of them lie, by nearest rank; None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 2)


def machine() -> dict[str, Any]:
    """What was measured on: cores, processor, versions, durability."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit'),"
            " current_setting('shared_buffers')"
        )
        version, fsync, commit, buffers = cursor.fetchone()
    return {
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "postgresql": version,
        "fsync": fsync,
        "synchronous_commit": commit,
        "shared_buffers": buffers,
    }


def make_people() -> None:
    """The demo's posts, where there is nobody yet."""
    if not Account.objects.exists():
        at = now()
        demo_seed(since=at.replace(year=at.year - 3, day=1), at=at)


def cpu_ms() -> float:
    """Milliseconds of processor that this thread and its database connection's process have had: what a crowded machine
    does not change much. Only the thread's own where the kernel does not tell (not Linux, another user's server).
    """
    own = time.thread_time() * 1000
    if connection.connection is None:
        return own
    try:
        told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text("ascii")
    except OSError:
        return own
    return own + int(told.split()[0]) / 1e6
