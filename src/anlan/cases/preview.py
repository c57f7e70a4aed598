# SPDX-License-Identifier: Apache-2.0
"""What everybody will read once an action is done, for who writes it to read first: nothing is published unseen."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from anlan.base.errors import Conflict, NotAllowed
from anlan.base.prepared import prepared
from anlan.cases import registry
from anlan.cases.around import people_around
from anlan.cases.clean import clean
from anlan.cases.decide import judge
from anlan.cases.define import Action, Audience, Procedure
from anlan.cases.known import Known
from anlan.cases.may import may
from anlan.cases.projection import Projection
from anlan.cases.queries_actions import Asked
from anlan.people.may import Actor


def public_words(action: Action, data: Mapping[str, Any], *, known: Known) -> str:
    """The words for everybody, exactly as they will stand there. Raises Invalid."""
    return _public(action, clean(action.fields, data, known=known))


def _public(action: Action, cleaned: Mapping[str, Any]) -> str:
    return "\n".join(
        str(cleaned[f.key]) for f in action.fields if f.audience is Audience.PUBLIC and f.key in cleaned
    )


def preview(
    by: Actor,
    action: Action,
    data: Mapping[str, Any],
    *,
    case: Projection,
    procedure: Procedure,
    known: Known,
    at: datetime,
) -> str:
    """The same, once the action's own rules have nothing against them. Raises Refused.

    Who may not do it is told no more than that: what is found may be somebody's name.
    """
    if not may(by, action, case, procedure=procedure.key, parties=(), known=known):
        raise NotAllowed
    if case.state not in action.frm:
        raise Conflict
    with prepared() as run:
        people = people_around(run, case.id) if registry.needs_names(action.key) else ()
    cleaned = clean(action.fields, data, known=known)
    asked = Asked(by=by, case=case, procedure=procedure, known=known, at=at)
    judge(replace(asked.moment(action, cleaned), people=people))
    return _public(action, cleaned)
