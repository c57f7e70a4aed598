# SPDX-License-Identifier: Apache-2.0
"""Verifies that the entries, all that was made from them, the journal and its heads hold against each other.

Works in chunks of cases and of positions, each in one snapshot, so a living system is verified; memory is bounded by
a chunk. From a position on, it verifies the journal after it and the cases with entries after it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.apps import apps
from django.db import connection, transaction
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader

from anlan.base.digests import Algorithm, chosen
from anlan.base.ids import case_number
from anlan.base.keys import CaseKey, keyring
from anlan.base.prepared import Run
from anlan.cases import registry
from anlan.cases.attachments import path_of
from anlan.cases.checks import Fault, Rows, check_case
from anlan.cases.erased import in_force
from anlan.cases.journal import START, heads_in_force, read_entry, running_digest
from anlan.cases.queries_looks import LASTS
from anlan.cases.read import by_case, read_cases

CASES_A_CHUNK = 1_000
POSITIONS_A_CHUNK = 50_000
MOST_FAULTS = 1_000
"""Faults one chunk reports; more of them say nothing new and would fill the memory."""

ENTRIES = """
SELECT coalesce(e.case_id, j.case_id), coalesce(e.seq, j.seq), e.at, e.received_at, e.actor, e.action, e.from_state,
       e.to_state, e.audience, e.outcomes::text, e.prev, e.digest, e.algorithm, e.format,
       e.seq IS NOT NULL, j.position, j.digest
  FROM (SELECT * FROM cases_entry WHERE {range}) e
  FULL JOIN (SELECT position, case_id, seq, digest FROM cases_journal WHERE {range}) j
    ON j.case_id = e.case_id AND j.seq = e.seq
 ORDER BY 1, 2"""
SIDES = {
    "contents": "SELECT case_id, seq, n, audience, sealed FROM cases_content WHERE {range}",
    "attachments": (
        "SELECT case_id, seq, n, kind, audience, keyed, erased, size, sealed_name FROM cases_attachment"
        " WHERE {range} AND seq > 0"
    ),
    "erasures": "SELECT case_id, seq, what, at FROM cases_erasure WHERE {range}",
    "parties": "SELECT case_id, n, sealed FROM cases_party WHERE {range}",
    "accounts": "SELECT case_id, n, opened_at FROM case_account WHERE {range}",
    "requests": "SELECT case_id, seq FROM cases_request WHERE {range}",
    "looks": (
        "SELECT a.case_id, a.post_id, a.at, a.until, a.reason, a.what, a.organisation_id, a.role, p.organisation_id, p.role"
        " FROM cases_access a LEFT JOIN people_post p ON p.id = a.post_id WHERE a.{range}"
    ),
    "drifted": (
        "SELECT a.case_id, a.n FROM cases_assignment a JOIN cases_case c ON c.id = a.case_id WHERE a.{range}"
        " AND a.until_seq IS NULL AND (a.open, a.opened_at, a.due_at, a.urgent) IS DISTINCT FROM (c.open, c.opened_at, c.due_at, c.urgent)"
    ),
}
REFERENCES = (
    ("cases_case", "place_id", "places_place"),
    ("cases_case", "category_id", "cases_category"),
    ("cases_case", "condition_id", "cases_condition"),
    ("cases_case", "holder_id", "people_organisation"),
    ("cases_assignment", "organisation_id", "people_organisation"),
    ("cases_assignment", "case_id", "cases_case"),
    ("cases_clock", "owner_id", "people_organisation"),
    ("cases_clock", "case_id", "cases_case"),
)
"""What projections refer to (table, column, table referred to): the database does not ask for it at every act."""
TRAY = "SELECT case_id, seq, digest FROM cases_tray WHERE case_id = ANY(%s)"
JOURNAL = "SELECT position, case_id, seq, digest, running FROM cases_journal WHERE position >= %s AND position <= %s ORDER BY 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of the work: cases in (low, high], these cases, or journal positions from `first` to `last`."""

    low: UUID | None = None
    high: UUID | None = None
    ids: tuple[UUID, ...] = ()
    first: int = 0
    last: int = 0


@dataclass(slots=True, kw_only=True)
class Verified:
    """What was verified and what does not hold."""

    cases: int = 0
    entries: int = 0
    broken: tuple[Fault, ...] = ()


def chunks(*, start: int = 0, head: int) -> Iterator[Chunk]:
    """All the work, in pieces: the cases (those with entries after position `start`), then the journal after it."""
    if start:
        yield from _touched(start, head)
    else:
        yield from _ranges()
    for first in range(start + 1, head + 1, POSITIONS_A_CHUNK):
        yield Chunk(first=first, last=min(first + POSITIONS_A_CHUNK - 1, head))


def _ranges() -> Iterator[Chunk]:
    low: UUID | None = None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM cases_case WHERE %s::uuid IS NULL OR id > %s::uuid ORDER BY id OFFSET %s LIMIT 1",
                [low, low, CASES_A_CHUNK - 1],
            )
            row = cursor.fetchone()
        high = row[0] if row else None
        yield Chunk(low=low or UUID(int=0), high=high or UUID(int=2**128 - 1))
        if high is None:
            return
        low = high


def _touched(start: int, head: int) -> Iterator[Chunk]:
    for first in range(start, head, CASES_A_CHUNK * 4):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT case_id FROM cases_journal WHERE position > %s AND position <= %s",
                [first, min(first + CASES_A_CHUNK * 4, head)],
            )
            ids = [row[0] for row in cursor.fetchall()]
        for i in range(0, len(ids), CASES_A_CHUNK):
            yield Chunk(ids=tuple(ids[i : i + CASES_A_CHUNK]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT case_id FROM cases_tray")
        while rows := cursor.fetchmany(CASES_A_CHUNK):
            yield Chunk(ids=tuple(row[0] for row in rows))


def verify(chunk: Chunk, *, files: bool = False, alter: Callable[[Rows], None] | None = None) -> Verified:
    """One piece, in one snapshot; with `files` every stored file is opened too. `alter` may change what was read, before it
    is held against the rest: to show on a copy what an alteration would come to.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _verify_journal(chunk) if chunk.first else _verify_cases(chunk, files=files, alter=alter)


def _verify_cases(chunk: Chunk, *, files: bool, alter: Callable[[Rows], None] | None) -> Verified:
    found = Verified()
    raw = connection.connection
    set_json_loads(msgspec.json.decode, raw)  # three times as quick
    raw.adapters.register_loader("jsonb", TextLoader)  # as Django's fields go on reading it
    ids, sides = _sides(raw, chunk)
    remembered = in_force()
    stands = read_cases(Run(raw), ids) if ids else {}
    broken: list[Fault] = []
    missing: list[Rows] = []
    left = set(ids)
    for rows in _cases(raw, chunk):
        left.discard(rows.id)
        stand = stands.get(rows.id)
        if stand is not None:
            rows.stored, rows.key = stand.case, bytes(stand.key)
        for name, of in sides.items():
            if rows.id in of:
                setattr(rows, name, of[rows.id])
        if alter is not None:
            alter(rows)
        found.cases += 1
        found.entries += len(rows.entries)
        if len(rows.lines) < len(rows.entries):
            missing.append(rows)  # some wait in the tray; they are looked up together
        else:
            broken += _check(rows, remembered, files=files)
    orphans = {case_id for of in sides.values() for case_id in of} - set(ids)
    broken += [
        Fault(case=case_number(id), seq=None, what="rows of it are there, it is not") for id in orphans
    ]
    missing += [Rows(id=id, stored=stands[id].case, key=bytes(stands[id].key)) for id in left if id in stands]
    found.cases += len(left & stands.keys())
    waiting = by_case(raw.execute(TRAY, [[rows.id for rows in missing]])) if missing else {}
    for rows in missing:
        rows.tray = waiting.get(rows.id, [])
        broken += _check(rows, remembered, files=files)
    found.broken = tuple(broken[:MOST_FAULTS])
    return found


def _check(rows: Rows, remembered: dict[UUID, set[str]], *, files: bool) -> list[Fault]:
    return check_case(
        rows,
        defaults=record_defaults,
        unwrap=_unwrap,
        remembered=remembered,
        lasts=LASTS,
        read=_stored if files else None,
    )


def _stored(case_id: UUID, keyed: bytes) -> bytes | None:
    try:
        return path_of(case_id, keyed).read_bytes()
    except OSError:
        return None


def _unwrap(wrapped: bytes) -> CaseKey:
    return keyring().unwrap(wrapped)


@lru_cache(maxsize=256)
def record_defaults(procedure: str) -> dict[str, Any]:
    """What the typed columns of a procedure hold before an entry sets them."""
    if procedure not in registry.recorded():
        return {}
    label = registry.newest()[procedure].record
    model = apps.get_model(label) if label else None
    concrete = model._meta.concrete_fields if model else ()
    return {field.column: field.get_default() for field in concrete if not field.primary_key}


def _where(chunk: Chunk, column: str = "case_id") -> tuple[str, list[Any]]:
    if chunk.ids:
        return f"{column} = ANY(%s)", [list(chunk.ids)]
    return f"{column} > %s AND {column} <= %s", [chunk.low, chunk.high]


def _sides(raw: psycopg.Connection[Any], chunk: Chunk) -> tuple[list[UUID], dict[str, dict[UUID, list[Any]]]]:
    """The ids of the chunk's cases, and the rows beside its entries, by table and case."""
    where, params = _where(chunk, "id")
    ids = [row[0] for row in raw.execute(f"SELECT id FROM cases_case WHERE {where}", params)]
    where, params = _where(chunk)
    sides = {}
    for name, query in (SIDES | {"lost": _lost()}).items():
        text = query.replace("a.{range}", _where(chunk, "a.case_id")[0]).replace("{range}", where)
        given = params * query.count("{range}")
        sides[name] = by_case(psycopg.Cursor(raw).execute(text, given, binary=True))
    for name in ("drifted", "lost"):
        sides[name] = {case_id: [one for (one,) in rows] for case_id, rows in sides[name].items()}
    return ids, sides


@cache
def _lost() -> str:
    """SQL for the references of projections that lead nowhere."""
    records = ((registry.record_table(one), "case_id", "cases_case") for one in registry.recorded())
    return " UNION ALL ".join(
        f"SELECT a.case_id, '{column.removesuffix('_id')}' FROM"
        f" {'(SELECT *, id AS case_id FROM cases_case)' if table == 'cases_case' else table} a"
        f" LEFT JOIN {there} t ON t.id = a.{column} WHERE a.{{range}} AND a.{column} IS NOT NULL AND t.id IS NULL"
        for table, column, there in (*REFERENCES, *records)
    )


def _cases(raw: psycopg.Connection[Any], chunk: Chunk) -> Iterator[Rows]:
    """The entries and journal lines of the chunk, case by case, streamed: a case may have 50,000 entries."""
    where, params = _where(chunk)
    decode = msgspec.json.decode
    with psycopg.ServerCursor(raw, "verify") as cursor:
        cursor.itersize = 5_000
        cursor.execute(ENTRIES.format(range=where), [*params, *params], binary=True)
        for case_id, rows in groupby(cursor, key=lambda row: row[0]):
            found = Rows(id=case_id)
            for row in rows:
                if row[14] and (not found.entries or found.entries[-1].seq != row[1]):
                    found.entries.append(read_entry((*row[:9], decode(row[9]), *row[10:14])))
                if row[15] is not None:
                    found.lines.append((row[1], row[15], row[16]))
            yield found


def _verify_journal(chunk: Chunk) -> Verified:
    """Consecutive positions, and each running digest from the one before it."""
    broken: list[Fault] = []
    expected, running = chunk.first, START if chunk.first == 1 else None
    first, others = chosen(), [one for one in Algorithm if one is not chosen()]
    with psycopg.ServerCursor(connection.connection, "verify") as cursor:
        cursor.itersize = 10_000
        cursor.execute(JOURNAL, [chunk.first - 1, chunk.last], binary=True)
        for position, case_id, seq, entry, stored in cursor:
            if position == chunk.first - 1:
                running = stored
                continue
            if position != expected:
                broken.append(
                    Fault(
                        case=None, seq=None, what=f"journal positions {expected} to {position - 1} are gone"
                    )
                )
                running = None
            if running is not None and not any(
                running_digest(running, position, case_id.bytes, seq, entry, algorithm=one) == stored
                for one in (first, *others)
            ):
                broken.append(
                    Fault(
                        case=None, seq=seq, what=f"the running digest at journal position {position} is wrong"
                    )
                )
            expected, running = position + 1, stored
    if expected <= chunk.last:
        broken.append(
            Fault(case=None, seq=None, what=f"journal positions {expected} to {chunk.last} are gone")
        )
    return Verified(broken=tuple(broken[:MOST_FAULTS]))


def verify_outside() -> list[Fault]:
    """The heads kept outside the database, and the declarations kept inside it."""
    broken: list[Fault] = []
    for line in heads_in_force():
        if "damaged" in line:
            broken.append(
                Fault(case=None, seq=None, what=f"line {line['damaged']} of the heads file is damaged")
            )
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT running FROM cases_journal WHERE position = %s", [line["position"]])
            row = cursor.fetchone()
        if row is None or bytes(row[0]).hex() != line["running"]:
            what = "cut before" if row is None else "not the one that was, up to"
            broken.append(
                Fault(
                    case=None,
                    seq=None,
                    what=f"the journal is {what} position {line['position']} of its kept head",
                )
            )
    with connection.cursor() as cursor:
        cursor.execute("SELECT procedure, version, digest FROM cases_declaration")
        rows = cursor.fetchall()
    for procedure, version, kept in rows:
        declared = registry.by_version().get((procedure, version))
        if declared is None or registry.declaration_digest(declared) != bytes(kept):
            what = "missing" if declared is None else "changed"
            broken.append(
                Fault(case=None, seq=None, what=f"the declaration {procedure} version {version} is {what}")
            )
    return broken
