# SPDX-License-Identifier: Apache-2.0
"""The only place that asks what time it is. Doors and jobs call it; everything below takes the time as an argument."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_read: tuple[float, int] = (-10.0, 0)


def now() -> datetime:
    """The present, UTC; in the demo moved forward by the seconds written in the offset file."""
    return datetime.now(tz=UTC) + timedelta(seconds=_offset())


def _offset() -> int:
    global _read  # noqa: PLW0603 - one small cache, so that a page asks the file at most once a second
    path = settings.ANLAN_CLOCK_OFFSET
    if not path:
        return 0
    if time.monotonic() - _read[0] >= 1:
        try:
            seconds = max(0, int(Path(path).read_text().strip() or 0), _read[1])
        except (OSError, ValueError):
            seconds = _read[1]
        _read = (time.monotonic(), seconds)
    return _read[1]
