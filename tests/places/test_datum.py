# SPDX-License-Identifier: Apache-2.0
"""The shift of Chinese maps: a published point, and there and back for every other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.places.datum import Datum, to_gcj02, to_wgs84


@settings(deadline=None)
@given(st.integers(1_180_000_000, 1_230_000_000), st.integers(270_000_000, 312_000_000))
def test_the_chinese_shift_is_taken_back(lng: int, lat: int) -> None:
    shifted = to_gcj02(lng, lat)
    assert shifted != (lng, lat)
    back = to_wgs84(*shifted, datum=Datum.GCJ02)
    assert max(abs(back[0] - lng), abs(back[1] - lat)) <= 2
    assert to_wgs84(lng, lat, datum=Datum.WGS84) == to_wgs84(lng, lat, datum=Datum.CGCS2000) == (lng, lat)


def test_known_points_of_the_chinese_shift() -> None:
    # Tiananmen: published worked example, WGS-84 116.391305, 39.905902 is GCJ-02 116.397548, 39.907306.
    assert (
        max(
            abs(a - b)
            for a, b in zip(to_gcj02(1_163_913_050, 399_059_020), (1_163_975_480, 399_073_060), strict=True)
        )
        < 200
    )
    assert to_wgs84(20_000_000, 480_000_000, datum=Datum.GCJ02) == (20_000_000, 480_000_000)
    baidu = to_wgs84(1_164_040_000, 399_150_000, datum=Datum.BD09)
    assert max(abs(baidu[0] - 1_163_913_600), abs(baidu[1] - 399_073_200)) < 3000
    with pytest.raises(ValueError, match="globe"):
        to_wgs84(1_810_000_000, 0, datum=Datum.GCJ02)
