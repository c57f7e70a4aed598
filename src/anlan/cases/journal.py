# SPDX-License-Identifier: Apache-2.0
"""The journal: one order for all entries. The leader gives tray rows consecutive positions and a running digest.

`running(p) = H(running(p-1) || position || case || seq || entry digest)`, 32 zero bytes before the first. Any number
of leaders may run; the one that has the lock in the numbering transaction works. Nothing relies on transaction ids,
so a dump restored elsewhere goes on where it was. Once a day the head is written to a file outside the database.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from anlan.base.digests import Algorithm, chosen, digest
from anlan.base.erasure import Damaged, ErasureFile
from anlan.base.prepared import Rows, prepared
from anlan.cases.apply import write_moment
from anlan.cases.projection import Entry

BATCH = 2_000
CHANNEL = "anlan_journal"
LOCK = 0x616E6C616E01
"""The advisory lock of the leader; any number that nothing else in this database takes."""
START = bytes(32)
_PLACE = struct.Struct(">Q16sI")
_reading = Lock()
_lately: dict[tuple[int, bytes], list["Line"]] = {}
"""What was read last, by where it begins and the running digest in which it ends: that names each of its entries."""

LAST = "SELECT position, running, at FROM cases_journal ORDER BY position DESC LIMIT 1"
TAKE = """
DELETE FROM cases_tray WHERE id IN (SELECT id FROM cases_tray ORDER BY id LIMIT $1)
RETURNING id, case_id, seq, digest"""
PUT = """
INSERT INTO cases_journal (position, case_id, seq, digest, running, at)
SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::integer[], $4::bytea[], $5::bytea[], $6::timestamptz[])"""
REACHED = """
SELECT position, running FROM cases_journal WHERE position > $1 AND position <= $2 ORDER BY position DESC LIMIT 1"""
READ = """
SELECT j.position, j.at, e.case_id, e.seq, e.at, e.received_at, e.actor, e.action, e.from_state, e.to_state,
       e.audience, e.outcomes, e.prev, e.digest, e.algorithm, e.format
  FROM cases_journal j JOIN cases_entry e ON e.case_id = j.case_id AND e.seq = j.seq
 WHERE j.position > $1 AND j.position <= $2 ORDER BY j.position"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the journal ends: the last position and the running digest over all up to it."""

    position: int
    running: bytes
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry in the journal's order; `at` is when it was numbered."""

    position: int
    at: datetime
    entry: Entry


def running_digest(
    before: bytes, position: int, case_id: bytes, seq: int, entry: bytes, *, algorithm: Algorithm
) -> bytes:
    """The running digest at `position`, from the one before it and the entry's own digest."""
    return digest(before + _PLACE.pack(position, case_id, seq) + entry, algorithm=algorithm)


def head() -> Head:
    """The end of the journal; position 0 while it is empty."""
    with prepared() as run:
        return _as_head(run(LAST, []))


def _as_head(rows: Rows) -> Head:
    row = rows.fetchone()
    return (
        Head(position=row[0], running=bytes(row[1]), at=row[2])
        if row
        else Head(position=0, running=START, at=None)
    )


def number(*, at: datetime, batch: int = BATCH) -> int | None:
    """Numbers the oldest `batch` tray rows in one transaction; how many, or None when another leader is at it."""
    with transaction.atomic(), prepared() as run:
        leads = run("SELECT pg_try_advisory_xact_lock($1::bigint)", [LOCK]).fetchone()
        if leads is None or not leads[0]:
            return None
        # The lock was taken by a statement of its own, so these see all that the last leader committed.
        with run.connection.pipeline():
            end, taken = run(LAST, []), run(TAKE, [batch])
        last, rows = _as_head(end), in_order(taken.fetchall())
        if not rows:
            return 0
        numbered = list(numbered_rows(last, rows, at=at))
        with run.connection.pipeline():
            run(PUT, [list(column) for column in zip(*numbered, strict=True)])
            run("SELECT pg_notify($1, $2)", [CHANNEL, str(numbered[-1][0])])
        _keep_daily_head(last, at=at)
    return len(rows)


def in_order(rows: Iterable[tuple[int, UUID, int, bytes]]) -> list[tuple[UUID, int, bytes]]:
    """Tray rows by age, and within a case by seq whatever their ids say."""
    by_age = sorted(rows)
    waiting: dict[UUID, list[tuple[int, bytes]]] = {}
    for _id, case_id, seq, entry in sorted(by_age, key=lambda row: row[2], reverse=True):
        waiting.setdefault(case_id, []).append((seq, entry))
    return [(case_id, *waiting[case_id].pop()) for _id, case_id, _seq, _entry in by_age]


def numbered_rows(
    last: Head, rows: Iterable[tuple[UUID, int, bytes]], *, at: datetime
) -> Iterator[tuple[int, UUID, int, bytes, bytes, datetime]]:
    """Journal rows (position, case, seq, digest, running, at) for entries that follow `last`."""
    algorithm = chosen()
    running = last.running
    for position, (case_id, seq, entry) in enumerate(rows, start=last.position + 1):
        running = running_digest(running, position, case_id.bytes, seq, bytes(entry), algorithm=algorithm)
        yield position, case_id, seq, bytes(entry), running, at


def read_lines(after: int, *, limit: int) -> tuple[int, list[Line]]:
    """The lines after a position, at most `limit`, and the position they reach. Entries are joined by key.

    Followers that come one after the other to the same place share what the first has read.
    """
    with _reading, prepared() as run:
        end = run(REACHED, [after, after + limit]).fetchone()
        if end is None:
            return after, []
        name = after, bytes(end[1])
        if name not in _lately:
            rows = run(READ, [after, end[0]]).fetchall()
            _lately.clear()
            _lately[name] = [Line(position=row[0], at=row[1], entry=read_entry(row[2:])) for row in rows]
        return end[0], _lately[name]


def read_entry(row: Sequence[Any]) -> Entry:
    """An entry from a row in the order of `READ`."""
    outcomes = row[9]
    return Entry(
        case_id=row[0],
        seq=row[1],
        at=row[2],
        received_at=row[3],
        actor=row[4],
        action=row[5],
        frm=row[6],
        to=row[7],
        audience=row[8],
        outcomes=msgspec.json.decode(outcomes) if isinstance(outcomes, str) else outcomes,
        prev=bytes(row[10]),
        digest=bytes(row[11]),
        algorithm=row[12],
        format=row[13],
    )


def heads_file() -> Path:
    """Where heads are kept: outside the database, so that cutting its tail shows."""
    return Path(settings.ANLAN_HEADS)


def read_heads(path: Path | None = None) -> list[dict[str, Any]]:
    """Every line of the file, oldest first; a damaged one reads {"damaged": line number}, a torn last one is left out."""
    found: list[dict[str, Any]] = []

    def tell(damaged: Damaged) -> None:
        if not damaged.last:
            found.append({"damaged": damaged.line})

    found += ErasureFile(path or heads_file()).read(damaged=tell)
    return found


def heads_in_force(path: Path | None = None) -> list[dict[str, Any]]:
    """Heads that the journal must still agree with: a noted restore takes back those above its position."""
    kept: list[dict[str, Any]] = []
    for line in read_heads(path):
        if "restored" in line:
            kept = [one for one in kept if one.get("position", 0) <= line["restored"]]
        else:
            kept.append(line)
    return kept


def keep_head(end: Head, *, at: datetime, path: Path | None = None) -> None:
    """Appends a head to the file and waits until the disk has it."""
    _append({"position": end.position, "running": end.running.hex(), "at": write_moment(at)}, path)


def note_restore(*, at: datetime, why: str) -> None:
    """Says in the heads file that the database was set back on purpose: later heads than its end no longer bind."""
    _append({"restored": head().position, "at": write_moment(at), "why": why}, None)


def _append(line: dict[str, Any], path: Path | None) -> None:
    target = path or heads_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    ErasureFile(target).append(line)


def _keep_daily_head(last: Head, *, at: datetime) -> None:
    """Before the first batch of a day is committed, the end of the day before goes into the file."""
    if last.at is None or last.at.date() == at.date():
        return
    known = read_heads()
    if not any(line.get("position") == last.position for line in known[-1:]):
        keep_head(last, at=at)
