# SPDX-License-Identifier: Apache-2.0
"""What can be done with a case now: what permission and state allow, without what its rules refuse whatever one fills in.

Rules are pure, so they are asked before anybody fills in a form: with nothing in it, or with one answer. A refusal that
names no field is about the case and not about an answer. A rule that looks for an answer first has the benefit of the doubt.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from anlan.cases.decide import effect_of
from anlan.cases.define import Action, Audience, Procedure, Refusal, Step, Words
from anlan.cases.known import Known
from anlan.cases.may import may_seeing, sees, works_on
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection
from anlan.people.may import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who stands before which case, when. `others` are those of `onward.read_others`, where they were read."""

    by: Actor
    case: Projection
    procedure: Procedure
    known: Known
    at: datetime
    parties: tuple[int, ...] = ()
    others: Mapping[UUID, Projection] = field(default_factory=dict)

    def moment(self, action: Action, data: Mapping[str, Any]) -> Moment:
        """What the rules of an action see."""
        return Moment(
            procedure=self.procedure,
            action=action,
            case=self.case,
            by=self.by,
            parties=self.parties,
            at=self.at,
            data=data,
            known=self.known,
            place=self.case.place,
            area=self.case.area,
            others=self.others,
        )

    def sees(self) -> bool:
        """Whether they see the case at all."""
        return sees(self.by, self.case, parties=self.parties, known=self.known)

    def allows(self, action: Action) -> bool:
        """Whether permission and state allow it to who sees the case by a form, whatever its rules say."""
        return action.on_screen and self.may(action)

    def may(self, action: Action) -> bool:
        """The same, wherever it is done."""
        return self.case.state in action.frm and may_seeing(
            self.by,
            action,
            self.case,
            procedure=self.procedure.key,
            parties=self.parties,
            known=self.known,
        )

    def why_in_vain(self, action: Action) -> Words | None:
        """Why the action is refused whatever one fills in: nobody to ask, nothing to release, done already."""
        if "onward" in action.needs and not self.others and self.procedure.state(self.case.state).goes_on:
            return None
        found = _refusal(self.moment(action, {}))
        return found.words if found is not None and found.field is None else None

    def refusal(self, action: Action, data: Mapping[str, Any]) -> Refusal | None:
        """What the action's own rules say against these answers, as far as they tell without its words."""
        return _refusal(self.moment(action, data))

    def is_in_vain(self, action: Action) -> bool:
        """Whether no form of it would be taken."""
        return self.why_in_vain(action) is not None

    def fitting(self, action: Action, key: str, choices: Iterable[Any], *, many: bool = False) -> list[Any]:
        """Those of the choices for a field that its rules do not refuse by that field's name; `many` may be chosen."""
        moment = self.moment(action, {})
        found = []
        for choice in choices:
            refusal = _refusal(replace(moment, data={key: (choice,) if many else choice}))
            if refusal is None or refusal.field != key:
                found.append(choice)
        return found


def _refusal(moment: Moment) -> Refusal | None:
    """What the action's own rules say against it, as far as this much of a form tells."""
    try:
        effect_of(moment)
    except Refusal as refusal:
        return refusal
    except LookupError:
        return None
    return None


def possible_actions(asked: Asked) -> tuple[Action, ...]:
    """What the actor can do with the case now, in the order of the declaration."""
    if not asked.sees():
        return ()
    return tuple(
        action for action in asked.procedure.actions if asked.allows(action) and not asked.is_in_vain(action)
    )


def next_step(asked: Asked, reads: Collection[str]) -> Step | None:
    """The first of what comes next that the actor may do; else what the case waits for, without the action, where that is for them to
    read. None: the procedure proposes nothing to them.
    """
    if asked.procedure.steps is None or not asked.sees():
        return None
    steps = asked.procedure.steps(asked.case, asked.at)
    for step in steps:
        action = asked.procedure.action(step.action) if step.action else None
        # What is done on a page of its own is counted there: its rules cannot be asked beforehand.
        if action is not None and (
            asked.may(action) if step.page else asked.allows(action) and not asked.is_in_vain(action)
        ):
            return step
    theirs = {*reads, *((Audience.OFFICE,) if works_on(asked.by, asked.case, known=asked.known) else ())}
    waits = next((step for step in steps if step.audience in theirs), None)
    return replace(waits, action="", page="") if waits is not None else None
