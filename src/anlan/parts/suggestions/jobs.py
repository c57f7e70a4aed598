# SPDX-License-Identifier: Apache-2.0
"""Learning anew every night, so that words which were erased in the day are in no weight of the next."""

from procrastinate.contrib.django import app

from anlan.base.clock import now
from anlan.cases import registry
from anlan.parts.suggestions.suggest import train


@app.periodic(cron="10 19 * * *")
@app.task(name="suggestions.learn", queueing_lock="suggestions.learn", lock="suggestions.learn")
def learn_anew(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it
    """Every night (03:10 in Hangzhou), after the erasures."""
    for procedure in registry.newest():
        train(procedure, at=now())
