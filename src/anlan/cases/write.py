# SPDX-License-Identifier: Apache-2.0
"""write(decisions): everything a batch of decisions changed, in one statement of bulk inserts and upserts.

Only the last projection of each case is stored; every entry is. It adds one tray row an entry, and neither
notifies nor enqueues: followers of the journal do.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from itertools import count
from types import NoneType
from typing import Any
from uuid import UUID

import msgspec

from anlan.base.keys import CaseKey, aad
from anlan.base.prepared import prepared
from anlan.cases import registry
from anlan.cases.decide import Decision
from anlan.cases.envelope import Envelope
from anlan.cases.evidence import marks_of
from anlan.cases.projection import Projection
from anlan.cases.tables import CASE_COLUMNS, TABLES, Table


@dataclass
class Sheet:
    """Rows gathered for one statement, by table."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    updates: list[tuple[Any, ...]] = field(default_factory=list)
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    erase: dict[str, list[UUID]] = field(default_factory=dict)

    def add(self, table: str, *row: Any) -> None:
        """One row of `table`."""
        self.rows.setdefault(table, []).append(row)

    def forget(self, case_id: UUID, what: str) -> None:
        """Empties what the batch wrote before it erases: the one statement that writes all of it would not see these rows."""
        for table, emptied in EMPTIED[what].items():
            rows = self.rows.pop(table, [])
            columns = [column for column, _type in TABLES[table].columns]
            places = {columns.index(column): value for column, value in emptied.items()}
            for row in rows:
                if row[0] != case_id:
                    self.add(table, *row)
                elif emptied:
                    self.add(table, *(places.get(i, value) for i, value in enumerate(row)))


def write(
    decisions: Sequence[Decision],
    *,
    keys: Mapping[UUID, CaseKey],
    wrapped: Mapping[UUID, bytes],
    payloads: Mapping[int, bytes],
) -> None:
    """Writes the batch; `wrapped` holds the keys of new cases, `payloads` what each id(envelope) asked for."""
    sheet = Sheet()
    first: dict[UUID, Projection | None] = {}
    last: dict[UUID, Projection] = {}
    for decision in decisions:
        case_id = decision.entry.case_id
        first.setdefault(case_id, decision.before)
        last[case_id] = decision.after
        _entry(sheet, decision, keys[case_id])
        if decision.envelope is not None:
            _request(
                sheet,
                decision,
                decision.envelope,
                keys[case_id].keyed_digest(payloads[id(decision.envelope)]),
            )
    for case_id, after in last.items():
        _projection(sheet, first[case_id], after, wrapped.get(case_id))
    statement, params = _statement(sheet)
    with prepared() as run:
        run(statement, params)


def _entry(sheet: Sheet, decision: Decision, key: CaseKey) -> None:
    entry = decision.entry
    case_id = entry.case_id
    sheet.add(
        "entry", case_id, entry.seq, entry.format, entry.algorithm, entry.at, entry.received_at, entry.actor,
        entry.action, entry.frm, entry.to, entry.audience, msgspec.Raw(decision.spelt), entry.prev,
        entry.digest,
    )  # fmt: skip
    sheet.add("tray", case_id, entry.seq, entry.digest)
    for content in decision.contents:
        sealed = key.seal(
            content.salt + content.plain,
            aad=aad(case_id, "content", entry.seq, f"{content.n}:{content.audience}"),
        )
        sheet.add("content", case_id, entry.seq, content.n, content.audience, sealed)
    for n, party in decision.parties:
        sealed = key.seal(msgspec.json.encode(dict(party.contact)), aad=aad(case_id, "party", n, "contact"))
        sheet.add("party", case_id, n, party.role, sealed)
        if party.account_id is not None:
            sheet.add("account", case_id, n, party.account_id, decision.after.opened_at)
    for n, file in decision.files:
        name = key.seal(file.name.encode(), aad=aad(case_id, "attachment", n, "name")) if file.name else None
        sheet.add(
            "attachment", case_id, n, entry.seq, file.kind, file.size, file.keyed, file.audience, name, False
        )
        action = decision.procedure.action(entry.action)
        for mark in marks_of(file, action=action, actor=entry.actor, first=entry.seq == 1):
            sheet.add("picturemark", case_id, n, mark, entry.received_at)
    if "erased" in entry.outcomes:
        sheet.add("erasure", case_id, entry.seq, entry.at, entry.outcomes["erased"])
        for what in entry.outcomes["erased"]:
            sheet.erase.setdefault(what, []).append(case_id)
            sheet.forget(case_id, what)


def _request(sheet: Sheet, decision: Decision, envelope: Envelope, payload: bytes) -> None:
    sheet.add("request", decision.entry.case_id, envelope.request_id, payload, decision.entry.seq)


def _projection(sheet: Sheet, before: Projection | None, after: Projection, wrapped: bytes | None) -> None:
    case = (
        after.id, after.state, after.version, after.open, after.seq, after.digest, after.material_seq,
        after.closed_at, after.area, after.category, after.condition, after.urgent, after.barred, after.holder,
        after.due_at, after.published_as, after.published_at,
    )  # fmt: skip
    if before is None:
        sheet.add(
            "case", *case, after.number, after.procedure, after.opened_at, after.place, after.source, wrapped
        )
    else:
        sheet.updates.append((*case, before.seq))
    moved = before is None or (before.open, before.due_at, before.urgent) != (
        after.open,
        after.due_at,
        after.urgent,
    )
    for n, a in after.assigned.items():
        if (moved and a.until_seq is None) or before is None or before.assigned.get(n) != a:
            sheet.add(
                "assignment", after.id, n, a.organisation, a.role, a.since_seq, a.until_seq, after.open,
                after.opened_at, after.due_at, after.urgent,
            )  # fmt: skip
    for n, run in after.clocks.items():
        if before is None or before.clocks.get(n) != run:
            sheet.add(
                "clock", after.id, n, run.key, run.started_at, run.due_at, run.n, run.unit, run.calendar,
                run.calendar_version, run.provisional, run.owner, run.told, run.stopped_at, run.paused_at, run.stage,
                run.next_at,
            )  # fmt: skip
    for n, link in after.links.items():
        if before is None or n not in before.links:
            sheet.add("link", after.id, n, link.kind, link.case_id, link.digest)
    if after.record and (before is None or before.record != after.record):
        sheet.records.setdefault(after.procedure, []).append({"case_id": after.id, **after.record})


EMPTIED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "words": {"content": {"sealed": None}},
    "parties": {"party": {"sealed": None}, "account": {}},
    "files": {"attachment": {"erased": True, "sealed_name": None}, "picturemark": {}},
}
"""What an erasure leaves of the rows of each table that a batch is about to write; of an account, nothing."""
ERASES = {
    "words": (
        "UPDATE cases_content SET sealed = NULL WHERE case_id = ANY(?)",
        "DELETE FROM cases_searchrow WHERE case_id = ANY(?)",
        "DELETE FROM cases_heldact WHERE case_id = ANY(?)",
    ),
    "parties": (
        "UPDATE cases_party SET sealed = NULL WHERE case_id = ANY(?)",
        "DELETE FROM case_account WHERE case_id = ANY(?)",
        "DELETE FROM cases_telling WHERE case_id = ANY(?)",
    ),
    "files": (
        "UPDATE cases_attachment SET erased = true, sealed_name = NULL WHERE case_id = ANY(?)",
        "DELETE FROM cases_upload WHERE case_id = ANY(?)",
        "DELETE FROM cases_picturemark WHERE case_id = ANY(?)",
    ),
}


def _statement(sheet: Sheet) -> tuple[str, list[Any]]:
    """One statement for the whole sheet: its text depends only on which tables it has rows for, and whether it has one or
    more of those that every act writes once, so it is planned once.

    Many rows travel as JSON, one parameter a table: binding a hundred arrays costs more than everything else here. One row
    travels as it is, which spares the database a third of its time.
    """
    parts: list[tuple[str, Sequence[Any]]] = [
        (ALONE[name], _as_texts(rows[0]))
        if name in ALONE and len(rows) == 1
        else (INSERTS[name], (_as_json(TABLES[name].columns, rows),))
        for name, rows in sheet.rows.items()
    ]
    if len(sheet.updates) == 1:
        parts.append((UPDATE_ALONE, _as_texts(sheet.updates[0])))
    elif sheet.updates:
        parts.append((UPDATE, (_as_json(UPDATED, sheet.updates),)))
    for procedure, records in sheet.records.items():
        insert = _record_insert(registry.record_table(procedure), registry.record_columns(procedure))
        parts.append((insert, (_encoder.encode(records).decode(),)))
    for what, cases in sheet.erase.items():
        parts += [(sql, (cases,)) for sql in ERASES[what]]
    return _as_one(tuple(part for part, _values in parts)), [
        value for _part, values in parts for value in values
    ]


@lru_cache(maxsize=1_000)
def _as_one(parts: tuple[str, ...]) -> str:
    """The parts as steps of one statement, with their parameters in order."""
    numbers = count(1)
    *before, final = (re.sub(r"\?", lambda _place: f"${next(numbers)}", part) for part in parts)
    steps = ", ".join(f"w{i} AS ({part})" for i, part in enumerate(before))
    return f"WITH {steps} {final}" if steps else final


def _as_texts(row: tuple[Any, ...]) -> list[str | None]:
    """Values as texts: bound as what they are, each size of a number would be another statement."""
    return [TEXTS[type(value)](value) for value in row]


TEXTS: Mapping[type, Callable[[Any], str | None]] = {
    NoneType: lambda _none: None,
    str: str,
    int: str,
    bool: str,
    UUID: str,
    bytes: lambda value: f"\\x{value.hex()}",
    datetime: datetime.isoformat,
    msgspec.Raw: lambda value: bytes(value).decode(),
}


def _as_json(columns: tuple[tuple[str, str], ...], rows: Sequence[tuple[Any, ...]]) -> str:
    names, binary = _names(columns)
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        for name in binary:
            if row[name] is not None:
                row[name] = "\\x" + row[name].hex()
    return _encoder.encode(found).decode()


@cache
def _names(columns: tuple[tuple[str, str], ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of columns, and of those that hold bytes."""
    return tuple(column for column, _type in columns), tuple(
        column for column, kind in columns if kind == "bytea"
    )


def _insert(table: Table) -> str:
    columns = ", ".join(f'"{column}"' for column, _type in table.columns)
    typed = ", ".join(f'"{column}" {kind}' for column, kind in table.columns)
    renew = ""
    if table.renew:
        changed = ", ".join(f'"{c}" = EXCLUDED."{c}"' for c, _type in table.columns if c not in table.renew)
        renew = f" ON CONFLICT ({', '.join(table.renew)}) DO UPDATE SET {changed}"
    return (
        f"INSERT INTO {table.name} ({columns})"
        f" SELECT {columns} FROM json_to_recordset(?::json) AS r({typed}){renew}"
    )


def _insert_alone(table: Table) -> str:
    columns = ", ".join(f'"{column}"' for column, _type in table.columns)
    values = ", ".join(f"?::{kind}" for _column, kind in table.columns)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({values})"


@cache
def _record_insert(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{c}"' for c in ("case_id", *columns))
    changed = ", ".join(f'"{c}" = EXCLUDED."{c}"' for c in columns)
    return (
        f"INSERT INTO {table} ({names})"
        f" SELECT {names} FROM json_populate_recordset(NULL::{table}, ?::json)"
        f" ON CONFLICT (case_id) DO UPDATE SET {changed}"
    )


_encoder = msgspec.json.Encoder()
INSERTS = {name: _insert(table) for name, table in TABLES.items()}
UPDATED = (("id", "uuid"), *CASE_COLUMNS, ("was", "integer"))
_NAMES = [f'"{column}"' for column, _type in CASE_COLUMNS]
_UPDATE = (
    f"UPDATE cases_case c SET ({', '.join(_NAMES)}) = ROW({', '.join('u.' + name for name in _NAMES)})"
    " FROM {} WHERE c.id = u.id AND c.seq = u.was"
)
UPDATE = _UPDATE.format(
    "json_to_recordset(?::json) AS u(" + ", ".join(f'"{c}" {t}' for c, t in UPDATED) + ")"
)
ALONE = {name: _insert_alone(TABLES[name]) for name in ("case", "entry", "request", "tray")}
"""Of these every act writes one row at most."""
UPDATE_ALONE = _UPDATE.format("(SELECT " + ", ".join(f'?::{t} AS "{c}"' for c, t in UPDATED) + ") u")
