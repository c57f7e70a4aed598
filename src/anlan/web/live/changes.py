# SPDX-License-Identifier: Apache-2.0
"""What changed after a position of the journal, for the live door: ids and who has the case, never a word of it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from anlan.base.prepared import prepared
from anlan.cases.may import NARROW
from anlan.procedures.alert.procedure import ALERT
from anlan.web.live.topics import Change

BATCH = 5_000
"""Entries read at once."""
READ = """
SELECT j.position, c.number, c.area, c.barred, c.procedure, c.published_as IS NOT NULL,
       ARRAY(SELECT a.organisation_id FROM cases_assignment a
              WHERE a.case_id = c.id AND (a.until_seq IS NULL OR a.until_seq >= j.seq)), e.audience
  FROM cases_journal j JOIN cases_case c ON c.id = j.case_id JOIN cases_entry e ON e.case_id = j.case_id AND e.seq = j.seq
 WHERE j.position > $1 ORDER BY j.position LIMIT $2"""

STANDING = """
SELECT 0, c.number, c.area, c.barred, c.procedure, false,
       ARRAY(SELECT a.organisation_id FROM cases_assignment a WHERE a.case_id = c.id AND a.until_seq IS NULL), ''
  FROM cases_case c WHERE c.id = ANY($1::uuid[])"""


def changes(after: int) -> list[Change]:
    """The next entries after a position, in order, at most `BATCH`."""
    with prepared() as run:
        return [_change(row) for row in run(READ, [after, BATCH])]


def standing(cases: Collection[UUID]) -> list[Change]:
    """These cases as they stand, for what changes about them without an entry: at no position."""
    with prepared() as run:
        return [_change(row) for row in run(STANDING, [list(cases)])]


def _change(row: tuple[Any, ...]) -> Change:
    return Change(
        position=row[0],
        number=row[1],
        area=row[2],
        barred=row[3],
        procedure=row[4],
        warns=row[4] == ALERT.key and row[5],
        organisations=tuple(row[6]),
        quiet=row[7] in NARROW,
    )
