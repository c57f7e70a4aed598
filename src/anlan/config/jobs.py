# SPDX-License-Identifier: Apache-2.0
"""What comes round by the clock and concerns several rooms; `anlan work` runs it."""

import logging

from procrastinate.contrib.django import app

from anlan.base.clock import now
from anlan.config import retention

log = logging.getLogger(__name__)


@app.periodic(cron="40 18 * * *")
@app.task(name="config.retention", queueing_lock="config.retention", lock="config.retention")
def erase_lapsed(timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it
    """Every night (02:40 in Hangzhou): what was kept for its time goes."""
    for one, n in retention.lapsed(at=now(), erasing=True):
        if n:
            log.info("%s: %d erased", one.key, n)
