# SPDX-License-Identifier: Apache-2.0
"""Killed between two statements: a journal leader after it emptied the tray, a follower after it told people.

A table is locked so that the victim stops at a known place; then its process, or only its backend, dies there.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from anlan.cases import follow, journal
from anlan.cases.act import act
from anlan.cases.envelope import NewParty
from anlan.cases.models import Delivery, Entry, Follower, Journal, Notice, Tray
from anlan.people.may import anonymous
from tests.cases.world import MONDAY, opening
from tests.databases import Clone
from tests.faults.deployment import wait_until
from tests.faults.whole import faults

REPORTS = 12
CHILD = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.config.settings")
import django
django.setup()
from datetime import UTC, datetime
from django.db import connection
from anlan.cases import follow, journal
connection.cursor().execute("SET lock_timeout = 0")
follow.take_seats()
at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
{work}
print("done", flush=True)
"""
LEAD = "journal.number(at=at)"
TELL = "[follow.advance(one) for one in follow.followers() if one.sends]"
WAITS = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock' AND query ILIKE %s"


@contextmanager
def stopped_at(
    clone: Clone, *, table: str, query: str, work: str
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process that does `work` and stands before `query`, because `table` may be read but not written."""
    with (
        psycopg.connect(clone.owner_dsn) as locker,
        psycopg.connect(clone.admin_dsn, autocommit=True) as watching,
    ):
        locker.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD.format(work=work)], env=clone.env, stdout=subprocess.PIPE, text=True
        )
        try:
            found: list[int] = []

            def waits() -> bool:
                assert child.poll() is None, "it ended before it got there"
                found[:] = [row[0] for row in watching.execute(WAITS, [clone.name, f"%{query}%"])]
                return bool(found)

            wait_until(waits, what=query)
            yield child, found[0]
        finally:
            child.kill()
            child.communicate()


def kill(what: str, child: "subprocess.Popen[str]", backend: int, clone: Clone) -> None:
    """Only one of the two dies; the other finds out. Returns when the backend is gone."""
    with psycopg.connect(clone.admin_dsn, autocommit=True) as admin:
        if what == "process":
            child.kill()
            child.wait()
            # The server notices at its next look at the socket; until then the backend waits for the lock.
        else:
            admin.execute("SELECT pg_terminate_backend(%s)", [backend])
            assert child.wait(timeout=30) != 0


def report_some() -> None:
    for n in range(REPORTS):
        act(
            opening(
                anonymous(),
                procedure="report",
                source="resident",
                data={"words": f"第 {n} 个坑"},
                parties=(NewParty(role="reporter", contact={"phone": f"+86138{n:08d}"}),),
            )
        )


@pytest.mark.parametrize("what", ["process", "backend"])
def test_a_leader_killed_after_it_emptied_the_tray_has_done_nothing(own_database: Clone, what: str) -> None:
    report_some()
    before = Tray.objects.count()
    with stopped_at(own_database, table="cases_journal", query="INSERT INTO cases_journal", work=LEAD) as (
        child,
        backend,
    ):
        assert Tray.objects.count() == before
        kill(what, child, backend, own_database)
    wait_until(lambda: journal.number(at=MONDAY) is not None, what="the lock of the dead leader")
    while journal.number(at=MONDAY):
        pass
    positions = list(Journal.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, Entry.objects.count() + 1))
    assert Tray.objects.count() == 0
    assert faults() == []


def test_a_second_leader_stands_back_while_one_works_and_takes_over_when_it_dies(own_database: Clone) -> None:
    report_some()
    with stopped_at(own_database, table="cases_journal", query="INSERT INTO cases_journal", work=LEAD) as (
        child,
        backend,
    ):
        assert journal.number(at=MONDAY) is None
        kill("backend", child, backend, own_database)
    assert journal.number(at=MONDAY) == Entry.objects.count()
    assert faults() == []


@pytest.mark.parametrize("what", ["process", "backend"])
def test_a_follower_killed_after_it_told_people_tells_each_once(own_database: Clone, what: str) -> None:
    follow.take_seats()
    report_some()
    while journal.number(at=MONDAY):
        pass
    with stopped_at(own_database, table="cases_delivery", query="INSERT INTO cases_delivery", work=TELL) as (
        child,
        backend,
    ):
        assert Notice.objects.count() == 0
        kill(what, child, backend, own_database)
    sending = next(one for one in follow.followers() if one.name == "notices")
    wait_until(lambda: follow.advance(sending) > 0, what="the row of the dead follower")
    while follow.advance(sending):
        pass
    assert Follower.objects.get(name=sending.name).position == Journal.objects.count()
    assert Notice.objects.filter(key="open_room").count() == REPORTS
    assert Delivery.objects.filter(outcome="waiting").count() == REPORTS
    assert Delivery.objects.values("case_id").distinct().count() == REPORTS
