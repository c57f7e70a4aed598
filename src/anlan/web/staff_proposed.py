# SPDX-License-Identifier: Apache-2.0
"""What a form of staff proposes: the unit that a route names and why, the units that may be chosen, the limit that would run, and what
was said before where it takes the place of that.
"""

from typing import Any, Protocol

from django.utils.translation import gettext as _

from anlan.cases.define import Action, Kind, Procedure
from anlan.cases.known import Routing, local_day
from anlan.cases.projection import Projection
from anlan.cases.queries import View
from anlan.places.calendars import Limit
from anlan.web.action_forms import say
from anlan.web.look.times import say_limit
from anlan.web.staff_frame import Sight, language

OFFERED = (
    "county_department",
    "village_committee",
    "town_room",
    "county_centre",
    "outside_unit",
    "city_supervision",
)
"""Kinds of organisation offered as units, in this order."""


class Stands(Protocol):
    """What something is proposed for: a case and its declaration. A page's view is one, and so is what a list of cases asks."""

    @property
    def case(self) -> Projection:
        """The case as it stands."""

    @property
    def procedure(self) -> Procedure:
        """The version of the procedure that it has."""


def route_of(view: Stands, sight: Sight, *, category: int | None = None) -> Routing | None:
    """Where the rules would send the case now, or under another category; never to those it is about, nor to who has it or gave it back."""
    case = view.case
    return _route(
        sight,
        view.procedure,
        category=category or case.category,
        area=case.area,
        barred=case.barred,
        without=out_of_question(view),
    )


def out_of_question(view: Stands) -> frozenset[int]:
    """Units not to be proposed: who leads already, and who returned it as not theirs while no ruling has spoken."""
    case = view.case
    leads = {case.holder} - {case.room}
    gave_back = {value for key, value in case.record.items() if key.startswith("returned_")}
    return frozenset(one for one in leads | (set() if case.record.get("ruled") else gave_back) if one)


def route_words(view: Stands, sight: Sight, *, category: int | None = None) -> str:
    """What the rules propose and why; also that the unit they name first gave the case back."""
    case, names = view.case, sight.known.organisations
    category = category or case.category
    first = _route(sight, view.procedure, category=category, area=case.area, barred=case.barred)
    route, passed = route_of(view, sight, category=category), out_of_question(view)
    words = []
    if first is not None and first.organisation in passed and first.organisation != case.holder:
        words.append(
            _("%(unit)s returned it as not theirs.") % {"unit": say(names[first.organisation].words)}
        )
    if route is not None:
        unit, why = say(names[route.organisation].words), say(route.why)
        words.append(_("The rules propose %(unit)s: %(why)s") % {"unit": unit, "why": why})
    elif words:
        words.append(_("The rules name no other unit: please choose one, or ask for a ruling."))
    return (" " if not language().startswith("zh") else "").join(words)


def _route(
    sight: Sight,
    procedure: Procedure,
    *,
    category: int | None,
    area: int,
    barred: int | None,
    without: frozenset[int] = frozenset(),
) -> Routing | None:
    day = local_day(sight.at, sight.known.calendar)
    route = sight.known.route(procedure.key, category=category, area=area, on=day, without=without)
    if route is None or (barred is not None and barred in sight.known.concerned(route.organisation)):
        return None
    return route


def limit_words(view: Stands, sight: Sight, condition: int | None, *, stage: str = "handle") -> str:
    """The limit that a condition sets here today, in words."""
    limit = limit_of(view, sight, condition, stage=stage)
    return say_limit(limit) if limit else ""


def limit_of(view: Stands, sight: Sight, condition: int | None, *, stage: str = "handle") -> Limit | None:
    """The limit that a condition sets here today."""
    case, known = view.case, sight.known
    found = known.conditions.get(condition or 0)
    row = known.limit(
        case.procedure,
        stage,
        category=found.category if found else case.category,
        condition=condition,
        area=case.area,
        on=local_day(sight.at, known.calendar),
    )
    if row is not None:
        return row.limit
    clock = next((each for each in view.procedure.clocks if each.key == stage), None)
    return clock.limit if clock else None


def units_for(
    area: int,
    sight: Sight,
    *,
    procedure: Procedure,
    category: int | None,
    barred: int | None,
    without: frozenset[int] = frozenset(),
) -> list[int]:
    """Organisations that serve the place coded `area`: the one proposed first, then by kind; last those that are out of
    the question, because a person may still know better.
    """
    known = sight.known
    day = local_day(sight.at, known.calendar)
    found = [
        org
        for org in known.serving(area, on=day)
        if org.kind in OFFERED and (barred is None or barred not in known.concerned(org.id))
    ]
    route = _route(sight, procedure, category=category, area=area, barred=barred, without=without)
    first = route.organisation if route else None
    found.sort(
        key=lambda org: (org.id in without, org.id != first, OFFERED.index(org.kind), -org.area, org.id)
    )
    return [org.id for org in found]


def said_before(action: Action, view: View) -> dict[str, Any]:
    """What an action that takes the place of an earlier one of its kind said then, as far as this reader may read it."""
    lines = view.timeline.lines if action.renews else ()
    line = next((line for line in lines if line.action == action.key), None)
    if line is None:
        return {}
    said = dict(line.outcomes.get("facts", {}))
    for content in line.contents:
        said |= content.values or {}
    asked = {field.key for field in action.fields if field.asked and field.kind is not Kind.FILES}
    return {key: value for key, value in said.items() if key in asked}
