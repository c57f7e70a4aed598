# SPDX-License-Identifier: Apache-2.0
"""What a guard or effect sees when it decides: the case, who acts, the cleaned data, the configuration. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from anlan.cases.define import Action, Procedure
from anlan.cases.known import Known, local_day
from anlan.cases.projection import Projection
from anlan.people.may import Actor
from anlan.places.calendars import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Everything one decision may look at. `case` is None while it is being opened.

    `active` holds the organisations (of those a routing may reach) that have somebody at work; `others` the cases
    the data names, locked; `parties` the party numbers the person acting holds in this case; `pictures` how many of the
    files sent along show something, `recordings` how many speak; `people` the contacts of the parties of the case and of all linked ones, for an action
    that needs their names; `posts` those that whoever acts has or had, for an action that needs a second person; `expect` the
    entry that whoever acts says to have seen; `joining` the roles of the people who become parties with this act; `before` how many
    cases of this procedure and kind began in the same village in the year before this one.
    """

    procedure: Procedure
    action: Action
    case: Projection | None
    by: Actor
    parties: tuple[int, ...]
    at: datetime
    data: Mapping[str, Any]
    known: Known
    place: int = 0
    area: int = 0
    others: Mapping[UUID, Projection] = field(default_factory=dict)
    active: frozenset[int] = frozenset()
    pictures: int = 0
    recordings: int = 0
    people: tuple[Mapping[str, Any], ...] = ()
    posts: frozenset[int] = frozenset()
    expect: int | None = None
    joining: tuple[str, ...] = ()
    before: int = 0

    @property
    def open_case(self) -> Projection:
        """The case, for rules of actions that never open one. Raises LookupError when opening."""
        if self.case is None:
            raise LookupError(f"{self.action.key} has no case yet")
        return self.case

    @property
    def day(self) -> date:
        """The local day on which dated rows are read."""
        return local_day(self.at, self.known.calendar)

    def limit(self, stage: str, *, category: int | None, condition: int | None) -> Limit | None:
        """The limit of a stage that the configuration sets here today; None where no row speaks."""
        row = self.known.limit(
            self.procedure.key, stage, category=category, condition=condition, area=self.area, on=self.day
        )
        return row.limit if row else None

    def within(self, action: Action) -> Limit | None:
        """How long after closing a party may do this here, as of today."""
        case = self.open_case
        return self.limit(action.key, category=case.category, condition=case.condition) or action.within

    def reachable(self, organisation: int) -> int:
        """The organisation, or the nearest above it that has somebody at work; itself when none has."""
        for candidate in self.known.lineage(organisation):
            if candidate in self.active:
                return candidate
        return organisation
