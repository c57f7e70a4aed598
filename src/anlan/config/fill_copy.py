# SPDX-License-Identifier: Apache-2.0
"""How made-up cases get into the tables: binary COPY, into an empty database without its indexes in the way.

Indexes, keys, references and triggers of an empty database are taken off, kept in a table of their own, and put back
over all rows at once, so what they refuse is refused still. A run that was killed between is mended by the next.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from anlan.cases import registry
from anlan.cases.write import TABLES

FILLED: dict[str, str] = {
    **{name: TABLES[name].name for name in ("entry", "case", "content", "assignment", "clock", "party", "attachment", "request")},
    "record": "report_record",
    "search": "cases_searchrow",
    "journal": "cases_journal",
}  # fmt: skip
"""Tables that filling writes, in the order that their references want."""
MEMO = "fill_suspended"
SLOW = "search_tokens"
"""The index that takes longer than all others together: PostgreSQL 18 builds it on several processors."""
SETTINGS = (
    "SET maintenance_work_mem = '1GB'",
    "SET synchronous_commit = off",
    "SET statement_timeout = 0",
    "SET lock_timeout = 0",
)

CONSTRAINTS = """
SELECT c.conname, c.conrelid::regclass::text, c.contype::text, pg_get_constraintdef(c.oid)
  FROM pg_constraint c
 WHERE c.contype IN ('f', 'p', 'u')
   AND (c.conrelid = ANY(%(tables)s::regclass[]) OR (c.contype = 'f' AND c.confrelid = ANY(%(tables)s::regclass[])))
 ORDER BY (c.contype = 'f') DESC, c.conname"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  FROM pg_index i
 WHERE i.indrelid = ANY(%(tables)s::regclass[])
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))"""
COLUMNS = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""

Connection = psycopg.Connection[tuple[object, ...]]


def connect(dsn: str) -> Connection:
    """A connection for bulk work, in autocommit."""
    connection = psycopg.connect(dsn, autocommit=True)
    for setting in SETTINGS:
        connection.execute(setting)
    return connection


def column_types(connection: Connection) -> dict[str, dict[str, str]]:
    """Of each filled table the columns that the engine writes, with the types that the database has for them."""
    found: dict[str, dict[str, str]] = {}
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


def copy(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[bytes]) -> None:
    """Binary COPY of rows into one of `FILLED`."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT binary)").format(
        sql.Identifier(FILLED[table]), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor().copy(statement) as out:
        out.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
        out.write(b"".join(rows))
        out.write(b"\xff\xff")


@contextmanager
def suspended(dsn: str, *, say: Callable[[str], object]) -> Iterator[None]:
    """Takes off what slows COPY down when there are no cases yet, and puts it back at the end. When filling fails, what
    it left is emptied by the next.
    """
    start_again(dsn, say=say)
    with connect(dsn) as connection:
        empty = connection.execute("SELECT NOT EXISTS (SELECT FROM cases_case)").fetchone() == (True,)
        if empty:
            _suspend(connection)
    yield
    mend(dsn, say=say)


def start_again(dsn: str, *, say: Callable[[str], object]) -> bool:
    """Empties what a filling left that was killed before its end (it had begun with no case), and mends the tables.
    Whether there was such a one.
    """
    with connect(dsn) as connection:
        if connection.execute("SELECT to_regclass(%s)", [MEMO]).fetchone() == (None,):
            return False
        say("An earlier filling did not end: emptying what it left")
        connection.execute(f"TRUNCATE {', '.join(FILLED.values())}, cases_tray, cases_case CASCADE")
    mend(dsn, say=say)
    return True


def _suspend(connection: Connection) -> None:
    tables = list(FILLED.values())
    with connection.transaction():
        connection.execute(f"CREATE TABLE {MEMO} (n serial PRIMARY KEY, kind text, name text, ddl text)")
        indexes = connection.execute(INDEXES, {"tables": tables}).fetchall()
        constraints = connection.execute(CONSTRAINTS, {"tables": tables}).fetchall()
        note = f"INSERT INTO {MEMO} (kind, name, ddl) VALUES (%s, %s, %s)"
        for name, ddl in indexes:
            connection.execute(note, ["index", name, ddl])
            connection.execute(f"DROP INDEX {name}")
        for name, table, kind, definition in constraints:
            add = f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'
            connection.execute(note, ["reference" if kind == "f" else "key", f"{table}.{name}", add])
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for table in tables:
            connection.execute(note, ["trigger", table, f"ALTER TABLE {table} ENABLE TRIGGER USER"])
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def mend(dsn: str, *, say: Callable[[str], object], workers: int = 2) -> None:
    """Puts back what a filling took off; nothing when nothing is missing."""
    with connect(dsn) as connection:
        if connection.execute("SELECT to_regclass(%s)", [MEMO]).fetchone() == (None,):
            return
        missing = connection.execute(f"SELECT n, kind, name, ddl FROM {MEMO} ORDER BY n").fetchall()
        say(f"Putting back {len(missing)} indexes, keys, references and triggers")
        quick = [row for row in missing if row[1] in {"key", "index"} and row[2] != SLOW]
        _together(dsn, quick, workers=workers)
        _together(dsn, [row for row in missing if row[2] == SLOW], workers=1, parallel=workers)
        _together(dsn, [row for row in missing if row[1] == "reference"], workers=workers)
        for _n, kind, _name, ddl in missing:
            if kind == "trigger":
                connection.execute(str(ddl))
        connection.execute(f"DROP TABLE {MEMO}")
        say("Counting what the planner needs")
        for table in FILLED.values():
            connection.execute(f"VACUUM (ANALYZE) {table}")


def _together(dsn: str, work: Sequence[tuple[object, ...]], *, workers: int, parallel: int = 0) -> None:
    """Several statements at once, each noted as done in its own transaction; `parallel` helps a single one."""
    todo: queue.SimpleQueue[tuple[object, ...]] = queue.SimpleQueue()
    for row in work:
        todo.put(row)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with connect(dsn) as connection:
                connection.execute(f"SET max_parallel_maintenance_workers = {parallel}")
                while not failed:
                    try:
                        n, _kind, _name, ddl = todo.get_nowait()
                    except queue.Empty:
                        return
                    with connection.transaction():
                        connection.execute(str(ddl))
                        connection.execute(f"DELETE FROM {MEMO} WHERE n = %s", [n])
        except psycopg.Error as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
