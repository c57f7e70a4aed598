# SPDX-License-Identifier: Apache-2.0
"""Who is to hear of a change: listeners found by place and organisation, each by the one rule of permission.

Pure, no connection and no clock. `matching` says what `cases.may.sees` says of a post, for one change and many listeners at
once; tests/web/live/test_topics.py holds them against each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from anlan.cases.known import Known
from anlan.cases.may import NO_CASES
from anlan.people.may import Actor
from anlan.places.codes import ancestors, code_range

MOST = 20
"""Cases that one event names; of more it says only how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An entry in the journal, as far as it says who hears of it. `organisations` are those that have the case, and those that
    this very entry took it from: their lists change too. `warns`: it is an alert that was released, which is for everybody below.
    """

    position: int
    number: int
    area: int
    barred: int | None
    organisations: tuple[int, ...]
    warns: bool = False


class Listener:
    """One stream of one session: who listens, and what it has not been told yet."""

    __slots__ = ("actor", "cases", "more", "session", "warned")

    def __init__(self, session: str, actor: Actor) -> None:
        """Nothing is untold at first."""
        self.session = session
        self.actor = actor
        self.cases: list[int] = []
        self.more = 0
        self.warned = False

    def note(self, number: int) -> None:
        """A case changed; the same one twice is told once."""
        if number in self.cases:
            return
        if len(self.cases) < MOST:
            self.cases.append(number)
        else:
            self.more += 1

    def take(self) -> tuple[list[int], int]:
        """What is untold, once: cases, and how many more."""
        told = self.cases, self.more
        self.cases, self.more = [], 0
        return told


Hears = TypeVar("Hears", bound=Listener)


class Topics(Generic[Hears]):
    """All listeners of this process, by the ranges of their places and by their organisations."""

    def __init__(self) -> None:
        """Nobody listens."""
        self._within: dict[tuple[int, int], set[Hears]] = {}
        self._odd: dict[
            tuple[int, int], set[Hears]
        ] = {}  # ranges that are no place's own, after a reform: few, so gone through
        self._of: dict[int, set[Hears]] = {}

    def add(self, one: Hears) -> None:
        """From now on `matching` finds it."""
        for index, key in self._keys(one.actor):
            index.setdefault(key, set()).add(one)

    def remove(self, one: Hears) -> None:
        """`matching` no longer finds it."""
        for index, key in self._keys(one.actor):
            rest = index.get(key, set())
            rest.discard(one)
            if not rest:
                index.pop(key, None)

    def matching(self, change: Change, *, known: Known) -> Iterator[Hears]:
        """Who sees the case of this change, or saw it until now; each once."""
        found: set[Hears] = set()
        for code in (change.area, *ancestors(change.area)):
            found |= self._within.get(code_range(code), set())
        for (low, high), listeners in self._odd.items():
            if low <= change.area < high:
                found |= listeners
        for organisation in change.organisations:
            found |= self._of.get(organisation, set())
        for one in found:
            theirs = one.actor.organisation_id
            if theirs is not None and (change.barred is None or change.barred not in known.concerned(theirs)):
                yield one

    def warned(self, change: Change) -> Iterator[Hears]:
        """Who is in the place of an alert, over it or in part of it, whether or not they see its case; each once."""
        low, high = code_range(change.area)
        found: set[Hears] = set()
        for index in (self._within, self._odd):
            for (start, end), listeners in index.items():
                if start < high and low < end:
                    found |= listeners
        yield from found

    def _keys(self, actor: Actor) -> Iterator[tuple[dict[Any, set[Hears]], Any]]:
        if actor.kind != "post" or actor.organisation_id is None or actor.role in NO_CASES:
            return
        for each in actor.scope:
            yield (self._within if code_range(each[0]) == each else self._odd), each
        yield self._of, actor.organisation_id
