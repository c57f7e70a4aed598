# SPDX-License-Identifier: Apache-2.0
"""Which organisations work could go to, and which of them have somebody at work to take it.

An organisation with nobody at work is passed over: `Moment.reachable` goes up from it to the nearest that has.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from anlan.cases import registry
from anlan.cases.define import Kind
from anlan.cases.envelope import Envelope
from anlan.cases.known import Known, local_day
from anlan.cases.projection import Projection
from anlan.people.holding import active_organisations
from anlan.places.find import area_of


def reachable(
    envelopes: Iterable[Envelope], cases: Mapping[UUID, Projection], *, known: Known
) -> frozenset[int]:
    """Of the organisations that a routing in this batch may reach, those with somebody at work. One query."""
    routed = [envelope for envelope in envelopes if registry.needs_routing(envelope.action)]
    wanted: set[int] = set()
    for envelope in routed:
        for organisation in candidates(envelope, cases.get(envelope.case_id), known=known):
            wanted.update(known.lineage(organisation))
    return active_organisations(wanted, at=max(e.at for e in routed)) if wanted else frozenset()


def candidates(envelope: Envelope, case: Projection | None, *, known: Known) -> set[int]:
    """Organisations from which a routing of this envelope may start: who has it, who should, who is named."""
    area = case.area if case else area_of(envelope.place or 0, at=envelope.at)
    day = local_day(envelope.at, known.calendar)
    found: set[int | None] = {case.holder, case.room, case.barred} if case else set()
    if area is not None:
        found |= {known.organisation(kind, area, on=day) for kind in registry.ROOM_KINDS}
        category = envelope.data.get("category") or (case.category if case else None)
        procedure = case.procedure if case else envelope.procedure or ""
        chosen = category if isinstance(category, int) else None
        routes: set[int | None] = set()
        while route := known.route(procedure, category=chosen, area=area, on=day, without=routes):
            routes.add(route.organisation)
        found |= routes
    for key, kind in registry.organisation_fields(envelope.action):
        value = envelope.data.get(key)
        named = value if kind is Kind.ORGANISATIONS and isinstance(value, (list, tuple)) else [value]
        found |= {int(str(one)) for one in named if str(one).isdecimal() and len(str(one)) < 10}
    return {organisation for organisation in found if organisation is not None}
