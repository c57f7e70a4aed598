# SPDX-License-Identifier: Apache-2.0
"""For whom a case waits: the organisations and roles that can move it on now, never a person.

Asked of `may.who_may`, so what the page says and what the pages of those posts offer is the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from anlan.cases.define import Action, Procedure, Relation
from anlan.cases.known import Known
from anlan.cases.may import stands, who_may
from anlan.cases.projection import Projection
from anlan.cases.queries_actions import Asked
from anlan.people.may import Actor, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """Posts of one role in one organisation. `present` False: all of them are away."""

    organisation: int
    role: str
    present: bool


def awaited(case: Projection, procedure: Procedure, *, known: Known, at: datetime) -> tuple[Awaited, ...]:
    """Who can take the next step: posts of the organisations whose limit runs, and those who check because of the place.

    Those above may step in as well; the case does not wait for them. Empty for a case that waits for no office. Where the procedure itself
    says what comes next it is that step.
    """
    steps = procedure.steps(case, at) if procedure.steps is not None else ()
    moving = [procedure.action(step.action) for step in steps if step.action and not step.page][:1] or [
        action
        for action in procedure.actions
        if action.on_screen and case.state in action.frm and action.to not in {None, case.state}
    ]
    whos = {who for action in moving for who in action.by if who.relation is not Relation.UPPER}
    owners = {run.owner for run in case.clocks.values() if run.runs and run.owner is not None}
    found: dict[tuple[int, str], bool] = {}
    for post, theirs in who_may(whos, case, known=known, at=at):
        if post.organisation in owners or any(who.relation is Relation.AREA for who in theirs):
            key = post.organisation, post.role
            found[key] = found.get(key, False) or post.present
    return tuple(
        Awaited(organisation=organisation, role=role, present=present)
        for (organisation, role), present in sorted(found.items())
        if _can_move(organisation, role, moving, case, procedure, known=known, at=at)
    )


def _can_move(
    organisation: int,
    role: str,
    moving: Iterable[Action],
    case: Projection,
    procedure: Procedure,
    *,
    known: Known,
    at: datetime,
) -> bool:
    """Whether the rules let somebody of this organisation and role take the next step."""
    by = Actor(
        kind="post", role=Role(role), organisation_id=organisation, scope=((case.area, case.area + 1),)
    )
    asked = Asked(by=by, case=case, procedure=procedure, known=known, at=at)
    return any(
        stands(who, by, case, parties=(), known=known) and not asked.is_in_vain(action)
        for action in moving
        for who in action.by
        if who.relation is not Relation.UPPER
    )
