# SPDX-License-Identifier: Apache-2.0
"""The made-up year has its weekends, its quiet Spring Festival and one typhoon in season, whatever day it ends on."""

from datetime import date, datetime, timedelta

import pytest

from anlan.config.fill_year import COAST, NEW_YEAR, SEASON, SURGE, busy, storm, storm_week
from anlan.places.find import ZONE
from anlan.places.holidays import national_calendar

ENDS = [date(2026, 1, 5) + timedelta(days=97 * n) for n in range(14)]
CALENDAR = national_calendar()


def of_day(day: date) -> float:
    return sum(
        busy(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE), CALENDAR) for hour in range(24)
    )


def blown(day: date, begins: date | None) -> float:
    return sum(storm(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE), begins) for hour in range(24))


@pytest.mark.parametrize("end", ENDS)
def test_every_year_has_one_whole_typhoon_in_its_season(end: date) -> None:
    first = end - timedelta(days=365)
    begins = storm_week(first, end)
    assert begins is not None
    assert first <= begins
    assert begins + timedelta(days=len(SURGE)) < end
    assert SEASON[0] <= (begins.month, begins.day) <= SEASON[1]
    days = [day for n in range(366) if blown(day := first + timedelta(days=n), begins)]
    assert days == [begins + timedelta(days=n) for n in range(len(SURGE))]
    assert max(blown(day, begins) for day in days) > 2 * of_day(date(2026, 3, 18))


@pytest.mark.parametrize("end", ENDS)
def test_weekends_and_the_spring_festival_are_quiet(end: date) -> None:
    days = [end - timedelta(days=n) for n in range(365)]
    worked = sum(of_day(day) for day in days if CALENDAR.works(day)) / sum(map(CALENDAR.works, days))
    [new_year] = [day for day in NEW_YEAR.values() if day in days]
    if new_year + timedelta(days=7) <= end:
        assert of_day(new_year) < 0.3 * worked
    rested = [of_day(day) for day in days if not CALENDAR.works(day)]
    assert sum(rested) / len(rested) < 0.6 * worked


def test_the_new_years_are_the_calendars_own() -> None:
    known = [day for day in NEW_YEAR.values() if date(2021, 1, 1) <= day <= CALENDAR.horizon]
    assert len(known) > 4
    assert not [day for day in known if CALENDAR.works(day) or CALENDAR.works(day + timedelta(days=1))]
    # A festival's first or last day off is never far from the first day of the lunar year.
    assert all(20 <= (day - date(day.year, 1, 1)).days <= 50 for day in NEW_YEAR.values())


def test_a_short_time_may_have_no_typhoon() -> None:
    assert storm_week(date(2026, 1, 1), date(2026, 4, 1)) is None
    assert blown(date(2026, 3, 1), None) == 0.0


def test_the_coast_is_of_four_cities() -> None:
    assert {county // 100 for county in COAST} == {3302, 3303, 3309, 3310}
