# SPDX-License-Identifier: Apache-2.0
"""Verification finds whatever the owner of the database does behind the application's back, and nothing else."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from anlan.base.ids import case_number
from anlan.cases import journal
from anlan.cases.act import Done, act, act_many
from anlan.cases.apply import write_moment
from anlan.cases.chain import entry_digest
from anlan.cases.checks import Fault, quick_digest, spell
from anlan.cases.envelope import NewParty
from anlan.cases.journal import read_entry
from anlan.cases.models import Entry, Journal
from anlan.cases.projection import Entry as Line
from anlan.cases.verify import chunks, verify, verify_outside
from tests.cases.world import MONDAY, dispatcher, envelope, handler, opening, organisation
from tests.databases import Clone

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc中文é"), inner, max_size=3),
    max_leaves=8,
)


@given(
    plain,
    st.datetimes(
        min_value=datetime.fromisoformat("2000-01-01"),
        max_value=datetime.fromisoformat("2099-01-01"),
        timezones=st.just(UTC),
    ),
)
def test_the_quick_digest_is_the_digest(outcomes: object, at: datetime) -> None:
    for algorithm in (1, 2):
        line = Line(
            case_id=uuid4(), seq=3, at=at, received_at=at + timedelta(seconds=1), actor="post:7", action="note", frm="new",
            to="new", audience="office", outcomes={"x": outcomes}, prev=b"p" * 32, digest=b"", algorithm=algorithm,
        )  # fmt: skip
        assert quick_digest(line) == entry_digest(line)
    assert spell(at) == write_moment(at)


@dataclass
class Story:
    """Three cases that went on for a while, all numbered but the last entry."""

    one: UUID
    two: UUID
    three: UUID
    clone: Clone

    def faults(self, *, start: int = 0) -> list[Fault]:
        found: list[Fault] = []
        for chunk in chunks(start=start, head=journal.head().position):
            found += verify(chunk).broken
        return found + verify_outside()

    def tamper(self, *statements: str) -> None:
        with psycopg.connect(self.clone.admin_dsn) as admin:
            admin.execute("SET session_replication_role = replica")
            for statement in statements:
                done = admin.execute(
                    statement.format(one=f"'{self.one}'", two=f"'{self.two}'", three=f"'{self.three}'")
                )
                assert done.rowcount != 0, statement


def tell(clone: Clone) -> Story:
    person = (NewParty(role="reporter", contact={"name": "王小明", "phone": "+8613800000000"}),)
    unit = organisation("dept:330106:housing")
    wishes = [opening(parties=person) for _ in range(3)]
    ids = [wish.case_id for wish in wishes]
    for case_id in ids[:2]:
        wishes.append(envelope("dispatch", dispatcher(), case_id, data={"unit": unit}))
        wishes.append(envelope("note", handler(), case_id, data={"words": "已到现场"}))
    assert all(isinstance(answer, Done) for answer in act_many(wishes))
    return Story(one=ids[0], two=ids[1], three=ids[2], clone=clone)


@pytest.fixture
def story(own_database: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(settings, "ANLAN_HEADS", tmp_path / "heads.jsonl")
    monkeypatch.setattr(settings, "ANLAN_ERASURES", tmp_path / "erasures.jsonl")
    told = tell(own_database)
    journal.number(at=MONDAY)
    journal.keep_head(journal.head(), at=MONDAY)
    act(envelope("close", handler(), told.one))
    return told


def test_what_is_whole_verifies(story: Story) -> None:
    assert story.faults() == []
    assert story.faults(start=2) == []


TAMPERINGS = {
    "an entry altered": ["UPDATE cases_entry SET action = 'open2' WHERE case_id = {one} AND seq = 2"],
    "the time of an entry altered": ["UPDATE cases_entry SET at = at + interval '1 day' WHERE case_id = {one} AND seq = 2"],
    "outcomes altered": ["UPDATE cases_entry SET outcomes = outcomes || '{{\"x\":1}}' WHERE case_id = {one} AND seq = 2"],
    "an entry deleted": ["DELETE FROM cases_entry WHERE case_id = {one} AND seq = 2"],
    "the last entry deleted": ["DELETE FROM cases_entry WHERE case_id = {one} AND seq = 3"],
    "two entries swapped": [
        "UPDATE cases_entry SET seq = 9 WHERE case_id = {one} AND seq = 2",
        "UPDATE cases_entry SET seq = 2 WHERE case_id = {one} AND seq = 3",
        "UPDATE cases_entry SET seq = 3 WHERE case_id = {one} AND seq = 9",
    ],
    "a data key destroyed": ["UPDATE cases_case SET key = '\\x010101' WHERE id = {one}"],
    "a state moved": ["UPDATE cases_case SET state = 'new', open = true WHERE id = {one}"],
    "a holder moved": ["UPDATE cases_case SET holder_id = NULL WHERE id = {one}"],
    "a due date moved": ["UPDATE cases_case SET due_at = due_at + interval '1 day' WHERE id = {two}"],
    "a number changed": ["UPDATE cases_case SET number = number + 1 WHERE id = {one}"],
    "an assignment moved": ["UPDATE cases_assignment SET role = 'assist' WHERE case_id = {two} AND role = 'lead'"],
    "an assignment deleted": ["DELETE FROM cases_assignment WHERE case_id = {two} AND role = 'room'"],
    "an inbox copy moved": ["UPDATE cases_assignment SET open = false WHERE case_id = {two} AND role = 'room'"],
    "a clock moved": ["UPDATE cases_clock SET due_at = due_at + interval '1 hour' WHERE case_id = {two} AND n = 2"],
    "an escalation skipped": ["UPDATE cases_clock SET next_at = NULL WHERE case_id = {two} AND n = 2"],
    "a role of a party changed": ["UPDATE cases_party SET role = 'other' WHERE case_id = {one}"],
    "a party emptied": ["UPDATE cases_party SET sealed = NULL WHERE case_id = {one}"],
    "a content emptied": ["UPDATE cases_content SET sealed = NULL WHERE case_id = {one} AND seq = 1"],
    "a content deleted": ["DELETE FROM cases_content WHERE case_id = {one} AND seq = 1"],
    "a content moved to another audience": ["UPDATE cases_content SET audience = 'public' WHERE case_id = {one} AND seq = 1"],
    "contents of two entries swapped": [
        "UPDATE cases_content SET seq = 9 WHERE case_id = {one} AND seq = 1",
        "UPDATE cases_content SET seq = 1 WHERE case_id = {one} AND seq = 3",
        "UPDATE cases_content SET seq = 3 WHERE case_id = {one} AND seq = 9",
    ],
    "contents of two cases swapped": [
        "UPDATE cases_content a SET sealed = b.sealed FROM cases_content b WHERE a.seq = 1 AND b.seq = 1 AND a.case_id = {one} AND b.case_id = {two}",
    ],
    "keys of two cases swapped": ["UPDATE cases_case a SET key = b.key FROM cases_case b WHERE a.id = {one} AND b.id = {two}"],
    "a case deleted": ["DELETE FROM cases_case WHERE id = {one}"],
    "an attachment made up": [
        "INSERT INTO cases_attachment (case_id, n, seq, kind, size, keyed, audience, erased) VALUES ({one}, 1, 1, 'image/png', 1, 'x', 'office', false)",
    ],
    "an erasure made up": ["INSERT INTO cases_erasure (case_id, seq, at, what) VALUES ({one}, 1, now(), '[\"words\"]')"],
}  # fmt: skip
NO_CASE = '{{"case_id": "00000000-0000-7000-8000-000000000001"}}'
WHOLE = {
    "all entries truncated": ["TRUNCATE cases_entry CASCADE"],
    "the tray emptied": ["DELETE FROM cases_tray"],
    "the journal's tail cut": ["DELETE FROM cases_journal WHERE position > 5"],
    "a gap in the journal": ["DELETE FROM cases_journal WHERE position = 3"],
    "the journal truncated": ["TRUNCATE cases_journal"],
    "two journal lines swapped": [
        "UPDATE cases_journal SET position = 99 WHERE position = 2",
        "UPDATE cases_journal SET position = 2 WHERE position = 4",
        "UPDATE cases_journal SET position = 4 WHERE position = 99",
    ],
    "an entry in the journal twice": [
        "INSERT INTO cases_journal SELECT 8, case_id, seq, digest, running, at FROM cases_journal WHERE position = 3"
    ],
    "an office that has a case deleted": [
        "DELETE FROM people_organisation WHERE id IN (SELECT holder_id FROM cases_case)"
    ],
    "a place that a case is at deleted": ["DELETE FROM places_place WHERE id IN (SELECT place_id FROM cases_case)"],
    "an assignment of no case": [
        f"INSERT INTO cases_assignment SELECT (jsonb_populate_record(a, '{NO_CASE}')).* FROM cases_assignment a LIMIT 1"
    ],
    "a clock of no case": [
        f"INSERT INTO cases_clock SELECT (jsonb_populate_record(a, '{NO_CASE}')).* FROM cases_clock a LIMIT 1"
    ],
    "a running digest altered": ["UPDATE cases_journal SET running = digest WHERE position = 3"],
}  # fmt: skip


def test_each_tampering_of_a_case_is_found_in_that_case_alone(story: Story) -> None:
    stories = {name: tell(story.clone) for name in TAMPERINGS}
    while journal.number(at=MONDAY):
        pass
    for name, told in stories.items():
        told.tamper(*TAMPERINGS[name])
    found: dict[int | None, list[str]] = {}
    for fault in story.faults():
        found.setdefault(fault.case, []).append(fault.what)
    touched = {name: {case_number(told.one), case_number(told.two)} for name, told in stories.items()}
    assert [name for name, numbers in touched.items() if not numbers & found.keys()] == []
    assert found.keys() <= set().union(*touched.values())


@pytest.mark.parametrize("name", WHOLE)
def test_each_tampering_of_the_whole_is_found(story: Story, name: str) -> None:
    story.tamper(*WHOLE[name])
    assert story.faults() != []


def test_a_case_deleted_with_everything_shows_in_the_journal(story: Story) -> None:
    tables = ("entry", "content", "assignment", "clock", "party", "request")
    story.tamper(
        *(f"DELETE FROM cases_{table} WHERE case_id = {{three}}" for table in tables),
        "DELETE FROM cases_case WHERE id = {three}",
    )
    assert {fault.case for fault in story.faults()} == {case_number(story.three)}


def rewrite_journal(story: Story) -> None:
    """What a careful owner would do: number again without the case, with right running digests."""
    kept = [
        (row.case_id, row.seq, bytes(row.digest))
        for row in Journal.objects.exclude(case_id=story.three).order_by("position")
    ]
    last = journal.Head(position=0, running=journal.START, at=None)
    story.tamper("TRUNCATE cases_journal")
    with psycopg.connect(story.clone.admin_dsn) as admin, admin.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO cases_journal (position, case_id, seq, digest, running, at) VALUES (%s, %s, %s, %s, %s, %s)",
            list(journal.numbered_rows(last, kept, at=MONDAY)),
        )


def test_even_a_journal_written_anew_shows_by_the_head_outside(story: Story) -> None:
    tables = ("entry", "content", "assignment", "clock", "party", "request")
    story.tamper(
        *(f"DELETE FROM cases_{table} WHERE case_id = {{three}}" for table in tables),
        "DELETE FROM cases_case WHERE id = {three}",
    )
    rewrite_journal(story)
    assert [fault.what for fault in story.faults()] == [
        "the journal is cut before position 7 of its kept head"
    ]


def test_an_entry_rewritten_with_its_whole_chain_shows_by_the_journal(story: Story) -> None:
    rows = list(Entry.objects.filter(case_id=story.one).order_by("seq"))
    prev = b""
    with psycopg.connect(story.clone.admin_dsn) as admin:
        admin.execute("SET session_replication_role = replica")
        for row in rows:
            line = read_entry((
                row.case_id, row.seq, row.at, row.received_at, "post:99", row.action, row.from_state, row.to_state,
                row.audience, row.outcomes, prev, b"", row.algorithm, row.format,
            ))  # fmt: skip
            line = replace(line, digest=entry_digest(line))
            admin.execute(
                "UPDATE cases_entry SET actor = 'post:99', prev = %s, digest = %s WHERE case_id = %s AND seq = %s",
                [line.prev, line.digest, row.case_id, row.seq],
            )
            prev = line.digest
        admin.execute("UPDATE cases_case SET digest = %s WHERE id = %s", [prev, story.one])
    whats = [fault.what for fault in story.faults()]
    assert len(whats) == 4
    assert all("has another digest" in what for what in whats)


def test_faults_stop_where_they_are(story: Story) -> None:
    story.tamper(TAMPERINGS["a clock moved"][0])
    assert {fault.case for fault in story.faults()} == {case_number(story.two)}
    assert [fault.what for fault in story.faults()] == ["differs from the entries: clocks"]


def test_the_command_says_it_in_one_line_and_by_its_status(story: Story) -> None:
    def run(*options: str) -> tuple[int, dict[str, Any]]:
        out = io.StringIO()
        status = 0
        try:
            call_command("verify", "--json", *options, stdout=out)
        except SystemExit as left:
            status = int(left.code or 0)
        return status, json.loads(out.getvalue().splitlines()[-1])

    status, said = run()
    assert (status, said["broken"], said["cases"], said["entries"], said["position"]) == (0, [], 3, 8, 7)
    status, said = run("--from", str(said["position"]))
    assert (status, said["cases"]) == (0, 1)  # the one whose last entry waits in the tray
    story.tamper(TAMPERINGS["a clock moved"][0])
    status, said = run("--jobs", "2")
    assert status == 1
    assert [one["case"] for one in said["broken"]] == [case_number(story.two)]
