# SPDX-License-Identifier: Apache-2.0
"""In-app inboxes, newest first, and marking what was read: an organisation's, never of cases it is barred from, nor
of those that the post has nothing to do with; a resident's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.cases import registry
from anlan.cases.known import Known
from anlan.cases.queries import View
from anlan.cases.queries_columns import kind_told
from anlan.cases.queries_cursor import read_cursor, read_id, read_moment, write_cursor
from anlan.people.may import Actor

TOLD = """
SELECT n.id, n.key, n.seq, n.at, n.read_at, c.number, c.procedure, c.version, c.category_id, c.condition_id, {kind}
  FROM cases_notice n JOIN cases_case c ON c.id = n.case_id
 WHERE n.organisation_id = %s AND (n.at, n.id) < (%s, %s::uuid)
   AND (c.barred IS NULL OR c.barred <> ALL(%s)) AND (%s::text[] IS NULL OR c.procedure = ANY(%s))
 ORDER BY n.at DESC, n.id DESC LIMIT %s"""
READ = "UPDATE cases_notice SET read_at = %s WHERE organisation_id = %s AND case_id = %s AND seq = %s AND read_at IS NULL"
UNREAD = """
SELECT * FROM (
  SELECT DISTINCT ON (n.case_id) n.key, n.seq, n.at, n.read_at, c.number, c.procedure, c.version, c.category_id,
         c.condition_id, {kind}, count(*) OVER (PARTITION BY n.case_id)
    FROM case_account a JOIN cases_notice n ON n.case_id = a.case_id AND n.party = a.n JOIN cases_case c ON c.id = a.case_id
   WHERE a.account_id = %s AND n.read_at IS NULL ORDER BY n.case_id, n.at DESC, n.seq DESC) news
 ORDER BY at DESC LIMIT %s"""
SEEN = """
UPDATE cases_notice SET read_at = %s WHERE case_id = %s AND party = ANY(%s) AND read_at IS NULL AND at <= %s"""
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
    n: int = 1
    """How many of this case are unread, where only the newest is given."""


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
    barred = list(known.concerned(by.organisation_id))
    kinds = None if by.procedures is None else sorted(by.procedures)
    with connection.cursor() as cursor:
        told_of = TOLD.format(kind=kind_told(registry.recorded()))
        cursor.execute(told_of, [by.organisation_id, *start, barred, kinds, kinds, size + 1])
        rows = cursor.fetchall()
    told = tuple(_told(row[1:]) for row in rows[:size])
    return told, write_cursor(of, [rows[size - 1][3], rows[size - 1][0]]) if len(rows) > size else None


def mark_read(by: Actor, case_id: UUID, seq: int, *, at: datetime) -> None:
    """The organisation has seen what this entry told it."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [at, by.organisation_id, case_id, seq])


def unread_by(account_id: int, *, most: int = 10) -> tuple[Told, ...]:
    """What happened in a resident's own cases since they last looked: the newest of each case."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD.format(kind=kind_told(registry.recorded())), [account_id, most])
        return tuple(_told(row) for row in cursor.fetchall())


def note_seen(view: View, *, at: datetime) -> None:
    """A party looked at the page of their case, which shows all that they were told."""
    with connection.cursor() as cursor:
        cursor.execute(SEEN, [at, view.case.id, list(view.parties), at])


def _told(row: Sequence[Any]) -> Told:
    key, seq, at, read_at, number, procedure, version, category, condition, kind, *n = row
    return Told(
        key=key,
        seq=seq,
        at=at,
        read_at=read_at,
        number=number,
        procedure=procedure,
        version=version,
        category=category,
        condition=condition,
        kind=kind or "",
        n=n[0] if n else 1,
    )
