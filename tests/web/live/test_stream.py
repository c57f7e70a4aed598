# SPDX-License-Identifier: Apache-2.0
"""Open pages hear what changes: only who may, nothing twice over, nothing missed, and nobody whose session is over."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.management.commands.journal import pass_once
from anlan.people.may import Role, actor_of
from anlan.people.models import Post
from anlan.web.live import hub as hub_room
from anlan.web.live import stream as stream_room
from anlan.web.live.shown import Shown, admitted
from anlan.web.live.stream import Application
from tests.databases import Clone
from tests.people.world import post
from tests.procedures.report.cast import REASONS, Matter
from tests.web.desk.test_browser import session_of
from tests.web.staff import at_work, enter, matter, number
from tests.web.unit.test_links import given, outside

Result = TypeVar("Result")
HERE = (b"host", b"testserver:8001")
Story = Callable[[Application], Awaitable[None]]


class Page:
    """A browser's side of one stream."""

    def __init__(
        self,
        app: Application,
        session: str = "",
        *,
        path: str = "/live/events",
        query: str = "",
        **headers: str,
    ) -> None:
        self.left = asyncio.Event()
        self.said: asyncio.Queue[str] = asyncio.Queue()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.reads = asyncio.Event()
        self.reads.set()
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; other=1"
        given = [HERE, (b"cookie", cookie.encode())]
        given += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "path": path,
            "query_string": query.encode(),
            "method": headers.pop("method", "GET"),
            "headers": given,
        }
        self.task = asyncio.ensure_future(app(scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        await self.reads.wait()
        await self.said.put(message["body"].decode())

    async def hears(self, event: str = "cases") -> tuple[int, dict[str, Any]]:
        """The next event of this name: its position and its data."""
        while True:
            words = await asyncio.wait_for(self.said.get(), 20)
            if words.startswith(f"event: {event}\n"):
                fields = dict(line.split(": ", 1) for line in words.strip().split("\n"))
                return int(fields["id"]), json.loads(fields["data"])

    async def opened(self) -> "Page":
        """Waits for its first words."""
        await asyncio.wait_for(self.said.get(), 20)
        return self

    async def over(self) -> None:
        """It ends by itself."""
        await asyncio.wait_for(self.task, 20)


async def done(what: Callable[[], Result]) -> Result:
    """Something that the rest of the house does meanwhile, with a connection of its own."""

    def apart() -> Result:
        try:
            return what()
        finally:
            connections.close_all()

    return await asyncio.to_thread(apart)


def reported() -> int:
    """A new case, in the journal; its number."""
    found = number(matter())
    pass_once()
    return found


def live(story: Story) -> None:
    async def told() -> None:
        app = Application()
        await app.hub.start()
        try:
            await story(app)
        finally:
            await app.hub.stop()

    # In a thread: a browser of another test keeps a loop in this one.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, told()).result()


def test_who_sees_a_case_hears_of_it_and_nobody_else(own_database: Clone) -> None:
    here = session_of(Role.DISPATCHER)
    elsewhere = str(
        enter(post(Role.DISPATCHER, "town:330108001")).cookies[settings.SESSION_COOKIE_NAME].value
    )

    async def story(app: Application) -> None:
        near, far = await Page(app, here).opened(), await Page(app, elsewhere).opened()
        first = await done(reported)
        position, told = await near.hears()
        assert told == {"cases": [f"{first:016d}"], "more": 0}
        assert position == app.hub.position
        assert far.said.empty()
        near.left.set()
        await asyncio.wait_for(near.task, 20)
        assert app.hub.streams == {stream for stream in app.hub.streams if stream.shown.session == elsewhere}

    live(story)


def test_who_comes_back_hears_what_was_missed(own_database: Clone) -> None:
    session = session_of(Role.DISPATCHER)

    async def story(app: Application) -> None:
        page = await Page(app, session).opened()
        await done(reported)
        position, _told = await page.hears()
        page.left.set()
        await page.task
        watching = await Page(app, session).opened()
        missed = [await done(reported), await done(reported)]
        heard: set[str] = set()
        while len(heard) < len(missed):
            heard |= set((await watching.hears())[1]["cases"])
        # EventSource says it in a header, a page of ours in the address.
        said: list[dict[str, Any]] = [{"last_event_id": str(position)}, {"query": f"after={position}"}]
        for each in said:
            later, told = await Page(app, session, **each).hears()
            assert told["cases"] == [f"{each:016d}" for each in missed]
            assert later > position

    live(story)


def test_who_was_away_too_long_reads_anew(own_database: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of(Role.DISPATCHER)
    reported()
    reported()
    monkeypatch.setattr(hub_room, "RECENT", 1)

    async def story(app: Application) -> None:
        position, told = await Page(app, session, last_event_id="0").hears("anew")
        assert (position, told) == (app.hub.position, {})

    live(story)


@pytest.mark.parametrize("end", ["signed out", "post ended"])
def test_a_session_that_is_over_hears_no_more(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(hub_room, "ROUNDS", 1)
    session = session_of(Role.DISPATCHER)

    def over() -> None:
        if end == "signed out":
            Session.objects.filter(session_key=session).delete()
        else:
            one = Post.objects.get(role=Role.DISPATCHER)
            Post.objects.filter(pk=one.pk).update(valid_to=one.valid_from)

    async def story(app: Application) -> None:
        page = await Page(app, session).opened()
        await done(over)
        await page.hears("over")
        await asyncio.wait_for(page.task, 20)
        assert not app.hub.streams
        again = Page(app, session)
        await again.task
        # After 204 a browser does not come back by itself.
        assert again.status == 204

    live(story)


def test_a_case_that_is_given_back_is_told_once_more(own_database: Clone) -> None:
    """An outside unit has no places: it hears of a case while it has it, and when it is gone from its list."""
    at_work(Role.DISPATCHER, Role.COUNTY_DISPATCHER)
    here = outside()
    session = str(enter(here).cookies[settings.SESSION_COOKIE_NAME].value)
    matters: list[Matter] = []

    def dispatched() -> None:
        matters.append(given())
        pass_once()

    def given_back() -> None:
        by = actor_of(here, at=now())
        matters[0].do("return", by, reason="not_our_duty", words=REASONS)
        pass_once()

    async def story(app: Application) -> None:
        page = await Page(app, session).opened()
        for what in (dispatched, given_back):
            await done(what)
            assert (await page.hears())[1]["cases"] == [f"{number(matters[0]):016d}"]

    live(story)


def test_a_session_holds_a_few_streams_and_the_oldest_gives_way(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_room, "MOST_STREAMS", 2)
    session = session_of(Role.DISPATCHER)

    async def story(app: Application) -> None:
        first, second, third = [await Page(app, session).opened() for _page in range(3)]
        await asyncio.wait_for(first.task, 20)
        n = await done(reported)
        for page in (second, third):
            assert (await page.hears())[1]["cases"] == [f"{n:016d}"]

    live(story)


def test_many_streams_begun_at_once_leave_no_more_than_that(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_room, "MOST_STREAMS", 2)
    session = session_of(Role.DISPATCHER)

    async def story(app: Application) -> None:
        pages = [Page(app, session) for _page in range(8)]
        await asyncio.gather(*(page.opened() for page in pages))
        done, left = await asyncio.wait([page.task for page in pages], timeout=2)
        assert (len(done), len(left)) == (6, 2)

    live(story)


def test_who_reads_too_slowly_is_dropped(own_database: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_room, "SLOW", 0.2)
    session = session_of(Role.DISPATCHER)

    async def story(app: Application) -> None:
        page = await Page(app, session).opened()
        page.reads.clear()
        await done(reported)
        await asyncio.wait_for(page.task, 20)
        assert not app.hub.streams

    live(story)


def test_who_leaves_at_the_door_leaves_nobody_standing(own_database: Clone) -> None:
    session = session_of(Role.DISPATCHER)

    async def story(app: Application) -> None:
        first = Page(app, session)
        await asyncio.sleep(0)
        first.task.cancel()
        await Page(app, session).opened()
        assert len(app.hub.streams) == 1

    live(story)


def test_what_can_be_no_session_harms_nobody_who_comes_with_it(own_database: Clone) -> None:
    session = session_of(Role.DISPATCHER)

    async def story(app: Application) -> None:
        strange, good = Page(app, '"\\000"'), Page(app, session)
        await good.opened()
        await strange.over()
        assert (good.status, strange.status) == (200, 204)

    live(story)


def test_who_cannot_be_asked_for_comes_again(own_database: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    session, asked = session_of(Role.DISPATCHER), hub_room._admitted

    def broken(*_given: object, **_named: object) -> Any:
        raise ValueError

    async def story(app: Application) -> None:
        monkeypatch.setattr(hub_room, "_admitted", broken)
        pages = [Page(app, session) for _page in range(3)]
        for page in pages:
            await page.over()
            assert page.said.get_nowait().startswith("retry: ")
        monkeypatch.setattr(hub_room, "_admitted", asked)
        await Page(app, session).opened()

    live(story)


@pytest.mark.parametrize(
    ("session", "headers", "status"),
    [
        ("", {}, 204),
        ("nobody's", {}, 204),
        ("own", {"origin": "https://elsewhere.test"}, 403),
        ("own", {"origin": "https://testserver"}, 200),
        ("own", {"host": "evil.example", "origin": "https://evil.example"}, 400),
        ("own", {"last_event_id": "9" * 40}, 200),
    ],
)
def test_the_door_knows_whom_it_lets_in(
    own_database: Clone, session: str, headers: dict[str, str], status: int
) -> None:
    key = session_of(Role.DISPATCHER) if session == "own" else session

    async def story(app: Application) -> None:
        page = await Page(app, key, **headers).opened()
        assert page.status == status
        shared = page.headers.get("access-control-allow-origin", "")
        assert shared == (headers.get("origin", "") if status == 200 else "")

    live(story)


@pytest.mark.django_db
def test_a_demo_whose_clock_was_moved_stays_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ANLAN_CLOCK_OFFSET", 23 * 24 * 3600)  # further than a session's own day
    shown = Shown(session=session_of(Role.DISPATCHER))
    assert shown in admitted([shown], known=current(), at=now())
