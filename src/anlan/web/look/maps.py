# SPDX-License-Identifier: Apache-2.0
"""A map of places with one value each, in a few steps of one colour, and the same as a table: the table is the main way.

Knows outlines and values only. Where the outlines are not surveyed the drawing says so in words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.places.find import revision
from anlan.places.kinds import KINDS
from anlan.places.locate import Below, project, shapes_below, svg_path

STEPS = 5
"""Colours from least to most; 0 is a place without a value."""
PLAIN = 1
"""The colour where no place has a value: a map to choose from."""
WIDTH, LETTER, LARGER = 1000, 32, 1.25
"""Of the drawing and of the names in it, in its own units; on a phone they are this much larger."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A place of the map. `shown` is its value in words; `value` None has no colour (kept back, or nothing there)."""

    code: int
    name: str
    shown: str
    value: float | None = None
    url: str = ""
    current: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """An area with its outline; the name is written in it where it `fits`, on a phone where it fits `large`."""

    area: Area
    label: str
    step: int
    path: str
    x: float
    y: float
    fits: bool
    large: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """One step of the legend: from the least to the greatest value that has its colour."""

    step: int
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choropleth:
    """What `{% choropleth %}` draws. `measure` says what the values are; `outlines` is where a script finds the shapes."""

    title: str
    measure: str
    height: int
    areas: Sequence[Drawn]
    rows: Sequence[Area]
    bands: Sequence[Band]
    surveyed: bool
    outlines: str = ""
    width: int = WIDTH
    letter: int = LETTER

    @property
    def without(self) -> bool:
        """Whether the legend must explain places without a value."""
        return bool(self.bands) and any(not drawn.step for drawn in self.areas)


@dataclass(frozen=True, slots=True)
class _Outline:
    path: str
    x: float
    y: float
    room: float


def map_below(
    code: int, areas: Sequence[Area], *, title: str, measure: str, say: Callable[[float], str]
) -> Choropleth:
    """The map of the places directly below one, as they are outlined today; areas without an outline are in the table."""
    height, outlines, surveyed = _outlined(revision(), code)
    address = f"{reverse('look:outlines', args=[code])}?{revision()}" if outlines else ""
    return _choropleth(
        height, outlines, areas, title=title, measure=measure, say=say, surveyed=surveyed, address=address
    )


def map_of(
    below: Below, areas: Sequence[Area], *, title: str, measure: str, say: Callable[[float], str]
) -> Choropleth:
    """The same of outlines at hand."""
    height, outlines = _draw(below)
    return _choropleth(
        height, outlines, areas, title=title, measure=measure, say=say, surveyed=below.surveyed, address=""
    )


def bands_of(values: Sequence[float], *, say: Callable[[float], str]) -> tuple[dict[float, int], list[Band]]:
    """The step of each value, and the legend: as equal in number as the values allow, equal values in one step."""
    different = sorted(set(values))
    count = min(STEPS, len(different))
    # With few steps the colours keep apart: one of one is in the middle, nothing is never more than the least, two are the least
    # and the most.
    steps = {1: (3 if any(different) else 1,), 2: (1, 5), 3: (1, 3, 5), 4: (1, 2, 4, 5)}.get(
        count, tuple(range(1, count + 1))
    )
    ordered = sorted(values)
    step_of: dict[float, int] = {}
    for n, value in enumerate(different):
        place = ordered.index(value) * count // len(ordered) if len(different) > STEPS else n
        step_of[value] = steps[place]
    bands = []
    for step in steps:
        among = [value for value in different if step_of[value] == step]
        if among:
            least, most = say(among[0]), say(among[-1])
            words = least if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}
            bands.append(Band(step=step, words=words))
    return step_of, bands


def _choropleth(
    height: int,
    outlines: dict[int, _Outline],
    areas: Sequence[Area],
    *,
    title: str,
    measure: str,
    say: Callable[[float], str],
    surveyed: bool,
    address: str,
) -> Choropleth:
    step_of, bands = bands_of([area.value for area in areas if area.value is not None], say=say)
    drawn = [
        _drawn(area, outline, step=step_of[area.value] if area.value is not None else 0 if bands else PLAIN)
        for area in areas
        if (outline := outlines.get(area.code)) is not None
    ]
    drawn.sort(key=lambda each: each.area.current)  # the edge of the chosen one lies above its neighbours'
    return Choropleth(
        title=title,
        measure=measure,
        height=height,
        areas=drawn,
        rows=areas,
        bands=bands,
        surveyed=surveyed,
        outlines=address,
    )


def _drawn(area: Area, outline: _Outline, *, step: int) -> Drawn:
    label = _label(area.name)
    return Drawn(
        area=area,
        label=label,
        step=step,
        path=outline.path,
        x=outline.x,
        y=outline.y,
        fits=_long(label) < outline.room,
        large=_long(label) * LARGER < outline.room,
    )


@lru_cache(maxsize=128)
def _outlined(_revision: int, code: int) -> tuple[int, dict[int, _Outline], bool]:
    below = shapes_below(code)
    return *_draw(below), below.surveyed


def _draw(below: Below) -> tuple[int, dict[int, _Outline]]:
    height, shapes = project(below.shapes, width=WIDTH)
    outlines = {}
    for code, shape in shapes.items():
        middle, edge = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, 4)).tolist()
        # A name is wide and low: it may stand out of the circle a little on both sides.
        room = 2.4 * ((middle[0] - edge[0]) ** 2 + (middle[1] - edge[1]) ** 2) ** 0.5
        outlines[code] = _Outline(svg_path(shape), round(middle[0], 1), round(middle[1], 1), room)
    return height, outlines


def _label(name: str) -> str:
    """An English name without the word for its kind, which all places of one map have."""
    return next((name.removesuffix(kind) for _zh, kind in KINDS if kind and name.endswith(kind)), name)


def _long(name: str) -> float:
    """About how wide a name is drawn: Chinese characters are as wide as they are high, letters half of that."""
    return sum(LETTER if ord(letter) > 0x2E80 else LETTER * 0.56 for letter in name)
