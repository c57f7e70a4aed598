# SPDX-License-Identifier: Apache-2.0
"""The only place that asks what time it is. Doors and jobs call it; everything below takes the time as an argument."""

from datetime import UTC, datetime, timedelta

from django.conf import settings


def now() -> datetime:
    """The present, UTC; in the demo moved forward by ANLAN_CLOCK_OFFSET seconds."""
    return datetime.now(tz=UTC) + timedelta(seconds=settings.ANLAN_CLOCK_OFFSET)
