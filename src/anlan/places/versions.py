# SPDX-License-Identifier: Apache-2.0
"""New versions of a calendar: a year's holidays, an operator's own days, other office hours. Old versions stay as they are.

A new version counts from when it is written; open clocks follow by `recalculate` entries, which the engine writes.
Refuses a horizon that moves back and a version that changes nothing.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotFound
from anlan.places.calendars import DayKind, WorkCalendar
from anlan.places.find import read_hours
from anlan.places.holidays import national_days, national_horizon
from anlan.places.models import Calendar, CalendarDay, CalendarVersion
from anlan.places.region import Days
from anlan.places.rows import Bad, BadFile


def first_version(plan: Days, *, zone: ZoneInfo, using: str = "default") -> None:
    """Version 1 of a region's calendar, as its profile has it; the package's national days where that says so."""
    days = dict(plan.days)
    if plan.horizon is None:
        national = national_days().items()
        days = {day: DayKind.MAKE_UP if works else DayKind.HOLIDAY for day, works in national}
    Calendar.objects.using(using).create(key=plan.key, name=plan.name.zh, name_en=plan.name.en)
    CalendarVersion.objects.using(using).create(
        calendar_id=plan.key,
        version=1,
        horizon=plan.horizon or national_horizon(),
        zone=zone.key,
        hours=plan.hours,
        weekend=plan.weekend,
        why=plan.why,
    )
    CalendarDay.objects.using(using).bulk_create(
        CalendarDay(calendar_id=plan.key, version=1, date=day, kind=kind)
        for day, kind in sorted(days.items())
    )


def add_version(
    key: str,
    *,
    days: Mapping[date, DayKind],
    horizon: date,
    why: str,
    hours: str | None = None,
    weekend: str | None = None,
    using: str = "default",
) -> int:
    """Writes the next version of a calendar and returns its number.

    `days` are what changes: make_up or holiday, or weekend and workday to take an earlier exception back. `horizon` is the
    last day whose holidays are published now. Raises NotFound, and Invalid with the field that is wrong.
    """
    with transaction.atomic(using=using):
        if Calendar.objects.using(using).select_for_update().filter(pk=key).first() is None:
            raise NotFound
        newest = CalendarVersion.objects.using(using).filter(calendar=key).order_by("-version")[0]
        if horizon < newest.horizon:
            raise Invalid(
                fields={"horizon": _("Holidays are known to %(day)s already.") % {"day": newest.horizon}}
            )
        if not why.strip():
            raise Invalid(fields={"why": _("Please say which notice or decision this rests on.")})
        kept = (hours or newest.hours, weekend or newest.weekend)
        try:
            _try(key, kept, horizon)
        except ValueError:
            words = _(
                "Please write office hours like 08:00-12:00 14:00-18:00, and days off as 0 (Monday) to 6."
            )
            raise Invalid(fields={"hours": words}) from None
        if not days and kept == (newest.hours, newest.weekend) and horizon == newest.horizon:
            raise Invalid(fields={"days": _("Nothing would change.")})
        version: int = newest.version + 1
        CalendarVersion.objects.using(using).create(
            calendar_id=key,
            version=version,
            horizon=horizon,
            zone=newest.zone,
            hours=kept[0],
            weekend=kept[1],
            why=why,
        )
        CalendarDay.objects.using(using).bulk_create(
            CalendarDay(calendar_id=key, version=version, date=day, kind=kind)
            for day, kind in sorted(days.items())
        )
    return version


def _try(key: str, kept: tuple[str, str], horizon: date) -> None:
    """Raises ValueError when the hours or the weekend make no calendar."""
    pairs: tuple[tuple[time, time], ...] = read_hours(kept[0])
    weekend = frozenset(int(day) for day in kept[1])
    if not weekend <= frozenset(range(7)):
        raise ValueError(f"{kept[1]!r} are no weekdays, 0 (Monday) to 6")
    WorkCalendar(key=key, version=0, horizon=horizon, days={}, hours=pairs, weekend=weekend)


def read_days(text: str) -> dict[date, DayKind]:
    """Days from a CSV with the columns date and kind. Raises BadFile with every bad row."""
    bad: list[Bad] = []
    days: dict[date, DayKind] = {}
    reader = csv.reader(io.StringIO(text, newline=""))
    for cells in reader:
        line = reader.line_num
        if line == 1 and [cell.strip().lower() for cell in cells] != ["date", "kind"]:
            raise BadFile([Bad(line=1, why="the columns must be date,kind")])
        if line == 1 or not cells:
            continue
        try:
            day, kind = date.fromisoformat(cells[0].strip()), DayKind(cells[1].strip().lower())
        except (ValueError, IndexError):
            kinds = ", ".join(DayKind)
            bad.append(Bad(line=line, why=f"needs a date like 2027-01-01 and one of {kinds}"))
            continue
        if day in days:
            bad.append(Bad(line=line, why=f"{day} is there twice"))
        days[day] = kind
    if bad:
        raise BadFile(bad)
    return days


def package_days(calendar: WorkCalendar, national: Mapping[date, bool]) -> dict[date, DayKind]:
    """What the package of national days knows past the calendar's horizon."""
    return {
        day: DayKind.MAKE_UP if works else DayKind.HOLIDAY
        for day, works in national.items()
        if day > calendar.horizon
    }
