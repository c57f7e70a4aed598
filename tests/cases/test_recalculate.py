# SPDX-License-Identifier: Apache-2.0
"""New calendars and changed divisions reach open cases by entries, and no date told to a resident is shortened."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from anlan.cases import registry
from anlan.cases.act import act, open_case
from anlan.cases.catalogue import current, raise_version
from anlan.cases.models import Clock, Entry
from anlan.cases.recalculate import changed_days, recalculate
from anlan.cases.sweep import Swept
from anlan.places.calendars import Limit, Unit, WorkCalendar
from anlan.places.find import ZONE
from anlan.places.models import CalendarDay, CalendarVersion
from tests.cases.toy import TOY
from tests.cases.world import MONDAY, dispatcher, envelope, handler, opening, organisation

# A version never changes once written, so each process keeps it; tests that roll back must not give a number twice.
VERSIONS = count(1000)


def new_version(*days: tuple[date, str], horizon: date | None = None) -> None:
    last = CalendarVersion.objects.filter(calendar="zhejiang").order_by("-version").first()
    assert last is not None
    version = next(VERSIONS)
    CalendarVersion.objects.create(
        calendar_id="zhejiang",
        version=version,
        horizon=horizon or last.horizon,
        zone=last.zone,
        hours=last.hours,
        weekend=last.weekend,
        why="test",
    )
    for day, kind in days:
        CalendarDay.objects.create(calendar_id="zhejiang", version=version, date=day, kind=kind)


def dispatched(**given: Any) -> Clock:
    done = open_case(opening(**given))
    act(
        envelope(
            "dispatch",
            dispatcher(),
            done.case_id,
            data={"unit": organisation("dept:330106:housing")},
            **given,
        )
    )
    return Clock.objects.get(case_id=done.case_id, key="handle")


def again(clock: Clock) -> Clock:
    return Clock.objects.get(case_id=clock.case_id, n=clock.n)


@pytest.mark.django_db
def test_a_new_holiday_moves_what_spans_it_and_nothing_else() -> None:
    touched = dispatched()
    paused = dispatched()
    act(envelope("pause", handler(), paused.case_id))
    later = dispatched(at=MONDAY + timedelta(days=21))
    assert recalculate(at=MONDAY) == Swept()
    new_version((date(2026, 3, 4), "holiday"))
    swept = recalculate(at=MONDAY, batch=1)
    assert swept.done == 2
    stopped = again(paused)
    assert stopped.due_at == paused.due_at + timedelta(days=1)
    assert stopped.calendar_version > paused.calendar_version
    assert stopped.paused_at is not None
    assert stopped.next_at is None
    assert again(touched).due_at == touched.due_at + timedelta(days=1)
    assert again(later) == later
    assert again(later).due_at == later.due_at
    assert again(later).calendar_version == later.calendar_version
    assert Entry.objects.get(case_id=touched.case_id, seq=3).action == "recalculate"
    assert recalculate(at=MONDAY) == Swept()


@pytest.mark.django_db
def test_a_date_told_to_a_resident_is_not_shortened() -> None:
    clock = dispatched()
    assert clock.told is not None
    new_version((date(2026, 3, 7), "make_up"))
    assert recalculate(at=MONDAY).done == 1
    assert again(clock).due_at == clock.due_at
    assert again(clock).calendar_version > clock.calendar_version


@pytest.mark.django_db
def test_a_provisional_date_becomes_certain() -> None:
    horizon = current().calendar.horizon
    begin = datetime(horizon.year, horizon.month, horizon.day, 9, tzinfo=ZONE)
    clock = dispatched(at=begin)
    assert clock.provisional
    new_version(horizon=date(horizon.year + 1, 12, 31))
    assert recalculate(at=begin).done == 1
    assert not again(clock).provisional


@pytest.mark.django_db
def test_a_statutory_limit_rolls_off_a_holiday_through_all_that_moves_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    statutory = replace(TOY.clock("handle"), limit=Limit(n=12, unit=Unit.DAY, roll=True))
    rolling = replace(TOY, clocks=tuple(statutory if one.key == "handle" else one for one in TOY.clocks))
    monkeypatch.setitem(registry._procedures, ("toy", 1), rolling)
    monkeypatch.setitem(registry._newest, "toy", rolling)
    raise_version()

    def end_of(day: int) -> datetime:
        return datetime(2026, 3, day, tzinfo=ZONE) + timedelta(days=1)

    clock = dispatched()
    assert clock.due_at == end_of(16)  # the twelfth day after Monday 2 March is Saturday 14 March
    new_version((date(2026, 3, 16), "holiday"))
    assert recalculate(at=MONDAY).done == 1
    assert again(clock).due_at == end_of(17)

    act(envelope("extend", dispatcher(), clock.case_id, data={"limit": {"n": 18, "unit": "day"}}))
    assert again(clock).due_at == end_of(20)
    act(envelope("pause", handler(), clock.case_id))
    act(envelope("resume", handler(), clock.case_id, at=MONDAY + timedelta(hours=30)))
    assert again(clock).due_at == end_of(23)  # 30 hours later it is a Sunday


def test_changed_days_are_those_that_work_differently() -> None:
    before = WorkCalendar(key="x", version=1, horizon=date(2026, 12, 31), days={date(2026, 5, 1): False})
    after = replace(
        before, version=2, days={date(2026, 5, 4): False, date(2026, 5, 9): True, date(2026, 5, 2): False}
    )
    assert changed_days(before, after) == [date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 9)]
    assert changed_days(before, replace(before, version=2)) == []
