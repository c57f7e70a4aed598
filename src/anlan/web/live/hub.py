# SPDX-License-Identifier: Apache-2.0
"""One process's streams: who is let in, what each is told once a second, when one ends.

The event loop belongs to the streams. What asks the database does so in two threads: one admits and looks again at sessions, many at
a time, one reads the journal. What waits for a reader is bounded: ids that changed, each once, and how many more.
"""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection, connections

from anlan.base.clock import now
from anlan.cases import journal
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.people.may import Actor
from anlan.people.session import staff_in
from anlan.web.live.changes import BATCH, changes
from anlan.web.live.topics import Change, Listener, Topics

log = logging.getLogger("anlan.live")

EVERY = 1.0
"""Seconds that are gathered into one event."""
HEARTBEAT = 20.0
"""Seconds after which a stream to which nothing was said says that it lives."""
ROUNDS = 40
"""Each stream's session is looked at again every so many seconds, some streams every second: who lost a post hears nothing
after a minute at most.
"""
MOST_STREAMS = 20
"""Streams of one session: a browser keeps one, or one a page. The oldest ends for the one after the last."""
AT_ONCE = 1_000
"""Sessions asked for in one question."""
PAUSE = 2.0
GONE = (OperationalError, InterfaceError, psycopg.Error)

Result = TypeVar("Result")


class Stream(Listener):
    """A listener with its way out: `turn` waits for the next words to send, and gives None when it is over."""

    __slots__ = ("_future", "_words", "over", "spoken", "told")

    def __init__(self, session: str, actor: Actor, *, at: int) -> None:
        """`at` is the position up to which it is told everything."""
        super().__init__(session, actor)
        self.told = at
        self.over = False
        self.spoken = time.monotonic()
        self._words = ""
        self._future: asyncio.Future[None] | None = None

    def say(self, words: str) -> None:
        """Gives words to send, behind those that it has not fetched yet."""
        self._words += words
        self._wake()

    @property
    def waits(self) -> bool:
        """Whether words lie here that were not fetched: then changes gather behind them."""
        return bool(self._words)

    def end(self) -> None:
        """It is over: what it waits for comes at once."""
        self.over = True
        self._wake()

    async def turn(self) -> str | None:
        """The next words; None when there will be no more."""
        if not self._words and not self.over:
            self._future = asyncio.get_running_loop().create_future()
            await self._future
            self._future = None
        words, self._words = self._words, ""
        self.spoken = time.monotonic()
        return words or None

    def _wake(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


class Hub:
    """All streams of this process. Lives in one event loop, from `start` to `stop`."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.topics = Topics[Stream]()
        self.streams: set[Stream] = set()
        self.position = 0
        self._of: dict[str, list[Stream]] = {}
        self._changed: set[Stream] = set()
        self._waiting: list[tuple[str, asyncio.Future[Actor | None]]] = []
        self._doorkeeper = ThreadPoolExecutor(1, "live-sessions")
        self._follower: threading.Thread | None = None
        self._stopping = threading.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Reads where the journal ends and begins to follow it."""
        self.position = (await self._ask(journal.head)).position
        loop = asyncio.get_running_loop()
        self._follower = threading.Thread(
            target=self._follow, args=(loop, self.position), name="live-journal", daemon=True
        )
        self._follower.start()
        self._tasks = [loop.create_task(self._speak()), loop.create_task(self._look_again())]

    async def stop(self) -> None:
        """Ends every stream; browsers come back, here or elsewhere, and miss nothing."""
        self._stopping.set()
        for task in self._tasks:
            task.cancel()
        for stream in self.streams:
            stream.end()
        self._doorkeeper.submit(connections.close_all)
        await asyncio.to_thread(self._doorkeeper.shutdown)
        if self._follower is not None:
            await asyncio.to_thread(self._follower.join)

    async def admit(self, session: str, *, after: int | None) -> Stream | None:
        """A stream for whoever acts in this session; None for nobody. `after` is the last position that it heard of."""
        actor = await self._who(session)
        if actor is None:
            return None
        stream = Stream(session, actor, at=self.position)
        self.streams.add(stream)
        theirs = self._of.setdefault(session, [])
        theirs.append(stream)
        if len(theirs) > MOST_STREAMS:
            theirs.pop(0).end()
        self.topics.add(stream)
        if after is not None and after < stream.told:
            await self._catch_up(stream, after)
        return stream

    def part(self, stream: Stream) -> None:
        """The stream has ended."""
        stream.end()
        theirs = self._of.get(stream.session, [])
        if stream in theirs:
            theirs.remove(stream)
            if not theirs:
                del self._of[stream.session]
        self.streams.discard(stream)
        self._changed.discard(stream)
        self.topics.remove(stream)

    async def _who(self, session: str) -> Actor | None:
        """Who acts in a session. Thousands may come back at once: what asks in the same moment is one question."""
        answer: asyncio.Future[Actor | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((session, answer))
        if len(self._waiting) == 1:
            await asyncio.sleep(0.02)
            asked, self._waiting = self._waiting, []
            try:
                found = await self._sessions([each for each, _future in asked])
            except GONE:
                found = {}
            for each, future in asked:
                if not future.done():
                    future.set_result(found.get(each))
        return await answer

    async def _sessions(self, keys: Iterable[str]) -> dict[str, Actor]:
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Actor] = {}
        for first in range(0, len(wanted), AT_ONCE):
            found |= await self._ask(partial(_staff_in, wanted[first : first + AT_ONCE]))
        return found

    async def _ask(self, question: Callable[[], Result]) -> Result:
        def asked() -> Result:
            try:
                return question()
            except GONE:
                connections.close_all()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._doorkeeper, asked)

    async def _catch_up(self, stream: Stream, after: int) -> None:
        """What was missed, or that it was too much to tell."""
        missed = await self._ask(lambda: changes(after))
        if len(missed) >= BATCH:
            stream.say(event("anew", stream.told))
            return
        known = await self._ask(current)
        topics = Topics[Stream]()
        topics.add(stream)
        for change in missed:
            for each in topics.matching(change, known=known):
                each.note(change.number)
            if change.warns and any(topics.warned(change)):
                stream.warned = True
        if stream.cases or stream.warned:
            self._changed.add(stream)

    def _take(self, found: list[Change], known: Known) -> None:
        """In the event loop: notes for everybody what changed."""
        for change in found:
            for stream in self.topics.matching(change, known=known):
                stream.note(change.number)
                self._changed.add(stream)
            if change.warns:
                for stream in self.topics.warned(change):
                    stream.warned = True
                    self._changed.add(stream)
        self.position = found[-1].position

    def _follow(self, loop: asyncio.AbstractEventLoop, after: int) -> None:
        """In a thread of its own: wakes at every numbered batch, and looks once a second when nobody wakes it."""
        while not self._stopping.is_set():
            try:
                with psycopg.connect(**connection.get_connection_params(), autocommit=True) as listening:
                    listening.execute(f"LISTEN {journal.CHANNEL}")
                    while not self._stopping.is_set():
                        while found := changes(after):
                            after = found[-1].position
                            loop.call_soon_threadsafe(self._take, found, current())
                        for _notify in listening.notifies(timeout=EVERY, stop_after=1):
                            pass
            except GONE as error:
                log.warning("live waits for the database: %s", type(error).__name__)
                connections.close_all()
                self._stopping.wait(PAUSE)
            except RuntimeError:
                break  # the loop is closed
        connections.close_all()

    async def _speak(self) -> None:
        """Once a second: an event to each for whom something changed, a heartbeat to those to whom long nothing was said."""
        while True:
            await asyncio.sleep(EVERY)
            changed, self._changed = self._changed, set()
            for stream in changed:
                if stream.waits:
                    self._changed.add(
                        stream
                    )  # a slow reader: what changes gathers, bounded, until it has read
                    continue
                numbers, more = stream.take()
                stream.told = self.position
                if stream.warned:
                    stream.warned = False
                    stream.say(event("alerts", self.position))
                if numbers:
                    stream.say(event("cases", self.position, cases=[f"{n:016d}" for n in numbers], more=more))
            quiet = time.monotonic() - HEARTBEAT
            for stream in self.streams:
                if stream.spoken < quiet and not stream.waits and not stream.cases:
                    stream.say(
                        f"id: {self.position}\n\n"
                    )  # shown to nobody; where to go on from if it breaks off

    async def _look_again(self) -> None:
        """Ends streams whose session is over, and moves those whose post changed to what they may hear now."""
        waiting: list[Stream] = []
        share = 0
        while True:
            await asyncio.sleep(EVERY)
            if not waiting:
                waiting = list(self.streams)
                share = 1 + len(waiting) // ROUNDS
            streams, waiting = waiting[:share], waiting[share:]
            try:
                found = await self._sessions(stream.session for stream in streams)
            except GONE:
                continue
            for stream in self.streams.intersection(streams):
                actor = found.get(stream.session)
                if actor is None:
                    stream.say(event("over", self.position))
                    stream.end()
                elif actor != stream.actor:
                    self.topics.remove(stream)
                    stream.actor = actor
                    self.topics.add(stream)
                    stream.say(event("anew", self.position))


def _staff_in(keys: list[str]) -> dict[str, Actor]:
    return staff_in(keys, at=now())


def event(name: str, at: int, **data: object) -> str:
    """A server-sent event as it goes over the line; its id is the position up to which all was told."""
    return f"event: {name}\nid: {at}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
