# SPDX-License-Identifier: Apache-2.0
"""What opens a stream, what it is good for and when it ends: tokens, followed cases; and claims, which are in no journal."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from anlan.base.clock import now
from anlan.cases import claims
from anlan.cases.catalogue import current
from anlan.cases.management.commands.journal import pass_once
from anlan.cases.models import Claim
from anlan.people import terminals
from anlan.people.may import Role, actor_of
from anlan.people.models import Post
from anlan.web.followed import GRANTS
from anlan.web.live import hub as hub_room
from anlan.web.live.stream import Application
from tests.databases import Clone
from tests.people.world import post
from tests.procedures.report.cast import Matter
from tests.web.api.conftest import token_of
from tests.web.desk.test_browser import session_of
from tests.web.live.test_stream import Page, done, live, reported
from tests.web.staff import at_work, enter, matter, number, post_of


def phone(*, within: int | None = None, procedures: tuple[str, ...] = ("report", "alert")) -> str:
    """The token of a grid worker's field app."""
    return token_of(post_of(Role.GRID_WORKER), procedures, ("take",), within)


@pytest.mark.parametrize("end", ["revoked", "erased", "post ended"])
def test_a_phone_hears_by_its_token_until_the_token_ends(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(hub_room, "ROUNDS", 1)
    at_work(Role.DISPATCHER)
    held = post_of(Role.GRID_WORKER)
    by = actor_of(held, at=now())
    made = terminals.register(held.pk, version="1", procedures=["report"], actions=["take"], by=by, at=now())
    at_work(Role.GRID_WORKER)

    def over() -> None:
        if end == "post ended":
            Post.objects.filter(pk=held.pk).update(valid_to=held.valid_from)
        else:
            stop = terminals.revoke if end == "revoked" else terminals.erase
            stop(made.terminal.pk, by=by, at=now())

    async def story(app: Application) -> None:
        page = await Page(app, authorization=f"Bearer {made.text}").opened()
        n = await done(reported)
        assert (await page.hears())[1]["cases"] == [f"{n:016d}"]
        await done(over)
        await page.hears("over")
        await page.over()
        again = Page(app, authorization=f"Bearer {made.text}")
        await again.over()
        assert again.status == 204
        assert not app.hub.streams

    live(story)


def test_a_token_hears_no_more_than_it_is_good_for(own_database: Clone) -> None:
    """Of another procedure nothing, nor of a place outside its own; and no cookie beside it counts."""
    session = session_of(Role.DISPATCHER)
    other, whole = phone(procedures=("alert",)), phone()

    async def story(app: Application) -> None:
        deaf = await Page(app, session, authorization=f"Bearer {other}").opened()
        page = await Page(app, authorization=f"Bearer {whole}").opened()
        n = await done(reported)
        assert (await page.hears())[1]["cases"] == [f"{n:016d}"]
        assert deaf.said.empty()

    live(story)


def test_who_follows_a_case_hears_of_that_one_alone(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_room, "ROUNDS", 1)
    session_of(Role.DISPATCHER)
    mine, other = matter(), matter()
    browser = follower(mine)
    pass_once()
    session = str(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    path = f"/live/cases/{number(mine):016d}"

    def urged(case: Matter) -> None:
        case.dispatch()
        pass_once()

    async def story(app: Application) -> None:
        page = await Page(app, session, path=path).opened()
        await done(lambda: urged(other))
        await done(lambda: urged(mine))
        assert (await page.hears())[1] == {"cases": [f"{number(mine):016d}"], "more": 0}
        assert page.said.empty()
        for shown, where in (
            ("", path),
            (session, f"/live/cases/{number(other):016d}"),
            (session, "/live/events"),
        ):
            nobody = Page(app, shown, path=where)
            await nobody.over()
            assert nobody.status == 204
        for where in ("/live/cases/1", "/live/cases/"):
            nowhere = Page(app, session, path=where)
            await nowhere.over()
            assert nowhere.status == 404
        # Taken from this browser, it is heard no more.
        await done(lambda: browser.post(f"/follow/{number(mine):016d}/leave"))
        await page.hears("over")
        await page.over()

    live(story)


def test_while_the_database_is_away_whoever_comes_is_to_come_back(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of(Role.DISPATCHER)

    async def story(app: Application) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(hub_room, "admitted", gone)
            page = Page(app, session)
            await page.over()
            assert page.status == 200
            assert (await page.said.get()).startswith("retry:")
        assert not app.hub.streams
        await Page(app, session).opened()
        assert len(app.hub.streams) == 1

    live(story)


def follower(case: Matter) -> Client:
    """A browser in which this case was proved by its code."""
    client = Client()
    session = client.session
    session[GRANTS] = [[number(case), case.id.hex, 1, now().timestamp()]]
    session.save()
    return client


def gone(*_asked: object, **_given: object) -> None:
    raise OperationalError


def test_a_page_of_another_port_may_send_a_token(own_database: Clone) -> None:
    async def story(app: Application) -> None:
        for origin, status in (("http://testserver:8000", 204), ("http://elsewhere.test", 403)):
            asked = Page(app, origin=origin, method="OPTIONS")
            await asked.over()
            assert asked.status == status
            allowed = asked.headers.get("access-control-allow-headers", "")
            assert allowed == ("authorization" if status == 204 else "")

    live(story)


def test_who_sees_a_case_hears_that_somebody_works_on_it_and_that_they_ceased(own_database: Clone) -> None:
    """Opened, said, taken back, lapsed; nothing of it to who follows the case, nor to who does not see it."""
    session = session_of(Role.DISPATCHER)
    colleague = post_of(Role.DISPATCHER)
    by = actor_of(colleague, at=now())
    elsewhere = str(
        enter(post(Role.DISPATCHER, "town:330108001")).cookies[settings.SESSION_COOKIE_NAME].value
    )
    case, other = matter(), matter()
    own = str(follower(case).cookies[settings.SESSION_COOKIE_NAME].value)
    pass_once()

    def lapse() -> None:
        Claim.objects.filter(case_id=other.id).update(lapses_at=now() + timedelta(seconds=2))

    async def story(app: Application) -> None:
        page, far = await Page(app, session).opened(), await Page(app, elsewhere).opened()
        reader = await Page(app, own, path=f"/live/cases/{number(case):016d}").opened()
        for what, numbers in (
            (lambda: claims.opened(by, case.id, at=now()), {case}),
            (lambda: claims.opened(by, other.id, at=now()), {case, other}),
            (lambda: claims.claim(by, other.id, known=current(), at=now()), {other}),
            (lambda: claims.claim(by, case.id, known=current(), at=now()), {case}),
            (lambda: claims.let_go(by, case.id, at=now()), {case}),
            (lapse, {other}),
        ):
            await done(what)
            told: set[str] = set()
            while len(told) < len(numbers):
                told |= set((await page.hears("claims"))[1]["cases"])
            assert told == {f"{number(each):016d}" for each in numbers}
        # What only goes on is not told, nor twice what is taken back.
        await done(lambda: claims.let_go(by, case.id, at=now()))
        await asyncio.sleep(2)
        for one in (page, far, reader):
            assert one.said.empty()

    live(story)


@pytest.mark.django_db
def test_however_many_claims_lapse_at_once_all_are_told() -> None:
    at = now()
    Claim.objects.bulk_create(
        Claim(case_id=uuid4(), post_id=1, since=at, lapses_at=at + claims.OPEN, said=False)
        for _ in range(1_001)
    )
    assert len(claims.lapsed(at, at + claims.OPEN)) == 1_001
    Claim.objects.all().delete()
