# SPDX-License-Identifier: Apache-2.0
"""Cuts each county into made-up grid cells: `python -m anlan.places.cut` writes data/zhejiang-grids.npz and its digest.

No town, village or grid outlines are open, so these are invented, deterministically: points spread evenly in the county,
shared out to towns, villages and grids by halving, one Voronoi cell a point, snapped to whole units of 1e-7 degree.
The cells of a county cover it with no gap and no overlap. Made up, not surveyed (示意，非测绘); never shown as more.
"""

import hashlib
import math
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from anlan.places.cells import FILE, Store
from anlan.places.codes import Level, code_range, pad
from anlan.places.source import Division, read_counties, read_divisions

Ints = NDArray[np.int64]
Tree = tuple[int, Sequence["Tree"]]

# The generalised golden ratio in two dimensions, as fractions of 2**32: whole numbers, so every machine agrees.
_STEP_X, _STEP_Y = 3242174889, 2447445414
_GRIDS_OF_COMMUNITY, _GRIDS_OF_VILLAGE = 5, 3


def grids_of(village: Division) -> int:
    """How many grids a village or community is given: communities, being denser, get more."""
    return _GRIDS_OF_COMMUNITY if "社区" in village.name or "居" in village.name else _GRIDS_OF_VILLAGE


def spread(outline: BaseGeometry, count: int) -> Ints:
    """`count` points inside the outline, evenly spread: the R2 sequence, the same for ever."""
    west, south, east, north = (int(edge) for edge in outline.bounds)
    found = np.empty((0, 2), dtype=np.int64)
    start = 1
    while len(found) < count:
        n = np.arange(start, start + 4 * count, dtype=np.uint64)
        x = west + ((n * np.uint64(_STEP_X) % 2**32) * np.uint64(east - west) // 2**32).astype(np.int64)
        y = south + ((n * np.uint64(_STEP_Y) % 2**32) * np.uint64(north - south) // 2**32).astype(np.int64)
        inside = shapely.contains_xy(outline, x, y)
        found = np.concatenate([found, np.column_stack([x, y])[inside]])
        start += 4 * count
    return found[:count]


def share(points: Ints, trees: Sequence[Tree]) -> list[tuple[int, Ints]]:
    """Gives each tree (weight, branches) its number of points, neighbours to neighbours; leaves in order."""
    if len(trees) > 1:
        half, most = 0, sum(weight for weight, _ in trees)
        cut = 0
        while cut < len(trees) - 1 and (cut == 0 or 2 * half < most):
            half += trees[cut][0]
            cut += 1
        width, height = np.ptp(points, axis=0)
        # A degree of longitude is shorter than one of latitude: about 7/8 here.
        keys = (points[:, 1], points[:, 0]) if width * 7 > height * 8 else (points[:, 0], -points[:, 1])
        ordered = points[np.lexsort(keys)]
        return share(ordered[:half], trees[:cut]) + share(ordered[half:], trees[cut:])
    weight, branches = trees[0]
    return share(points, branches) if branches else [(weight, points)]


def number(points: Ints) -> Ints:
    """Points in the order of their numbers: rows from north to south, in each from west to east."""
    rows = max(1, round(math.sqrt(len(points))))
    southward = points[np.lexsort((points[:, 0], -points[:, 1]))]
    return np.concatenate(
        [row[np.lexsort((row[:, 1], row[:, 0]))] for row in np.array_split(southward, rows)]
    )


def cut(outline: BaseGeometry, seeds: Ints) -> list[BaseGeometry]:
    """One cell a seed; together exactly the outline, corners on whole units. Islands go to the nearest seed."""
    west, south = int(outline.bounds[0]), int(outline.bounds[1])
    near = shapely.transform(outline, lambda xy: xy - (west, south))
    local = (seeds - (west, south)).astype(float)
    edges = shapely.voronoi_polygons(shapely.multipoints(local), extend_to=near, only_edges=True)
    lines = shapely.union_all([edges, near.boundary], grid_size=1)
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inner = shapely.point_on_surface(pieces)
    kept = shapely.intersects(near, inner)
    pieces, inner = pieces[kept], inner[kept]
    owner = shapely.STRtree(shapely.points(local)).nearest(inner)
    cells: list[BaseGeometry] = []
    for i in range(len(seeds)):
        mine = pieces[owner == i]
        if not len(mine):
            raise ValueError(f"seed {i} got no cell")
        whole = mine[0] if len(mine) == 1 else shapely.union_all(mine)
        cells.append(
            shapely.normalize(shapely.transform(whole, lambda xy: np.rint(xy) + np.array([west, south])))
        )
    return cells


def cut_county(
    outline: BaseGeometry, villages: Sequence[Division]
) -> tuple[list[int], Ints, list[BaseGeometry]]:
    """Codes of the county's grids in order, their seeds and cells."""
    towns: list[Tree] = []
    for _, group in groupby(villages, key=lambda v: v.parent):
        leaves: list[Tree] = [(grids_of(v), ()) for v in group]
        towns.append((sum(weight for weight, _ in leaves), leaves))
    shares = share(spread(outline, sum(weight for weight, _ in towns)), towns)
    codes: list[int] = []
    seeds: list[Ints] = []
    for village, (_, points) in zip(villages, shares, strict=True):
        seeds.append(number(points))
        codes.extend(pad(village.code) + n for n in range(1, len(points) + 1))
    ordered = np.concatenate(seeds)
    return codes, ordered, cut(outline, ordered)


def main() -> None:
    """Cuts the whole province and writes the file and its digest."""
    villages = sorted((d for d in read_divisions() if d.level is Level.VILLAGE), key=lambda d: d.code)
    store = Store()
    for county, outline in sorted(read_counties().items()):
        low, high = code_range(county)
        codes, seeds, cells = cut_county(outline, [v for v in villages if low <= pad(v.code) < high])
        store.add(codes, seeds, cells)
        print(county, len(codes), "cells")
    data = store.to_bytes()
    FILE.write_bytes(data)
    Path(f"{FILE}.sha256").write_text(f"{hashlib.sha256(data).hexdigest()}  {FILE.name}\n", encoding="ascii")
    print(len(store.codes), "cells,", len(data), "bytes")


if __name__ == "__main__":
    main()
