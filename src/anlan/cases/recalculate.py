# SPDX-License-Identifier: Apache-2.0
"""After a change of the calendar open clocks are counted again, by entries.

Only what is affected gets an entry: a provisional date, one whose span holds a day that changed. A date told to a resident
is never shortened (`clocks.move`).
"""

from bisect import bisect_left
from datetime import date, datetime, timedelta
from uuid import UUID

from anlan.cases.catalogue import current, raise_version
from anlan.cases.sweep import Swept, by_system, do_all, in_batches
from anlan.places.calendars import WorkCalendar
from anlan.places.find import load_calendar

BATCH = 200

RUNNING = """
SELECT case_id, n, key, started_at, due_at, calendar_version, provisional FROM cases_clock
 WHERE stopped_at IS NULL AND calendar = %s AND calendar_version < %s AND unit <> 'hour'
   AND (case_id, n) > (%s, %s) ORDER BY case_id, n LIMIT %s"""


def recalculate(*, at: datetime, batch: int = BATCH) -> Swept:
    """Writes a `recalculate` entry for each open clock that the newest calendar affects. Safe to repeat."""
    calendar = load_calendar()
    if current().calendar.version != calendar.version:
        raise_version()
    changed: dict[int, list[date]] = {}
    total = Swept()
    open_clocks = in_batches(RUNNING, [calendar.key, calendar.version], start=(UUID(int=0), 0), batch=batch)
    for rows in open_clocks:
        envelopes = []
        for case_id, n, key, started_at, due_at, version, provisional in rows:
            if version not in changed:
                changed[version] = changed_days(load_calendar(calendar.key, version=version), calendar)
            if provisional or _holds(changed[version], started_at, due_at, calendar):
                envelopes.append(
                    by_system(
                        case_id, "recalculate", data={"clock": key}, at=at, once=f"{n}/{calendar.version}"
                    )
                )
        total = total.and_also(do_all(envelopes))
    return total


def changed_days(before: WorkCalendar, after: WorkCalendar) -> list[date]:
    """Days that work in one version and not in the other, in order; every day when the office hours changed."""
    if (before.hours, before.zone) != (after.hours, after.zone):
        first = date(2000, 1, 1)
        return [first + timedelta(days=n) for n in range(36_500)]
    told = {*before.days, *after.days}
    if before.weekend != after.weekend:
        first = min(told, default=before.horizon)
        told |= {first + timedelta(days=n) for n in range((after.horizon - first).days + 366)}
    return sorted(day for day in told if before.works(day) != after.works(day))


def _holds(days: list[date], since: datetime, until: datetime, calendar: WorkCalendar) -> bool:
    i = bisect_left(days, since.astimezone(calendar.zone).date())
    return i < len(days) and days[i] <= until.astimezone(calendar.zone).date()
