# SPDX-License-Identifier: Apache-2.0
"""Mainland China's holidays and make-up workdays, as the State Council's yearly notices gave them (`chinesecalendar`).

Known from 2004 to the end of the last year the package covers; that day is the horizon. Refuses nothing and guesses
nothing: later years come from a newer package or from the operator's own days.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

from chinese_calendar import constants

from anlan.places.calendars import WorkCalendar


@cache
def national_days() -> Mapping[date, bool]:
    """The exceptions to plain weekdays: True a make-up workday, False a holiday."""
    return {**dict.fromkeys(constants.holidays, False), **dict.fromkeys(constants.workdays, True)}


def national_horizon() -> date:
    """The last day of the last year whose notice the package holds."""
    return date(max(constants.holidays).year, 12, 31)


@cache
def national_calendar() -> WorkCalendar:
    """China's calendar straight from the package, for pure tests and before any calendar is stored: version 0."""
    return WorkCalendar(key="china", version=0, horizon=national_horizon(), days=national_days())
