# SPDX-License-Identifier: Apache-2.0
"""An organisation's in-app inbox: what it was told, newest first, and marking it as read. Never of cases it is barred from."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from anlan.cases import registry
from anlan.cases.known import Known
from anlan.cases.queries_columns import kind_told
from anlan.cases.queries_cursor import read_cursor, read_id, read_moment, write_cursor
from anlan.people.may import Actor

TOLD = """
SELECT n.id, n.key, n.seq, n.at, n.read_at, c.number, c.procedure, c.version, c.category_id, c.condition_id, {kind}
  FROM cases_notice n JOIN cases_case c ON c.id = n.case_id
 WHERE n.organisation_id = %s AND (n.at, n.id) < (%s, %s::uuid)
   AND (c.barred IS NULL OR c.barred <> ALL(%s))
 ORDER BY n.at DESC, n.id DESC LIMIT %s"""
READ = "UPDATE cases_notice SET read_at = %s WHERE organisation_id = %s AND case_id = %s AND seq = %s AND read_at IS NULL"
FIRST = datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice and the facts of its case."""

    key: str
    seq: int
    at: datetime
    read_at: datetime | None
    number: int
    procedure: str
    version: int
    category: int | None
    condition: int | None
    kind: str


def list_notices(
    by: Actor, *, known: Known, after: str | None = None, size: int = 30
) -> tuple[tuple[Told, ...], str | None]:
    """A page of the inbox and the cursor of the next. Raises Invalid for a strange cursor."""
    if by.kind != "post" or by.organisation_id is None:
        return (), None
    of = ("notices", by.organisation_id)
    start = FIRST
    if after:
        moment, last = read_cursor(of, after)
        start = read_moment(moment), read_id(last)
    with connection.cursor() as cursor:
        told_of = TOLD.format(kind=kind_told(registry.recorded()))
        cursor.execute(
            told_of, [by.organisation_id, *start, list(known.concerned(by.organisation_id)), size + 1]
        )
        rows = cursor.fetchall()
    told = tuple(
        Told(
            key=row[1],
            seq=row[2],
            at=row[3],
            read_at=row[4],
            number=row[5],
            procedure=row[6],
            version=row[7],
            category=row[8],
            condition=row[9],
            kind=row[10] or "",
        )
        for row in rows[:size]
    )
    return told, write_cursor(of, [rows[size - 1][3], rows[size - 1][0]]) if len(rows) > size else None


def mark_read(by: Actor, case_id: UUID, seq: int, *, at: datetime) -> None:
    """The organisation has seen what this entry told it."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [at, by.organisation_id, case_id, seq])
