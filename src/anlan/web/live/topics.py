# SPDX-License-Identifier: Apache-2.0
"""Who is to hear of a change: listeners found by place, organisation or case, each by the one rule of permission.

Pure, no connection and no clock. `matching` says what `cases.may.sees` says of one post or reader, for one change and many
listeners at once; tests/web/test_agree.py holds them against each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from anlan.cases.known import Known
from anlan.cases.may import NO_CASES, may_reach
from anlan.people.may import Actor
from anlan.places.codes import ancestors, code_range

MOST = 20
"""Cases that one event names; of more it says only how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An entry in the journal, as far as it says who hears of it. `organisations` are those that have the case, and those that
    this very entry took it from: their lists change too. `warns`: it is an alert that was released, which is for everybody below.
    `quiet`: it is one side's own, so that whoever follows the case is not told that anything was said.
    """

    position: int
    number: int
    area: int
    barred: int | None
    procedure: str
    organisations: tuple[int, ...]
    warns: bool = False
    quiet: bool = False


class Told:
    """Cases of which a listener has not been told yet: some by number, how many more."""

    __slots__ = ("more", "numbers")

    def __init__(self) -> None:
        """None at first."""
        self.numbers: list[int] = []
        self.more = 0

    def note(self, number: int) -> None:
        """One more; the same twice is told once, as long as all are told by number."""
        if self.more:
            self.more += 1
        elif number not in self.numbers:
            if len(self.numbers) < MOST:
                self.numbers.append(number)
            else:
                self.more = 1

    def take(self) -> tuple[list[int], int]:
        """What is untold, once."""
        told = self.numbers, self.more
        self.numbers, self.more = [], 0
        return told


class Listener:
    """One stream: who listens, and what it has not been told yet. `case`: it follows that one alone, 0 for whatever its post sees."""

    __slots__ = ("actor", "case", "changed", "claimed", "warned")

    def __init__(self, actor: Actor, *, case: int = 0) -> None:
        """Nothing is untold at first."""
        self.actor = actor
        self.case = case
        self.changed = Told()
        self.claimed = Told()
        self.warned = False


Hears = TypeVar("Hears", bound=Listener)


class Topics(Generic[Hears]):
    """All listeners of this process, by the ranges of their places, by their organisations, by the case that they follow."""

    def __init__(self) -> None:
        """Nobody listens."""
        self._within: dict[tuple[int, int], set[Hears]] = {}
        self._odd: dict[
            tuple[int, int], set[Hears]
        ] = {}  # ranges that are no place's own, after a reform: few, so gone through
        self._of: dict[int, set[Hears]] = {}
        self._following: dict[int, set[Hears]] = {}

    def add(self, one: Hears) -> None:
        """From now on `matching` finds it."""
        for index, key in self._keys(one):
            index.setdefault(key, set()).add(one)

    def remove(self, one: Hears) -> None:
        """`matching` no longer finds it."""
        for index, key in self._keys(one):
            rest = index.get(key, set())
            rest.discard(one)
            if not rest:
                index.pop(key, None)

    def matching(self, change: Change, *, known: Known) -> Iterator[Hears]:
        """Who sees the case of this change, or saw it until now, and who follows it; each once."""
        yield from self.seeing(change, known=known)
        if not change.quiet:
            yield from self._following.get(change.number, ())

    def seeing(self, change: Change, *, known: Known) -> Iterator[Hears]:
        """The posts among these."""
        found: set[Hears] = set()
        for code in (change.area, *ancestors(change.area)):
            found |= self._within.get(code_range(code), set())
        for (low, high), listeners in self._odd.items():
            if low <= change.area < high:
                found |= listeners
        for organisation in change.organisations:
            found |= self._of.get(organisation, set())
        for one in found:
            if _sees(one.actor, change, known):
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

    def _keys(self, one: Hears) -> Iterator[tuple[dict[Any, set[Hears]], Any]]:
        actor = one.actor
        if one.case:
            yield self._following, one.case
            return
        if actor.kind != "post" or actor.organisation_id is None or actor.role in NO_CASES:
            return
        for each in actor.scope:
            yield (self._within if code_range(each[0]) == each else self._odd), each
        yield self._of, actor.organisation_id


def _sees(actor: Actor, change: Change, known: Known) -> bool:
    """What places and organisations leave to ask: what a token is narrowed to, and whom the case is about."""
    if actor.procedures is not None and change.procedure not in actor.procedures:
        return False
    if not may_reach(actor, change.area) or actor.organisation_id is None:
        return False
    return change.barred is None or change.barred not in known.concerned(actor.organisation_id)
