# SPDX-License-Identifier: Apache-2.0
"""The administration log: what is done to it is refused or found."""

from datetime import timedelta
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from anlan.people.log import GENESIS, log_head, read_log, record, verify_admin_log
from anlan.people.may import Actor, Role, resident
from anlan.people.models import AdminLine
from tests.databases import Clone
from tests.people.world import AT

BY = Actor(kind="post", account_id=1, post_id=7, role=Role.SYSTEM_ADMIN)


def fill(n: int = 5) -> None:
    for i in range(n):
        record(
            BY, "limit.change", before={"n": i}, after={"n": i + 1, "at": AT}, at=AT + timedelta(minutes=i)
        )


@pytest.mark.django_db
def test_lines_follow_each_other() -> None:
    fill()
    lines = list(read_log())
    assert [line.seq for line in lines] == [1, 2, 3, 4, 5]
    assert bytes(lines[0].prev) == GENESIS
    assert [bytes(line.prev) for line in lines[1:]] == [bytes(line.digest) for line in lines[:-1]]
    assert lines[2].before == {"n": 2}
    assert lines[2].after == {"n": 3, "at": "2026-03-02T01:00:00.000000Z"}
    assert [line.seq for line in read_log(after=3)] == [4, 5]
    check = verify_admin_log()
    assert (check.lines, check.head, check.broken) == (5, bytes(lines[-1].digest), ())
    assert log_head() == (5, bytes(lines[-1].digest))


@pytest.mark.django_db
def test_an_empty_log_holds() -> None:
    assert (verify_admin_log().lines, verify_admin_log().broken, log_head()) == (0, (), (0, GENESIS))


@pytest.mark.django_db
def test_only_posts_and_the_operator_administer() -> None:
    with pytest.raises(ValueError, match="only posts"):
        record(resident(3), "limit.change", before=None, after=None, at=AT)
    assert record(None, "demo.seed", before=None, after=None, at=AT).post_id == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_adminline SET what = 'nothing' WHERE seq = 2",
        "DELETE FROM people_adminline WHERE seq = 5",
        "TRUNCATE people_adminline",
        "ALTER TABLE people_adminline DISABLE TRIGGER chain",
        "DROP TRIGGER chain ON people_adminline",
        "UPDATE people_boundaryrefusal SET term = ''",
        "DELETE FROM people_boundaryrefusal",
        "DELETE FROM people_post",
        "DELETE FROM people_account",
    ],
)
def test_the_app_cannot_change_what_is_written(statement: str) -> None:
    fill(2)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_line_out_of_place_is_refused() -> None:
    fill(2)
    last = AdminLine.objects.get(seq=2)
    for seq, prev in ((4, last.digest), (3, GENESIS), (0, GENESIS)):
        line = AdminLine(seq=seq, at=AT, post_id=1, what="x", algorithm=1, prev=bytes(prev), digest=bytes(32))
        with pytest.raises(IntegrityError), transaction.atomic():
            line.save(force_insert=True)


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE people_adminline SET what = 'nothing' WHERE seq = 3", ["line 3 was changed"]),
        ("UPDATE people_adminline SET after = '{\"n\": 9}' WHERE seq = 3", ["line 3 was changed"]),
        ("UPDATE people_adminline SET at = at + interval '1 us' WHERE seq = 1", ["line 1 was changed"]),
        ("UPDATE people_adminline SET post_id = 8 WHERE seq = 5", ["line 5 was changed"]),
        ("DELETE FROM people_adminline WHERE seq = 2", ["lines 2 to 2 are missing"]),
        ("DELETE FROM people_adminline WHERE seq < 3", ["lines 1 to 2 are missing"]),
        ("DELETE FROM people_adminline WHERE seq = 5", ["line 5 is missing at the end"]),
        ("DELETE FROM people_adminline", ["line 5 is missing at the end"]),
        ("UPDATE people_adminline SET algorithm = 77 WHERE seq = 4", ["line 4 was changed"]),
    ],
)
def test_what_the_owner_does_is_found(own_database: Clone, tampering: str, found: list[str]) -> None:
    fill()
    head = dict([log_head()])
    with psycopg.connect(own_database.owner_dsn) as owner:
        owner.execute(tampering)
    assert list(verify_admin_log(heads=head).broken) == found


def test_two_lines_that_changed_places_are_found(own_database: Clone) -> None:
    fill()
    with psycopg.connect(own_database.owner_dsn) as owner:
        owner.execute("UPDATE people_adminline SET seq = 99 WHERE seq = 2")
        owner.execute("UPDATE people_adminline SET seq = 2 WHERE seq = 3")
        owner.execute("UPDATE people_adminline SET seq = 3 WHERE seq = 99")
    assert set(verify_admin_log().broken) >= {"line 2 was changed", "line 3 was changed"}


def test_a_chain_written_anew_does_not_match_the_heads_kept_outside(own_database: Clone) -> None:
    fill()
    heads = dict([log_head()])
    with psycopg.connect(own_database.owner_dsn) as owner:
        owner.execute("DELETE FROM people_adminline")
    fill(4)
    record(BY, "limit.change", before=None, after=None, at=AT)
    assert verify_admin_log().broken == ()
    assert verify_admin_log(heads=heads).broken == ("line 5 is not the one that was there",)


def test_many_at_once_make_one_chain(own_database: Clone) -> None:
    failures: list[Any] = []

    def write() -> None:
        try:
            fill(10)
        except Exception as error:  # noqa: BLE001  the test shows whatever it was
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check = verify_admin_log()
    assert (failures, check.lines, check.broken) == ([], 60, ())


@pytest.mark.django_db
def test_no_change_without_its_line() -> None:
    with transaction.atomic():
        fill(1)
        transaction.set_rollback(True)
    assert log_head()[0] == 0
