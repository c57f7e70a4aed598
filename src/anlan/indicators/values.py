# SPDX-License-Identifier: Apache-2.0
"""What figures are asked with and given as. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from anlan.cases.define import Measure
from anlan.cases.known import Known
from anlan.people.may import Actor
from anlan.places.codes import DIGITS, LENGTHS, level_of
from anlan.places.tree import Range, Spot

SPANS = tuple(10 ** (DIGITS - length) for length in LENGTHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Local days, both counted."""

    first: date
    last: date

    @classmethod
    def of_days(cls, n: int, *, last: date) -> "Period":
        """The `n` days that end with `last`."""
        return cls(first=last - timedelta(days=n - 1), last=last)

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return [date.fromordinal(n) for n in range(self.first.toordinal(), self.last.toordinal() + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """Whose figures. `offices`: cases about offices count too, but for those about `but`, which the reader may not know of.
    The public's eyes see none of them, as the public list does.
    """

    offices: bool = False
    but: tuple[int, ...] = ()


PUBLIC = Eyes()


def eyes_of(by: Actor, *, known: Known) -> Eyes:
    """The eyes of a post: all that its places hold, without what is about its own office or one above it."""
    if by.kind != "post" or by.organisation_id is None:
        return PUBLIC
    return Eyes(offices=True, but=tuple(sorted(known.concerned(by.organisation_id))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A figure: `count`, `of` so many, or of none when it is a plain count."""

    count: int
    of: int | None = None

    @property
    def percent(self) -> Decimal | None:
        """In hundredths of a percent, halves up, as published figures are; None of nothing."""
        if not self.of:
            return None
        return (Decimal(self.count) * 100 / self.of).quantize(Decimal("0.01"), ROUND_HALF_UP)


Figures = Mapping[str, Ratio]
"""By the measure's key."""
Counts = Mapping[str, int]
"""By the fact's key."""


def figures_from(counts: Counts, measures: tuple[Measure, ...]) -> dict[str, Ratio]:
    """The measures' figures: the one formula there is."""
    return {
        one.key: Ratio(count=counts.get(one.counts, 0), of=None if one.of is None else counts.get(one.of, 0))
        for one in measures
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A place, how often each fact holds there in the period, and its overdue cases now. `place` None: in the place asked
    about, but in none of those below it.
    """

    place: Spot | None
    counts: Counts
    overdue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """A place and those directly below it. The rows add up to the whole."""

    whole: Counted
    rows: tuple[Counted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How often each asked fact holds on one day."""

    day: date
    counts: Counts


def pieces(ranges: tuple[Range, ...]) -> tuple[list[int], list[Range]]:
    """The ranges as codes of whole places, whose tallies add up to them, and what is left, which has none.

    A range with a hole, from which a place moved away, is cut into the places around the hole.
    """
    codes: list[int] = []
    left: list[Range] = []
    for low, high in ranges:
        at = low
        while at < high:
            span = next(span for span in (*SPANS, 1) if at % span == 0 and at + span <= high)
            if span == SPANS[level_of(at) - 1]:
                codes.append(at)
            else:
                left.append((at, at + span))  # a place's own code without what is below it
            at += span
    return codes, left


def without(ranges: tuple[Range, ...], taken: tuple[Range, ...]) -> tuple[Range, ...]:
    """The ranges without what is taken out of them."""
    found: list[Range] = []
    for low, high in ranges:
        at = low
        for start, end in sorted(taken):
            if start < high and end > at:
                if start > at:
                    found.append((at, start))
                at = max(at, end)
        if at < high:
            found.append((at, high))
    return tuple(found)
