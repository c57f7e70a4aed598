# SPDX-License-Identifier: Apache-2.0
"""Dates and durations in the reader's words: dates with their weekday, durations as people say them.

Pure: the instant of reading is an argument (`at`). Instants are shown in the zone of the settings.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy

from anlan.places.calendars import Limit, Unit
from anlan.web.look.values import Pill, Tone

NEAR = timedelta(hours=4)
"""A clock with no more than this left is near."""
WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)
MONTHS = (
    pgettext_lazy("month", "Jan"),
    pgettext_lazy("month", "Feb"),
    pgettext_lazy("month", "Mar"),
    pgettext_lazy("month", "Apr"),
    pgettext_lazy("month", "May"),
    pgettext_lazy("month", "Jun"),
    pgettext_lazy("month", "Jul"),
    pgettext_lazy("month", "Aug"),
    pgettext_lazy("month", "Sep"),
    pgettext_lazy("month", "Oct"),
    pgettext_lazy("month", "Nov"),
    pgettext_lazy("month", "Dec"),
)


def weekday(day: date) -> str:
    """The weekday's short name."""
    return str(WEEKDAYS[day.weekday()])


def month(day: date) -> str:
    """The month's short name."""
    return str(MONTHS[day.month - 1])


def say_day(day: date, *, today: date) -> str:
    """A day with its weekday; its year only when it is not this one."""
    words = {"weekday": weekday(day), "day": day.day, "month": month(day), "year": day.year}
    if day.year == today.year:
        return gettext("%(weekday)s %(day)d %(month)s") % words
    return gettext("%(weekday)s %(day)d %(month)s %(year)d") % words


def say_date(day: date, *, year: bool) -> str:
    """A day on an axis, where there is little room: no weekday, its year where it is asked for."""
    words = {"day": day.day, "month": month(day), "year": day.year}
    return (gettext("%(day)d %(month)s %(year)d") if year else gettext("%(day)d %(month)s")) % words


def say_week(monday: date, *, this: date) -> str:
    """The week that begins on this Monday, beside the present one, which begins on `this`."""
    match (this - monday).days:
        case 0:
            return gettext("This week")
        case 7:
            return gettext("Last week")
    last = monday + timedelta(days=6)
    words = {"day": monday.day, "month": month(monday), "last": last.day, "last_month": month(last)}
    if monday.month == last.month:
        return gettext("%(day)d–%(last)d %(month)s") % words
    return gettext("%(day)d %(month)s – %(last)d %(last_month)s") % words


def say_when(
    moment: datetime, *, at: datetime, near_words: bool = True, short: bool = False, ends: bool = False
) -> str:
    """An instant as a person at `at` would say it; `near_words` allows today, tomorrow and yesterday, `short` leaves
    the weekday out. What `ends` with a day ends at 24:00 of that day, not at 00:00 of the next.
    """
    moment, at = timezone.localtime(moment), timezone.localtime(at)
    words: dict[str, object] = {"time": f"{moment:%H:%M}"}
    if ends and moment.time() == time(0):
        moment -= timedelta(days=1)
        words["time"] = "24:00"
    if near_words:
        match (moment.date() - at.date()).days:
            case 0:
                return gettext("today %(time)s") % words
            case 1:
                return gettext("tomorrow %(time)s") % words
            case -1:
                return gettext("yesterday %(time)s") % words
    words |= {"weekday": weekday(moment), "day": moment.day, "month": month(moment), "year": moment.year}
    if moment.year != at.year:
        return gettext("%(weekday)s %(day)d %(month)s %(year)d, %(time)s") % words
    if short:
        return gettext("%(day)d %(month)s %(time)s") % words
    return gettext("%(weekday)s %(day)d %(month)s, %(time)s") % words


def say_duration(length: timedelta) -> str:
    """A duration in at most two units; never more exact than people plan by. A negative one reads as positive."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if minutes < 1:
        return gettext("less than a minute")
    if days >= 3:
        return _days(days)
    if days:
        return f"{_days(days)} {_hours(hours)}" if hours else _days(days)
    if minutes >= 60:
        return f"{_hours(hours)} {_minutes(minutes % 60)}" if minutes % 60 else _hours(hours)
    return _minutes(minutes)


def say_money(hundredths: int) -> str:
    """An amount in the currency of the region."""
    whole, part = divmod(hundredths, 100)
    return gettext("%(amount)s yuan") % {"amount": f"{whole:,}.{part:02d}" if part else f"{whole:,}"}


def say_limit(limit: Limit) -> str:
    """A limit with its unit: working time is named as such, for it is not what a wall clock shows."""
    n = limit.n
    match limit.unit:
        case Unit.WORKING_DAY:
            return ngettext("%(n)d working day", "%(n)d working days", n) % {"n": n}
        case Unit.WORKING_HOUR:
            return ngettext("%(n)d working hour", "%(n)d working hours", n) % {"n": n}
        case Unit.DAY:
            return _days(n)
        case Unit.HOUR:
            return _hours(n)
        case Unit.MINUTE:
            return _minutes(n)


def due_pill(due: datetime, *, at: datetime, near: timedelta = NEAR, provisional: bool = False) -> Pill:
    """What a running clock says in a list: overdue by how much, how much is left, or when it is due."""
    left = due - at
    if left < timedelta(0):
        return Pill(
            word=gettext("overdue by %(duration)s") % {"duration": say_duration(left)}, tone=Tone.OVERDUE
        )
    if left <= near:
        return Pill(word=gettext("%(duration)s left") % {"duration": say_duration(left)}, tone=Tone.NEAR)
    word = say_when(due, at=at, short=True, ends=True)
    if provisional:
        word = gettext("%(when)s (provisional)") % {"when": word}
    return Pill(word=word, tone=Tone.INTIME)


def _days(n: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def _hours(n: int) -> str:
    return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}


def _minutes(n: int) -> str:
    return ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}
