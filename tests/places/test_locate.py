# SPDX-License-Identifier: Apache-2.0
"""A point gives its county and a list to confirm, never a village; outside the region is a clear answer."""

import numpy as np
import pytest
import shapely
from django.utils.translation import override

from anlan.places.cells import load_cells
from anlan.places.codes import Level, code_range, pad
from anlan.places.find import tree
from anlan.places.locate import (
    OutsideRegion,
    as_geojson,
    cell_shapes,
    cells_of_many,
    county_shapes,
    locate,
    locate_many,
    project,
    shapes_below,
    svg_path,
)
from anlan.places.source import read_counties

WESTLAKE = (1_201_300_000, 302_750_000)  # by the lake, in 西湖区
SHANGHAI = (1_214_700_000, 312_300_000)

pytestmark = pytest.mark.usefixtures("zhejiang")


def test_a_point_gives_its_county_and_villages_of_it_to_confirm() -> None:
    found = locate(*WESTLAKE)
    assert (found.place.name, found.place.level) == ("西湖区", Level.COUNTY)
    assert found.surveyed is False
    low, high = code_range(found.place.code)
    assert len(found.candidates) == 5
    assert all(near.spot.level is Level.VILLAGE and low <= near.spot.code < high for near in found.candidates)
    metres = [near.metres for near in found.candidates]
    assert metres == sorted(metres)
    assert metres[0] < 5000


def test_outside_the_region_is_refused_with_what_to_do() -> None:
    with pytest.raises(OutsideRegion) as refusal:
        locate(*SHANGHAI)
    assert refusal.value.status == 422
    with override("en"):
        assert "outside the region" in refusal.value.as_problem()["detail"]
    with override("zh-hans"):
        assert "不在本地区范围内" in refusal.value.as_problem()["detail"]


def test_many_points_agree_with_one() -> None:
    random = np.random.default_rng(7)
    x = random.integers(1_180_000_000, 1_230_000_000, 100_000)
    y = random.integers(270_000_000, 312_000_000, 100_000)
    codes = locate_many(x, y)
    assert 0.3 < (codes > 0).mean() < 0.7
    for i in range(200):
        if codes[i]:
            assert locate(int(x[i]), int(y[i])).place.code == codes[i]
        else:
            with pytest.raises(OutsideRegion):
                locate(int(x[i]), int(y[i]))


def test_a_point_on_a_common_edge_has_one_county() -> None:
    county = read_counties()[pad("330106")]
    x, y = shapely.get_coordinates(county)[::7].astype(np.int64).T
    many = locate_many(x, y)
    assert [locate(int(a), int(b)).place.code for a, b in zip(x, y, strict=True)] == many.tolist()


def test_the_cell_of_a_point_is_the_cell_that_covers_it() -> None:
    cells = load_cells()
    rows = cells.rows(*code_range(pad("330106")))
    found = cells_of_many(cells.seeds[0, rows], cells.seeds[1, rows])
    assert found.tolist() == cells.codes[rows].tolist()
    shapes = cell_shapes(pad("330106"))
    assert list(shapes) == found.tolist()


def test_shapes_for_maps_say_what_is_surveyed() -> None:
    counties = county_shapes()
    assert len(counties) == 90
    assert shapely.coverage_is_valid(np.array(list(counties.values()), dtype=object))
    assert set(county_shapes(within=pad("3301"))) == {c for c in counties if str(c).startswith("3301")}
    assert len(county_shapes(Level.CITY)) == 11
    drawn = as_geojson(county_shapes(within=pad("330106")), surveyed=True)
    assert drawn["features"][0]["properties"] == {
        "code": "330106000000000", "name": "西湖区", "name_en": "Xihu District", "surveyed": True
    }  # fmt: skip
    height, pixels = project(counties, width=800)
    assert 500 < height < 1500
    assert shapely.total_bounds(list(pixels.values())).round().tolist()[:3] == [0, 0, 800]
    paths = [svg_path(shape) for shape in pixels.values()]
    assert all(path.startswith("M") and path.endswith("Z") for path in paths)
    assert project({}) == (0, {})


@pytest.mark.parametrize(
    ("code", "count", "surveyed"),
    [("33", 11, True), ("3301", 13, True), ("330106", 12, False), ("330106004066", 5, False)],
)
def test_what_lies_below_a_place_is_drawn_whole_and_says_whether_it_is_surveyed(
    *, code: str, count: int, surveyed: bool
) -> None:
    below = shapes_below(pad(code))
    assert (len(below.shapes), below.surveyed) == (count, surveyed)
    assert list(below.shapes) == [spot.code for spot in tree().children(pad(code), 2**31 - 2)]
    assert shapely.coverage_is_valid(np.array(list(below.shapes.values()), dtype=object))


def test_nothing_is_drawn_below_a_grid() -> None:
    assert shapes_below(pad("330106004066001")).shapes == {}
