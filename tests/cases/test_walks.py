# SPDX-License-Identifier: Apache-2.0
"""Random histories of every declaration: whatever people do, `verify` finds nothing wrong, and what is kept for ever
holds nothing of a person. A failure shrinks to the shortest history that still fails.
"""

import re
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import psycopg
import pytest
from django.conf import settings as configured
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from anlan.base.prepared import prepared
from anlan.cases import follow, journal, registry
from anlan.cases.act import Done
from anlan.cases.catalogue import current
from anlan.cases.define import Procedure
from anlan.cases.escalate import escalate
from anlan.cases.models import Entry
from anlan.cases.read import read_cases
from anlan.cases.verify import chunks, verify
from anlan.people.models import Account, AccountKind
from tests.cases.walks import PERSON, POINT, SENTENCES, Walker
from tests.cases.world import MONDAY, VILLAGE, place
from tests.databases import Clone
from tests.faults.whole import faults

ACCOUNT = 987_654_321_012
picks = st.randoms(use_true_random=False)
TABLES = """
SELECT table_name FROM information_schema.tables
 WHERE table_schema = 'public' AND (table_name LIKE 'cases\\_%' OR table_name IN ('case_account', 'report_reportrecord', 'alert_record', 'assessment_record'))"""
KEPT_FOR_EVER = {"cases_entry", "cases_journal", "cases_tray", "cases_declaration", "cases_delivery"}
WORDS_OF_A_PERSON = (*PERSON.values(), *SENTENCES, *(str(number) for number in POINT.values()))
OF_CASES = """
SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE c.table_schema = 'public' AND c.column_name = 'case_id' AND t.table_type = 'BASE TABLE'"""
BEGINNING = (
    "cases_case",
    "cases_journal",
    "cases_tray",
    "cases_delivery",
    "cases_follower",
    "indicators_tally",
)
ACTOR = re.compile(r"post:\d+|party:\d+|system")


class History(RuleBasedStateMachine):
    """Cases of one procedure, acted upon by whoever may, while time passes and the journal is written."""

    def __init__(self, procedure: Procedure, clone: Clone, home: Path) -> None:
        super().__init__()
        self.clone, self.home = clone, home
        with psycopg.connect(clone.admin_dsn) as admin:
            admin.execute("SET session_replication_role = replica")
            tables = [*BEGINNING, *(table for (table,) in admin.execute(OF_CASES).fetchall())]
            admin.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        for name in ("heads.jsonl", "erasures.jsonl"):
            (home / name).unlink(missing_ok=True)
        follow.take_seats()
        self.walker = Walker(
            procedure,
            known=current(),
            places=(place(VILLAGE),),
            start=MONDAY,
            pick=Random(0),
            accounts=(ACCOUNT,),
        )
        self.cases: list[UUID] = []

    def told(self, done: Done | None) -> None:
        """One line of the history that hypothesis prints."""
        if done is None:
            note(f"  refused: {self.walker.refused[-1:]}")
        else:
            note(f"  {done.action} -> {done.state} (case {self.cases.index(done.case_id)}, entry {done.seq})")

    @precondition(lambda self: len(self.cases) < 3)
    @rule(pick=picks)
    def open(self, pick: Random) -> None:
        self.walker.random = pick
        done = self.walker.step(None, tuple(self.cases))
        if done is not None:
            self.cases.append(done.case_id)
        self.told(done)

    @precondition(lambda self: self.cases)
    @rule(pick=picks, n=st.integers(0, 2), times=st.integers(1, 8))
    def act(self, pick: Random, n: int, times: int) -> None:
        self.walker.random = pick
        case_id = self.cases[n % len(self.cases)]
        for _step in range(times):
            with prepared() as run:
                case = read_cases(run, [case_id])[case_id].case
            self.told(self.walker.step(case, tuple(self.cases)))

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.walker.at += timedelta(days=days)
        escalate(at=self.walker.at)

    @rule(batch=st.integers(1, 9))
    def number(self, batch: int) -> None:
        journal.number(at=self.walker.at, batch=batch)

    @rule()
    def read(self) -> None:
        for one in follow.followers():
            while follow.advance(one):
                pass

    def teardown(self) -> None:
        self.read()
        opened = {row.case_id for row in Entry.objects.filter(seq=1)}
        assert opened >= set(self.cases)
        assert faults(files=True) == []
        head = journal.head().position
        later = [fault for chunk in chunks(start=head // 2, head=head) for fault in verify(chunk).broken]
        assert later == []
        self.check_no_person()

    def check_no_person(self) -> None:
        """Looks into every row there is, and into the files that are kept beside the database."""
        with psycopg.connect(self.clone.admin_dsn) as admin:
            for (table,) in admin.execute(TABLES).fetchall():
                text = "\n".join(row[0] for row in admin.execute(f"SELECT t::text FROM {table} t"))
                assert found_in(text) == [], table
                if table in KEPT_FOR_EVER:
                    assert str(ACCOUNT) not in text, table
            for (actor,) in admin.execute("SELECT DISTINCT actor FROM cases_entry"):
                assert ACTOR.fullmatch(actor)
        for name in ("heads.jsonl", "erasures.jsonl"):
            if (self.home / name).exists():
                text = (self.home / name).read_text()
                assert found_in(text) == []
                assert str(ACCOUNT) not in text


def found_in(text: str) -> list[str]:
    """Words of a person that stand in a row as they are, or as bytes."""
    return [word for word in WORDS_OF_A_PERSON if word in text or word.encode().hex() in text]


@pytest.fixture
def home(own_database: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(configured, "ANLAN_HEADS", tmp_path / "heads.jsonl")
    monkeypatch.setattr(configured, "ANLAN_ERASURES", tmp_path / "erasures.jsonl")
    monkeypatch.setattr(configured, "ANLAN_ATTACHMENTS", tmp_path / "attachments")
    Account.objects.create(pk=ACCOUNT, kind=AccountKind.RESIDENT, made_at=MONDAY)
    return tmp_path


def walk(procedure: str, clone: Clone, home: Path, *, examples: int, steps: int, luck: bool) -> None:
    run_state_machine_as_test(
        lambda: History(registry.newest()[procedure], clone, home),  # type: ignore[arg-type]  # whatever makes one
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not luck,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(600)  # ten seconds, unless a failure is being shrunk
@pytest.mark.parametrize("procedure", ["report", "toy", "alert", "assessment"])
def test_any_history_verifies_and_keeps_nothing_of_a_person(
    procedure: str, own_database: Clone, home: Path
) -> None:
    """The same histories at every run, so that nothing fails by luck; the long round draws others."""
    assert set(registry.newest()) == {"report", "toy", "alert", "mediation", "assessment"}
    walk(procedure, own_database, home, examples=25, steps=40, luck=False)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("procedure", ["report", "toy", "alert", "assessment"])
def test_many_long_histories_verify(procedure: str, own_database: Clone, home: Path) -> None:
    walk(procedure, own_database, home, examples=300, steps=80, luck=True)


def test_words_of_a_person_would_be_found() -> None:
    assert found_in(f"(7,{PERSON['phone']})") == [PERSON["phone"]]
    assert found_in("\\x" + PERSON["name"].encode().hex()) == [PERSON["name"]]
