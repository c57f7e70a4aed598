# SPDX-License-Identifier: Apache-2.0
"""Escalation takes every step in time, once, and nobody holds up the others."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from anlan.base.errors import Refused
from anlan.cases.act import Done, act, act_many, open_case
from anlan.cases.catalogue import current
from anlan.cases.envelope import Envelope
from anlan.cases.escalate import escalate
from anlan.cases.models import Clock, Entry
from anlan.cases.sweep import Swept, by_system, do_all
from anlan.places.calendars import Unit
from tests.cases.world import MONDAY, dispatcher, envelope, handler, opening, organisation

pytestmark = pytest.mark.django_db

HOURS_2 = MONDAY + timedelta(hours=2)


def reminders(case_id: UUID) -> list[int]:
    return [
        entry.outcomes["facts"]["percent"]
        for entry in Entry.objects.filter(case_id=case_id, action="remind").order_by("seq")
    ]


def test_nothing_happens_before_its_time() -> None:
    done = open_case(opening())
    assert escalate(at=MONDAY + timedelta(minutes=95)) == Swept()
    assert escalate(at=MONDAY + timedelta(minutes=96)) == Swept(done=1)
    assert reminders(done.case_id) == [80]
    assert escalate(at=MONDAY + timedelta(minutes=97)) == Swept()
    assert escalate(at=HOURS_2) == Swept(done=1)
    assert reminders(done.case_id) == [80, 100]
    assert Clock.objects.get(case_id=done.case_id).next_at is None


def test_a_late_sweep_takes_both_steps_at_once() -> None:
    done = open_case(opening())
    assert escalate(at=HOURS_2 + timedelta(days=2)) == Swept(done=2)
    assert reminders(done.case_id) == [80, 100]


def test_a_sweep_twice_at_once_does_nothing_twice() -> None:
    done = open_case(opening())
    step = by_system(done.case_id, "remind", data={"clock": "accept", "percent": 80}, at=HOURS_2, once="x")
    assert do_all([step, step]) == Swept(done=1)
    assert reminders(done.case_id) == [80]


def test_many_batches_and_a_failing_case_harms_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    envelopes = [opening(at=MONDAY + timedelta(seconds=n)) for n in range(9)]
    act_many(envelopes)
    bad = envelopes[0].case_id  # the oldest: always first in every sweep
    real = do_all

    def failing(batch: list[Envelope]) -> Swept:
        with monkeypatch.context() as patched:
            patched.setattr("anlan.cases.sweep.act_many", broken)
            return real(batch)

    def broken(batch: list[Envelope]) -> list[Done | Refused]:
        if any(envelope.case_id == bad for envelope in batch):
            raise LookupError("a case that cannot be decided")
        return act_many(batch)

    monkeypatch.setattr("anlan.cases.escalate.do_all", failing)
    for _ in range(2):
        escalate(at=HOURS_2 + timedelta(hours=1), batch=2)
    counted = Counter({envelope.case_id: len(reminders(envelope.case_id)) for envelope in envelopes})
    assert counted.pop(bad) == 0
    assert set(counted.values()) == {2}


def test_a_moved_date_is_another_occasion() -> None:
    done = open_case(opening())
    act(envelope("dispatch", dispatcher(), done.case_id, data={"unit": organisation("dept:330106:housing")}))
    late = MONDAY + timedelta(days=30)
    escalate(at=late)
    assert reminders(done.case_id) == [80, 100]
    data = {"limit": {"n": 60, "unit": "day"}}
    act(envelope("extend", dispatcher(), done.case_id, data=data, at=late))
    escalate(at=MONDAY + timedelta(days=90))
    assert reminders(done.case_id) == [80, 100, 80, 100]


def test_a_paused_clock_does_not_escalate() -> None:
    done = open_case(opening())
    act(envelope("dispatch", dispatcher(), done.case_id, data={"unit": organisation("dept:330106:housing")}))
    act(envelope("pause", handler(), done.case_id))
    assert escalate(at=MONDAY + timedelta(days=60)) == Swept()


def test_after_a_pause_a_fifth_of_the_limit_is_left_when_it_reminds() -> None:
    done = open_case(opening())
    act(envelope("dispatch", dispatcher(), done.case_id, data={"unit": organisation("dept:330106:housing")}))
    before = Clock.objects.get(case_id=done.case_id, key="handle")
    assert before.next_at is not None
    day = timedelta(days=1)
    act(envelope("pause", handler(), done.case_id, at=MONDAY + day))
    act(envelope("resume", handler(), done.case_id, at=MONDAY + 29 * day))
    after = Clock.objects.get(case_id=done.case_id, key="handle")
    assert after.due_at > before.due_at
    assert after.next_at is not None
    left = current().calendar.counted(after.next_at, after.due_at, Unit.WORKING_DAY)
    assert left == current().calendar.counted(before.next_at, before.due_at, Unit.WORKING_DAY)
    assert left * 5 == current().calendar.counted(before.started_at, before.due_at, Unit.WORKING_DAY)


def test_the_scan_is_a_range_of_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM cases_clock WHERE next_at IS NOT NULL AND next_at <= now()"
            " AND (next_at, case_id, n) > ('-infinity', '00000000-0000-0000-0000-000000000000'::uuid, 0)"
            " ORDER BY next_at, case_id, n LIMIT 200"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "clock_next" in plan
    assert "Sort" not in plan
