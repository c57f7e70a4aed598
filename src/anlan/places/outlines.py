# SPDX-License-Identifier: Apache-2.0
"""Reads boundaries from GeoJSON and says everything that is wrong with them, feature by feature, with line numbers. Pure.

Each feature needs `properties.code` (as written in its source) and a Polygon or MultiPolygon in degrees, WGS-84 or CGCS2000.
Outlines of one level may touch, not overlap: a point would be in two places.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from anlan.places.codes import level_of
from anlan.places.rows import Bad, BadFile, Known, find_known
from anlan.places.source import to_units

SYSTEMS = ("CRS84", "4326", "4490")
"""Longitude and latitude: WGS-84 by two names, and CGCS2000."""

OVERLAP = 1e-4
"""Neighbours drawn by different hands may overlap by this part of the smaller one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A boundary that was read: whose, the line it begins on, in whole units of 1e-7 degree."""

    line: int
    code: int
    shape: BaseGeometry


def read_outlines(text: str, *, known: Known) -> list[Outline]:
    """The boundaries of a GeoJSON file, all of places that are loaded. Raises BadFile."""
    bad: list[Bad] = []
    found: dict[int, Outline] = {}
    for line, feature in _features(text, bad):
        outline = _outline(line, feature, known, bad)
        if outline is None:
            continue
        if outline.code in found:
            bad.append(Bad(line=line, why=f"the place is on line {found[outline.code].line} already"))
        else:
            found[outline.code] = outline
    outlines = list(found.values())
    _check_overlaps(outlines, bad)
    if not found and not bad:
        bad.append(Bad(line=0, why="there are no features"))
    if bad:
        raise BadFile(bad)
    return outlines


def _features(text: str, bad: list[Bad]) -> Iterator[tuple[int, Any]]:
    """Each feature with the line it begins on: the standard parser tells no lines, so features are read one by one."""
    try:
        whole = json.loads(text, parse_constant=_no_constant)
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        bad.append(Bad(line=line, why=f"not JSON: {error}"))
        return
    if not isinstance(whole, dict) or not isinstance(whole.get("features"), list):
        bad.append(Bad(line=1, why="not a GeoJSON feature collection"))
        return
    system = json.dumps(whole.get("crs", "CRS84"))
    if not any(name in system for name in SYSTEMS):
        bad.append(
            Bad(
                line=1,
                why=f"coordinates must be longitude and latitude in WGS-84 or CGCS2000, not {system[:80]}",
            )
        )
        return
    yield from zip(_lines(text, len(whole["features"])), whole["features"], strict=False)


def _lines(text: str, count: int) -> list[int]:
    """The line on which each element of the array "features" begins."""
    decoder = json.JSONDecoder()
    at = text.index("[", text.index('"features"')) + 1
    lines: list[int] = []
    line, counted = 1, 0
    while len(lines) < count:
        while text[at] in " \t\r\n,":
            at += 1
        line += text.count("\n", counted, at)
        counted = at
        lines.append(line)
        _, at = decoder.raw_decode(text, at)
    return lines


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _outline(line: int, feature: Any, known: Known, bad: list[Bad]) -> Outline | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    written = str((properties or {}).get("code", "")) if isinstance(properties, dict) else ""
    code = find_known(written, known) if written else None
    if code is None:
        why = (
            f"no place with the code {written!r} is loaded"
            if written
            else "the feature has no properties.code"
        )
        bad.append(Bad(line=line, why=why))
    problem, drawn = _geometry(feature.get("geometry") if isinstance(feature, dict) else None)
    if problem:
        bad.append(Bad(line=line, why=problem))
    if code is None or drawn is None:
        return None
    return Outline(line=line, code=code, shape=drawn)


def _geometry(given: Any) -> tuple[str, BaseGeometry | None]:
    if not isinstance(given, dict) or given.get("type") not in ("Polygon", "MultiPolygon"):
        return "the geometry must be a Polygon or a MultiPolygon", None
    try:
        drawn = shape(given)
        coordinates = shapely.get_coordinates(drawn)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        shapely.errors.ShapelyError,
    ) as error:
        return f"the geometry cannot be read: {error}", None
    if drawn.is_empty or not math.isfinite(drawn.area):
        return "the geometry is empty", None
    if (np.abs(coordinates) > (180, 90)).any():
        return "the geometry has coordinates that are no degrees of longitude and latitude", None
    units = to_units(shapely.force_2d(drawn))
    if not shapely.is_valid(units):
        return f"the geometry is not valid: {shapely.is_valid_reason(drawn)}", None
    return "", units


def _check_overlaps(outlines: Sequence[Outline], bad: list[Bad]) -> None:
    shapes = np.array([outline.shape for outline in outlines], dtype=object)
    if not len(shapes):
        return
    rows, others = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for i, j in zip(rows.tolist(), others.tolist(), strict=True):
        one, other = outlines[i], outlines[j]
        if j < i and level_of(one.code) is level_of(other.code):
            common = shapely.intersection(one.shape, other.shape).area
            if common > OVERLAP * min(one.shape.area, other.shape.area):
                bad.append(Bad(line=one.line, why=f"overlaps the place on line {other.line}"))
