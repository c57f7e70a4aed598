# SPDX-License-Identifier: Apache-2.0
"""Whatever is done with a dispute, in any order: nobody reads, hears or is told what is another's; and its log verifies."""

from random import Random
from uuid import UUID

import pytest

from anlan.base.errors import Refused
from anlan.cases import follow, journal
from anlan.cases.catalogue import current
from anlan.cases.define import Audience, Kind
from anlan.cases.follow import Follows
from anlan.cases.models import Content, Entry, Follower
from anlan.cases.models import Notice as NoticeRow
from anlan.cases.projection import Projection
from anlan.cases.queries_view import View, get_view
from anlan.config.wiring import tell_offices
from anlan.people.may import SYSTEM, Actor, Role, anonymous
from anlan.procedures.mediation.procedure import MEDIATION
from tests.cases.walks import Walker
from tests.cases.world import MONDAY, VILLAGE, place, post
from tests.procedures.report.cast import COMMITTEE, COUNTY, TOWN_ROOM

pytestmark = pytest.mark.django_db

FOLLOWER = Follows(name="notices", handler=tell_offices, sends=True)
NARROW = {Audience.SIDE1, Audience.SIDE2, Audience.MEDIATOR, Audience.OFFER}


class Marked(Walker):
    """Everything that is said bears a mark of whom it is for."""

    def value(self, field, case, others, found):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - as its parent
        value = super().value(field, case, others, found)
        if field.kind in {Kind.TEXT, Kind.LONG_TEXT} and not field.fact and isinstance(value, str):
            mark = f"〔{field.audience}〕"
            return (mark + value)[: field.longest]
        return value

    def roles(self, case, action):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - as its parent
        if case is None:
            return ["side1"] if action.joins else []
        return super().roles(case, action)


def readers(case: Projection) -> list[tuple[Actor, tuple[int, ...], set[str]]]:
    """Everybody who might look, and the narrow audiences that are theirs."""
    talking = bool(case.record["talking"])
    sits = {*NARROW} - (set() if talking else {Audience.OFFER})
    chosen = case.record["mediator"]
    room = current().organisations[case.room or 0]
    found: list[tuple[Actor, tuple[int, ...], set[str]]] = []
    for n, role in case.parties.items():
        found.append((anonymous(), (n,), {role} | ({Audience.OFFER} if talking else set())))
    for key, code in ((COMMITTEE, VILLAGE), (TOWN_ROOM, VILLAGE[:9]), (COUNTY, VILLAGE[:6])):
        for role in (Role.MEDIATOR, Role.DISPATCHER, Role.VILLAGE_CLERK, Role.SUPERVISOR, Role.AUDITOR):
            by = post(role, key, code, post_id=900 + len(found))
            reads = (
                sits if role is Role.MEDIATOR and by.organisation_id == room.id and chosen is None else set()
            )
            found.append((by, (), set(map(str, reads))))
    return found


def seen(case_id: UUID, walker: Walker) -> Projection:
    """The case as it is."""
    return get_view(SYSTEM, case_id, known=walker.known, at=walker.at).case


def shown(view: View) -> str:
    return "".join(
        str(dict(content.values)) + line.audience
        for line in view.timeline.lines
        for content in line.contents
        if content.values
    ) + "".join(file.audience for file in view.files if file.readable)


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 60))]
)
def test_nobody_reads_what_another_side_or_the_mediator_was_told(seed: int) -> None:
    walker = Marked(MEDIATION, known=current(), places=(place(VILLAGE),), start=MONDAY, pick=Random(seed))
    opened = walker.step(None)
    while opened is None:
        opened = walker.step(None)
    own = 0
    Follower.objects.get_or_create(name="notices", sends=True)
    for _step in range(30):
        walker.step(seen(opened.case_id, walker))
        case = seen(opened.case_id, walker)
        for by, parties, theirs in readers(case):
            try:
                view = get_view(by, opened.case_id, known=walker.known, at=walker.at, parties=parties)
            except Refused:
                continue
            text = shown(view)
            for audience in NARROW - theirs:
                assert f"〔{audience}〕" not in text, f"{by.role or parties} reads what is for {audience}"
            assert not any(line.audience in NARROW - theirs for line in view.timeline.lines)
            own += any(f"〔{audience}〕" in text for audience in theirs)
            if parties:
                others = [person for person in view.people if person.n not in parties]
                assert all(person.contact is None for person in others), "a contact of somebody else"
    said = Content.objects.filter(case_id=opened.case_id, audience__in=["side1", "side2"]).exists()
    assert own or not said, "those whom it is for do read it"
    while journal.number(at=walker.at):
        pass
    while follow.advance(FOLLOWER):
        pass
    told = NoticeRow.objects.filter(case_id=opened.case_id, party__isnull=False)
    roles = case.parties
    audiences = dict(Entry.objects.filter(case_id=opened.case_id).values_list("seq", "audience"))
    for seq, party in told.values_list("seq", "party"):
        assert audiences[seq] not in {"side1", "side2", "mediator"} or roles[party or 0] == audiences[seq]
