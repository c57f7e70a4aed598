# SPDX-License-Identifier: Apache-2.0
"""What a list is asked for, and the rows it gives: facts only, never words or persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.cases.known import Known
from anlan.cases.may import visible_to
from anlan.cases.queries_columns import told
from anlan.people.may import Actor

ROWS = """
SELECT c.id, c.number, c.procedure, c.version, c.state, c.open, c.category_id, c.condition_id, c.place_id, c.area,
       c.due_at, c.urgent, c.holder_id, c.source, c.opened_at, c.closed_at, l.post_id, {kind}, l.said, {untyped}, {returns}, {returned_by},
       {tell}
  FROM ({page}) p JOIN cases_case c ON c.id = p.id
  LEFT JOIN LATERAL (SELECT post_id, said FROM cases_claim WHERE case_id = c.id AND lapses_at > %s
    ORDER BY said DESC, since, post_id LIMIT 1) l ON true
 ORDER BY p.k {way}, p.id {way}"""


class Sort(StrEnum):
    """The order of a list. `DUE` is for open cases only: the urgent ones first, in each part those without a running limit last."""

    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to. `within` is a padded place code; `mine` leaves only what is assigned to the actor's
    organisation, `claimed` only what the actor's own post has claimed, `opened` only what it reported itself for nobody
    else, or for who lets it read on, `telling` only what waits for somebody of its organisation to tell a person; `marked` one of `MARKS`; `holder` the organisation that leads, `returned_by` one that gave it back; `open` None takes
    open and ended cases.
    """

    open: bool | None = True
    states: tuple[str, ...] = ()
    procedure: str | None = None
    category: int | None = None
    group: str | None = None
    source: str | None = None
    urgent: bool = False
    overdue: bool = False
    near: bool = False
    within: int | None = None
    mine: bool = False
    claimed: bool = False
    opened: bool = False
    telling: bool = False
    marked: str | None = None
    holder: int | None = None
    returned_by: int | None = None

    @property
    def looks_up(self) -> bool:
        """Whether each row costs a look into another table."""
        return self.marked is not None or self.holder is not None or self.returned_by is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case in a list: facts alone. `due_at` is None while no limit runs; `claimed_by` the post that works on it now, or
    (not `said`) the first that has it open; `kind` the plain kind chosen at the opening, told while there is no category; `untyped`: a
    recording waits to be typed up; `returns` how often units gave it back, `returned_by` the last of them; `tell` the way by which somebody is
    to tell the person now.
    """

    id: UUID
    number: int
    procedure: str
    version: int
    state: str
    open: bool
    category: int | None
    condition: int | None
    place: int
    area: int
    due_at: datetime | None
    urgent: bool
    holder: int | None
    source: str
    opened_at: datetime
    closed_at: datetime | None
    claimed_by: int | None
    kind: str
    said: bool
    untyped: bool
    returns: int
    returned_by: int | None
    tell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows and where the next page begins. `next_cursor` None: nothing is left. A short page may have a next one."""

    rows: tuple[Row, ...]
    next_cursor: str | None


def rows_by_id(ids: Sequence[UUID], *, at: datetime) -> dict[UUID, Row]:
    """These cases as lists show them, for whoever was told of them already."""
    page = "SELECT unnest(%s::uuid[]) AS id, 0 AS k"
    with connection.cursor() as cursor:
        cursor.execute(
            ROWS.format(page=page, way="ASC", **told()),
            [[*dict.fromkeys(ids)], at],
        )
        return {row[0]: as_row(row) for row in cursor.fetchall()}


def visible_among(by: Actor, ids: Sequence[UUID], *, known: Known) -> set[UUID]:
    """Those of these cases that the actor sees."""
    branches = visible_to(by, known=known)
    parts = [f"SELECT c.id FROM {each.source} WHERE c.id = ANY(%s) AND {each.where}" for each in branches]
    params: list[Any] = [value for each in branches for value in (list(ids), *each.params)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts) or "SELECT", params)
        return {row[0] for row in cursor.fetchall() if row}


def as_row(row: Any) -> Row:
    """A row that `ROWS` gives."""
    return Row(
        id=row[0], number=row[1], procedure=row[2], version=row[3], state=row[4], open=row[5], category=row[6],
        condition=row[7], place=row[8], area=row[9], due_at=row[10], urgent=row[11], holder=row[12], source=row[13],
        opened_at=row[14], closed_at=row[15], claimed_by=row[16],
        kind=row[17] or "", said=bool(row[18]), untyped=bool(row[19]), returns=row[20] or 0, returned_by=row[21],
        tell=row[22] or "",
    )  # fmt: skip
