# SPDX-License-Identifier: Apache-2.0
"""The engine's sweeps as jobs that come round by the clock; `anlan work` runs them. Each is bounded and repeatable."""

from datetime import timedelta

from procrastinate.contrib.django import app

from anlan.base.clock import now
from anlan.cases import attachments, daily, erase, erased, escalate, hand_up, recalculate, rezone


@app.periodic(cron="* * * * *")
@app.task(name="cases.escalate", queueing_lock="cases.escalate", lock="cases.escalate")
def escalate_clocks(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it
    """Every minute: clocks whose next step has come."""
    escalate.escalate(at=now())


@app.periodic(cron="15 * * * *")
@app.task(name="cases.recalculate", queueing_lock="cases.recalculate", lock="cases.recalculate")
def recalculate_clocks(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it
    """Every hour: a new calendar, offices that nobody is left in. One look each when there is nothing."""
    recalculate.recalculate(at=now())
    rezone.rezone(at=now())  # first to who succeeds; only what nobody took over goes up
    hand_up.hand_up_idle(at=now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="cases.rezone", queueing_lock="cases.rezone", lock="cases.rezone")
def rezone_cases(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it
    """Every five minutes: places and organisations that ended, and cases reopened after that. One look when there is none."""
    rezone.rezone(at=now())


@app.periodic(cron="0 0 * * *")
@app.task(name="cases.daily", queueing_lock="cases.daily", lock="cases.daily")
def wish_daily_mails(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it
    """Every morning (08:00 in Hangzhou): how many notices wait, to who wants to know it so."""
    daily.wish_daily(at=now())


@app.periodic(cron="30 18 * * *")
@app.task(name="cases.erase", queueing_lock="cases.erase", lock="cases.erase")
def remove_erased(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it
    """Every night (02:30 in Hangzhou): files of what was erased, files nobody names. What has lapsed goes by `config.jobs`."""
    at = now()
    erased.settle(before=at - timedelta(days=1))
    erase.remove_files()
    attachments.sweep(at=at)
