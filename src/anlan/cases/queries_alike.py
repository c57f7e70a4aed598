# SPDX-License-Identifier: Apache-2.0
"""What may be the same matter as another: the same place, the same kind, still in hand (docs/decisions/duplicates.md).

Facts alone. Points lie encrypted in their cases and are not compared; whether it is the same is for a person to say.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.cases import registry
from anlan.cases.define import Procedure
from anlan.cases.known import Known
from anlan.cases.may import CONFIDENTIAL
from anlan.cases.projection import Projection
from anlan.cases.queries_columns import KIND, column_of, kind_told
from anlan.places.codes import Level, level_of

MOST_ALIKE = 5
MOST_TOLD = 50
"""Cases that a resident's page reads, to be told by groups of those that look the same."""
NO_CASE = UUID(int=0)
VILLAGE = 1_000
"""A padded code divided by this is the code of the village: how the indexes of lists spell it."""

ALIKE = """
SELECT c.number, c.opened_at, c.state, c.version, c.category_id FROM cases_case c
 WHERE (c.area / 1000) = %s AND c.open AND c.procedure = %s AND c.barred IS NOT DISTINCT FROM %s AND c.id <> %s
   AND (c.category_id = ANY(%s) OR {kind} = %s) {more}
 ORDER BY c.opened_at DESC, c.id DESC LIMIT %s"""
SHOWN = "AND c.state = ANY(%s) AND (c.category_id = ANY(%s)) IS NOT TRUE"
OF_ROOM = """AND EXISTS (SELECT FROM cases_assignment a
  WHERE a.case_id = c.id AND a.organisation_id = %s AND a.role = 'room' AND a.until_seq IS NULL)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A case that may be about the same."""

    number: int
    procedure: str
    opened_at: datetime
    state: str
    version: int
    category: int | None


def alike_to(case: Projection, *, known: Known) -> tuple[Alike, ...]:
    """The open cases of the same room that may be the same matter as this one, the newest first: what it may be merged into."""
    category = known.categories.get(case.category or 0)
    kind = category.group if category is not None else str(case.record.get(KIND) or "")
    if case.room is None:
        return ()
    return _alike(
        case.procedure,
        case.area,
        kind,
        known=known,
        barred=case.barred,
        but=case.id,
        more=(OF_ROOM, (case.room,)),
    )


def alike_in(procedure: Procedure, area: int, kind: str, *, known: Known) -> tuple[Alike, ...]:
    """What everybody may be told of before reporting the like of it in this place: only what the public list may show, and
    nothing of who asked to be kept secret: in one village, kind and day may say who it was.
    """
    if procedure.publication is None:
        return ()
    published = procedure.publication
    values = (list(published.states), known.categories_named(published.never))
    secret = column_of(CONFIDENTIAL, registry.recorded(), "c")
    shown = f"{SHOWN} AND ({secret}) IS NOT TRUE" if secret else SHOWN
    return _alike(procedure.key, area, kind, known=known, more=(shown, values), most=MOST_TOLD)


def _alike(
    procedure: str,
    area: int,
    kind: str,
    *,
    known: Known,
    more: tuple[str, tuple[Any, ...]],
    barred: int | None = None,
    but: UUID = NO_CASE,
    most: int = MOST_ALIKE,
) -> tuple[Alike, ...]:
    if not kind or level_of(area) < Level.VILLAGE:
        return ()
    categories = [each.id for each in known.categories.values() if each.group == kind]
    statement = ALIKE.format(kind=kind_told(registry.recorded()), more=more[0])
    with connection.cursor() as cursor:
        cursor.execute(statement, [area // VILLAGE, procedure, barred, but, categories, kind, *more[1], most])
        return tuple(
            Alike(
                number=number,
                procedure=procedure,
                opened_at=opened_at,
                state=state,
                version=version,
                category=category,
            )
            for number, opened_at, state, version, category in cursor.fetchall()
        )
