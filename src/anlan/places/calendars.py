# SPDX-License-Identifier: Apache-2.0
"""Working calendars: what a limit of n hours, days, working hours or working days comes to. Pure.

Aware datetimes in, UTC out, whole microseconds, no floats. A working day is 8 working hours (GB/T 30428 practice).
Days after the calendar's horizon are counted by plain weekdays, and a date that leans on them is marked provisional.
Refuses naive datetimes and years outside 2000 to 2099. Reading calendars from the database is `find.load_calendar`.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000
WORKING_DAY = 8 * HOUR
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unit(StrEnum):
    """What a limit counts."""

    MINUTE = "minute"  # continuous, for alarms
    HOUR = "hour"  # continuous, nights and holidays included (紧急工作时)
    DAY = "day"  # calendar days of 24 hours, holidays included (自然日)
    WORKING_HOUR = "working_hour"  # inside office hours of working days only (工作时)
    WORKING_DAY = "working_day"  # 8 working hours (工作日)


PLAIN = (Unit.MINUTE, Unit.HOUR, Unit.DAY)
"""What a wall clock counts too."""


class DayKind(StrEnum):
    """Why a day counts or does not."""

    WORKDAY = "workday"
    MAKE_UP = "make_up"  # a weekend day worked in exchange for a holiday (调休)
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`n` units. `roll` is for statutory limits in calendar days: see `WorkCalendar.add`."""

    n: int
    unit: Unit
    roll: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for a negative or absurd n, and for roll with another unit than days."""
        if not 0 <= self.n <= 10_000:
            raise ValueError(f"a limit of {self.n} is not between 0 and 10,000")
        if self.roll and self.unit is not Unit.DAY:
            raise ValueError("only a limit in calendar days can move off a holiday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a limit ends, in UTC. Provisional: it leans on days whose holidays are not published yet."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """One local day of an explanation: the time of it that counted, and what kind of day it is."""

    date: date
    counted: timedelta
    kind: DayKind
    provisional: bool

    @property
    def hours(self) -> str:
        """The counted time for people: "8", "2.5"; minutes are rounded down."""
        tenths = self.counted // timedelta(minutes=6)
        return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkCalendar:
    """One version of a calendar. `days` holds exceptions only: True a working day, False a day off.

    `hours` are the office hours of a working day in local time, in order, not overlapping. `horizon` is the last
    day whose holidays are published. `weekend` holds weekdays, Monday is 0.
    """

    key: str
    version: int
    horizon: date
    days: Mapping[date, bool]
    zone: ZoneInfo | timezone = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    hours: tuple[tuple[time, time], ...] = ((time(8), time(12)), (time(14), time(18)))
    weekend: frozenset[int] = frozenset({5, 6})
    _starts: "array[int]" = field(init=False, repr=False)
    _ends: "array[int]" = field(init=False, repr=False)
    _before: "array[int]" = field(init=False, repr=False)
    _known: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay out every office interval of the century with the working time before it: two bisects answer all."""
        edges = [edge for pair in self.hours for edge in pair]
        if not edges or edges != sorted(set(edges)):
            raise ValueError("office hours must be in order and must not overlap")
        starts, ends, before = array("q"), array("q"), array("q")
        total, day, one = 0, FIRST, timedelta(days=1)
        while day <= LAST:
            if self.works(day):
                for opens, closes in self.hours:
                    start, end = self._instant(day, opens), self._instant(day, closes)
                    starts.append(start)
                    ends.append(end)
                    before.append(total)
                    total += end - start
            day += one
        for name, value in (("_starts", starts), ("_ends", ends), ("_before", before)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_known", self._instant(self.horizon + one, time(0)))

    def works(self, day: date) -> bool:
        """Whether the day is a working day; past the horizon by weekday alone, unless an override says otherwise."""
        exception = self.days.get(day)
        return day.weekday() not in self.weekend if exception is None else exception

    def kind(self, day: date) -> DayKind:
        """Why the day counts or not."""
        resting = day.weekday() in self.weekend
        if self.works(day):
            return DayKind.MAKE_UP if resting else DayKind.WORKDAY
        return DayKind.WEEKEND if resting and day not in self.days else DayKind.HOLIDAY

    def add(self, at: datetime, limit: Limit) -> Due:
        """When `limit` ends if it starts at `at`: the first instant by which its whole length has been counted.

        A limit that rolls is counted as statutes are (Civil Code art. 201 and 203): the day of `at` is not counted,
        it ends at the end of its last day, and a last day that is a day off gives way to the next working day.
        Raises ValueError for a naive `at` or an end outside the century.
        """
        if limit.roll:
            return self._add_rolling(at, limit.n)
        due = self.advance(at, _length(limit), limit.unit)
        return Due(at=due, provisional=self.is_provisional(due, limit))

    def is_provisional(self, due: datetime, limit: Limit) -> bool:
        """Whether an end of `limit`, counted or put off to `due`, leans on days whose holidays are not published yet."""
        by_office_days = limit.roll or limit.unit in (Unit.WORKING_HOUR, Unit.WORKING_DAY)
        return by_office_days and _micros(due) > self._known

    def advance(self, at: datetime, length: timedelta, unit: Unit) -> datetime:
        """The first instant from `at` on by which `length` has been counted in `unit`; `length` must not be negative.

        For both working units `length` is working time, for the others it is plain time.
        """
        amount = length // MICROSECOND
        if amount < 0:
            raise ValueError("a length to add must not be negative")
        start = _micros(at)
        if unit in PLAIN or amount == 0:
            return at.astimezone(UTC) + length
        target = self._total(start) + amount
        i = bisect_left(self._before, target) - 1
        end = self._starts[i] + target - self._before[i]
        if end > self._ends[i]:
            raise ValueError("the limit ends after 2099")
        return _EPOCH + timedelta(microseconds=end)

    def counted(self, at: datetime, until: datetime, unit: Unit) -> timedelta:
        """The time that counts between two instants; negative when `until` comes first."""
        start, end = _micros(at), _micros(until)
        if unit in PLAIN:
            return timedelta(microseconds=end - start)
        return timedelta(microseconds=self._total(end) - self._total(start))

    def explain(self, at: datetime, due: datetime, unit: Unit = Unit.WORKING_HOUR) -> tuple[DayCount, ...]:
        """Each local day from `at` to `due`: how much of it counted and what kind of day it is. For the case page.

        Raises ValueError when there are more than 3,700 days.
        """
        first, last = at.astimezone(self.zone).date(), due.astimezone(self.zone).date()
        if (last - first).days > 3700:
            raise ValueError("more than ten years cannot be explained day by day")
        return tuple(self._explain(at, due, unit, first, last))

    def _explain(
        self, at: datetime, due: datetime, unit: Unit, first: date, last: date
    ) -> Iterator[DayCount]:
        day = first
        while day <= last:
            opens = max(at, datetime.combine(day, time(0), self.zone))
            closes = min(due, datetime.combine(day + timedelta(days=1), time(0), self.zone))
            # Across a zone's own clock change local subtraction lies, so both ends go to UTC first.
            counted = self.counted(opens.astimezone(UTC), closes.astimezone(UTC), unit)
            if counted or day == first or opens < closes:
                yield DayCount(date=day, counted=counted, kind=self.kind(day), provisional=day > self.horizon)
            day += timedelta(days=1)

    def _add_rolling(self, at: datetime, n: int) -> Due:
        _micros(at)
        last = at.astimezone(self.zone).date() + timedelta(days=n)
        while not self.works(last):
            last += timedelta(days=1)
        end = datetime.combine(last + timedelta(days=1), time(0), self.zone).astimezone(UTC)
        return Due(at=end, provisional=_micros(end) > self._known)

    def _instant(self, day: date, at: time) -> int:
        return (datetime.combine(day, at, self.zone) - _EPOCH) // MICROSECOND

    def _total(self, at: int) -> int:
        """Working time from the start of the century to `at`, in microseconds."""
        i = bisect_right(self._starts, at) - 1
        if i < 0 or at > self._ends[-1]:
            raise ValueError("the calendar covers 2000 to 2099 only")
        return self._before[i] + min(at, self._ends[i]) - self._starts[i]


def _micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a datetime without a zone cannot be counted")
    return (at - _EPOCH) // MICROSECOND


def _length(limit: Limit) -> timedelta:
    if limit.unit is Unit.MINUTE:
        return timedelta(minutes=limit.n)
    if limit.unit is Unit.DAY:
        return timedelta(days=limit.n)
    if limit.unit is Unit.WORKING_DAY:
        return timedelta(microseconds=limit.n * WORKING_DAY)
    return timedelta(hours=limit.n)
