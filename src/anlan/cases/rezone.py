# SPDX-License-Identifier: Apache-2.0
"""After a change of divisions or the end of an organisation: each open case gets a `reform` entry that moves it to the place
that answers for it now and to the successors of those who had it (`rezone` where only the place's code is another). In
batches; killed and started again, it goes on.

Ended cases stay as they are: `may.hands` and `find.ranges_of` find them for the successor.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.known import Known, ended_by, local_day
from anlan.cases.may import range_of
from anlan.cases.succession import heirs
from anlan.cases.sweep import Swept, by_system, do_all, in_batches
from anlan.places import find
from anlan.places.codes import code_range

BATCH = 200

IN_PLACE = "SELECT c.id FROM cases_case c WHERE c.open AND {within} AND c.id > %s ORDER BY c.id LIMIT %s"
HAD_BY = """
SELECT DISTINCT a.case_id FROM cases_assignment a
 WHERE a.organisation_id = %s AND a.until_seq IS NULL AND a.open AND a.case_id > %s ORDER BY a.case_id LIMIT %s"""
STAND = """
SELECT c.id, c.seq, c.area, c.barred, c.procedure, c.version,
       array_agg(a.organisation_id) FILTER (WHERE a.until_seq IS NULL)
  FROM cases_case c LEFT JOIN cases_assignment a ON a.case_id = c.id
 WHERE c.id = ANY(%s) AND c.open GROUP BY c.id ORDER BY c.id"""
LET_GO = """
DELETE FROM cases_claim l USING people_post p
 WHERE p.id = l.post_id AND (l.case_id, p.organisation_id) IN (SELECT * FROM unnest(%s::uuid[], %s::int[]))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A case that must move: where to, and who has it no longer."""

    case_id: UUID
    seq: int
    area: int
    lose: tuple[int, ...]


def rezone(*, at: datetime, batch: int = BATCH, tell: Callable[[int], object] = lambda _done: None) -> Swept:
    """Moves every open case whose place gave up its code, or that an ended organisation has. Safe to repeat.

    `tell` hears after each batch how many were moved so far.
    """
    known = current()
    total = Swept()
    for ids in _waiting(known, at=at, batch=batch):
        due = _due(ids, known=known, at=at)
        _let_go(due)
        envelopes = [
            by_system(
                one.case_id,
                "reform" if one.lose else "rezone",
                data={"area": one.area},
                at=at,
                once=f"{one.seq}/{one.area}",
            )
            for one in due
        ]
        total = total.and_also(do_all(envelopes))
        tell(total.done)
    return total


def _waiting(known: Known, *, at: datetime, batch: int) -> Iterator[list[UUID]]:
    """Open cases in places that nobody is any more, then those that ended organisations have, in batches."""
    for code in find.retired(at=at):
        within, values = range_of("c.area", *code_range(code))
        yield from _ids(IN_PLACE.format(within=within), values, batch)
    day = local_day(at, known.calendar)
    for org in known.organisations.values():
        if ended_by(org.span, day):
            yield from _ids(HAD_BY, (org.id,), batch)


def _ids(statement: str, values: tuple[int, ...], batch: int) -> Iterator[list[UUID]]:
    for rows in in_batches(statement, values, start=(UUID(int=0),), batch=batch):
        yield [row[0] for row in rows]


def _due(ids: list[UUID], *, known: Known, at: datetime) -> list[_Due]:
    day = local_day(at, known.calendar)
    with connection.cursor() as cursor:
        cursor.execute(STAND, [ids])
        rows: list[Any] = cursor.fetchall()
    found: list[_Due] = []
    for case_id, seq, was, barred, procedure, version, held in rows:
        spot = find.holder(was, at=at)
        area = spot.code if spot is not None else was
        given = heirs(set(held or ()), was=was, area=area, barred=barred, known=known, on=day)
        if not registry.get_procedure(procedure, version).has("reform" if given else "rezone"):
            continue
        if given or area != was:
            found.append(_Due(case_id=case_id, seq=seq, area=area, lose=tuple(given)))
    return found


def _let_go(due: list[_Due]) -> None:
    """Nobody goes on holding a claim from an organisation that has the case no longer."""
    pairs = [(one.case_id, organisation) for one in due for organisation in one.lose]
    if pairs:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO, [list(column) for column in zip(*pairs, strict=True)])
