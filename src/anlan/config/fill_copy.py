# SPDX-License-Identifier: Apache-2.0
"""How made-up cases get into the tables: binary COPY, all in one transaction of one connection.

Where there is no case yet, indexes, keys, references and triggers are taken off first and put back over all rows at the
end, so what they refuse is refused still. Rows are frozen as they come, which spares a later pass over every page, and
with wal_level=minimal nothing of it goes through the log. A filling that fails or is killed never was.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from operator import itemgetter
from struct import Struct, pack
from typing import Any

import psycopg
from psycopg import sql

from anlan.base.digests import chosen
from anlan.base.prepared import Run
from anlan.cases import registry
from anlan.cases.feed import BEGIN
from anlan.cases.feed import NAME as FEED
from anlan.cases.journal import CHANNEL, LAST, LOCK, START, running_digest
from anlan.cases.tables import TABLES
from anlan.config.fill_forms import EPOCH, MICRO, as_date, as_field
from anlan.indicators.keep import NAME as INDICATORS
from anlan.indicators.keep import move, spread
from anlan.indicators.models import STANDING

FILLED: dict[str, str] = {
    **{name: TABLES[name].name for name in ("entry", "case", "content", "assignment", "clock", "party", "attachment", "request")},
    "record": "report_record",
    "search": "cases_searchrow",
    "facts": "indicators_casefact",
    "tally": "indicators_tally",
    "journal": "cases_journal",
}  # fmt: skip
"""Tables that filling writes, in the order that their references want."""
DERIVED = ("search", INDICATORS, FEED)
"""Followers whose rows it writes too."""
SETTINGS = (
    "SET maintenance_work_mem = '1GB'",
    "SET max_parallel_maintenance_workers = 1",
    "SET statement_timeout = 0",
    "SET lock_timeout = 0",
)
"""Every index is made by two processes."""
TOKENS = "USING gin"
WHILE_TOKENS = "SET maintenance_work_mem = '64MB'"
"""An index of tokens gathers them in a tree, which is a quarter quicker while it fits the processor's cache."""

EMPTY = "SELECT NOT EXISTS (SELECT FROM cases_case) AND NOT EXISTS (SELECT FROM cases_journal)"
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)
  FROM pg_constraint
 WHERE contype IN ('f', 'p', 'u')
   AND (conrelid = ANY(%(tables)s::regclass[]) OR (contype = 'f' AND confrelid = ANY(%(tables)s::regclass[])))
 ORDER BY contype = 'f' DESC, conname"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  FROM pg_index i
 WHERE i.indrelid = ANY(%(tables)s::regclass[])
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))"""
BEHIND = """
WITH seats AS (SELECT name, position FROM cases_follower FOR UPDATE)
SELECT name FROM seats WHERE position < (SELECT coalesce(max(position), 0) FROM cases_journal)"""
COLUMNS = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""

Connection = psycopg.Connection[tuple[Any, ...]]
Types = Mapping[str, Mapping[str, str]]
"""Of each filled table the columns that the engine writes, with the types that the database has for them."""
JOURNAL = Struct(">16si32s")
"""What the journal needs of an entry: case, seq, digest."""
INTEGER = 23
"""PostgreSQL's number of the type."""
OVER = timedelta(days=2)
"""Chunks come in order of time, histories of one within a day or so."""
_row = Struct(">hiqi16siii32si32siq")
_bigint = Struct(">q")
_begin_tally = pack(">hi", 5, 8)


Lot = tuple[str, bool, date]
"""The tallies of a procedure on a day, those about an office apart: by code, counts as `indicators.keep` adds them up."""


class NotYet(Exception):  # noqa: N818 - an answer: try again in a moment
    """These followers have something to read first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """COPY rows by table, the `JOURNAL` lines of their entries in order, and what the cases count for."""

    tables: Mapping[str, bytes]
    journal: bytes
    counts: Mapping[Lot, Mapping[int, int]]


def column_types(dsn: str) -> Types:
    """The types that forms are made for."""
    found: dict[str, dict[str, str]] = {}
    with psycopg.connect(dsn) as connection:
        for name, table in FILLED.items():
            types = {str(column): str(kind) for column, kind in connection.execute(COLUMNS, [table])}
            if name in TABLES:
                written = [column for column, _type in TABLES[name].columns]
            elif name == "record":
                written = ["case_id", *registry.record_columns("report")]
            else:
                written = list(types)
            found[name] = {column: types[column] for column in written}
    return found


@contextmanager
def filling(
    dsn: str, *, types: Types, at: datetime, say: Callable[[str], object], among: bool = False
) -> "Iterator[Filling]":
    """One transaction that takes blocks; at its end everything is in place and followers stand where they should.

    `among` others who work on this database: raises NotYet while a follower that is to pass over made-up cases has real
    entries to read before them.
    """
    with psycopg.connect(dsn) as owner:
        for setting in SETTINGS:
            owner.execute(setting)
        # Nobody else may number meanwhile.
        owner.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        behind = [name for (name,) in owner.execute(BEHIND).fetchall()]
        if among and behind:
            raise NotYet(behind)
        empty = owner.execute(EMPTY).fetchone() == (True,)
        taken_off = _take_off(owner) if empty else ()
        begun = Filling(owner, types=types, at=at, freeze=empty)
        yield begun
        begun.settle()
        if taken_off:
            say(f"Putting back {len(taken_off)} indexes, keys, references and triggers")
        for statement in taken_off:
            owner.execute(statement)
        begun.freeze = False
        begun.settle()
        begun.seat_followers(but=behind)


class Filling:
    """Copies blocks into their tables, and numbers their entries as the journal's leader does."""

    def __init__(self, owner: Connection, *, types: Types, at: datetime, freeze: bool) -> None:
        self.owner, self.types, self.freeze = owner, types, freeze
        self.at = (at - EPOCH) // MICRO
        self.algorithm = chosen()
        last = owner.execute(LAST).fetchone()
        self.position: int = last[0] if last else 0
        self.running: bytes = last[1] if last else START
        self.began = self.position
        self.counts: defaultdict[Lot, dict[int, int]] = defaultdict(dict)
        self.settled: set[Lot] = set()

    @property
    def entries(self) -> int:
        """How many there are so far."""
        return self.position - self.began

    def add(self, block: Block) -> None:
        """Puts a block into the tables."""
        for table in FILLED:
            if table in block.tables:
                self._copy(table, block.tables[table])
        self._copy("journal", b"".join(self._numbered(block.journal)))
        for lot, counts in block.counts.items():
            found = self.counts[lot]
            for code, n in counts.items():
                found[code] = found.get(code, 0) + n
        if days := [day for _procedure, _about, day in block.counts if day > STANDING]:
            self.settle(before=min(days) - OVER)

    def settle(self, *, before: date = date.max) -> None:
        """Writes the tallies of days that are over, so that a filling of any size keeps those of some weeks only. What comes
        late to a day that is written waits until keys are back.
        """
        for lot in sorted(self.counts, key=itemgetter(2, 0, 1)):
            procedure, about, day = lot
            if before != date.max and not STANDING < day < before:
                continue
            if not self.freeze:
                counts = self.counts.pop(lot)
                move(Run(self.owner), {(code, procedure, about, day): n for code, n in counts.items()})
            elif lot not in self.settled:
                self._copy("tally", as_rows(lot, self.counts.pop(lot)))
                self.settled.add(lot)

    def _numbered(self, lines: bytes) -> Iterator[bytes]:
        position, running, at, algorithm = self.position, self.running, self.at, self.algorithm
        for raw, seq, own in JOURNAL.iter_unpack(lines):
            position += 1
            running = running_digest(running, position, raw, seq, own, algorithm=algorithm)
            yield _row.pack(6, 8, position, 16, raw, 4, seq, 32, own, 32, running, 8, at)
        self.position, self.running = position, running

    def _copy(self, table: str, rows: bytes) -> None:
        statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT binary, FREEZE {})").format(
            sql.Identifier(FILLED[table]),
            sql.SQL(", ").join(map(sql.Identifier, self.types[table])),
            sql.Literal(self.freeze),
        )
        with self.owner.cursor().copy(statement) as out:
            out.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
            out.write(rows)
            out.write(b"\xff\xff")

    def seat_followers(self, *, but: Sequence[str]) -> None:
        """What is derived is there already, and nobody is told about made-up cases. A deriving follower that had something
        else to read reads all of it.
        """
        if FEED not in but:
            self.owner.execute(BEGIN, [self.position])
        self.owner.execute(
            "UPDATE cases_follower SET position = greatest(position, %s) WHERE sends OR name = ANY(%s)",
            [self.position, [name for name in DERIVED if name not in but]],
        )
        self.owner.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(self.position)])


def as_rows(lot: Lot, counts: Mapping[int, int]) -> bytes:
    """Tallies as COPY rows. Most small places count the same, which is spelt once."""
    rest = {n: _rest(lot, spread(n)) for n in set(counts.values())}
    return b"".join(
        [piece for code, n in counts.items() for piece in (_begin_tally, _bigint.pack(code), rest[n])]
    )


def _rest(lot: Lot, counts: Sequence[int]) -> bytes:
    """What follows the code in a tally's row."""
    procedure, about_office, day = lot
    array = pack(
        f">5i{2 * len(counts)}i", 1, 0, INTEGER, len(counts), 1, *chain.from_iterable((4, n) for n in counts)
    )
    spelt = as_field(procedure.encode()) + as_field(bytes([about_office]))
    return spelt + as_field(pack(">i", as_date(day))) + as_field(array)


def _take_off(owner: Connection) -> Sequence[str]:
    """Takes off what slows COPY down; the statements that put it back, and count what the planner needs."""
    tables = list(FILLED.values())
    indexes = owner.execute(INDEXES, {"tables": tables}).fetchall()
    constraints = owner.execute(CONSTRAINTS, {"tables": tables}).fetchall()
    _run(owner, (f"DROP INDEX {name}" for name, _definition in indexes))
    _run(
        owner,
        (f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for table, name, _kind, _definition in constraints),
    )
    _run(owner, (f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables))
    # Only a table that this transaction has truncated takes frozen rows.
    owner.execute(f"TRUNCATE {', '.join(tables)}")
    add = [
        (kind == "f", f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for table, name, kind, definition in constraints
    ]
    return [
        *(statement for reference, statement in add if not reference),
        *(str(definition) for _name, definition in indexes if TOKENS not in definition),
        WHILE_TOKENS,
        *(str(definition) for _name, definition in indexes if TOKENS in definition),
        SETTINGS[0],
        f"ANALYZE {', '.join(tables)}",
        *(statement for reference, statement in add if reference),
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables),
    ]


def _run(owner: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        owner.execute(statement)
