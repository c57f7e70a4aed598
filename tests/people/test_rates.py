# SPDX-License-Identifier: Apache-2.0
"""Caps: exact, shared, and exact when many come at once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from anlan.base.errors import TooMany
from anlan.people.models import RateCounter
from anlan.people.rates import Cap, attempt, succeeded, sweep, take
from tests.databases import Clone
from tests.people.world import AT

CAP = Cap(n=3, per=timedelta(minutes=1))


@pytest.mark.django_db
def test_a_window_ends_and_begins_anew() -> None:
    for second in (0, 10, 59):
        take("api", "one", cap=CAP, at=AT + timedelta(seconds=second))
    with pytest.raises(TooMany) as refusal:
        take("api", "one", cap=CAP, at=AT + timedelta(seconds=59.5))
    assert refusal.value.retry_after == 1
    take("api", "two", cap=CAP, at=AT)
    take("other", "one", cap=CAP, at=AT)
    take("api", "one", cap=CAP, at=AT + timedelta(seconds=60))


@pytest.mark.django_db
def test_after_a_day_failures_are_forgotten() -> None:
    for _ in range(6):
        attempt("password", "one", at=AT)
    with pytest.raises(TooMany):
        attempt("password", "one", at=AT)
    attempt("password", "one", at=AT + timedelta(hours=24))
    attempt("password", "one", at=AT + timedelta(hours=24))


@pytest.mark.django_db
def test_waiting_never_grows_past_an_hour() -> None:
    at, wait = AT, 0
    for _ in range(40):
        try:
            attempt("password", "one", at=at)
        except TooMany as refusal:
            wait = refusal.retry_after or 0
            at += timedelta(seconds=wait)
    assert wait == 3600


@pytest.mark.django_db
def test_success_forgets_and_the_sweep_drops() -> None:
    attempt("password", "one", at=AT)
    succeeded("password", "one")
    assert not RateCounter.objects.exists()
    take("api", "one", cap=CAP, at=AT)
    assert sweep(at=AT + timedelta(seconds=59)) == 0
    assert sweep(at=AT + timedelta(seconds=60)) == 1


@pytest.mark.parametrize("kind", ["take", "attempt"])
def test_many_at_once_get_no_more_than_the_cap(own_database: Clone, kind: str) -> None:
    passed: list[int] = []
    start = Barrier(8)

    def try_it(n: int) -> None:
        start.wait()
        try:
            if kind == "take":
                take("api", "one", cap=CAP, at=AT)
            else:
                attempt("password", "one", free=2, at=AT)
            passed.append(n)
        except TooMany:
            pass
        finally:
            connection.close()

    threads = [Thread(target=try_it, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 3


def test_the_table_is_unlogged(own_database: Clone) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'people_ratecounter'")
        assert cursor.fetchone() == ("u",)
