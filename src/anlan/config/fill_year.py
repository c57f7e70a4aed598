# SPDX-License-Identifier: Apache-2.0
"""The shape of a made-up year: how much happens in each hour, and the week of a typhoon on the coast. Pure.

Hours and days off as offices know them, the quiet of the Spring Festival, and one storm in its season; true for a year
that ends on any day.
"""

from datetime import date, datetime, timedelta

from anlan.places.calendars import WorkCalendar

HOURS = (0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.4, 0.8, 3, 3.2, 3, 2.6, 1, 1.4, 2.8, 3, 2.8, 2.2, 1.2, 0.9, 0.6, 0.4, 0.2, 0.1)  # fmt: skip
DAY_OFF = 0.5
ORDINARY = sum(HOURS)

NEW_YEAR = {year: date(year, month, day) for year, month, day in (
    (2020, 1, 25), (2021, 2, 12), (2022, 2, 1), (2023, 1, 22), (2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6),
    (2028, 1, 26), (2029, 2, 13), (2030, 2, 3), (2031, 1, 23), (2032, 2, 11), (2033, 1, 31), (2034, 2, 19), (2035, 2, 8),
    (2036, 1, 28), (2037, 2, 15), (2038, 2, 4), (2039, 1, 24), (2040, 2, 12),
)}  # fmt: skip
"""The first day of the lunar year."""
USUAL_NEW_YEAR = (2, 5)
QUIET = ((-2, 6, 0.2), (-6, 13, 0.65))
"""Around it: from how many days before or after, to how many, and how much of an ordinary day happens."""

SURGE = (0.2, 1.6, 2.4, 1.2, 0.6, 0.3, 0.15)
"""What a typhoon's week adds on the coast, day by day, in ordinary days of the whole region."""
SEASON = ((7, 20), (9, 20))
USUAL_STORM = (8, 12)
COAST = frozenset({
    330206, 330211, 330212, 330213, 330225, 330226, 330282,  # Ningbo
    330302, 330303, 330305, 330326, 330327, 330381, 330382, 330383,  # Wenzhou
    330902, 330903, 330921, 330922,  # Zhoushan
    331002, 331004, 331022, 331081, 331082, 331083,  # Taizhou
})  # fmt: skip
"""Counties of Zhejiang that lie at the open sea."""
IN_STORM = {
    "E05-06": 44,
    "P04-02": 27,
    "E05-03": 13,
    "E05-08": 5,
    "E03-07": 4,
    "P02-17": 3,
    "E05-96": 3,
    "K1-06": 1,
}
"""What is reported in a typhoon, of a hundred: water standing, trees down, drains, lines."""


def busy(local: datetime, calendar: WorkCalendar) -> float:
    """How much happens in this local hour."""
    return HOURS[local.hour] * _of_day(local.date(), calendar)


def storm(local: datetime, begins: date | None) -> float:
    """What the typhoon adds in this local hour; it blows day and night."""
    day = (local.date() - begins).days if begins else -1
    return SURGE[day] * ORDINARY / 24 if 0 <= day < len(SURGE) else 0.0


def storm_week(first: date, last: date) -> date | None:
    """The first day of the one typhoon between two days: in its season, nearest to when they usually come. None: it is over
    or yet to come in so short a time.
    """
    fits = [
        first + timedelta(days=n)
        for n in range((last - first).days - len(SURGE))
        if SEASON[0] <= ((first + timedelta(days=n)).month, (first + timedelta(days=n)).day) <= SEASON[1]
    ]
    return min(fits, key=lambda day: abs(day - date(day.year, *USUAL_STORM)), default=None)


def _of_day(day: date, calendar: WorkCalendar) -> float:
    after = (day - NEW_YEAR.get(day.year, date(day.year, *USUAL_NEW_YEAR))).days
    for since, until, part in QUIET:
        if since <= after <= until:
            return part
    return 1.0 if calendar.works(day) else DAY_OFF
