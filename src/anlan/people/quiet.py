# SPDX-License-Identifier: Apache-2.0
"""Quiet hours: between two minutes of the day, in the region's time, nothing rings that can wait; it comes after."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from anlan.places.region import region

HOUR = 60
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """From `start` up to, not including, `end`, minutes of the day; over midnight where the end is the smaller. Equal: never."""

    start: int
    end: int

    def until(self, at: datetime) -> datetime | None:
        """When the quiet hours end in which this instant lies; None where it lies in none."""
        zone = region().zone
        local = at.astimezone(zone)
        minute = local.hour * HOUR + local.minute
        if (minute - self.start) % DAY >= (self.end - self.start) % DAY:
            return None
        day = local.date() + timedelta(days=1 if self.end <= minute else 0)
        return datetime.combine(day, time(*divmod(self.end, HOUR)), tzinfo=zone)


def read_quiet(text: str) -> Quiet:
    """Quiet hours as they are set, 22:00-07:00. Raises ValueError."""
    start, end = (time.fromisoformat(each.strip()) for each in text.split("-"))
    return Quiet(start=start.hour * HOUR + start.minute, end=end.hour * HOUR + end.minute)
