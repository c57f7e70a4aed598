# SPDX-License-Identifier: Apache-2.0
"""Where a point lies: the county for sure, below it only a short list to confirm.

County outlines are surveyed; towns, villages and grids are made-up cells (示意，非测绘), so nothing below the county is ever
concluded from a position. Points are whole units of 1e-7 degree, WGS-84. Outlines are read once a revision. A point
outside the region is refused with OutsideRegion.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.db import connection
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from anlan.base.errors import Invalid
from anlan.places.cells import Cells, load_cells
from anlan.places.codes import LENGTHS, Level, code_range
from anlan.places.find import revision, tree
from anlan.places.tree import Spot

Ints = NDArray[np.int64]
CANDIDATES = 5
_TODAY = 2**31 - 2
"""A day on which every code that is open today still is."""
_FINEST = 600
"""A drawing of a place shows details of this part of its longer side."""
_VILLAGE = 10 ** (LENGTHS[-1] - LENGTHS[Level.VILLAGE - 1])
_OUTLINES = """
SELECT c.code, b.shape FROM places_boundary b JOIN places_placecode c USING (place_id)
 WHERE c.valid_to IS NULL AND b.surveyed ORDER BY c.code"""
# Metres in 1e-7 degree of latitude, as a fraction: 40,007,863 m around the poles.
_METRES, _UNITS = 40_007_863, 3_600_000_000


MADE_UP = _("made up, not surveyed")
"""What every label, map and answer says beside a grid, its shape, and a candidate below the county."""


class OutsideRegion(Invalid):
    """The point is not in this region."""

    code = "outside_region"
    words: Any = _("This point is outside the region. Please choose a place from the list or move the point.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A place below the county that a point may belong to, to be confirmed; made up, not surveyed."""

    spot: Spot
    metres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """The innermost surveyed place, and the villages whose made-up cells lie nearest, the nearest first."""

    place: Spot
    candidates: tuple[Near, ...]
    surveyed: bool = False
    """Of the candidates: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """Outlines by padded code, WGS-84, 1e-7 degree; `surveyed` or made up (示意，非测绘), never mixed."""

    shapes: dict[int, BaseGeometry]
    surveyed: bool


@dataclass(frozen=True, slots=True)
class _Outlines:
    codes: Ints
    shapes: NDArray[np.object_]
    index: shapely.STRtree


@dataclass(frozen=True, slots=True)
class _Seeds:
    codes: Ints
    points: Ints
    index: shapely.STRtree


def locate(lng_e7: int, lat_e7: int, *, candidates: int = CANDIDATES) -> Located:
    """The county of a point, and villages near it to confirm. Raises OutsideRegion."""
    outlines = _outlines(revision())
    found = outlines.index.query(shapely.Point(lng_e7, lat_e7), predicate="intersects")
    spot = _current(int(outlines.codes[found.min()])) if len(found) else None
    if spot is None:
        raise OutsideRegion
    return Located(place=spot, candidates=_near(spot.code, lng_e7, lat_e7, candidates))


def locate_many(lng_e7: Ints, lat_e7: Ints) -> Ints:
    """The padded code of the innermost surveyed place of each point; 0 for a point outside the region."""
    outlines = _outlines(revision())
    result = np.zeros(len(lng_e7), dtype=np.int64)
    points = shapely.points(lng_e7.astype(float), lat_e7.astype(float))
    rows, shapes = outlines.index.query(points, predicate="intersects")
    # A point on a common edge belongs to the lower code; written last, it stays.
    order = np.argsort(-outlines.codes[shapes], kind="stable")
    result[rows[order]] = outlines.codes[shapes[order]]
    return result


def cells_of_many(lng_e7: Ints, lat_e7: Ints) -> Ints:
    """The made-up grid cell of each point, 0 outside the region or where there are no cells.

    For drawing, for made-up data and for candidate lists; never to decide where something is. Made up, not surveyed.
    """
    counties = locate_many(lng_e7, lat_e7)
    result = np.zeros(len(counties), dtype=np.int64)
    for county in np.unique(counties[counties > 0]).tolist():
        seeds = _seeds(county)
        rows = np.flatnonzero(counties == county)
        if len(seeds.codes):
            points = shapely.points(lng_e7[rows].astype(float), lat_e7[rows].astype(float))
            result[rows] = seeds.codes[seeds.index.nearest(points)]
    return result


def county_shapes(
    level: Level = Level.COUNTY, *, within: int | None = None, metres: int = 300
) -> dict[int, BaseGeometry]:
    """Outlines for a map by padded code, simplified together so that neighbours still meet; WGS-84, 1e-7 degree.

    `within` keeps those in one place. Surveyed outlines only.
    """
    low, high = code_range(within) if within is not None else (0, 10**15)
    found = _simplified(revision(), level, metres)
    return {code: shape for code, shape in found.items() if low <= code < high}


def cell_shapes(within: int) -> dict[int, BaseGeometry]:
    """The made-up grid cells in a place, by padded code. Made up, not surveyed (示意，非测绘): say so beside them."""
    return dict(load_cells().shapes(*code_range(within)))


def shapes_below(code: int) -> Below:
    """Outlines of the places directly below one, each covering what the others leave, simplified together for a drawing.

    From the town down they are unions of made-up cells, and `surveyed` says so. Empty below a grid.
    """
    return _below(revision(), code)


def as_geojson(shapes: Mapping[int, BaseGeometry], *, surveyed: bool) -> dict[str, Any]:
    """Shapes as a GeoJSON feature collection in degrees; each feature says whether it is surveyed."""
    features = []
    for code, shape in shapes.items():
        spot = _current(code)
        degrees = shapely.transform(shape, lambda xy: xy / 10_000_000)
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "code": str(code),
                    "name": spot.name if spot else "",
                    "name_en": spot.name_en if spot else "",
                    "surveyed": surveyed,
                },
                "geometry": shapely.geometry.mapping(degrees),
            }
        )
    return {"type": "FeatureCollection", "features": features} | ({} if surveyed else {"note": str(MADE_UP)})


def project(shapes: Mapping[int, BaseGeometry], *, width: int = 1000) -> tuple[int, dict[int, BaseGeometry]]:
    """Height in pixels, and the shapes in pixels from the upper left corner of a drawing `width` wide that holds them all.

    Degrees of longitude are shortened as they are in the middle of the drawing, so that nothing looks stretched.
    """
    if not shapes:
        return 0, {}
    west, south, east, north = (int(edge) for edge in shapely.total_bounds(list(shapes.values())))
    middle = np.cos(np.radians((south + north) / 2 / 10_000_000))
    scale = width / max((east - west) * middle, 1)
    moved, factor = np.array([west, north]), np.array([middle * scale, -scale])
    drawn = {
        code: shapely.transform(shape, lambda xy: (xy - moved) * factor) for code, shape in shapes.items()
    }
    return int(np.ceil((north - south) * scale)), drawn


def svg_path(drawn: BaseGeometry) -> str:
    """A shape in pixels as the path of an SVG."""
    parts = []
    for ring in shapely.get_rings(shapely.get_parts(drawn)):
        xy = shapely.get_coordinates(ring)[:-1].tolist()
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in xy) + "Z")
    return "".join(parts)


def _near(county: int, lng_e7: int, lat_e7: int, count: int) -> tuple[Near, ...]:
    seeds = _seeds(county)
    if not len(seeds.codes) or count < 1:
        return ()
    shrink = int(1000 * np.cos(np.radians(lat_e7 / 10_000_000)))
    across, along = (seeds.points[0] - lng_e7) * shrink // 1000, seeds.points[1] - lat_e7
    squares = across * across + along * along
    found: dict[int, int] = {}
    for row in np.argsort(squares, kind="stable").tolist():
        village = int(seeds.codes[row]) // _VILLAGE * _VILLAGE
        if village not in found:
            found[village] = int(squares[row])
            if len(found) == count:
                break
    spots = ((_current(code), square) for code, square in found.items())
    return tuple(
        Near(spot=spot, metres=int(square**0.5) * _METRES // _UNITS)
        for spot, square in spots
        if spot is not None
    )


def _current(code: int) -> Spot | None:
    return tree().find(code, _TODAY)


@lru_cache(maxsize=1)
def _outlines(_revision: int) -> _Outlines:
    """Surveyed outlines that hold no smaller surveyed ones."""
    found = _read_outlines(_revision)
    codes = sorted(found)
    ranges = [code_range(code) for code in codes]
    innermost = [
        code
        for i, code in enumerate(codes)
        if i + 1 == len(codes) or not ranges[i][0] <= codes[i + 1] < ranges[i][1]
    ]
    shapes = np.array([found[code] for code in innermost], dtype=object)
    shapely.prepare(shapes)
    return _Outlines(np.array(innermost, dtype=np.int64), shapes, shapely.STRtree(shapes))


@lru_cache(maxsize=1)
def _read_outlines(_revision: int) -> dict[int, BaseGeometry]:
    with connection.cursor() as cursor:
        cursor.execute(_OUTLINES)
        return {code: shapely.from_wkb(bytes(shape)) for code, shape in cursor.fetchall()}


@lru_cache(maxsize=8)
def _simplified(_revision: int, level: Level, metres: int) -> dict[int, BaseGeometry]:
    found = _read_outlines(_revision)
    codes = [code for code in found if (spot := _current(code)) is not None and spot.level is level]
    shapes = np.array([found[code] for code in codes], dtype=object)
    if not len(shapes):
        return {}
    plain = shapely.coverage_simplify(shapes, metres * _UNITS / _METRES)
    return dict(zip(codes, plain, strict=True))


@lru_cache(maxsize=512)
def _below(_revision: int, code: int) -> Below:
    within = [spot.code for spot in tree().children(code, _TODAY)]
    outlines = _read_outlines(_revision)
    found = {each: outlines[each] for each in within if each in outlines}
    surveyed = bool(found)
    if not surveyed:
        cells = ((each, [shape for _, shape in load_cells().shapes(*code_range(each))]) for each in within)
        found = {each: shapely.coverage_union_all(parts) for each, parts in cells if parts}
    shapes = np.array(list(found.values()), dtype=object)
    if not len(shapes):
        return Below(shapes={}, surveyed=False)
    west, south, east, north = shapely.total_bounds(shapes)
    plain = shapely.coverage_simplify(shapes, max(east - west, north - south) / _FINEST)
    return Below(shapes=dict(zip(found, plain, strict=True)), surveyed=surveyed)


@lru_cache(maxsize=256)
def _seeds(county: int) -> _Seeds:
    cells: Cells = load_cells()
    rows = cells.rows(*code_range(county))
    points = cells.seeds[:, rows]
    return _Seeds(cells.codes[rows], points, shapely.STRtree(shapely.points(points.T.astype(float))))
