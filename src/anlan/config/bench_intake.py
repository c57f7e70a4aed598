# SPDX-License-Identifier: Apache-2.0
"""Intake: reports a second over HTTP through everything, beside a floor of the same rows by plain psycopg.

Client processes, web server, journal and PostgreSQL share the machine. The floor is measured in the same run, over as
many connections, each report one statement and one durable commit as the app's own role.
"""

import json
import os
import time
from collections.abc import Callable
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg import sql

from anlan.base.ids import case_number, new_id
from anlan.cases.tables import TABLES
from anlan.config.bench import Measured, Run, machine, make_people, percentile
from anlan.config.bench_client import CONTEXT, Heard, drive
from anlan.config.bench_database import BenchError
from anlan.config.bench_web import running

CONNECTIONS = 16
PROCESSES = 2
WARM = 3.0
PLACE = "330106004066"
"""文三社区, where the demo's people are."""
REPORT = {
    "procedure": "report",
    "action": "open",
    "place": PLACE,
    "data": {
        "words": "人行道上有一块地砖松动了，下雨天踩上去会溅水，老人走路容易绊倒，请来修一下。",
        "address": "文三路 259 号门口，公交站往东二十米",
        "kind": "road",
    },
    "contact": {
        "name": "王女士"
    },  # a phone would have the journal look for an SMS gateway, which a bench has not
}


def request_maker() -> Callable[[], bytes]:
    """Makes the bytes of a request to open a case, each with a key of its own."""
    body = json.dumps(REPORT, ensure_ascii=False).encode()
    before = b"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nIdempotency-Key: "
    after = b"\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    return lambda: before + str(new_id()).encode() + after


def measure(run: Run) -> Measured:
    """Reports a second over HTTP, and their ratio to the floor."""
    make_people()
    about = machine()
    connections.close_all()
    with running() as port:
        drive(port, request_maker(), connections=CONNECTIONS, seconds=WARM, processes=PROCESSES)
        heard = drive(
            port, request_maker(), connections=CONNECTIONS, seconds=run.seconds, processes=PROCESSES
        )
    good = heard.times(201)
    if not good:
        raise BenchError(f"no report was taken: {dict(heard.statuses())} {heard.refusal.decode()[:500]}")
    sample = check_kept(heard)
    floor = floor_rate(sample, seconds=min(run.seconds, 10))
    per_second = len(good) / run.seconds
    return Measured(
        name="intake",
        seconds=run.seconds,
        per_second=round(per_second, 1),
        floor_per_second=round(floor, 1),
        ratio=round(per_second / floor, 3),
        p50_ms=percentile(good, 0.5),
        p95_ms=percentile(good, 0.95),
        errors=len(heard.answers) - len(good) + heard.broken,
        settings=about | load_of(run, heard),
    )


def load_of(run: Run, heard: Heard) -> dict[str, Any]:
    """What was measured under which load, and how it was answered."""
    return {
        "rows": run.rows,
        "connections": CONNECTIONS,
        "client_processes": PROCESSES,
        "web_processes": settings.ENVIRONMENT.workers,
        "threads": settings.ENVIRONMENT.threads,
        "journal": True,
        "statuses": {str(status): n for status, n in heard.statuses().items()},
    }


def check_kept(heard: Heard) -> UUID:
    """The id of one acknowledged case, when each of them is there exactly once. Raises BenchError."""
    numbers = [int(json.loads(body)["number"].replace(" ", "")) for body in heard.bodies]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, min(id::text), count(*) FROM cases_case WHERE number = ANY(%s) GROUP BY 1",
            [numbers],
        )
        rows = cursor.fetchall()
    if len(set(numbers)) != len(numbers) or len(rows) != len(numbers) or any(row[2] != 1 for row in rows):
        raise BenchError(f"{len(numbers)} reports were acknowledged, {len(rows)} are there")
    return UUID(rows[0][1])


def floor_rate(sample: UUID, *, seconds: float) -> float:
    """Copies of one report's rows a second, by plain psycopg: one statement, one durable commit each."""
    what = _rows_of(sample)
    dsn = psycopg.conninfo.make_conninfo(
        **{
            key: str(value)
            for key, value in connection.get_connection_params().items()
            if key in {"dbname", "user", "password", "host", "port"}
        }
    )
    connections.close_all()
    results = CONTEXT.SimpleQueue()
    share = CONNECTIONS // PROCESSES
    workers = [
        CONTEXT.Process(
            target=_write_floor,
            args=(results, dsn, what),
            kwargs={"threads": share, "seconds": seconds},
            daemon=True,
        )
        for _process in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    counted = [results.get() for _worker in workers]
    for worker in workers:
        worker.join()
    return float(sum(counted) / seconds)


ID, NUMBER, REQUEST = object(), object(), object()


def _rows_of(sample: UUID) -> tuple[bytes, list[Any]]:
    """One INSERT of everything that a report writes, with places for what must differ."""
    parts: list[sql.Composable] = []
    values: list[Any] = []
    written = {name: table.name for name, table in TABLES.items() if name not in {"tray", "erasure"}}
    with connection.cursor() as cursor:
        for table in [*written.values(), "report_record"]:
            key = "id" if table == "cases_case" else "case_id"
            cursor.execute(f"SELECT * FROM {table} WHERE {key} = %s", [sample])
            columns = [each.name for each in cursor.description]
            parts += [_insert(table, columns, row, values) for row in cursor.fetchall()]
        cursor.execute("SELECT seq, digest FROM cases_entry WHERE case_id = %s", [sample])
        parts += [
            _insert("cases_tray", ["case_id", "seq", "digest"], (sample, *row), values)
            for row in cursor.fetchall()
        ]
        raw = connection.connection
        steps = sql.SQL(", ").join(
            sql.SQL("w{} AS ({})").format(sql.SQL(str(n)), part) for n, part in enumerate(parts[:-1])
        )
        return sql.SQL("WITH {} {}").format(steps, parts[-1]).as_bytes(raw), values


def _insert(table: str, columns: list[str], row: tuple[Any, ...], values: list[Any]) -> sql.Composable:
    named: list[sql.Composable] = []
    for column, value in zip(columns, row, strict=True):
        if column in {"id", "case_id"}:
            values.append(ID)
        elif column == "number":
            values.append(NUMBER)
        elif column == "request_id":
            values.append(REQUEST)
        elif isinstance(value, dict | list):
            values.append(json.dumps(value))
        else:
            values.append(bytes(value) if isinstance(value, memoryview) else value)
        cast = "::jsonb" if isinstance(value, dict | list) else ""
        named.append(sql.SQL(f"${len(values)}{cast}"))
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(named)
    )


def _write_floor(
    results: Any, dsn: str, what: tuple[bytes, list[Any]], *, threads: int, seconds: float
) -> None:
    """One process's share. The marks in `values` were copied with the fork, so they are still themselves."""
    statement, values = what
    counts: list[int] = []
    until = time.monotonic() + seconds

    def work() -> None:
        done = 0
        with psycopg.connect(dsn, autocommit=True, prepare_threshold=0) as own:
            cursor = psycopg.RawCursor(own)
            while time.monotonic() < until:
                case_id = new_id()
                given = {
                    id(ID): case_id,
                    id(NUMBER): case_number(case_id),
                    id(REQUEST): UUID(bytes=os.urandom(16)),
                }
                cursor.execute(statement, [given.get(id(value), value) for value in values], prepare=True)
                done += 1
        counts.append(done)

    pool = [Thread(target=work) for _thread in range(threads)]
    for thread in pool:
        thread.start()
    for thread in pool:
        thread.join()
    results.put(sum(counts))
