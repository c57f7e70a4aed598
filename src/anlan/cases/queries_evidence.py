# SPDX-License-Identifier: Apache-2.0
"""Pictures of evidence that were used in another case before, for whoever checks this one (docs/decisions/attachments.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anlan.base.ids import case_number
from anlan.base.prepared import prepared
from anlan.cases.define import Action, Procedure
from anlan.cases.queries_view import View

RESULT = "result"
"""The question of the actions that look whether an outcome holds."""

# The oldest other use, by whichever mark of the picture; of two that came at the same moment each is told of the other.
BEFORE = """
SELECT DISTINCT ON (m.case_id, m.n) m.case_id, m.n, o.case_id, o.at
  FROM cases_picturemark m
 CROSS JOIN LATERAL (
   SELECT f.case_id, f.at FROM cases_picturemark f JOIN cases_case c ON c.id = f.case_id
    WHERE f.mark = m.mark AND f.case_id <> m.case_id AND f.at <= m.at AND (c.barred IS NULL OR c.barred <> ALL($2))
    ORDER BY f.at, f.case_id LIMIT 1) o
 WHERE m.case_id = ANY($1) ORDER BY m.case_id, m.n, o.at, o.case_id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedBefore:
    """File `n` of this case shows the very picture, or one made from the very file, that the case of this number was shown with, since when."""

    n: int
    number: int
    at: datetime


def used_before(views: Sequence[View]) -> Mapping[UUID, tuple[UsedBefore, ...]]:
    """By case, for the post that reads these files and judges them: not the unit that did the work. Of the other case the number and the
    time only, and of a report about its own office, which is kept from it, nothing.
    """
    wanted = {view.case.id: _readable(view) for view in views if _judges(view)}
    ids = [id for id, files in wanted.items() if files]
    found: dict[UUID, list[UsedBefore]] = {}
    if ids:
        asked = views[0].asked
        barred = (
            asked.known.concerned(asked.by.organisation_id) if asked.by.organisation_id is not None else ()
        )
        with prepared() as run:
            for case_id, n, other, at in run(BEFORE, [ids, list(barred)]):
                if n in wanted[case_id]:
                    found.setdefault(case_id, []).append(UsedBefore(n=n, number=case_number(other), at=at))
    return {id: tuple(rows) for id, rows in found.items()}


def _judges(view: View) -> bool:
    """Who may do something with it and is not of the unit that leads it, or may check it or end it."""
    by = view.asked.by
    if by.kind != "post" or not view.actions:
        return False
    return by.organisation_id != view.case.holder or any(
        _checks(each, view.procedure) for each in view.actions
    )


def _checks(action: Action, procedure: Procedure) -> bool:
    """Whether it looks if an outcome holds, or ends the case."""
    ends = action.to in {state.key for state in procedure.states if not state.open}
    return ends or any(field.key == RESULT for field in action.fields)


def _readable(view: View) -> frozenset[int]:
    return frozenset(file.n for file in view.files if file.readable and file.kind.startswith("image/"))
