# SPDX-License-Identifier: Apache-2.0
"""All places of the region in one compact value: who had which code when, and who holds what is left of it. Pure.

A code that nobody has any more belongs to the place that has it now under another code, or to the main successor of
the place that had it last. So on any day each code, open or retired, has exactly one holder at each level. Days are
ordinals (`date.toordinal`).
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from sys import intern

from anlan.places.codes import Level, ancestors, code_range, level_of

OPEN = 2**31 - 1
Range = tuple[int, int]
Row = tuple[int, int, int | None, int, int, int | None, str, str, bool]
"""place id, level, parent id, code, first day, first day after or None, name, English name, made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place as it is called and coded in one period. `made_up` ones are shown as such."""

    id: int
    code: int
    level: Level
    name: str
    name_en: str
    parent_id: int | None
    valid_from: date
    valid_to: date | None
    made_up: bool

    def called(self, language: str) -> str:
        """The name in a language: Chinese as it stands, every other language the English one where there is one."""
        return self.name if language.startswith("zh") or not self.name_en else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One succession: `place` ended or gave a part away on `day`; the main successor keeps the closed cases."""

    place: int
    successor: int
    day: int
    main: bool


@dataclass(eq=False)
class Tree:
    """Made once from rows, then only read. A hundred thousand places take some 30 MB."""

    steps: tuple[Step, ...] = ()
    _codes: "array[int]" = field(default_factory=lambda: array("q"))
    _ids: "array[int]" = field(default_factory=lambda: array("i"))
    _from: "array[int]" = field(default_factory=lambda: array("i"))
    _to: "array[int]" = field(default_factory=lambda: array("i"))
    _parents: "array[int]" = field(default_factory=lambda: array("i"))
    _levels: bytearray = field(default_factory=bytearray)
    _made_up: bytearray = field(default_factory=bytearray)
    _names: list[str] = field(default_factory=list)
    _names_en: list[str] = field(default_factory=list)
    _of_place: "array[int]" = field(default_factory=lambda: array("i"))  # by place id: its newest row, or -1
    _older: dict[int, list[int]] = field(default_factory=dict)  # its other rows
    _closed: list[int] = field(default_factory=list)
    _scopes: dict[tuple[int, int], tuple[Range, ...]] = field(default_factory=dict)

    @classmethod
    def grow(cls, rows: Iterable[Row], steps: Iterable[Step] = ()) -> "Tree":
        """The tree of rows given in the order of code and first day."""
        tree = cls(steps=tuple(steps))
        for i, (place, level, parent, code, start, end, name, name_en, made_up) in enumerate(rows):
            tree._codes.append(code)
            tree._ids.append(place)
            tree._from.append(start)
            tree._to.append(OPEN if end is None else end)
            tree._parents.append(parent or 0)
            tree._levels.append(level)
            tree._made_up.append(made_up)
            tree._names.append(intern(name))
            tree._names_en.append(intern(name_en))
            if place >= len(tree._of_place):
                tree._of_place.extend([-1] * (place + 1 - len(tree._of_place)))
            other = tree._of_place[place]
            if other < 0:
                tree._of_place[place] = i
            else:
                newest = max(i, other, key=lambda row: tree._from[row])
                tree._of_place[place] = newest
                tree._older.setdefault(place, []).append(i + other - newest)
            if end is not None:
                tree._closed.append(i)
        return tree

    def __len__(self) -> int:
        """How many code rows there are."""
        return len(self._codes)

    def find(self, code: int, day: int) -> Spot | None:
        """The place that has the code on that day."""
        row = self._row(code, day)
        return None if row is None else self._spot(row)

    def find_place(self, place: int, day: int | None = None) -> Spot | None:
        """The place as of a day on which it has a code, or else (or without a day) as of its newest code."""
        newest = self._newest(place)
        if newest is None:
            return None
        row = newest if day is None else self._row_of(place, day)
        return self._spot(newest if row is None else row)

    def area(self, place: int, day: int) -> int | None:
        """The place's code on that day; None when it has none."""
        row = self._row_of(place, day)
        return None if row is None else self._codes[row]

    def above(self, spot: Spot) -> tuple[Spot, ...]:
        """The places above, widest first, as they were in the spot's own period."""
        day = (spot.valid_to.toordinal() - 1) if spot.valid_to else OPEN - 1
        found = (self.find(code, day) for code in ancestors(spot.code))
        return tuple(upper for upper in found if upper is not None)

    def children(self, code: int, day: int) -> Iterator[Spot]:
        """The places directly below, in the order of their codes."""
        low, high = code_range(code)
        i = bisect_left(self._codes, low + 1)
        while i < len(self._codes) and self._codes[i] < high:
            if self._from[i] <= day < self._to[i]:
                yield self._spot(i)
                i = bisect_left(self._codes, code_range(self._codes[i])[1], i)
            else:
                i += 1

    def holder(self, code: int, day: int) -> Spot | None:
        """Who answers on that day for what was opened under a code: its owner, an heir, or the nearest place above.

        None when nobody ever had a code at or above it.
        """
        row = self._row(code, day)
        if row is not None:
            return self._spot(row)
        earlier = [i for i in self._rows(code) if self._to[i] <= day]
        if earlier:
            heir = self._heir(self._ids[max(earlier, key=lambda i: self._to[i])], day)
            if heir is not None:
                return self._spot(heir)
        above = ancestors(code)
        return self.holder(above[-1], day) if above else None

    def scope(self, place: int, day: int) -> tuple[Range, ...]:
        """The codes a post for this place covers on that day, as [low, high) ranges in order; () when it has no code.

        Its own range, and retired ranges that fell to it or to a place in it; without retired ranges inside its own that
        fell to somebody else.
        """
        key = (place, day)
        if key not in self._scopes:
            if len(self._scopes) > 10_000:
                self._scopes.clear()
            self._scopes[key] = self._scope(place, day)
        return self._scopes[key]

    def was_code(self, code: int, day: int) -> bool:
        """Whether somebody had the code before that day."""
        return any(self._from[i] < day for i in self._rows(code))

    def retired(self, day: int) -> tuple[int, ...]:
        """The codes that nobody has on that day but somebody had, without those inside another."""
        found: list[int] = []
        for code in self._retired(day):
            if not any(upper in found for upper in ancestors(code)):
                found.append(code)
        return tuple(found)

    def each(self, *, down_to: Level = Level.GRID, within: int | None = None) -> Iterator[Spot]:
        """Every row of these levels, in the order of the codes; of the place coded `within` with what is above it."""
        rows: Iterable[int] = range(len(self._levels))
        if within is not None:
            above = (i for upper in ancestors(within) for i in self._rows(upper))
            rows = chain(above, range(*(bisect_left(self._codes, edge) for edge in code_range(within))))
        return (self._spot(i) for i in rows if self._levels[i] <= down_to)

    def _scope(self, place: int, day: int) -> tuple[Range, ...]:
        row = self._row_of(place, day)
        if row is None:
            return ()
        low, high = code_range(self._codes[row])
        ranges = [(low, high)]
        for code in self._retired(day):
            start, end = code_range(code)
            if start <= low < end:
                continue
            heir = self.holder(code, day)
            ranges = _without(ranges, (start, end))
            if heir is not None and low <= heir.code < high:
                ranges.append((start, end))
        return _joined(ranges)

    def _retired(self, day: int) -> list[int]:
        """Codes that nobody has on that day but somebody had, wide before narrow."""
        codes = {self._codes[i] for i in self._closed if self._to[i] <= day}
        return sorted((c for c in codes if self._row(c, day) is None), key=lambda c: (level_of(c), c))

    def _heir(self, place: int, day: int) -> int | None:
        seen: set[int] = set()
        while place not in seen:
            row = self._row_of(place, day)
            if row is not None:
                return row
            seen.add(place)
            main = [step for step in self.steps if step.place == place and step.main and step.day <= day]
            if not main:
                return None
            place = main[0].successor
        return None

    def _rows(self, code: int) -> Iterator[int]:
        i = bisect_left(self._codes, code)
        while i < len(self._codes) and self._codes[i] == code:
            yield i
            i += 1

    def _row(self, code: int, day: int) -> int | None:
        return next((i for i in self._rows(code) if self._from[i] <= day < self._to[i]), None)

    def _newest(self, place: int) -> int | None:
        row = self._of_place[place] if 0 <= place < len(self._of_place) else -1
        return None if row < 0 else row

    def _row_of(self, place: int, day: int) -> int | None:
        newest = self._newest(place)
        if newest is None:
            return None
        if self._from[newest] <= day < self._to[newest]:
            return newest
        rows = self._older.get(place, ())
        return next((i for i in rows if self._from[i] <= day < self._to[i]), None)

    def _spot(self, i: int) -> Spot:
        return Spot(
            id=self._ids[i],
            code=self._codes[i],
            level=Level(self._levels[i]),
            name=self._names[i],
            name_en=self._names_en[i],
            parent_id=self._parents[i] or None,
            valid_from=date.fromordinal(self._from[i]),
            valid_to=None if self._to[i] == OPEN else date.fromordinal(self._to[i]),
            made_up=bool(self._made_up[i]),
        )


def _without(ranges: list[Range], hole: Range) -> list[Range]:
    low, high = hole
    parts = [part for start, end in ranges for part in ((start, min(end, low)), (max(start, high), end))]
    return [(start, end) for start, end in parts if start < end]


def _joined(ranges: list[Range]) -> tuple[Range, ...]:
    joined: list[Range] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)
