# SPDX-License-Identifier: Apache-2.0
"""The calendar's golden days (domain facts, section 11) and the rules that hold for every instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.places.calendars import DayKind, Due, Limit, Unit, WorkCalendar
from anlan.places.holidays import national_calendar, national_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = national_calendar()
WORKING = (Unit.WORKING_HOUR, Unit.WORKING_DAY)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def due(at: datetime, n: int, unit: Unit, *, roll: bool = False) -> datetime:
    return CHINA.add(at, Limit(n=n, unit=unit, roll=roll)).at.astimezone(SHANGHAI)


@pytest.mark.parametrize(
    ("at", "n", "unit", "expected"),
    [
        # Seven working days over the Spring Festival of 2026: 14 and 28 February are worked, 15 to 23 are not.
        (local(2026, 2, 13, 16), 7, Unit.WORKING_DAY, local(2026, 3, 2, 16)),
        (local(2025, 1, 26, 8), 7, Unit.WORKING_DAY, local(2025, 2, 10, 18)),
        # A make-up Saturday counts, the Sunday after it does not.
        (local(2026, 5, 8, 17), 2, Unit.WORKING_HOUR, local(2026, 5, 9, 9)),
        (local(2026, 5, 9, 17), 2, Unit.WORKING_HOUR, local(2026, 5, 11, 9)),
        # An ordinary Saturday does not.
        (local(2026, 5, 15, 17), 2, Unit.WORKING_HOUR, local(2026, 5, 18, 9)),
        # Noon does not count, and a limit that ends with the morning ends at noon, not at two.
        (local(2026, 5, 12, 11), 2, Unit.WORKING_HOUR, local(2026, 5, 12, 15)),
        (local(2026, 5, 12, 8), 4, Unit.WORKING_HOUR, local(2026, 5, 12, 12)),
        # Reported in the night: the count starts at eight and one working day ends at six.
        (local(2026, 5, 12, 3), 1, Unit.WORKING_DAY, local(2026, 5, 12, 18)),
        (local(2026, 5, 12, 22), 1, Unit.WORKING_DAY, local(2026, 5, 13, 18)),
        # Urgent hours run through midnight and through holidays.
        (local(2026, 2, 16, 23), 2, Unit.HOUR, local(2026, 2, 17, 1)),
        # Calendar days do not care; a statutory limit ending on the National Day moves to the first working day.
        (local(2026, 9, 1, 10, 30), 30, Unit.DAY, local(2026, 10, 1, 10, 30)),
    ],
)
def test_golden_days(at: datetime, n: int, unit: Unit, expected: datetime) -> None:
    assert due(at, n, unit) == expected


def test_a_statutory_limit_rolls_off_a_holiday_and_ends_with_the_day() -> None:
    assert due(local(2026, 9, 1, 10, 30), 30, Unit.DAY, roll=True) == local(2026, 10, 9)
    assert due(local(2026, 9, 1, 10, 30), 27, Unit.DAY, roll=True) == local(2026, 9, 29)
    assert due(local(2026, 4, 9, 10, 30), 30, Unit.DAY, roll=True) == local(2026, 5, 10)  # 9 May is made up


def test_only_calendar_days_roll() -> None:
    with pytest.raises(ValueError, match="calendar days"):
        Limit(n=3, unit=Unit.WORKING_DAY, roll=True)


def test_past_the_horizon_a_date_is_counted_by_weekday_and_provisional() -> None:
    calendar = WorkCalendar(key="x", version=1, horizon=date(2026, 12, 31), days=national_days())
    at = local(2026, 12, 30, 8)
    assert calendar.add(at, Limit(n=2, unit=Unit.WORKING_DAY)) == Due(
        at=local(2026, 12, 31, 18).astimezone(UTC), provisional=False
    )
    later = calendar.add(at, Limit(n=3, unit=Unit.WORKING_DAY))
    assert later == Due(at=local(2027, 1, 1, 18).astimezone(UTC), provisional=True)
    assert not calendar.add(at, Limit(n=90, unit=Unit.DAY)).provisional
    assert calendar.add(at, Limit(n=90, unit=Unit.DAY, roll=True)).provisional
    published = WorkCalendar(
        key="x", version=2, horizon=date(2027, 12, 31), days={**national_days(), date(2027, 1, 1): False}
    )
    assert published.add(at, Limit(n=3, unit=Unit.WORKING_DAY)) == Due(
        at=local(2027, 1, 4, 18).astimezone(UTC), provisional=False
    )


def test_an_explanation_says_why_each_day_counted_or_not() -> None:
    days = CHINA.explain(local(2026, 2, 13, 16), local(2026, 3, 2, 16))
    assert [(d.date.isoformat(), d.hours, d.kind) for d in days if d.date.day in (13, 14, 15, 28, 1, 2)] == [
        ("2026-02-13", "2", DayKind.WORKDAY),
        ("2026-02-14", "8", DayKind.MAKE_UP),
        ("2026-02-15", "0", DayKind.HOLIDAY),
        ("2026-02-28", "8", DayKind.MAKE_UP),
        ("2026-03-01", "0", DayKind.WEEKEND),
        ("2026-03-02", "6", DayKind.WORKDAY),
    ]
    assert sum((d.counted for d in days), timedelta()) == timedelta(hours=56)


def test_other_office_hours_another_weekend_and_a_zone_with_summer_time() -> None:
    calendar = WorkCalendar(
        key="berlin",
        version=1,
        horizon=date(2030, 12, 31),
        days={},
        zone=ZoneInfo("Europe/Berlin"),
        hours=((time(0), time(8)),),
        weekend=frozenset(),
    )
    # On 29 March 2026 the clock skips an hour, so that night's shift lasts seven.
    start = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert calendar.counted(start, start + timedelta(hours=23), Unit.WORKING_HOUR) == timedelta(hours=7)


@pytest.mark.parametrize("unit", list(Unit))
def test_a_naive_datetime_is_refused(unit: Unit) -> None:
    with pytest.raises(ValueError, match="zone"):
        CHINA.add(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), Limit(n=1, unit=unit))


def test_what_lies_outside_the_century_is_refused() -> None:
    with pytest.raises(ValueError, match="2000 to 2099"):
        CHINA.add(datetime(1999, 1, 1, tzinfo=UTC), Limit(n=1, unit=Unit.WORKING_DAY))
    with pytest.raises(ValueError, match="2099"):
        CHINA.add(datetime(2099, 12, 30, tzinfo=UTC), Limit(n=30, unit=Unit.WORKING_DAY))
    with pytest.raises(ValueError, match="between"):
        Limit(n=-1, unit=Unit.DAY)


def test_office_hours_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        WorkCalendar(
            key="x",
            version=1,
            horizon=date(2026, 1, 1),
            days={},
            hours=((time(14), time(18)), (time(8), time(12))),
        )


instants = st.integers(0, 24 * 366 * 24 * 3600 * 10**6).map(
    lambda micros: datetime(2004, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
)
limits = st.builds(Limit, n=st.integers(0, 300), unit=st.sampled_from(Unit))


def slow_total(at: datetime, until: datetime) -> timedelta:
    """The same count made the plain way: every day, every office interval."""
    total, day = timedelta(), at.astimezone(SHANGHAI).date()
    while day <= until.astimezone(SHANGHAI).date():
        for opens, closes in CHINA.hours if CHINA.works(day) else ():
            start = max(at, datetime.combine(day, opens, SHANGHAI))
            end = min(until, datetime.combine(day, closes, SHANGHAI))
            total += max(end - start, timedelta())
        day += timedelta(days=1)
    return total


@settings(deadline=None)
@given(instants, limits)
def test_what_is_added_is_what_is_counted_and_not_a_microsecond_later(at: datetime, limit: Limit) -> None:
    end = CHINA.add(at, limit).at
    whole = {
        Unit.MINUTE: timedelta(minutes=limit.n),
        Unit.HOUR: timedelta(hours=limit.n),
        Unit.DAY: timedelta(days=limit.n),
        Unit.WORKING_HOUR: timedelta(hours=limit.n),
        Unit.WORKING_DAY: timedelta(hours=8 * limit.n),
    }[limit.unit]
    assert CHINA.counted(at, end, limit.unit) == whole
    assert CHINA.counted(end, at, limit.unit) == -whole
    if limit.n:
        assert CHINA.counted(at, end - timedelta(microseconds=1), limit.unit) < whole
    if limit.unit in WORKING:
        assert slow_total(at, end) == whole


@settings(deadline=None)
@given(instants, st.integers(0, 60), st.integers(0, 60), st.sampled_from(WORKING))
def test_counting_in_two_parts_is_counting_at_once(at: datetime, first: int, second: int, unit: Unit) -> None:
    once = CHINA.add(at, Limit(n=first + second, unit=unit))
    halfway = CHINA.add(at, Limit(n=first, unit=unit)).at
    assert CHINA.add(halfway, Limit(n=second, unit=unit)) == once or first + second == 0


@settings(deadline=None)
@given(instants, st.timedeltas(timedelta(), timedelta(days=400)))
def test_an_explanation_adds_up(at: datetime, length: timedelta) -> None:
    for unit in Unit:
        days = CHINA.explain(at, at + length, unit)
        assert sum((d.counted for d in days), timedelta()) == CHINA.counted(at, at + length, unit)


@settings(deadline=None)
@given(instants, st.integers(0, 400))
def test_a_rolled_limit_ends_at_the_end_of_a_working_day(at: datetime, n: int) -> None:
    end = due(at, n, Unit.DAY, roll=True)
    last = (end - timedelta(microseconds=1)).date()
    assert end.time() == time(0)
    assert CHINA.works(last)
    assert (last - at.astimezone(SHANGHAI).date()).days >= n
