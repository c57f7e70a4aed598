# SPDX-License-Identifier: Apache-2.0
"""For whom a case waits: the organisations and roles that can move it on now, never a person.

Asked of `may.who_may`, so what the page says and what the pages of those posts offer is the same.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from anlan.cases.define import Procedure, Relation
from anlan.cases.known import Known
from anlan.cases.may import who_may
from anlan.cases.projection import Projection
from anlan.people.models import Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """Posts of one role in one organisation. `present` False: all of them are away."""

    organisation: int
    role: str
    present: bool


def awaited(case: Projection, procedure: Procedure, *, known: Known, at: datetime) -> tuple[Awaited, ...]:
    """Who can take the next step: posts of the organisations whose limit runs, and those who check because of the place.

    Those above may step in as well; the case does not wait for them. Empty for a case that waits for no office.
    """
    whos = {
        who
        for action in procedure.actions
        if action.on_screen and case.state in action.frm and action.to not in {None, case.state}
        for who in action.by
        if who.relation is not Relation.UPPER
    }
    owners = {run.owner for run in case.clocks.values() if run.runs and run.owner is not None}
    by_place = {who for who in whos if who.relation is Relation.AREA}
    posts = who_may(whos - by_place, case, known=known, at=at).filter(organisation_id__in=owners)
    posts |= who_may(by_place, case, known=known, at=at)
    away = Absence.objects.filter(post=OuterRef("pk"), since__lte=at, until__gt=at)
    found: dict[tuple[int, str], bool] = {}
    for organisation, role, gone in posts.annotate(away=Exists(away)).values_list(
        "organisation_id", "role", "away"
    ):
        found[organisation, role] = found.get((organisation, role), False) or not gone
    return tuple(
        Awaited(organisation=organisation, role=role, present=present)
        for (organisation, role), present in sorted(found.items())
    )
