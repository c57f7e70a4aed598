# SPDX-License-Identifier: Apache-2.0
"""What of figures may be told to everybody: of towns and wider, of a month that has ended, and nothing under ten.

Nor anything from which a number under ten could be computed: not the rest of a share, and not what is left when the places
beside are taken from the place above. A place that is kept back there is kept back on its own page too. What is about an
office is in no public figure.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.core.cache import cache

from anlan.cases import registry
from anlan.cases.define import Measure
from anlan.indicators.reads import below, counts, is_standing
from anlan.indicators.values import PUBLIC, Period, Ratio, figures_from
from anlan.places import find
from anlan.places.codes import Level
from anlan.places.tree import Spot

LEAST = 10
KEPT = timedelta(hours=1)
"""How long figures are told without being counted anew: they are of a month that has ended."""
Told = Mapping[str, Ratio | None]
"""By measure; None: kept back."""
Cells = tuple[int, ...]


def month_before(today: date) -> Period:
    """The calendar month that ended last: sliding days would tell single ones by difference."""
    last = today.replace(day=1) - timedelta(days=1)
    return Period(first=last.replace(day=1), last=last)


def public_measures(procedure: str) -> tuple[Measure, ...]:
    """The measures that everybody is told: the headlines that count days, not what stands at this moment."""
    return tuple(
        one
        for one in registry.newest()[procedure].measures
        if one.headline and not is_standing(procedure, one.counts)
    )


def kept_figures(place: Spot, *, procedure: str, at: datetime) -> Told:
    """The public figures as every door tells them: the same, to whoever asks within the hour."""
    today = at.astimezone(find.ZONE).date()
    key = f"public-figures-{procedure}-{place.id}-{today}"
    told: Told | None = cache.get(key)
    if told is None:
        told = public_figures(place, today=today, procedure=procedure, at=at)
        cache.set(key, told, KEPT.total_seconds())
    return told


def public_figures(place: Spot, *, today: date, procedure: str, at: datetime) -> Told:
    """Last month's figures of a town or a wider place. A narrower one has none: ask for its town."""
    measures = public_measures(procedure)
    if place.level > Level.TOWN:
        return dict.fromkeys((one.key for one in measures), None)
    period = month_before(today)
    found = counts([place], period, procedure=procedure, eyes=PUBLIC, at=at)[place.id]
    own = figures_from(found, measures)
    way = (*find.above(place.id, at=at), place)
    open_ = {key for key, ratio in own.items() if tellable(ratio)}
    for upper, lower in pairwise(way):
        open_ &= _told_below(upper, period, measures, procedure=procedure, at=at).get(lower.id, set())
    return {key: ratio if key in open_ else None for key, ratio in own.items()}


def tellable(ratio: Ratio) -> bool:
    """Whether the figure by itself holds and gives away nothing under ten."""
    return all(n >= LEAST for n in _cells(ratio))


def kept_back(cells: Mapping[int, Cells]) -> set[int]:
    """Of places beside each other those whose figure is kept back: each that is not told for itself, and the smallest others,
    until what is left when the told ones are taken from the whole is of two places and ten or more.
    """
    back = {key for key, n in cells.items() if any(one < LEAST for one in n)}
    others = sorted((key for key in cells if key not in back), key=lambda key: (min(cells[key]), key))
    while back and others and (len(back) < 2 or _short(cells, back)):
        back.add(others.pop(0))
    return back


def _short(cells: Mapping[int, Cells], back: set[int]) -> bool:
    return any(sum(parts) < LEAST for parts in zip(*(cells[key] for key in back), strict=True))


def _cells(ratio: Ratio) -> Cells:
    return (ratio.count,) if ratio.of is None else (ratio.count, ratio.of - ratio.count)


def _told_below(
    place: Spot, period: Period, measures: tuple[Measure, ...], *, procedure: str, at: datetime
) -> dict[int, set[str]]:
    """Of each place directly below the measures that are told of it."""
    rows = below(place, period, procedure=procedure, eyes=PUBLIC, at=at).rows
    figures = {row.place.id if row.place else 0: figures_from(row.counts, measures) for row in rows}
    told: dict[int, set[str]] = {key: set() for key in figures}
    for one in measures:
        back = kept_back({key: _cells(found[one.key]) for key, found in figures.items()})
        for key in figures.keys() - back:
            told[key].add(one.key)
    return told
