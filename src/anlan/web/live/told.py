# SPDX-License-Identifier: Apache-2.0
"""What goes out to one listener: the words of a server-sent event, and the stream that they wait in."""

import asyncio
import json
import time

from anlan.people.may import Actor
from anlan.web.live.shown import Shown
from anlan.web.live.topics import Listener


class Stream(Listener):
    """A listener with its way out: `turn` waits for the next words to send, and gives None when it is over."""

    __slots__ = ("_future", "_words", "over", "shown", "spoken", "told")

    def __init__(self, shown: Shown, actor: Actor, *, at: int) -> None:
        """`at` is the position up to which it is told everything."""
        super().__init__(actor, case=shown.case)
        self.shown = shown
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


def named(name: str, at: int, numbers: list[int], more: int) -> str:
    """An event that names cases, and how many more there are."""
    return event(name, at, cases=[f"{n:016d}" for n in numbers], more=more)


def event(name: str, at: int, **data: object) -> str:
    """A server-sent event as it goes over the line; its id is the position up to which all was told."""
    return f"event: {name}\nid: {at}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
