# SPDX-License-Identifier: Apache-2.0
"""The next version of a calendar: by an operator's file or a newer package, never over an old one."""

from datetime import date

import pytest

from anlan.base.errors import Invalid, NotFound
from anlan.places.calendars import DayKind
from anlan.places.find import load_calendar
from anlan.places.models import CalendarVersion
from anlan.places.rows import Bad, BadFile
from anlan.places.versions import add_version, package_days, read_days

NEW_YEAR, SATURDAY = date(2027, 1, 1), date(2027, 1, 9)

pytestmark = pytest.mark.usefixtures("zhejiang")


def test_a_year_is_published_and_then_corrected() -> None:
    days = {NEW_YEAR: DayKind.HOLIDAY, SATURDAY: DayKind.MAKE_UP}
    assert add_version("zhejiang", days=days, horizon=date(2027, 12, 31), why="国办发明电") == 2
    second = load_calendar()
    assert (second.version, second.horizon) == (2, date(2027, 12, 31))
    assert (second.kind(NEW_YEAR), second.kind(SATURDAY)) == (DayKind.HOLIDAY, DayKind.MAKE_UP)
    assert add_version("zhejiang", days={SATURDAY: DayKind.WEEKEND}, horizon=second.horizon, why="更正") == 3
    assert load_calendar().kind(SATURDAY) is DayKind.WEEKEND
    assert load_calendar(version=2).kind(SATURDAY) is DayKind.MAKE_UP
    assert load_calendar(version=1).kind(NEW_YEAR) is DayKind.WORKDAY


def test_summer_hours_are_a_version_too() -> None:
    horizon = load_calendar().horizon
    version = add_version("zhejiang", days={}, horizon=horizon, why="夏令", hours="08:30-12:00 14:30-18:00")
    assert load_calendar(version=version).hours[0][0].isoformat() == "08:30:00"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"horizon": date(2020, 1, 1)}, "horizon"),
        ({"why": " "}, "why"),
        ({"hours": "18:00-08:00"}, "hours"),
        ({"hours": "late"}, "hours"),
        ({"weekend": "7"}, "hours"),
        ({}, "days"),
    ],
)
def test_what_makes_no_version(given: dict[str, object], field: str) -> None:
    asked: dict[str, object] = {"days": {}, "horizon": load_calendar().horizon, "why": "x"} | given
    with pytest.raises(Invalid) as refusal:
        add_version("zhejiang", **asked)  # type: ignore[arg-type]  # the parametrised fields are of many types
    assert list(refusal.value.fields) == [field]
    assert CalendarVersion.objects.count() == 1


def test_an_unknown_calendar() -> None:
    with pytest.raises(NotFound):
        add_version("mars", days={}, horizon=date(2027, 1, 1), why="x")


def test_a_file_of_days_says_every_bad_row() -> None:
    assert read_days("date,kind\n2027-01-01,holiday\n\n2027-01-09,MAKE_UP\n") == {
        NEW_YEAR: DayKind.HOLIDAY, SATURDAY: DayKind.MAKE_UP
    }  # fmt: skip
    with pytest.raises(BadFile) as refusal:
        read_days(
            "date,kind\n2027-01-01,party\n2027-13-01,holiday\n2027-01-01\n2027-01-02,holiday\n2027-01-02,holiday\n"
        )
    assert [bad.line for bad in refusal.value.bad] == [2, 3, 4, 6]
    with pytest.raises(BadFile) as refusal:
        read_days("day,kind\n")
    assert refusal.value.bad == (Bad(line=1, why="the columns must be date,kind"),)


def test_the_package_gives_only_what_lies_past_the_horizon() -> None:
    calendar = load_calendar()
    known = {date(2026, 1, 1): False, NEW_YEAR: False, SATURDAY: True}
    assert package_days(calendar, known) == {NEW_YEAR: DayKind.HOLIDAY, SATURDAY: DayKind.MAKE_UP}
