# SPDX-License-Identifier: Apache-2.0
"""load(envelopes): locks the case rows in ascending id and reads what deciding needs, in one round trip.

The lock comes first and the reading after it, in statements of their own: under READ COMMITTED a single statement
would read the other tables as they were before it waited for the lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from anlan.base.digests import Algorithm
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.decide import Loaded
from anlan.cases.envelope import Envelope
from anlan.cases.prepared import prepared
from anlan.cases.projection import Assigned, Linked, Projection, Running
from anlan.cases.route import reachable
from anlan.places.find import area_of

LOCK = "SELECT id FROM cases_case WHERE id = ANY($1) ORDER BY id FOR UPDATE"
CASES = """
SELECT id, number, procedure, version, state, open, seq, digest, material_seq, opened_at, closed_at, place_id, area,
       category_id, condition_id, urgent, barred, source, holder_id, due_at, key,
       (SELECT count(*) FROM cases_attachment f WHERE f.case_id = c.id AND f.seq > 0)
  FROM cases_case c WHERE id = ANY($1)"""
ASSIGNED = """
SELECT case_id, n, organisation_id, role, since_seq, until_seq FROM cases_assignment
 WHERE case_id = ANY($1) ORDER BY case_id, n"""
CLOCKS = """
SELECT case_id, n, key, started_at, due_at, limit_n, unit, calendar, calendar_version, provisional, owner_id, told,
       stopped_at, paused_at, stage, next_at
  FROM cases_clock WHERE case_id = ANY($1) ORDER BY case_id, n"""
LINKS = (
    "SELECT case_id, n, kind, other_id, digest FROM cases_link WHERE case_id = ANY($1) ORDER BY case_id, n"
)
PARTIES = "SELECT case_id, n, role FROM cases_party WHERE case_id = ANY($1) ORDER BY case_id, n"
REQUESTS = """
SELECT case_id, request_id, payload, seq FROM cases_request
 WHERE (case_id, request_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))"""
OWN = "SELECT case_id, n FROM case_account WHERE account_id = ANY($1) AND case_id = ANY($2)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one batch works on: `loaded` for deciding; wrapped keys and earlier requests for the writer."""

    loaded: Loaded
    keys: dict[UUID, bytes]
    requests: dict[tuple[UUID, UUID], tuple[bytes, int]]


def load(envelopes: Sequence[Envelope]) -> Batch:
    """Locks and loads every case the envelopes name. Must run inside a transaction.

    Raises django.db.OperationalError when a lock is not had in time; the doors answer that with "try again".
    """
    known = current()
    ids = sorted({e.case_id for e in envelopes} | set(_named_cases(envelopes)))
    accounts = sorted({e.by.account_id for e in envelopes if e.by.kind == "resident" and e.by.account_id})
    with prepared() as run, run.connection.pipeline():
        lock = run(LOCK, [ids])
        cases = run(CASES, [ids])
        assigned = run(ASSIGNED, [ids])
        clocks = run(CLOCKS, [ids])
        links = run(LINKS, [ids])
        parties = run(PARTIES, [ids])
        requests = run(REQUESTS, [[e.case_id for e in envelopes], [e.request_id for e in envelopes]])
        own = run(OWN, [accounts, ids]) if accounts else None
        records = [
            (procedure, run(registry.record_query(procedure), [ids])) for procedure in registry.recorded()
        ]
        lock.fetchall()
        rows = cases.fetchall()
        found_own: dict[UUID, tuple[int, ...]] = {}
        for case_id, n in own.fetchall() if own else ():
            found_own[case_id] = (*found_own.get(case_id, ()), n)
        projections = gather(
            rows, assigned.fetchall(), clocks.fetchall(), links.fetchall(), parties.fetchall(), records
        )
        earlier = {(case_id, request): (bytes(payload), seq) for case_id, request, payload, seq in requests}
    loaded = Loaded(
        cases=projections,
        procedures=registry.by_version(),
        newest=registry.newest(),
        known=known,
        active=reachable(envelopes, projections, known=known),
        areas={
            e.place: area for e in envelopes if e.place and (area := area_of(e.place, at=e.at)) is not None
        },
        own=found_own,
        algorithm=Algorithm[settings.ANLAN_DIGEST.upper()],
    )
    return Batch(loaded=loaded, keys={row[0]: bytes(row[20]) for row in rows}, requests=earlier)


def gather(  # noqa: PLR0917 - one argument a table
    rows: Iterable[Any],
    assigned: Iterable[Any],
    clocks: Iterable[Any],
    links: Iterable[Any],
    parties: Iterable[Any],
    records: Iterable[tuple[str, Any]],
) -> dict[UUID, Projection]:
    """Projections from table rows as the queries above give them."""
    parts: dict[UUID, dict[str, dict[int, Any]]] = {}
    typed: dict[UUID, dict[str, Any]] = {}

    def part(case_id: UUID, name: str) -> dict[int, Any]:
        return parts.setdefault(case_id, {}).setdefault(name, {})

    for case_id, n, organisation, role, since, until in assigned:
        part(case_id, "assigned")[n] = Assigned(
            organisation=organisation, role=role, since_seq=since, until_seq=until
        )
    for case_id, n, *rest in clocks:
        part(case_id, "clocks")[n] = _clock(rest)
    for case_id, n, kind, other, digest in links:
        part(case_id, "links")[n] = Linked(kind=kind, case_id=other, digest=bytes(digest))
    for case_id, n, role in parties:
        part(case_id, "parties")[n] = role
    for procedure, cursor in records:
        columns = registry.record_columns(procedure)
        for case_id, *values in cursor:
            typed[case_id] = dict(zip(columns, values, strict=True))
    return {
        row[0]: Projection(
            id=row[0],
            number=row[1],
            procedure=row[2],
            version=row[3],
            state=row[4],
            open=row[5],
            seq=row[6],
            digest=bytes(row[7]),
            material_seq=row[8],
            opened_at=row[9],
            closed_at=row[10],
            place=row[11],
            area=row[12],
            category=row[13],
            condition=row[14],
            urgent=row[15],
            barred=row[16],
            source=row[17],
            holder=row[18],
            due_at=row[19],
            attachments=row[21],
            record=typed.get(row[0], {}),
            **parts.get(row[0], {}),
        )
        for row in rows
    }


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
        started_at=started,
        due_at=due,
        n=n,
        unit=unit,
        calendar=calendar,
        calendar_version=version,
        provisional=provisional,
        owner=owner,
        told=told,
        stopped_at=stopped,
        paused_at=paused,
        stage=stage,
        next_at=next_at,
    )


def _named_cases(envelopes: Iterable[Envelope]) -> Iterable[UUID]:
    """Other cases that the data name: they must be locked in the same ascending order."""
    for envelope in envelopes:
        for key in registry.case_fields(envelope.action):
            value = envelope.data.get(key)
            try:
                yield UUID(str(value))
            except ValueError:
                continue
