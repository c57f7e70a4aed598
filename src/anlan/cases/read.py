# SPDX-License-Identifier: Apache-2.0
"""Projections from their rows: one statement for any number of cases, for the writer, pages and `verify` alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from anlan.base.prepared import Rows, Run
from anlan.cases import registry
from anlan.cases.apply import write_moment
from anlan.cases.projection import Assigned, Linked, Projection, Running

CASE = (
    "id", "number", "procedure", "version", "state", "open", "seq", "digest", "material_seq", "opened_at", "closed_at",
    "place_id", "area", "category_id", "condition_id", "urgent", "barred", "source", "holder_id", "due_at", "key",
    "published_as", "published_at",
)  # fmt: skip
PARTS = {
    "assigned": ("cases_assignment", "n, organisation_id, role, since_seq, until_seq"),
    "clocks": (
        "cases_clock",
        (
            "n, key, started_at, due_at, limit_n, unit, calendar, calendar_version, provisional, owner_id, told,"
            " stopped_at, paused_at, stage, next_at"
        ),
    ),
    "links": ("cases_link", "n, kind, other_id, encode(digest, 'hex')"),
    "parties": ("cases_party", "n, role"),
}
EARLIER = """
(SELECT json_agg(json_build_array(r.request_id, encode(r.payload, 'hex'), r.seq, e.to_state))
   FROM cases_request r JOIN cases_entry e ON e.case_id = r.case_id AND e.seq = r.seq
  WHERE r.case_id = c.id AND r.request_id = ANY($2))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A case as its rows have it, with its wrapped data key; of the requests asked about those that it had, with their payload
    and the entry and state that they led to.
    """

    case: Projection
    key: bytes
    earlier: Mapping[UUID, tuple[bytes, int, str]]


@cache
def _statement(recorded: tuple[str, ...]) -> str:
    parts = [f"c.{column}" for column in CASE]
    parts.append("(SELECT count(*) FROM cases_attachment f WHERE f.case_id = c.id AND f.seq > 0)")
    parts += [
        f"(SELECT json_agg(json_build_array({columns}) ORDER BY n) FROM {table} p WHERE p.case_id = c.id)"
        for table, columns in PARTS.values()
    ]
    records = "".join(
        f" WHEN '{procedure}' THEN (SELECT row_to_json(r) FROM {registry.record_table(procedure)} r"
        " WHERE r.case_id = c.id)"
        for procedure in recorded
    )
    parts += [f"CASE c.procedure{records} END" if records else "NULL", EARLIER]
    return f"SELECT {', '.join(parts)} FROM cases_case c WHERE c.id = ANY($1)"


def read_cases(run: Run, ids: Sequence[UUID]) -> dict[UUID, Stand]:
    """These cases as their rows have them; those that are not there are left out."""
    return stood(ask_cases(run, ids))


def ask_cases(run: Run, ids: Sequence[UUID], *, requests: Sequence[UUID] = ()) -> Rows:
    """The same in two halves, for a pipeline: what is asked here is read by `stood`."""
    return run(_statement(registry.recorded()), [list(ids), list(requests)])


def by_case(rows: Iterable[Sequence[Any]]) -> dict[UUID, list[Any]]:
    """The rows of each case, in their order; what stands first, the case, is left out."""
    found: dict[UUID, list[Any]] = {}
    for case_id, *rest in rows:
        found.setdefault(case_id, []).append(tuple(rest))
    return found


def stood(rows: Rows) -> dict[UUID, Stand]:
    """The cases of `ask_cases`, once their rows may be waited for."""
    return {row[0]: _stand(row) for row in rows}


def _stand(row: Sequence[Any]) -> Stand:
    given = dict(zip(CASE, row, strict=False))
    attachments, assigned, clocks, links, parties, record, earlier = row[len(CASE) :]
    case = Projection(
        id=given["id"],
        number=given["number"],
        procedure=given["procedure"],
        version=given["version"],
        state=given["state"],
        open=given["open"],
        seq=given["seq"],
        digest=given["digest"],
        material_seq=given["material_seq"],
        opened_at=given["opened_at"],
        closed_at=given["closed_at"],
        place=given["place_id"],
        area=given["area"],
        category=given["category_id"],
        condition=given["condition_id"],
        urgent=given["urgent"],
        barred=given["barred"],
        source=given["source"],
        holder=given["holder_id"],
        due_at=given["due_at"],
        published_as=given["published_as"],
        published_at=given["published_at"],
        attachments=attachments,
        assigned={
            n: Assigned(organisation=organisation, role=role, since_seq=since, until_seq=until)
            for n, organisation, role, since, until in assigned or ()
        },
        clocks={n: _clock(rest) for n, *rest in clocks or ()},
        links={
            n: Linked(kind=kind, case_id=UUID(other), digest=bytes.fromhex(digest))
            for n, kind, other, digest in links or ()
        },
        parties=dict(parties or ()),
        record=_record(given["procedure"], record),
    )
    return Stand(
        case=case,
        key=given["key"],
        earlier={UUID(id): (bytes.fromhex(payload), seq, state) for id, payload, seq, state in earlier or ()},
    )


def _record(procedure: str, record: Mapping[str, Any] | None) -> dict[str, Any]:
    if record is None:
        return {}
    moments = registry.record_moments(procedure)
    return {
        key: write_moment(datetime.fromisoformat(value).astimezone(UTC))
        if key in moments and value
        else value
        for key, value in record.items()
        if key != "case_id"
    }


def _moment(text: str | None) -> datetime | None:
    return msgspec.convert(text, datetime).astimezone(UTC) if text else None


def _clock(row: Sequence[Any]) -> Running:
    (
        key,
        started,
        due,
        n,
        unit,
        calendar,
        version,
        provisional,
        owner,
        told,
        stopped,
        paused,
        stage,
        next_at,
    ) = row
    return Running(
        key=key,
        started_at=msgspec.convert(started, datetime).astimezone(UTC),
        due_at=msgspec.convert(due, datetime).astimezone(UTC),
        n=n,
        unit=unit,
        calendar=calendar,
        calendar_version=version,
        provisional=provisional,
        owner=owner,
        told=_moment(told),
        stopped_at=_moment(stopped),
        paused_at=_moment(paused),
        stage=stage,
        next_at=_moment(next_at),
    )
