# SPDX-License-Identifier: Apache-2.0
"""Dates, durations and limits in words, in both languages."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from anlan.places.calendars import Limit, Unit
from anlan.web.look.times import due_pill, say_day, say_duration, say_limit, say_when
from anlan.web.look.values import Tone

CHINA = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 25, 9, 42, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (datetime(2026, 11, 30, 16, 42, tzinfo=CHINA), "11月30日（周一）16:42", "Mon 30 Nov, 16:42"),
        (datetime(2026, 11, 25, 23, 59, tzinfo=CHINA), "今天 23:59", "today 23:59"),
        (datetime(2026, 11, 24, 16, 42, tzinfo=CHINA), "昨天 16:42", "yesterday 16:42"),
        (datetime(2026, 11, 26, 0, 5, tzinfo=CHINA), "明天 00:05", "tomorrow 00:05"),
        (datetime(2027, 1, 4, 9, 0, tzinfo=CHINA), "2027年1月4日（周一）09:00", "Mon 4 Jan 2027, 09:00"),
        # The reader's day counts, not UTC's: this is 18:30 of the 24th in UTC.
        (
            datetime(2026, 11, 25, 2, 30, tzinfo=CHINA).astimezone(ZoneInfo("UTC")),
            "今天 02:30",
            "today 02:30",
        ),
    ],
)
def test_an_instant_reads_as_people_say_it(moment: datetime, zh: str, en: str) -> None:
    with override("zh-hans"):
        assert say_when(moment, at=AT) == zh
    with override("en"):
        assert say_when(moment, at=AT) == en


def test_a_promise_always_names_its_date() -> None:
    with override("zh-hans"):
        assert say_when(AT + timedelta(hours=2), at=AT, near_words=False) == "11月25日（周三）11:42"


def test_a_day_has_its_weekday_and_only_another_year_is_named() -> None:
    with override("zh-hans"):
        assert say_day(date(2026, 12, 6), today=AT.date()) == "12月6日（周日）"
        assert say_day(date(2025, 12, 6), today=AT.date()) == "2025年12月6日（周六）"
    with override("en"):
        assert say_day(date(2025, 12, 6), today=AT.date()) == "Sat 6 Dec 2025"


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (timedelta(seconds=59), "不到 1 分", "less than a minute"),
        (timedelta(minutes=1), "1 分", "1 minute"),
        (timedelta(minutes=80), "1 小时 20 分", "1 hour 20 minutes"),
        (timedelta(hours=2), "2 小时", "2 hours"),
        (timedelta(days=1, hours=4, minutes=59), "1 天 4 小时", "1 day 4 hours"),
        (timedelta(days=2), "2 天", "2 days"),
        (timedelta(days=6, hours=4), "6 天", "6 days"),
        (-timedelta(hours=2), "2 小时", "2 hours"),
    ],
)
def test_a_duration_has_at_most_two_units(length: timedelta, zh: str, en: str) -> None:
    with override("zh-hans"):
        assert say_duration(length) == zh
    with override("en"):
        assert say_duration(length) == en


def test_working_time_is_named_as_such() -> None:
    with override("zh-hans"):
        assert say_limit(Limit(n=5, unit=Unit.WORKING_DAY)) == "5 个工作日"
        assert say_limit(Limit(n=24, unit=Unit.HOUR)) == "24 小时"
    with override("en"):
        assert say_limit(Limit(n=1, unit=Unit.WORKING_HOUR)) == "1 working hour"
        assert say_limit(Limit(n=5, unit=Unit.WORKING_DAY)) == "5 working days"


def test_a_clock_says_late_near_or_when() -> None:
    with override("zh-hans"):
        late, near, calm = (due_pill(AT + timedelta(hours=h), at=AT) for h in (-2, 2, 96))
        unsure = due_pill(AT + timedelta(days=60), at=AT, provisional=True)
    assert (late.word, late.tone) == ("超期 2 小时", Tone.OVERDUE)
    assert (near.word, near.tone) == ("剩 2 小时", Tone.NEAR)
    assert (calm.word, calm.tone) == ("11月29日 09:42", Tone.INTIME)
    assert unsure.word.endswith("（暂定）")


def test_the_end_of_a_day_is_that_days_and_not_the_next_ones() -> None:
    midnight = datetime(2026, 11, 28, tzinfo=CHINA)
    with override("zh-hans"):
        assert say_when(midnight, at=AT, ends=True) == "11月27日（周五）24:00"
        assert say_when(midnight, at=midnight - timedelta(hours=9), ends=True) == "今天 24:00"
        assert say_when(midnight + timedelta(minutes=1), at=AT, ends=True) == "11月28日（周六）00:01"
        assert say_when(midnight, at=AT) == "11月28日（周六）00:00"
        assert due_pill(midnight, at=AT).word == "11月27日 24:00"
