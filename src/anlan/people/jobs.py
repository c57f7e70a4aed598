# SPDX-License-Identifier: Apache-2.0
"""The room's housekeeping as jobs that come round by the clock; `anlan work` runs them. Each is repeatable."""

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

from anlan.base.clock import now
from anlan.people import codes, log, rates


@app.periodic(cron="5 * * * *")
@app.task(name="people.sweep", queueing_lock="people.sweep", lock="people.sweep")
def sweep_ended(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it
    """Every hour: sign-in codes, counters and sessions that no longer hold."""
    at = now()
    codes.sweep(at=at)
    rates.sweep(at=at)
    SessionStore.clear_expired()


@app.periodic(cron="20 18 * * *")
@app.task(name="people.head", queueing_lock="people.head", lock="people.head")
def keep_log_head(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it
    """Every night (02:20 in Hangzhou): the head of the administration log, outside the database."""
    log.keep_head(at=now())
