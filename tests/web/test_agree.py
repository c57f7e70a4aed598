# SPDX-License-Identifier: Apache-2.0
"""The four questions of permission have one answer, for random people and cases, and every door gives it."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.clock import now
from anlan.base.errors import NotFound
from anlan.cases.define import Audience
from anlan.cases.may import in_scope, may, may_see, sees, who_may
from anlan.cases.models import CaseAccount
from anlan.cases.projection import Projection
from anlan.cases.queries import (
    Asked,
    Filters,
    Sort,
    find_by_number,
    get_view,
    list_cases,
    possible_actions,
)
from anlan.cases.queries_awaited import awaited
from anlan.people.may import Actor, Role, actor_of, resident
from anlan.people.models import Absence, Account, AccountKind, Organisation, OrganisationKind, Post
from anlan.people.session import BACKEND, SEEN, SINCE
from anlan.people.tokens import find_token_actor
from anlan.places.codes import pad
from anlan.procedures.report.procedure import REPORT
from anlan.web.api import callers
from anlan.web.live.shown import Shown, admitted
from anlan.web.live.topics import Change, Listener, Topics
from anlan.web.staff_frame import FIELD, READERS, WORKERS
from tests.cases.many import World, make_world
from tests.cases.world import VILLAGE, place
from tests.people.world import post
from tests.web.api.conftest import Api, token_of
from tests.web.staff import enter

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ACTIONS = tuple(action.key for action in REPORT.actions)
RELAXED = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Narrowed:
    """What a token is narrowed to."""

    actions: tuple[str, ...]
    village: bool


@dataclass(frozen=True)
class Wanted:
    """Somebody to be put into the tables: `place` is one of the places where a post may be, None the organisation's."""

    role: Role
    organisation: int
    place: int | None = None
    since: int = -30
    until: int | None = None
    deputy: bool = False
    away: bool = False
    locked: bool = False
    outside: bool = False
    token: Narrowed | None = None

    def put(self, *, at: datetime) -> Post:
        unit = Organisation.objects.get(pk=self.organisation)
        if self.outside:
            Organisation.objects.filter(pk=unit.pk).update(kind=OrganisationKind.OUTSIDE_UNIT, department="")
        ends = 10 if self.deputy and self.until is None else self.until
        given: dict[str, Any] = {"place_id": self.place} if self.place else {}
        if self.deputy:
            given["deputy_for"] = post(self.role, unit.key)
        made = post(
            self.role,
            unit.key,
            valid_from=at + self.since * DAY,
            valid_to=None if ends is None else at + max(ends, self.since) * DAY,
            **given,
        )
        if self.away:
            Absence.objects.create(post=made, since=at - DAY, until=at + DAY)
        if self.locked:
            Account.objects.filter(pk=made.account_id).update(is_active=False)
        return Post.objects.select_related("organisation", "account").get(pk=made.pk)


@pytest.fixture
def world(db: None) -> World:
    accounts = tuple(
        Account.objects.create(kind=AccountKind.RESIDENT, made_at=now()).pk for _resident in range(3)
    )
    return make_world((REPORT,), accounts=accounts)


def people(world: World) -> st.SearchStrategy[Wanted]:
    known = world.known
    units = sorted({upper for one in world.organisations for upper in known.lineage(one)})
    narrowed = st.builds(
        Narrowed,
        actions=st.lists(st.sampled_from(ACTIONS), unique=True).map(tuple),
        village=st.booleans(),
    )
    return st.builds(
        Wanted,
        role=st.sampled_from(Role),
        organisation=st.sampled_from(units),
        place=st.sampled_from([None, None, place(VILLAGE), place("330106"), place("33")]),
        since=st.sampled_from([-30, -30, -30, 1]),
        until=st.sampled_from([None, None, None, -1, 5]),
        deputy=st.booleans(),
        away=st.sampled_from([False, False, True]),
        locked=st.sampled_from([False, False, False, True]),
        outside=st.sampled_from([False, False, False, True]),
        token=st.none() | narrowed,
    )


def listed(by: Actor, world: World, *, at: datetime) -> set[UUID]:
    found: set[UUID] = set()
    after = None
    while True:
        page = list_cases(
            by, known=world.known, at=at, filters=Filters(open=None), sort=Sort.NEWEST, after=after, size=100
        )
        found |= {row.id for row in page.rows}
        after = page.next_cursor
        if after is None:
            return found


def seen_by(by: Actor, world: World) -> set[UUID]:
    return {case.id for case in world.cases.values() if sees(by, case, parties=(), known=world.known)}


def moves(by: Actor, case: Projection, world: World, *, at: datetime) -> bool:
    """Whether this actor can take the case to another state."""
    offered = possible_actions(Asked(by=by, case=case, procedure=REPORT, known=world.known, at=at))
    return any(action.to not in {None, case.state} for action in offered)


def agree_on(
    by: Actor, case: Projection, world: World, *, at: datetime, own: tuple[int, ...] = ()
) -> set[str]:
    """The page of a case is there for exactly who sees it, with exactly the words that `may_see` opens; what is
    offered is what `may` allows, but for what the rules refuse anyhow. Returns what is offered.
    """
    known = world.known
    shown = sees(by, case, parties=own, known=known)
    asked = Asked(by=by, case=case, procedure=REPORT, known=known, at=at, parties=own)
    allowed = {
        action.key
        for action in REPORT.actions
        if case.state in action.frm
        and action.on_screen
        and may(by, action, case, procedure=case.procedure, parties=own, known=known)
        and not asked.is_in_vain(action)
    }
    if not shown:
        assert not allowed
        assert not any(
            may_see(by, audience, case, parties=own, looked=looked, known=known)
            for audience in Audience
            for looked in (False, True)
            if audience is not Audience.PUBLIC
        )
        with pytest.raises(NotFound):
            get_view(by, case.id, known=known, at=at)
        with pytest.raises(NotFound):
            find_by_number(by, case.number, known=known)
        return set()
    view = get_view(by, case.id, known=known, at=at)
    assert find_by_number(by, case.number, known=known) == case.id
    assert {action.key for action in view.actions} == allowed
    assert view.actions == possible_actions(asked)
    for audience in Audience:
        opens = may_see(by, audience, case, parties=own, looked=False, known=known)
        assert (audience in view.reads) == opens
        for line in view.timeline.lines:
            for content in line.contents:
                if content.audience == audience and not content.erased:
                    assert (content.values is not None) == opens
        assert all(
            file.readable == opens for file in view.files if file.audience == audience and not file.erased
        )
    return allowed


def check(wanted: Wanted, cases: list[Projection], world: World, tally: Counter[str]) -> None:
    """Puts somebody into the tables, asks, and takes them out again."""
    callers._leases.clear()
    with transaction.atomic():
        check_post(wanted, cases, world, tally)
        transaction.set_rollback(True)


def check_post(wanted: Wanted, cases: list[Projection], world: World, tally: Counter[str]) -> None:
    """Everything that one post may know and do of these cases, asked in every way there is."""
    at = now()
    held = wanted.put(at=at)
    by = actor_of(held, at=at)
    in_force = Post.objects.current(at).filter(pk=held.pk).exists()
    assert listed(by, world, at=at) == seen_by(by, world)
    browser = enter(held)
    for case in cases:
        offered = agree_on(by, case, world, at=at)
        seen = sees(by, case, parties=(), known=world.known)
        for action in {action.by: action for action in REPORT.actions}.values():
            mine = may(by, action, case, procedure=case.procedure, parties=(), known=world.known)
            told = any(post.id == held.pk for post, _ in who_may(action.by, case, known=world.known, at=at))
            assert told == (mine and in_force), (action.key, wanted)
        waits = awaited(case, REPORT, known=world.known, at=at)
        for each in waits:
            theirs = Post.objects.current(at).filter(organisation_id=each.organisation, role=each.role)
            assert any(
                moves(actor_of(one, at=at), case, world, at=at)
                for one in theirs.select_related("organisation")
            )
        assert hears(by, case, world) == seen
        tally.update(seen=seen, unseen=not seen, offered=bool(offered), waited=bool(waits))
        check_pages(browser, held, case, offered, open=in_force and seen)
    if wanted.token is not None and in_force and held.role in WORKERS:
        check_token(held, wanted.token, cases, world)


def hears(by: Actor, case: Projection, world: World, *, follows: int = 0) -> bool:
    """Whether an open page or phone of this post, or one that follows a case, hears that this one changed."""
    topics, page = Topics[Listener](), Listener(by, case=follows)
    topics.add(page)
    has = tuple(each.organisation for each in case.assigned.values() if each.until_seq is None)
    change = Change(
        position=1,
        number=case.number,
        area=case.area,
        barred=case.barred,
        procedure=case.procedure,
        organisations=has,
    )
    return page in topics.matching(change, known=world.known)


def check_pages(browser: Client, held: Post, case: Projection, offered: set[str], *, open: bool) -> None:  # noqa: A002
    """Desk and field show the case to exactly who sees it, and offer exactly what may be done."""
    for door, roles in (("desk", READERS), ("field", FIELD)):
        answer = browser.get(f"/{door}/cases/{case.number}")
        inside = held.role in roles
        expected = {200} if open and inside else {404} if inside else {302, 403}
        if inside and answer.status_code == 302:
            assert not Post.objects.current(now()).filter(pk=held.pk).exists()
            continue
        assert answer.status_code in expected, (door, held.role, answer.status_code)
        if answer.status_code == 200:
            links = set(re.findall(rf"/cases/{case.number}/do/(\w+)", answer.content.decode()))
            assert links - {"look"} == offered - {"look"}
        for action in ("accept", "check"):
            form = browser.get(f"/{door}/cases/{case.number}/do/{action}")
            assert (form.status_code == 200) == (open and inside and action in offered)


def check_token(held: Post, wanted: Narrowed, cases: list[Projection], world: World) -> None:
    """A token's answers are the rule's for the narrowed actor, and never more than its post's."""
    at = now()
    within = place(VILLAGE) if wanted.village and in_scope(actor_of(held, at=at), pad(VILLAGE)) else None
    text = token_of(held, ("report",), wanted.actions, within)
    by = find_token_actor(text, at=at)
    assert by is not None
    whole = actor_of(held, at=at)
    assert listed(by, world, at=at) == seen_by(by, world) <= seen_by(whole, world)
    api = Api(client=Client(), token=text)
    for case in cases:
        offered = agree_on(by, case, world, at=at)
        assert offered <= agree_on(whole, case, world, at=at) & set(wanted.actions)
        answer = api.get(f"cases/{case.number:016d}")
        seen = sees(by, case, parties=(), known=world.known)
        assert hears(by, case, world) == seen
        assert answer.status_code == (200 if seen else 404)
        if seen:
            assert {action["key"] for action in answer.json()["actions"]} == offered


def test_the_questions_agree_for_random_posts_and_cases(world: World) -> None:
    tally: Counter[str] = Counter()
    cases = list(world.cases.values())
    units = world.known.organisations.values()
    elsewhere = next(
        unit.id for unit in units if unit.kind == "village_committee" and unit.id not in world.organisations
    )

    @RELAXED
    @given(wanted=people(world), some=st.sets(st.sampled_from(range(len(cases))), min_size=1, max_size=2))
    def agree(wanted: Wanted, some: set[int]) -> None:
        check(wanted, [cases[n] for n in sorted(some)], world, tally)

    agree()
    for case in cases[::13]:  # those who have to do with it, whatever was drawn above
        assert case.holder is not None
        assert case.room is not None
        for wanted in (
            Wanted(role=Role.DISPATCHER, organisation=case.room),
            Wanted(role=Role.HANDLER, organisation=case.holder, away=True),
            Wanted(role=Role.SUPERVISOR, organisation=world.known.lineage(case.holder)[-1], place=case.place),
            Wanted(role=Role.GRID_WORKER, organisation=elsewhere, place=case.place, outside=True),
        ):
            check(wanted, [case], world, tally)
    assert {"seen", "unseen", "offered", "waited"} <= {key for key, n in tally.items() if n}


def test_the_questions_agree_for_residents_and_their_own_cases(world: World) -> None:
    at = now()
    own = {row.case_id: (row.account_id, row.n) for row in CaseAccount.objects.all()}
    accounts = {account for account, _n in own.values()}
    assert len(accounts) > 1
    for account in accounts:
        by, browser = resident(account), Client()
        browser.force_login(Account.objects.get(pk=account), backend=BACKEND)
        session = browser.session
        session[SEEN] = session[SINCE] = at.timestamp()
        session.save()
        mine = {case_id for case_id, (held, _n) in own.items() if held == account}
        assert listed(by, world, at=at) == mine
        for case in [*(world.cases[one] for one in mine), *list(world.cases.values())[:10]]:
            parties = (own[case.id][1],) if case.id in mine else ()
            offered = agree_on(by, case, world, at=at, own=parties)
            answer = browser.get(f"/follow/{case.number:016d}")
            assert answer.status_code == (200 if case.id in mine else 302)
            shown = Shown(session=str(session.session_key), case=case.number)
            listens = admitted([shown], known=world.known, at=now()).get(shown)
            assert (listens is not None) == (case.id in mine)
            if listens is not None:
                assert hears(listens, case, world, follows=case.number)
                assert not hears(listens, next(iter(world.cases.values())), world, follows=1)
            links = set(re.findall(r"/do/(\w+)", answer.content.decode()))
            assert links <= offered
