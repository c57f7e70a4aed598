# SPDX-License-Identifier: Apache-2.0
"""One process's streams: who is let in, what each is told once a second, when one ends.

The event loop belongs to the streams. What asks the database does so in two threads: one admits and looks again at sessions, many at
a time, one reads the journal. What waits for a reader is bounded: ids that changed, each once, and how many more.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TypeVar
from uuid import UUID

import psycopg
from django.db import InterfaceError, OperationalError, connection, connections

from anlan.base.clock import now
from anlan.cases import claims, journal
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.people.may import Actor
from anlan.web.live.changes import changes, standing
from anlan.web.live.shown import Shown, admitted
from anlan.web.live.told import Stream, event, named
from anlan.web.live.topics import Change, Topics

log = logging.getLogger("anlan.live")

EVERY = 1.0
"""Seconds that are gathered into one event."""
HEARTBEAT = 20.0
"""Seconds after which a stream to which nothing was said says that it lives."""
ROUNDS = 40
"""What opened a stream is looked at again every so many seconds, some streams every second: who lost a post, a token or a case
hears nothing after a minute at most.
"""
MOST_STREAMS = 20
"""Streams of one session or token: a browser keeps one, or one a page. The oldest ends for the one after the last."""
RECENT = 20_000
"""Changes that are kept for who comes back. Who is further behind is told to read everything anew."""
JUST_NOW = 15.0
"""Seconds for which claims are kept for who comes: between the reading of a page and the beginning of its stream."""
AT_ONCE = 1_000
"""Listeners, or claims, asked for in one question."""
PAUSE = 2.0
TOGETHER = 0.02
"""Seconds in which those who come are gathered into one question."""
GONE = (OperationalError, InterfaceError, psycopg.Error)

Result = TypeVar("Result")


class LaterError(Exception):
    """Whether somebody may hear cannot be asked now: they are to come back."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody at the door: what they show, the last position that they heard of, and where the answer goes."""

    shown: Shown
    after: int | None
    answer: asyncio.Future[Stream | None]


class Hub:
    """All streams of this process. Lives in one event loop, from `start` to `stop`."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.topics = Topics[Stream]()
        self.streams: set[Stream] = set()
        self.position = 0
        self._of: dict[str | bytes, list[Stream]] = {}
        self._changed: set[Stream] = set()
        self._asking: list[Asking] = []
        self._rung = asyncio.Event()
        self._recent: deque[Change] = deque(maxlen=RECENT)
        self._claims: deque[tuple[float, Change]] = deque(maxlen=RECENT)
        self._known: Known
        self._doorkeeper = ThreadPoolExecutor(1, "live-doorkeeper")
        self._follower: threading.Thread | None = None
        self._stopping = threading.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Reads where the journal ends and begins to follow it."""
        self.position = (await self._ask(journal.head)).position
        self._known = await self._ask(current)
        first = self.position - RECENT
        while found := [
            one for one in await self._ask(partial(changes, first)) if one.position <= self.position
        ]:
            self._recent.extend(found)
            first = found[-1].position
        loop = asyncio.get_running_loop()
        self._follower = threading.Thread(
            target=self._follow, args=(loop, self.position), name="live-journal", daemon=True
        )
        self._follower.start()
        work = (self._open(), self._speak(), self._look_again())
        self._tasks = [loop.create_task(each) for each in work]

    async def stop(self) -> None:
        """Ends every stream; browsers come back, here or elsewhere, and miss nothing."""
        self._stopping.set()
        for task in self._tasks:
            task.cancel()
        _send_back(self._asking)
        for stream in self.streams:
            stream.end()
        self._doorkeeper.submit(connections.close_all)
        await asyncio.to_thread(self._doorkeeper.shutdown)
        if self._follower is not None:
            await asyncio.to_thread(self._follower.join)

    async def admit(self, shown: Shown, *, after: int | None) -> Stream | None:
        """A stream for whoever shows this; None for nobody. `after` is the last position that it heard of. Raises LaterError.

        Thousands may come back at once: who asks in the same moment is asked for, and told what was missed, together.
        """
        if self._stopping.is_set():
            raise LaterError
        answer: asyncio.Future[Stream | None] = asyncio.get_running_loop().create_future()
        self._asking.append(Asking(shown, after, answer))
        self._rung.set()
        try:
            return await answer
        except asyncio.CancelledError:
            if answer.done() and not answer.cancelled() and (stream := answer.result()) is not None:
                self.part(stream)
            raise

    async def _open(self) -> None:
        """Lets in, lot by lot. A task of the hub's own: none of those who ask can leave the others standing."""
        while True:
            await self._rung.wait()
            await asyncio.sleep(TOGETHER)
            self._rung.clear()
            asking, self._asking = self._asking, []
            try:
                await self._let_in(asking)
            except GONE as error:
                log.warning("nobody is let in: %s", type(error).__name__)
            except Exception:
                log.exception("nobody is let in")
            finally:
                _send_back(asking)

    async def _let_in(self, asking: Sequence[Asking]) -> None:
        found = await self._admitted(each.shown for each in asking)
        behind: dict[Stream, int] = {}
        arrived = Topics[Stream]()
        for each in asking:
            if each.answer.done():
                continue
            actor = found.get(each.shown)
            stream = None if actor is None else self._begin(each.shown, actor)
            if stream is not None:
                arrived.add(stream)
                if each.after is not None and each.after < self.position:
                    behind[stream] = each.after
            each.answer.set_result(stream)
        if behind:
            self._catch_up(behind)
        since = time.monotonic() - JUST_NOW
        self._note_claims(arrived, [change for at, change in self._claims if at >= since], self._known)

    def _begin(self, shown: Shown, actor: Actor) -> Stream:
        stream = Stream(shown, actor, at=self.position)
        self.streams.add(stream)
        theirs = self._of.setdefault(shown.opener, [])
        theirs.append(stream)
        if len(theirs) > MOST_STREAMS:
            theirs.pop(0).end()
        self.topics.add(stream)
        return stream

    def part(self, stream: Stream) -> None:
        """The stream has ended."""
        stream.end()
        theirs = self._of.get(stream.shown.opener, [])
        if stream in theirs:
            theirs.remove(stream)
            if not theirs:
                del self._of[stream.shown.opener]
        self.streams.discard(stream)
        self._changed.discard(stream)
        self.topics.remove(stream)

    async def _admitted(self, shown: Iterable[Shown]) -> dict[Shown, Actor]:
        wanted = list(dict.fromkeys(shown))
        found: dict[Shown, Actor] = {}
        for first in range(0, len(wanted), AT_ONCE):
            found |= await self._ask(partial(_admitted, wanted[first : first + AT_ONCE]))
        return found

    async def _ask(self, question: Callable[[], Result]) -> Result:
        def asked() -> Result:
            try:
                return question()
            except GONE:
                connections.close_all()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._doorkeeper, asked)

    def _catch_up(self, behind: dict[Stream, int]) -> None:
        """What these missed after the positions that they heard of, or that it was too much to tell."""
        oldest = self._recent[0].position - 1 if self._recent else self.position
        topics = Topics[Stream]()
        for stream, after in behind.items():
            if after < oldest:
                stream.say(event("anew", stream.told))
            else:
                topics.add(stream)
        for change in self._recent:
            for stream in topics.matching(change, known=self._known):
                if change.position > behind[stream]:
                    stream.changed.note(change.number)
                    self._changed.add(stream)
            if change.warns:
                for stream in topics.warned(change):
                    if change.position > behind[stream]:
                        stream.warned = True
                        self._changed.add(stream)

    def _take(self, found: list[Change], known: Known) -> None:
        """In the event loop: notes for everybody what changed."""
        self._known = known
        self._recent.extend(found)
        for change in found:
            for stream in self.topics.matching(change, known=known):
                stream.changed.note(change.number)
                self._changed.add(stream)
            if change.warns:
                for stream in self.topics.warned(change):
                    stream.warned = True
                    self._changed.add(stream)
        self.position = found[-1].position

    def _take_claims(self, found: list[Change], known: Known) -> None:
        """In the event loop: notes for every post that sees these cases that somebody began or ended to work on them."""
        at = time.monotonic()
        while self._claims and self._claims[0][0] < at - JUST_NOW:
            self._claims.popleft()
        self._claims.extend((at, change) for change in found)
        self._note_claims(self.topics, found, known)

    def _note_claims(self, topics: Topics[Stream], found: Iterable[Change], known: Known) -> None:
        for change in found:
            for stream in topics.seeing(change, known=known):
                stream.claimed.note(change.number)
                self._changed.add(stream)

    def _follow(self, loop: asyncio.AbstractEventLoop, after: int) -> None:
        """In a thread of its own: wakes at every numbered batch and every claim, and looks once a second when nobody wakes it."""
        claimed: set[UUID] = set()
        lapsed = now()
        while not self._stopping.is_set():
            try:
                with psycopg.connect(**connection.get_connection_params(), autocommit=True) as listening:
                    listening.execute(f"LISTEN {journal.CHANNEL}")
                    listening.execute(f"LISTEN {claims.CHANNEL}")
                    while not self._stopping.is_set():
                        while found := changes(after):
                            # Told before it counts as told: what breaks off here is read again.
                            loop.call_soon_threadsafe(self._take, found, current())
                            after = found[-1].position
                        if (at := now()) - lapsed >= timedelta(seconds=EVERY):
                            claimed |= set(claims.lapsed(lapsed, at))
                            lapsed = at
                        while claimed:
                            some = set(islice(claimed, AT_ONCE))
                            loop.call_soon_threadsafe(self._take_claims, standing(some), current())
                            claimed -= some
                        for told in listening.notifies(timeout=EVERY, stop_after=1):
                            if told.channel == claims.CHANNEL:
                                claimed.add(UUID(told.payload))
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
                    # A slow reader: what changes gathers, bounded, until it has read.
                    self._changed.add(stream)
                    continue
                numbers, more = stream.changed.take()
                stream.told = self.position
                if stream.warned:
                    stream.warned = False
                    stream.say(event("alerts", self.position))
                if numbers:
                    stream.say(named("cases", self.position, numbers, more))
                numbers, more = stream.claimed.take()
                if numbers:
                    stream.say(named("claims", self.position, numbers, more))
            quiet = time.monotonic() - HEARTBEAT
            for stream in self.streams:
                if stream.spoken < quiet and stream not in self._changed and not stream.waits:
                    # Shown to nobody; where to go on from if it breaks off.
                    stream.say(f"id: {self.position}\n\n")

    async def _look_again(self) -> None:
        """Ends streams that nothing opens any more, and moves those whose post changed to what they may hear now."""
        waiting: list[Stream] = []
        share = 0
        while True:
            await asyncio.sleep(EVERY)
            if not waiting:
                waiting = list(self.streams)
                share = 1 + len(waiting) // ROUNDS
            streams, waiting = waiting[:share], waiting[share:]
            try:
                found = await self._admitted(stream.shown for stream in streams)
            except GONE:
                continue
            except Exception:
                # Whatever it was: who has lost their post is still to be found, in the next round.
                log.exception("some streams were not looked at again")
                continue
            for stream in self.streams.intersection(streams):
                actor = found.get(stream.shown)
                if actor is None:
                    stream.say(event("over", self.position))
                    stream.end()
                elif actor != stream.actor:
                    self.topics.remove(stream)
                    stream.actor = actor
                    self.topics.add(stream)
                    stream.say(event("anew", self.position))


def _send_back(asking: Iterable[Asking]) -> None:
    """Whoever of these has no answer yet comes again."""
    for each in asking:
        if not each.answer.done():
            each.answer.set_exception(LaterError())


def _admitted(shown: list[Shown]) -> dict[Shown, Actor]:
    return admitted(shown, known=current(), at=now())
