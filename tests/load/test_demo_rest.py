# SPDX-License-Identifier: Apache-2.0
"""The rest of the demo's year comes beside what guests do: whatever is killed, no piece is missing and none is there twice."""

import pytest
from django.db import connection

from anlan.cases.follow import take_seats
from anlan.cases.journal import number
from anlan.cases.management.commands.journal import pass_once
from anlan.cases.models import Case
from anlan.config import demo, demo_rest, demo_waiting
from anlan.config.demo_progress import Progress, find_progress, note_progress
from anlan.config.fill_copy import Connection
from anlan.config.fill_work import Plan
from tests.databases import Clone
from tests.procedures.report.cast import Matter

ALL = 48


class Killed(BaseException):
    """As if the process were gone in the middle of a piece."""


def count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def small(progress: Progress) -> Plan:
    return Plan(cases=ALL, at=progress.at, seed=7, per_mould=3, workers=1, chunk=12, days=20)


@pytest.fixture
def begun(own_database: Clone, monkeypatch: pytest.MonkeyPatch) -> Progress:
    monkeypatch.setattr(demo, "PIECES", (demo._waiting,))
    monkeypatch.setattr(demo_waiting, "WAITING", demo_waiting.WAITING[:2])
    take_seats()
    demo.seed(say=str)
    progress = find_progress()
    assert progress is not None
    monkeypatch.setattr(demo_rest, "plan_of_rest", lambda _at: small(progress))
    # While it waits, the journal's process does its work.
    monkeypatch.setattr(demo_rest, "sleep", lambda _seconds: pass_once())
    return progress


def test_a_killed_filling_goes_on_where_it_was(begun: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Case.objects.count()
    pieces = 0

    def killed(owner: Connection) -> object:
        raise Killed

    def note_two(progress: Progress) -> object:
        nonlocal pieces
        pieces += 1
        return note_progress(progress) if pieces < 3 else killed

    with monkeypatch.context() as patch:
        patch.setattr(demo_rest, "note_progress", note_two)
        with pytest.raises(Killed):
            demo_rest.fill_rest(say=str)
    assert Case.objects.count() == before + 24
    mine = Matter()
    pass_once()
    assert demo_rest.fill_rest(say=str) == 24
    assert Case.objects.count() == before + ALL + 1
    assert demo_rest.fill_rest(say=str) == 0
    progress = find_progress()
    assert progress is not None
    assert (progress.at, progress.rest) == (begun.at, 4)
    found = count(f"SELECT count(*) FROM cases_searchrow WHERE case_id = '{mine.id}'")
    assert found == 1, "what a guest reported meanwhile is found too"
    assert count("SELECT count(*) FROM cases_searchrow") == Case.objects.count()


def test_a_piece_waits_for_whoever_has_something_to_read(
    begun: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_once()
    Matter()
    number(at=begun.at)
    there: list[int] = []

    def wait(_seconds: float) -> None:
        there.append(Case.objects.count())
        pass_once()

    monkeypatch.setattr(demo_rest, "sleep", wait)
    before = Case.objects.count()
    assert demo_rest.fill_rest(say=str) == ALL
    assert there[0] == before, "nothing came before the report was read"
    assert count("SELECT count(*) FROM cases_searchrow") == Case.objects.count() == before + ALL
