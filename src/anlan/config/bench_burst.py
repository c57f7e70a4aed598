# SPDX-License-Identifier: Apache-2.0
"""Burst: ten times as many at once as the web processes take in; then whether calm returns, and whether anything was lost.

Calm, burst, calm again. Whoever was refused tries again after a tenth of a second, ten times sooner than told, so the pressure stays.
"""

import time

from django.conf import settings
from django.db import connections

from anlan.config.bench import Measured, Run, machine, make_people, percentile
from anlan.config.bench_client import Heard, drive
from anlan.config.bench_database import BenchError
from anlan.config.bench_intake import CONNECTIONS, PROCESSES, WARM, check_kept, request_maker
from anlan.config.bench_web import running
from anlan.config.shed import WAITING

TIMES = 10
PAUSE = 0.1
NORMAL = 1.5
"""Calm has returned in the first second whose median is within this of the median before, without a refusal."""
AFTER = 15.0


def measure(run: Run) -> Measured:
    """What is answered a second during the burst, how fast refusals come, and how long until all is normal."""
    make_people()
    about = machine()
    environment = settings.ENVIRONMENT
    room = environment.workers * environment.threads * (1 + WAITING)
    quiet = AFTER if run.seconds >= 5 else run.seconds
    connections.close_all()
    with running() as port:
        ask = request_maker()
        drive(port, ask, connections=CONNECTIONS, seconds=WARM, processes=PROCESSES)
        calm = drive(port, ask, connections=CONNECTIONS, seconds=min(10, run.seconds), processes=PROCESSES)
        burst = drive(
            port, ask, connections=room * TIMES, seconds=run.seconds, processes=PROCESSES, pause=PAUSE
        )
        began = time.monotonic()
        after = drive(port, ask, connections=CONNECTIONS, seconds=quiet, processes=PROCESSES)
    for heard in (calm, burst, after):
        check_kept(heard)
    good, refused = burst.times(201), burst.times(503, 429)
    if not good:
        raise BenchError(f"nothing was taken during the burst: {dict(burst.statuses())}")
    usual = percentile(calm.times(201), 0.5) or 0.0
    strange = sum(n for status, n in burst.statuses().items() if status not in {201, 503, 429})
    return Measured(
        name="burst",
        seconds=run.seconds,
        per_second=round(len(good) / run.seconds, 1),
        p50_ms=percentile(good, 0.5),
        p95_ms=percentile(good, 0.95),
        errors=strange + burst.broken + after.broken,
        settings=about
        | {
            "rows": run.rows,
            "connections": room * TIMES,
            "takes_in": room,
            "calm_per_second": round(len(calm.times(201)) / min(10, run.seconds), 1),
            "calm_p50_ms": usual,
            "asked_per_second": round(len(burst.answers) / run.seconds, 1),
            "refused": len(refused),
            "reconnected": burst.reconnected,
            "refused_p50_ms": percentile(refused, 0.5),
            "refused_p95_ms": percentile(refused, 0.95),
            "acknowledged_and_kept": len(calm.bodies) + len(burst.bodies) + len(after.bodies),
            "normal_after_seconds": normal_after(after, usual),
            "measured_until": round(time.monotonic() - began, 1),
            "statuses": {str(status): n for status, n in burst.statuses().items()},
        },
    )


def normal_after(after: Heard, usual: float) -> int | None:
    """Whole seconds until answers come as before the burst; None when they did not."""
    for second in range(int(AFTER)):
        mine = [(status, ms) for at, status, ms in after.answers if second <= at < second + 1]
        median = percentile([ms for _status, ms in mine], 0.5)
        if median is not None and median <= usual * NORMAL and all(status == 201 for status, _ms in mine):
            return second + 1
    return None
