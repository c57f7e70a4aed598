# SPDX-License-Identifier: Apache-2.0
"""The made-up grid cells of the package (`cut.py` makes them): where each lies, which lie near a point, their shapes.

Everything here is made up, not surveyed (示意，非测绘). The file's SHA-256 is checked when it is read; a file that does
not match is refused. Coordinates are whole units of 1e-7 degree.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from anlan.places.source import DATA

FILE = DATA / "zhejiang-grids.npz"
Ints = NDArray[np.int64]


@dataclass
class Store:
    """Collects cells and packs them: each corner once, in the order rings first meet it, all as small differences."""

    codes: list[int] = field(default_factory=list)
    seeds: list[tuple[int, int]] = field(default_factory=list)
    corners: list[tuple[int, int]] = field(default_factory=list)
    rings: list[int] = field(default_factory=list)  # corners of each ring
    polygons: list[int] = field(default_factory=list)  # rings of each polygon
    cells: list[int] = field(default_factory=list)  # polygons of each cell
    walk: list[int] = field(
        default_factory=list
    )  # corner numbers, ring after ring, the closing corner left out

    def add(self, codes: Sequence[int], seeds: Ints, shapes: Sequence[BaseGeometry]) -> None:
        """Adds a county's cells. Corners are shared within the county."""
        known: dict[tuple[int, int], int] = {}
        self.codes.extend(codes)
        self.seeds.extend((int(x), int(y)) for x, y in seeds)
        for cell in shapes:
            parts = shapely.get_parts(cell)
            self.cells.append(len(parts))
            for polygon in parts:
                rings = shapely.get_rings(polygon)
                self.polygons.append(len(rings))
                for ring in rings:
                    corners = [(int(x), int(y)) for x, y in shapely.get_coordinates(ring)[:-1]]
                    self.rings.append(len(corners))
                    for corner in corners:
                        if corner not in known:
                            known[corner] = len(self.corners)
                            self.corners.append(corner)
                        self.walk.append(known[corner])

    def to_bytes(self) -> bytes:
        """The file: numpy arrays in a zip without dates, the same bytes every time."""
        out = io.BytesIO()
        seeds, corners = np.array(self.seeds), np.array(self.corners)
        np.savez_compressed(
            out,
            codes=_differences(np.array(self.codes)),
            seeds=_differences(seeds.T),
            corners=_differences(corners.T),
            rings=np.array(self.rings, dtype=np.int16),
            polygons=np.array(self.polygons, dtype=np.int16),
            cells=np.array(self.cells, dtype=np.int16),
            walk=_differences(np.array(self.walk)).astype(np.int32),
        )
        return out.getvalue()


def _differences(values: Ints) -> Ints:
    return np.diff(values, axis=-1, prepend=0)


@dataclass(frozen=True, kw_only=True)
class Cells:
    """All cells of the file, in the order of their codes."""

    codes: Ints
    seeds: Ints  # 2 x n
    corners: Ints  # 2 x m
    walk: Ints
    ring_ends: Ints
    polygon_ends: Ints
    cell_ends: Ints

    def rows(self, low: int, high: int) -> slice:
        """The rows of the cells whose codes lie in [low, high)."""
        first, end = np.searchsorted(self.codes, [low, high])
        return slice(int(first), int(end))

    def shapes(self, low: int, high: int) -> Iterator[tuple[int, BaseGeometry]]:
        """Code and shape of each cell in [low, high). Made up, not surveyed."""
        rows = self.rows(low, high)
        for i in range(rows.start, rows.stop):
            polygons = [self._polygon(p) for p in range(*_span(self.cell_ends, i))]
            yield int(self.codes[i]), polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)

    def _polygon(self, p: int) -> shapely.Polygon:
        rings = [
            self.corners[:, self.walk[slice(*_span(self.ring_ends, r))]].T
            for r in range(*_span(self.polygon_ends, p))
        ]
        return shapely.Polygon(rings[0], rings[1:])


def _span(ends: Ints, i: int) -> tuple[int, int]:
    return (int(ends[i - 1]) if i else 0), int(ends[i])


@cache
def load_cells(file: Path = FILE) -> Cells:
    """Reads the file once a process. Raises ValueError when it does not match the digest beside it."""
    data = file.read_bytes()
    expected = Path(f"{file}.sha256").read_text(encoding="ascii").split()[0]
    if hashlib.sha256(data).hexdigest() != expected:
        raise ValueError(f"{file.name} is damaged: its SHA-256 is not the one beside it")
    with np.load(io.BytesIO(data), allow_pickle=False) as packed:
        return Cells(
            codes=np.cumsum(packed["codes"]),
            seeds=np.cumsum(packed["seeds"], axis=-1),
            corners=np.cumsum(packed["corners"], axis=-1),
            walk=np.cumsum(packed["walk"], dtype=np.int64),
            ring_ends=np.cumsum(packed["rings"], dtype=np.int64),
            polygon_ends=np.cumsum(packed["polygons"], dtype=np.int64),
            cell_ends=np.cumsum(packed["cells"], dtype=np.int64),
        )
