# SPDX-License-Identifier: Apache-2.0
"""Lists of cases, within what the actor may see: facts only, never words or persons.

Every list is the union of `may.visible_to`'s branches, each read in the page's order from an index of its own and cut
at the page's length; pages go by keyset. In the order of limits what is urgent comes first: it is a part of the list, with an
index of its own, and all else the next part. A filter that no index knows is looked for in a bounded reach of rows, so a
page may be short and still have a next one. What it costs depends on the page, not on how many cases there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid
from anlan.cases import registry
from anlan.cases.known import Known
from anlan.cases.may import HELPED, SEES, Branch, range_of, visible_to
from anlan.cases.queries_columns import TELL, column_of, is_marked, kind_told, told, was_returned_by
from anlan.cases.queries_cursor import read_cursor, read_id, read_moment, write_cursor
from anlan.cases.queries_rows import ROWS, Filters, Page, Row, Sort, as_row
from anlan.people.may import Actor, common
from anlan.places.find import ranges_of

MOST = 100
"""Rows of the longest page."""
REACH = 20_000
"""Rows of an index that one page looks through for a filter."""
JOINED_REACH = 4_000
"""The same where each row costs a look into another table."""
NEAR = timedelta(hours=24)
"""A case is near its limit when it ends within this."""
FAR = datetime.max.replace(tzinfo=UTC)
"""Where cases without a running limit stand in the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stream:
    """One source of rows in the page's order: SQL giving id, k and the filters' columns; `each` repeats it by state.
    `position` is the row's place in the order, `reach` how many rows are looked through for a filter.
    """

    each: str
    select: str
    position: str
    order: str
    params: tuple[Any, ...]
    reach: int

    @property
    def body(self) -> str:
        """All rows, in order."""
        return f"{self.select} ORDER BY {self.order}"

    def up_to(self, sign: str) -> str:
        """The rows up to a position, which follows `params`, in order."""
        return f"{self.select} AND {self.position} {sign} (%s, %s) ORDER BY {self.order}"


Position = tuple[datetime | None, UUID]
FACTS = "c.state, c.open, c.procedure, c.category_id, c.source, c.urgent"
CLAIMED = """
SELECT case_id FROM cases_claim WHERE post_id = %s AND lapses_at > %s AND said ORDER BY case_id LIMIT 1000"""
TELLING = f"""
c.id = ANY(ARRAY(SELECT case_id FROM cases_clock WHERE owner_id = %s AND key = '{TELL}' AND stopped_at IS NULL
 ORDER BY due_at LIMIT 1000))"""
OPENED = """
EXISTS (SELECT FROM cases_entry e WHERE e.case_id = y.id AND e.seq = 1 AND e.actor = %s)
AND (NOT EXISTS (SELECT FROM cases_party p WHERE p.case_id = y.id) OR {helped} = %s)"""
TABLES = {"assignment": "a", "own": "o", "place": "c"}
"""The table by whose index a branch is read; its columns repeat the case's."""


def due_key(table: str) -> str:
    """The order of limits, as the indexes spell it."""
    return f"coalesce({table}.due_at, 'infinity')"


def list_cases(
    by: Actor,
    *,
    known: Known,
    at: datetime,
    filters: Filters | None = None,
    sort: Sort = Sort.DUE,
    after: str | None = None,
    size: int = 25,
) -> Page:
    """A page of the cases the actor sees. Raises Invalid for a strange cursor and for an order that does not fit."""
    asked = filters or Filters()
    if sort is Sort.DUE and asked.open is not True:
        raise Invalid(_("Only open cases have a limit to sort by. Please choose newest or oldest."))
    size = max(1, min(size, MOST))
    of = [sort, asked]
    part, *begin = read_cursor(of, after) if after else (0, None)
    start = _read(begin) if len(begin) > 1 else None
    parts = _parts(asked, sort)
    rows: list[Row] = []
    while part < len(parts):
        wanted = size - len(rows)
        found, end = _part(by, asked, sort, parts[part], start, known=known, at=at, size=wanted or 1)
        if not wanted:
            # The page is full; whether anything comes after it is all that was asked.
            return Page(
                rows=tuple(rows), next_cursor=write_cursor(of, [part, None]) if found or end else None
            )
        rows += found
        if end is not None:
            return Page(rows=tuple(rows), next_cursor=write_cursor(of, [part, *end]))
        part, start = part + 1, None
    return Page(rows=tuple(rows), next_cursor=None)


def _parts(asked: Filters, sort: Sort) -> tuple[bool | None, ...]:
    """Which cases come after which: the urgent ones before the others, in the order of limits."""
    if sort is not Sort.DUE:
        return (None,)
    return (True,) if asked.urgent else (True, False)


def _part(
    by: Actor,
    asked: Filters,
    sort: Sort,
    urgent: bool | None,  # noqa: FBT001 - a value that is handed on
    start: Position | None,
    *,
    known: Known,
    at: datetime,
    size: int,
) -> tuple[list[Row], Position | None]:
    """Rows of one part of the list, and the position after which the next page goes on; None where the part has ended."""
    streams = [
        _stream(branch, by, asked, sort, start, at=at, urgent=urgent)
        for branch in branches_of(by, asked, known=known, at=at)
    ]
    if not streams:
        return [], None
    narrows, values = _narrowing(by, replace(asked, urgent=False) if urgent else asked, known=known)
    rows = _rows(streams, narrows, values, sort, at=at, limit=size + 1)
    last = _position(rows[size - 1], sort) if len(rows) > size else None
    edge = _edge(streams, sort, last) if narrows else None
    if edge is not None:
        # Past the edge another stream may still have rows that come first; they wait for the next page.
        rows = [row for row in rows if not _beyond(_position(row, sort), edge, sort)]
    return rows[:size], edge or last


def _read(position: list[Any]) -> Position:
    return (read_moment(position[0]) if position[0] else None), read_id(position[1])


def _narrowing(by: Actor, asked: Filters, *, known: Known) -> tuple[str, list[Any]]:
    """Conditions that no stream's index begins with, over the columns that streams give."""
    parts: list[str] = []
    values: list[Any] = []
    for column, value in (
        ("procedure", asked.procedure),
        ("source", asked.source),
        ("category_id", asked.category),
    ):
        if value is not None:
            parts.append(f"{column} = %s")
            values.append(value)
    if asked.group is not None:
        # Before there is a category, the kind that was chosen at the opening counts.
        parts.append(f"(category_id = ANY(%s) OR {kind_told(registry.recorded(), 'y')} = %s)")
        values += [[c.id for c in known.categories.values() if c.group == asked.group], asked.group]
    recorded = registry.recorded()
    if asked.opened:
        parts.append(OPENED.format(helped=column_of(HELPED, recorded, "y") or "NULL"))
        values += [f"post:{by.post_id}", SEES]
    if asked.marked is not None:
        parts.append(is_marked(asked.marked, recorded, "y"))
    if asked.holder is not None:
        parts.append("(SELECT h.holder_id FROM cases_case h WHERE h.id = y.id) = %s")
        values.append(asked.holder)
    if asked.returned_by is not None:
        parts.append(f"%s = ANY({was_returned_by(recorded, 'y')})")
        values.append(asked.returned_by)
    if asked.urgent:
        parts.append("urgent")
    if asked.open is False:
        parts.append("NOT open")
    if asked.open is not True and asked.states:
        parts.append("state = ANY(%s)")
        values.append(list(asked.states))
    return " AND ".join(parts), values


def open_states(asked: Filters) -> list[str]:
    """The states in which a case can be open, of all procedures this deployment has, as far as the filter names them."""
    return sorted(
        {
            state.key
            for (key, _version), procedure in registry.by_version().items()
            for state in procedure.states
            if state.open
            and (asked.procedure in {None, key})
            and (not asked.states or state.key in asked.states)
        }
    )


def branches_of(by: Actor, asked: Filters, *, known: Known, at: datetime) -> list[Branch]:
    """The branches of what the actor sees, narrowed to a place and to assignments where asked."""
    if asked.within is None:
        found = visible_to(by, known=known)
    else:
        parts = ranges_of(asked.within, at=at)
        narrow, values = within_any("c.area", parts)
        found = tuple(
            each
            if each.name == "place"
            else replace(each, where=f"{each.where} AND {narrow}", params=(*each.params, *values))
            for each in visible_to(replace(by, scope=common(by.scope, parts)), known=known)
        )
    return [each for each in found if not asked.mine or each.name != "place"]


def within_any(column: str, parts: Sequence[tuple[int, int]]) -> tuple[str, tuple[int, ...]]:
    """The condition that `column` lies in one of the ranges: a filter, for what another index finds."""
    found = [range_of(column, low, high) for low, high in parts]
    where = " OR ".join(each for each, _values in found) or "FALSE"
    return f"({where})", tuple(value for _each, values in found for value in values)


def _stream(
    branch: Branch,
    by: Actor,
    asked: Filters,
    sort: Sort,
    start: Position | None,
    *,
    at: datetime,
    urgent: bool | None,
) -> _Stream:
    table = TABLES[branch.name]
    key = due_key(table if table != "o" else "c") if sort is Sort.DUE else f"{table}.opened_at"
    id_of = "c.id" if table == "c" else f"{table}.case_id"
    way, sign = ("DESC", "<") if sort is Sort.NEWEST else ("ASC", ">")
    each, where, params = "", [branch.where], list(branch.params)
    if asked.claimed:
        where.append(f"c.id = ANY(ARRAY({CLAIMED}))")
        params += [by.post_id, at]
    if asked.telling:
        where.append(TELLING)
        params.append(by.organisation_id)
    if asked.open is True:
        where.append("a.open" if table == "a" else "c.open")
        if sort is Sort.DUE and table == "c":
            # One read of the index for each state, so that a state is the beginning of a key and never a filter.
            each = "unnest(%s::text[]) AS s(state) CROSS JOIN LATERAL "
            where.append("c.state = s.state")
            params.insert(0, open_states(asked))
        elif asked.states or asked.procedure:
            where.append("c.state = ANY(%s)")
            params.append(open_states(asked))
    if urgent is not None:
        where.append(f"{'' if urgent else 'NOT '}{'a' if table == 'a' else 'c'}.urgent")
    if asked.overdue:
        where.append(f"{due_key('a' if table == 'a' else 'c')} < %s")
        params.append(at)
    if asked.near:
        due = due_key("a" if table == "a" else "c")
        where.append(f"{due} >= %s AND {due} < %s")
        params += [at, at + NEAR]
    if start is not None:
        where.append(f"({key}, {id_of}) {sign} (%s, %s)")
        params += (start[0] or "infinity", start[1])
    distinct = "" if table == "c" else f"DISTINCT ON ({key}, {id_of}) "
    return _Stream(
        each=each,
        select=(
            f"SELECT {distinct}{id_of} AS id, {key} AS k, {FACTS} FROM {branch.source}"
            f" WHERE {' AND '.join(where)}"
        ),
        position=f"({key}, {id_of})",
        order=f"{key} {way}, {id_of} {way}",
        params=tuple(params),
        reach=REACH if table == "c" and not asked.looks_up else JOINED_REACH,
    )


def _rows(
    streams: list[_Stream], narrows: str, values: list[Any], sort: Sort, *, at: datetime, limit: int
) -> list[Row]:
    end = f"ORDER BY k {_way(sort)}, id {_way(sort)} LIMIT {limit}"
    parts: list[str] = []
    params: list[Any] = []
    for stream in streams:
        inner = f"({stream.body} LIMIT {limit})"
        if narrows:
            inner = (
                f"(SELECT y.id, y.k FROM ({stream.body} LIMIT {stream.reach}) y WHERE {narrows}"
                f" LIMIT {limit})"
            )
        parts.append(f"(SELECT x.id, x.k FROM {stream.each}{inner} x {end})")
        params += [*stream.params, *values]
    page = f"SELECT id, k FROM ({' UNION '.join(parts)}) u {end}"
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(page=page, way=_way(sort), **told()), [*params, at])
        return [as_row(row) for row in cursor.fetchall()]


def _edge(streams: list[_Stream], sort: Sort, last: Position | None) -> Position | None:
    """How far all streams were looked through, when one of them was not read to its end, or not as far as `last`."""
    parts: list[str] = []
    params: list[Any] = []
    sign = ">=" if sort is Sort.NEWEST else "<="
    for stream in streams:
        body = stream.body if last is None else stream.up_to(sign)
        ends = f"({body} OFFSET {stream.reach - 1} LIMIT 1)"
        parts.append(f"SELECT x.id, nullif(x.k, 'infinity') AS k FROM {stream.each}{ends} x")
        params += [*stream.params, *(() if last is None else (last[0] or "infinity", last[1]))]
    nulls = "" if sort is Sort.NEWEST else "NULLS LAST"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT k, id FROM ({' UNION ALL '.join(parts)}) u ORDER BY k {_way(sort)} {nulls}, id {_way(sort)}"
            " LIMIT 1",
            params,
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def _way(sort: Sort) -> str:
    return "DESC" if sort is Sort.NEWEST else "ASC"


def _position(row: Row, sort: Sort) -> Position:
    return (row.due_at if sort is Sort.DUE else row.opened_at), row.id


def _beyond(position: Position, edge: Position, sort: Sort) -> bool:
    mine, last = (position[0] or FAR, position[1]), (edge[0] or FAR, edge[1])
    return mine < last if sort is Sort.NEWEST else mine > last
