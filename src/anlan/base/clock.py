# SPDX-License-Identifier: Apache-2.0
"""The only place that asks what time it is. Doors and jobs call it; everything below takes the time as an argument.

The demo's clock may be moved forward, never back, through one small file that every process reads: settings
ANLAN_CLOCK_OFFSET_FILE (path; only demo mode sets one) on top of ANLAN_CLOCK_OFFSET (seconds). Elsewhere it is the real clock.
"""

import fcntl
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

LONGEST = timedelta(days=3660)
"""As far ahead as the demo's clock goes: a mistyped number must not reach the end of the calendar."""

_seen: tuple[float, str, int] = (0.0, "", 0)


def now() -> datetime:
    """The present in UTC; in the demo ahead by the offset. Another process sees a jump within a second."""
    return datetime.now(tz=UTC) + ahead()


def ahead() -> timedelta:
    """How far the demo's clock is ahead: what other machines compare with their own clocks is said without it."""
    return timedelta(seconds=_start() + _jumped())


def jump(by: timedelta) -> datetime:
    """Moves the demo's clock forward for all its processes; answers the new present.

    Raises ValueError for a step back, for more than ten years in all, and where no offset file is set (outside the demo).
    """
    global _seen  # noqa: PLW0603 - this process sees its own jump at once
    path = _path()
    if not path:
        raise ValueError("only the demo's clock can be moved")
    if by < timedelta(0):
        raise ValueError("the clock only moves forward")
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        seconds = max(_number(file.read()), _jumped()) + int(by.total_seconds())
        if seconds > LONGEST.total_seconds():
            raise ValueError("the demo's clock goes ten years ahead at most")
        # Longer or as long as what it replaces, and short enough for one write: a reader sees the old or the new number.
        file.seek(0)
        file.write(f"{seconds:012d}\n")
        file.flush()
        os.fsync(file.fileno())
    _seen = (time.monotonic(), path, seconds)
    return now()


def _start() -> int:
    return max(0, int(getattr(settings, "ANLAN_CLOCK_OFFSET", 0) or 0))


def _path() -> str:
    return str(getattr(settings, "ANLAN_CLOCK_OFFSET_FILE", "") or "")


def _jumped() -> int:
    global _seen  # noqa: PLW0603 - one small cache, so that a page asks the file at most once a second
    path = _path()
    if not path:
        return 0
    at, of, seconds = _seen
    if of != path or time.monotonic() - at >= 1:
        before = seconds if of == path else 0
        seconds = max(before, _read(path))  # a file that shrank, broke or went away moves nobody back
        _seen = (time.monotonic(), path, seconds)
    return seconds


def _read(path: str) -> int:
    try:
        return _number(Path(path).read_text("ascii"))
    except (OSError, ValueError):
        return 0


def _number(text: str) -> int:
    plain = text.strip()
    return min(int(plain), int(LONGEST.total_seconds())) if plain.isascii() and plain.isdecimal() else 0
