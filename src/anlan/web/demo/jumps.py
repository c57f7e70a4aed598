# SPDX-License-Identifier: Apache-2.0
"""Where the demo's clock goes: an hour, a day, or past the next holiday, to nine on the first working day after it. Pure."""

from datetime import date, datetime, time, timedelta

from anlan.places.calendars import DayKind, WorkCalendar

AHEAD = 400
"""Days in which a holiday is looked for."""
OPENS = time(9)


def jump_to(wish: str, at: datetime, calendar: WorkCalendar) -> timedelta | None:
    """By how much a wish (`hour`, `day`, `holiday`) moves the clock; None for any other."""
    if wish == "hour":
        return timedelta(hours=1)
    if wish == "day":
        return timedelta(days=1)
    return past_holiday(at, calendar) - at if wish == "holiday" else None


def past_holiday(at: datetime, calendar: WorkCalendar) -> datetime:
    """Nine on the first working day after the next holiday; where the calendar knows none, after the next weekend."""
    today = at.astimezone(calendar.zone).date()
    days = [today + timedelta(days=n) for n in range(AHEAD)]
    holidays = [day for day in days if calendar.kind(day) is DayKind.HOLIDAY]
    first = holidays[0] if holidays else next(day for day in days if not calendar.works(day))
    return datetime.combine(_first_working(first, calendar), OPENS, calendar.zone)


def _first_working(day: date, calendar: WorkCalendar) -> date:
    while not calendar.works(day):
        day += timedelta(days=1)
    return day
