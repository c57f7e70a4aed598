# SPDX-License-Identifier: Apache-2.0
"""Reading from outside: the public list, one's own cases, and a case by its number and follow code.

The public list shows category (before there is one the plain kind that was chosen), town, state, dates and organisation, and nothing else: no number,
no id, no point. Cases
with a page of their own are listed the same way in the order in which they got it; `queries_summaries` reads the pages.
A follow code is derived from the case's key, so nothing about it is stored and erasing the party ends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hmac import compare_digest
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.base.errors import Invalid, NotFound
from anlan.base.ids import read_code, read_number, show_code
from anlan.base.keys import CaseKey, keyring
from anlan.cases import registry
from anlan.cases.known import Known
from anlan.cases.may import range_of, visible_to
from anlan.cases.queries_columns import kind_told
from anlan.cases.queries_cursor import read_cursor, read_id, read_moment, write_cursor
from anlan.cases.queries_lists import MOST, list_cases
from anlan.cases.queries_rows import Filters, Page, Sort
from anlan.people.may import Actor, resident
from anlan.places.codes import Level, ancestors, code_range, level_of
from anlan.places.find import ZONE, ranges_of, roots

REACH = 4_000
"""Rows of the index that one public page looks through for its filters."""
MONTH = timedelta(days=31)

OF_NUMBER = "SELECT id FROM cases_case WHERE number = %s"
PART = """
SELECT c.id FROM cases_link l JOIN cases_case c ON c.id = l.other_id
  JOIN cases_party p ON p.case_id = c.id AND p.n = %s AND p.sealed IS NOT NULL
 WHERE l.case_id = %s AND l.kind = 'part_of' AND c.number = %s
   AND EXISTS (SELECT FROM cases_party o WHERE o.case_id = l.case_id AND o.n = %s AND o.role = p.role) LIMIT 1"""
PARTIES = """
SELECT c.id, c.key, p.n, p.role FROM cases_case c JOIN cases_party p ON p.case_id = c.id
 WHERE c.number = %s AND p.sealed IS NOT NULL ORDER BY p.n"""
OPENED_WITH = """
SELECT FROM cases_request r JOIN cases_party p ON p.case_id = r.case_id AND p.n = 1 AND p.sealed IS NOT NULL
 WHERE r.case_id = %s AND r.request_id = %s AND r.seq = 1"""
PUBLIC = """
SELECT procedure, version, category_id, {kind}, area, state, open, opened_at, closed_at, holder_id, published_as, k, id FROM (
  SELECT c.procedure, c.version, c.category_id, c.area, c.state, c.open, c.opened_at, c.closed_at, c.holder_id,
         c.published_as, c.{order} AS k, c.id, c.barred
    FROM cases_case c WHERE {where} ORDER BY c.{order} DESC, c.id DESC LIMIT {reach}) y
 WHERE {shown} LIMIT {limit}"""
LAST = """
SELECT c.{order}, c.id FROM cases_case c WHERE {where} ORDER BY c.{order} DESC, c.id DESC
 OFFSET {offset} LIMIT 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The party that a follow code, or a phone, proved."""

    case_id: UUID
    n: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRow:
    """All that the public list says of a case. `town` is a padded code of a town or wider; days are local."""

    procedure: str
    version: int
    category: int | None
    kind: str | None
    """The plain kind that whoever reported it chose, as long as there is no category."""
    town: int
    state: str
    open: bool
    opened_on: date
    closed_on: date | None
    organisation: int | None
    page: str | None
    """The address of its public page, when its person released it and staff wrote one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """Rows, newest first, and the cursor of the next page; a short page may have one."""

    rows: tuple[PublicRow, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFilters:
    """What the public list is narrowed to; `within` is a padded code of a town or wider. `with_page` leaves only cases with
    a page of their own, the newest page first.
    """

    within: int | None = None
    procedure: str | None = None
    category: int | None = None
    group: str | None = None
    open: bool | None = None
    with_page: bool = False


def follow_code(case_key: CaseKey, n: int) -> str:
    """The secret with which party `n` follows the case: 80 bits that only the case's key gives, in fours."""
    return show_code(case_key.keyed_digest(b"follow" + n.to_bytes(2, "big")))


def follow_code_of(case_id: UUID, n: int = 1) -> str:
    """The same for a case that was just opened, to be shown once to who opened it. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM cases_case WHERE id = %s", [case_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return follow_code(keyring().unwrap(bytes(row[0])), n)


def is_opened_with(case_id: UUID, request_id: UUID) -> bool:
    """Whether this very request opened the case, and its first party is not erased. Who can name both was its sender."""
    with connection.cursor() as cursor:
        cursor.execute(OPENED_WITH, [case_id, request_id])
        return cursor.fetchone() is not None


def find_party(number: str | int, code: str) -> Followed:
    """The party whose number and code these are. Raises NotFound, the same for a wrong number and a wrong code, and
    Invalid for what is neither. The door limits how often one may try.
    """
    asked = read_number(number) if isinstance(number, str) else number
    given = read_code(code).encode()
    with connection.cursor() as cursor:
        cursor.execute(PARTIES, [asked])
        rows = cursor.fetchall()
    found: Followed | None = None
    key = keyring().unwrap(bytes(rows[0][1])) if rows else _nobody()
    for case_id, _key, n, role in rows or [(UUID(int=0), b"", 0, "")]:
        # Every party is compared, and an unknown number too, so the time taken says nothing.
        same = compare_digest(follow_code(key, n).replace(" ", "").encode(), given)
        if same and rows:
            found = Followed(case_id=case_id, n=n, role=role)
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=1)
def _nobody() -> CaseKey:
    return keyring().new_case_key()[1]


def find_case_id(number: int) -> UUID:
    """The id of the case with this number, for actions that name another case: whether the actor may is judged there.

    A number of no case gets an id of no case, so that it is refused in the same words as one the actor may not name.
    """
    with connection.cursor() as cursor:
        cursor.execute(OF_NUMBER, [number])
        row = cursor.fetchone()
    found: UUID = row[0] if row is not None else UUID(int=number)
    return found


def find_part(case_id: UUID, number: int, party: int) -> UUID | None:
    """The case with this number, when it was split off the other one, or that off it, with the same party carried over."""
    with connection.cursor() as cursor:
        cursor.execute(PART, [party, case_id, number, party])
        row = cursor.fetchone()
    return row[0] if row is not None else None


def find_by_number(by: Actor, number: int, *, known: Known) -> UUID:
    """The id of the case with this number, when the actor sees it. Raises NotFound, the same when there is none."""
    with connection.cursor() as cursor:
        for branch in visible_to(by, known=known):
            params: list[Any] = [*branch.params, number]
            cursor.execute(
                f"SELECT c.id FROM {branch.source} WHERE {branch.where} AND c.number = %s LIMIT 1", params
            )
            row = cursor.fetchone()
            if row is not None:
                found: UUID = row[0]
                return found
    raise NotFound


def own_cases(
    account_id: int,
    *,
    known: Known,
    at: datetime,
    open: bool | None = None,  # noqa: A002 - the filter's name everywhere
    after: str | None = None,
    size: int = 25,
) -> Page:
    """The cases of one account, newest first; those whose parties were erased are no longer among them."""
    return list_cases(
        resident(account_id),
        known=known,
        at=at,
        filters=Filters(open=open),
        sort=Sort.NEWEST,
        after=after,
        size=size,
    )


def public_list(
    *,
    known: Known,
    at: datetime,
    filters: PublicFilters | None = None,
    after: str | None = None,
    size: int = 25,
) -> PublicPage:
    """What everybody may see, newest first, as each procedure's `Publication` allows. Raises Invalid."""
    asked = filters or PublicFilters()
    size = max(1, min(size, MOST))
    shown, values = may_be_public(asked, at, known=known)
    if not shown:
        return PublicPage(rows=(), next_cursor=None)
    if asked.within is not None and level_of(asked.within) > Level.TOWN:
        raise Invalid
    tops = [code_range(root) for root in roots()] if asked.within is None else ranges_of(asked.within, at=at)
    kind = kind_told(registry.recorded(), "y")
    of = ["public", asked]
    position = read_cursor(of, after) if after else None
    start = (read_moment(position[0]), read_id(position[1])) if position else None
    order = "published_at" if asked.with_page else "opened_at"
    rows: list[tuple[Any, ...]] = []
    edges: list[tuple[datetime, UUID]] = []
    with connection.cursor() as cursor:
        for top in tops:
            where, params = _seek(top, start, order)
            cursor.execute(
                PUBLIC.format(kind=kind, where=where, shown=shown, reach=REACH, limit=size + 1, order=order),
                [*params, *values],
            )
            found = cursor.fetchall()
            rows += found
            if len(found) <= size:
                cursor.execute(LAST.format(where=where, offset=REACH - 1, order=order), params)
                last = cursor.fetchone()
                edges += [(last[0], last[1])] if last else []
    rows.sort(key=lambda row: row[-2:], reverse=True)
    edge = max(edges, default=None)
    if edge is not None:
        rows = [row for row in rows if row[-2:] >= edge]
    more = rows[size - 1][-2:] if len(rows) > size else edge
    return PublicPage(
        rows=tuple(as_public(row) for row in rows[:size]),
        next_cursor=write_cursor(of, more) if more else None,
    )


def _seek(top: tuple[int, int], start: tuple[datetime, UUID] | None, order: str) -> tuple[str, list[Any]]:
    where, params = range_of("c.area", *top)
    if order == "published_at":
        where += " AND c.published_as IS NOT NULL"
    if start is None:
        return where, list(params)
    return f"{where} AND (c.{order}, c.id) < (%s, %s)", [*params, *start]


def may_be_public(asked: PublicFilters, at: datetime, *, known: Known) -> tuple[str, list[Any]]:
    """Which rows may be published, and the filters; "" when no procedure publishes anything."""
    parts: list[str] = []
    values: list[Any] = []
    for (key, version), procedure in registry.by_version().items():
        published = procedure.publication
        if published is None or asked.procedure not in {None, key}:
            continue
        parts.append(
            "(procedure = %s AND version = %s AND state = ANY(%s) AND (open OR closed_at >= %s)"
            " AND (category_id = ANY(%s)) IS NOT TRUE)"
        )
        values += [key, version, list(published.states), at - published.months * MONTH]
        values.append(known.categories_named(published.never))
    if not parts:
        return "", []
    # What is about a public office is not listed: that office, which may not see it, reads the list too.
    found = [f"({' OR '.join(parts)})", "barred IS NULL"]
    if asked.category is not None:
        found.append("category_id = %s")
        values.append(asked.category)
    if asked.group is not None:
        found.append(f"(category_id = ANY(%s) OR ({kind_told(registry.recorded(), 'y')}) = %s)")
        values += [[c.id for c in known.categories.values() if c.group == asked.group], asked.group]
    if asked.open is not None:
        found.append("open" if asked.open else "NOT open")
    return " AND ".join(found), values


def as_public(row: Sequence[Any]) -> PublicRow:
    """A row of the list."""
    procedure, version, category, kind, area, state, is_open, opened_at, closed_at, holder, page, _k, _id = (
        row
    )
    return PublicRow(
        procedure=procedure,
        version=version,
        category=category,
        kind=kind or None,
        town=town_of(area),
        state=state,
        open=is_open,
        opened_on=opened_at.astimezone(ZONE).date(),
        closed_on=closed_at.astimezone(ZONE).date() if closed_at else None,
        organisation=holder,
        page=page,
    )


def town_of(area: int) -> int:
    """The town that a place lies in; a place of a town or wider is itself."""
    if level_of(area) <= Level.TOWN:
        return area
    return next((code for code in ancestors(area) if level_of(code) is Level.TOWN), ancestors(area)[-1])
