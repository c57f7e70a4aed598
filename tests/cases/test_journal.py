# SPDX-License-Identifier: Apache-2.0
"""The journal: one order, numbered once, read once by each follower; what is sent is sent once."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.digests import Algorithm
from anlan.cases import follow, journal
from anlan.cases.act import act, act_many
from anlan.cases.deliver import Refusing, Send, Sending, deliver, give_up_lost
from anlan.cases.follow import Follows, Wish
from anlan.cases.journal import Line
from anlan.cases.models import Delivery, Follower, Journal, Tray
from tests.cases.world import MONDAY, dispatcher, envelope, opening
from tests.databases import Clone


@pytest.fixture(autouse=True)
def heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "ANLAN_HEADS", tmp_path / "heads.jsonl")
    return tmp_path / "heads.jsonl"


def number_all(batch: int = 3) -> None:
    while journal.number(at=MONDAY, batch=batch):
        pass


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), unique=True), st.randoms())
def test_seq_is_respected_within_a_case_whatever_the_tray_ids(
    pairs: list[tuple[int, int]], random: Random
) -> None:
    cases = [UUID(int=n) for n in range(4)]
    ids = random.sample(range(1000), len(pairs))
    rows = [(id, cases[case], seq, b"%d" % seq) for id, (case, seq) in zip(ids, pairs, strict=True)]
    ordered = journal.in_order(rows)
    assert sorted(ordered) == sorted((case, seq, entry) for _id, case, seq, entry in rows)
    for case in cases:
        own = [seq for owner, seq, _entry in ordered if owner == case]
        assert own == sorted(own)


def test_running_digest_depends_on_everything() -> None:
    case = uuid4().bytes
    base = (journal.START, 1, case, 1, b"e" * 32)
    others = [
        (b"\1" * 32, 1, case, 1, b"e" * 32),
        (journal.START, 2, case, 1, b"e" * 32),
        (journal.START, 1, uuid4().bytes, 1, b"e" * 32),
        (journal.START, 1, case, 2, b"e" * 32),
        (journal.START, 1, case, 1, b"f" * 32),
    ]
    found = {journal.running_digest(*one, algorithm=Algorithm.SHA256) for one in (base, *others)}
    assert len(found) == 6
    assert journal.running_digest(*base, algorithm=Algorithm.SM3) not in found


@pytest.mark.django_db
def test_numbering_is_consecutive_and_chained() -> None:
    envelopes = [opening() for _ in range(7)]
    act_many(envelopes)
    act(envelope("note", dispatcher(), envelopes[0].case_id, data={"words": "补充一句"}))
    before = journal.head().position
    number_all()
    rows = list(Journal.objects.filter(position__gt=before).order_by("position"))
    assert [row.position for row in rows] == list(range(before + 1, before + 9))
    assert not Tray.objects.exists()
    running = journal.START if before == 0 else bytes(Journal.objects.get(position=before).running)
    for row in rows:
        running = journal.running_digest(
            running, row.position, row.case_id.bytes, row.seq, bytes(row.digest), algorithm=Algorithm.SHA256
        )
        assert bytes(row.running) == running
    reached, lines = journal.read_lines(before, limit=100)
    assert reached == before + 8
    assert [line.entry.digest for line in lines] == [bytes(row.digest) for row in rows]


@pytest.mark.django_db
def test_a_head_is_kept_for_every_day_gone_by(heads: Path) -> None:
    act_many([opening(), opening()])
    journal.number(at=MONDAY)
    assert journal.read_heads() == []
    first = journal.head()
    act_many([opening()])
    journal.number(at=MONDAY + timedelta(days=1))
    act_many([opening()])
    journal.number(at=MONDAY + timedelta(days=1, hours=2))
    kept = journal.read_heads()
    assert [line["position"] for line in kept] == [first.position]
    assert kept[0]["running"] == first.running.hex()


def test_heads_survive_a_torn_line_and_a_noted_restore_takes_later_ones_back(heads: Path) -> None:
    heads.write_text('{"position":5,"running":"aa"}\n{"position":9,"running":"bb"}\n{"restored":6}\n{"posi')
    assert [line["position"] for line in journal.heads_in_force()] == [5]
    journal.keep_head(journal.Head(position=7, running=b"\1", at=None), at=MONDAY)
    assert [line.get("position") for line in journal.heads_in_force()] == [5, None, 7]


def test_only_one_leader_works_and_none_loses(own_database: Clone) -> None:
    act_many([opening() for _ in range(40)])
    outcomes: list[int | None] = []

    def lead() -> None:
        try:
            while True:
                done = journal.number(at=MONDAY, batch=1)
                outcomes.append(done)
                if done == 0:
                    return
        finally:
            connections.close_all()

    threads = [Thread(target=lead) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    positions = list(Journal.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, 41))
    assert sum(done or 0 for done in outcomes) == 40


def test_a_follower_reads_each_line_once_and_a_fault_loses_none(own_database: Clone) -> None:
    act_many([opening() for _ in range(10)])
    number_all()
    seen: list[int] = []
    faults = iter([False, True, False, True])

    def read(lines: Sequence[Line]) -> Iterable[Wish]:
        if next(faults, False):
            raise OSError("no")
        seen.extend(line.position for line in lines)
        return ()

    one = Follows(name="reader", handler=read, sends=False)
    Follower.objects.create(name="reader")
    for _ in range(10):
        try:
            follow.advance(one, batch=4)
        except OSError:
            continue
    assert seen == list(range(1, 11))
    assert Follower.objects.get(name="reader").position == 10


@pytest.mark.django_db
def test_followers_at_one_place_share_a_reading_unless_the_journal_there_is_another() -> None:
    number_all()
    began = journal.head().position

    def read_after_opening() -> tuple[int, list[Line]]:
        act(opening())
        number_all()
        return journal.read_lines(began, limit=9)

    with transaction.atomic():
        reached, lines = read_after_opening()
        assert journal.read_lines(began, limit=9)[1] is lines
        transaction.set_rollback(True)
    again, others = read_after_opening()
    assert again == reached == began + 1
    assert others[0].entry.case_id != lines[0].entry.case_id


def test_a_new_sending_follower_begins_at_the_end_and_is_never_rebuilt(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_many([opening() for _ in range(3)])
    number_all()
    monkeypatch.setattr(follow, "_followers", {})
    follow.follow("mail", lambda _lines: (), sends=True)
    follow.follow("derive", lambda _lines: ())
    follow.take_seats()
    assert Follower.objects.get(name="mail").position == 3
    assert Follower.objects.get(name="derive").position == 0
    with pytest.raises(ValueError, match="sending again"):
        follow.rebuild("mail")


def sent_by(send: Send) -> dict[str, str]:
    deliver(send, at=MONDAY)
    return {one.recipient: one.outcome for one in Delivery.objects.all()}


def test_deliveries_happen_once_and_faults_are_told_apart(own_database: Clone) -> None:
    for n, name in enumerate(("good", "refused", "later", "lost"), start=1):
        Delivery.objects.create(
            position=n, recipient=name, channel="sms", case_id=uuid4(), key="k", at=MONDAY
        )
    calls: list[str] = []

    def send(sending: Sending) -> None:
        calls.append(sending.recipient)
        if sending.recipient == "refused":
            raise Refusing("no", again=False)
        if sending.recipient == "later":
            raise Refusing("busy", again=True)
        if sending.recipient == "lost":
            raise TimeoutError

    assert sent_by(send) == {"good": "sent", "refused": "failed", "later": "waiting", "lost": "unknown"}
    assert sent_by(send) == {"good": "sent", "refused": "failed", "later": "waiting", "lost": "unknown"}
    assert sorted(calls) == ["good", "later", "lost", "refused"]
    for day in range(1, 9):
        deliver(send, at=MONDAY + timedelta(hours=day))
    assert calls.count("later") == 5
    assert Delivery.objects.get(recipient="later").outcome == "failed"


def test_a_crash_between_claim_and_answer_stays_unknown(own_database: Clone) -> None:
    Delivery.objects.create(position=1, recipient="x", channel="sms", case_id=uuid4(), key="k", at=MONDAY)

    def die(_sending: Sending) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        deliver(die, at=MONDAY)
    assert Delivery.objects.get().outcome == "sending"
    assert give_up_lost(at=MONDAY + timedelta(minutes=5)) == 0
    assert give_up_lost(at=MONDAY + timedelta(minutes=11)) == 1
    assert deliver(die, at=MONDAY + timedelta(hours=1)) == 0
    assert Delivery.objects.get().outcome == "unknown"


def test_a_message_that_waited_for_days_is_not_sent(own_database: Clone) -> None:
    Delivery.objects.create(position=1, recipient="x", channel="sms", case_id=uuid4(), key="k", at=MONDAY)
    calls: list[Sending] = []
    deliver(calls.append, at=MONDAY + timedelta(days=3))
    assert (calls, Delivery.objects.get().outcome) == ([], "failed")


def wait_until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_the_process_survives_lost_connections_and_drains(own_database: Clone) -> None:
    process = subprocess.Popen([sys.executable, "-m", "anlan.cli", "journal"], env=own_database.env)
    try:
        act_many([opening() for _ in range(5)])
        wait_until(lambda: Journal.objects.count() == 5)
        with psycopg.connect(own_database.admin_dsn, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()
        act_many([opening() for _ in range(5)])
        wait_until(lambda: Journal.objects.count() == 10)
        wait_until(lambda: Follower.objects.get(name="search").position == 10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()


def test_killed_leaders_lose_nothing_and_repeat_nothing(own_database: Clone) -> None:
    total = 0
    for _ in range(3):
        pair = [
            subprocess.Popen([sys.executable, "-m", "anlan.cli", "journal"], env=own_database.env)
            for _ in range(2)
        ]
        try:
            reached = Journal.objects.count()
            for _ in range(5):
                act_many([opening() for _ in range(20)])
                total += 20
            wait_until(lambda reached=reached: Journal.objects.count() > reached)  # type: ignore[misc]
        finally:
            for process in pair:
                process.kill()
                process.wait()
    number_all(batch=100)
    positions = list(Journal.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, total + 1))
    assert Journal.objects.values("case_id", "seq").distinct().count() == total
