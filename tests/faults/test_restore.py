# SPDX-License-Identifier: Apache-2.0
"""A dump restored elsewhere is whole, and the journal goes on where it was: nothing relies on transaction ids."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.db import connections

from anlan.cases import journal
from anlan.cases.act import act
from anlan.cases.models import Case, Entry, Journal
from anlan.config.programs import clean_environment, find_binaries
from tests.cases.world import MONDAY
from tests.databases import Clone
from tests.faults.test_together import dispatch
from tests.faults.whole import faults
from tests.procedures.report.cast import Matter, unit


@pytest.fixture(autouse=True)
def heads(tmp_path: Path, settings: LazySettings) -> None:
    """Heads and erasures of this test alone."""
    settings.ANLAN_HEADS = tmp_path / "heads.jsonl"
    settings.ANLAN_ERASURES = tmp_path / "erasures.jsonl"


def run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [find_binaries() / program, *arguments],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def copy(source: Clone, target: Clone, folder: Path) -> None:
    """pg_dump and psql, as an operator would."""
    dump = folder / "dump.sql"
    run("pg_dump", "--dbname", source.admin_dsn, "--file", os.fspath(dump))
    run("psql", "--dbname", target.admin_dsn, "--quiet", "-v", "ON_ERROR_STOP=1", "--file", os.fspath(dump))


def open_some(n: int) -> list[Matter]:
    made = [Matter() for _ in range(n)]
    act(dispatch(made[0], "housing", expect=1))
    made[0].do("take", unit())
    return made


def test_a_restored_dump_is_whole_and_the_journal_goes_on(
    own_database: Clone, elsewhere: Clone, tmp_path: Path
) -> None:
    open_some(5)
    assert journal.number(at=MONDAY) == 7
    waiting = open_some(3)  # still in the tray when the dump is made
    end = journal.head()
    copy(own_database, elsewhere, tmp_path)

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = elsewhere.name
    assert faults() == []
    assert (Case.objects.count(), Entry.objects.count(), Journal.objects.count()) == (8, 12, 7)
    assert journal.head() == end

    act(dispatch(waiting[1], "transport", expect=1))
    while journal.number(at=MONDAY, batch=2):
        pass
    positions = list(Journal.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, 14))
    assert faults() == []


def test_the_restored_database_refuses_the_application_as_the_first_did(
    own_database: Clone, elsewhere: Clone, tmp_path: Path
) -> None:
    Matter()
    copy(own_database, elsewhere, tmp_path)
    with psycopg.connect(elsewhere.dsn) as app:
        for statement in (
            "UPDATE cases_entry SET action = 'x'",
            "DELETE FROM cases_entry",
            "TRUNCATE cases_journal",
            "UPDATE cases_case SET state = 'closed'",
            "CREATE TABLE mine (n int)",
        ):
            with pytest.raises(psycopg.Error):
                app.execute(statement)
            app.rollback()


def test_an_older_dump_shows_until_the_restore_is_noted(
    own_database: Clone, elsewhere: Clone, tmp_path: Path
) -> None:
    open_some(2)
    while journal.number(at=MONDAY):
        pass
    copy(own_database, elsewhere, tmp_path)
    open_some(2)
    while journal.number(at=MONDAY):
        pass
    journal.keep_head(journal.head(), at=MONDAY)  # a head that the older dump does not reach

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = elsewhere.name
    assert [fault.what for fault in faults()] == ["the journal is cut before position 8 of its kept head"]
    journal.note_restore(at=MONDAY, why="the disk broke")
    assert faults() == []
    open_some(3)
    while journal.number(at=MONDAY):
        pass
    assert faults() == []
