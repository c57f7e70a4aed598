# SPDX-License-Identifier: Apache-2.0
"""The made-up cells: as many as promised, a valid cover of each county, the same every time, refused when damaged."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import shapely

from anlan.places.cells import FILE, Store, load_cells
from anlan.places.codes import Level, code_range, level_of, pad
from anlan.places.cut import cut_county, number
from anlan.places.source import read_counties, read_divisions


def test_every_cell_lies_in_its_county_and_they_cover_it() -> None:
    cells = load_cells()
    assert len(cells.codes) >= 85_000
    assert (np.diff(cells.codes) > 0).all()
    for code, outline in list(read_counties().items())[::6]:
        shapes = np.array([shape for _, shape in cells.shapes(*code_range(code))], dtype=object)
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
        whole = shapely.coverage_union_all(shapes)
        # Corners where cells meet the outline are rounded to a centimetre.
        assert shapely.symmetric_difference(whole, outline).area < 1e-5 * outline.area
        seeds = cells.seeds[:, cells.rows(*code_range(code))]
        assert shapely.contains_xy(shapes, seeds[0], seeds[1]).all()
    assert {level_of(code) for code in cells.codes[::1000].tolist()} == {Level.GRID}


def test_every_village_has_grids_numbered_from_one() -> None:
    villages = {pad(d.code) for d in read_divisions() if d.level is Level.VILLAGE}
    codes = load_cells().codes
    of_village, counts = np.unique(codes // 1000 * 1000, return_counts=True)
    assert set(of_village.tolist()) == villages
    assert set(counts.tolist()) == {3, 5}
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    assert (codes[starts] % 1000 == 1).all()
    assert (codes[starts + counts - 1] % 1000 == counts).all()


def test_cutting_again_gives_the_same_cells() -> None:
    county = pad("330108")
    low, high = code_range(county)
    villages = sorted((d for d in read_divisions() if d.level is Level.VILLAGE), key=lambda d: d.code)
    codes, seeds, shapes = cut_county(
        read_counties()[county], [v for v in villages if low <= pad(v.code) < high]
    )
    kept = load_cells()
    rows = kept.rows(low, high)
    assert codes == kept.codes[rows].tolist()
    assert seeds.T.tolist() == kept.seeds[:, rows].tolist()
    for (code, shape), cut in zip(kept.shapes(low, high), shapes, strict=True):
        assert shapely.equals_exact(shapely.normalize(shape), cut, 0), code


def test_packing_keeps_every_corner_hole_and_island(tmp_path: Path) -> None:
    outer = shapely.box(0, 0, 10, 10)
    ring = shapely.difference(outer, shapely.box(4, 4, 6, 6))
    island = shapely.MultiPolygon([shapely.box(4, 4, 6, 6), shapely.box(20, 20, 30, 30)])
    store = Store()
    store.add([100000000000001, 100000000000002], np.array([[1, 1], [5, 5]]), [ring, island])
    file = tmp_path / "cells.npz"
    file.write_bytes(store.to_bytes())
    Path(f"{file}.sha256").write_text(hashlib.sha256(file.read_bytes()).hexdigest())
    first, second = (shape for _, shape in load_cells(file).shapes(0, 10**15))
    assert shapely.equals(first, ring)
    assert shapely.equals(second, island)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / FILE.name
    data = bytearray(FILE.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    Path(f"{file}.sha256").write_text(Path(f"{FILE}.sha256").read_text())
    with pytest.raises(ValueError, match="damaged"):
        load_cells(file)


def test_grids_are_numbered_from_west_to_east_in_rows_from_north_to_south() -> None:
    points = np.array([[0, 0], [10, 9], [0, 10], [10, 1]])
    assert number(points).tolist() == [[0, 10], [10, 9], [0, 0], [10, 1]]
