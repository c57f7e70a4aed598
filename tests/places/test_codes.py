# SPDX-License-Identifier: Apache-2.0
"""Place codes: padding, levels, ranges and ancestors agree with each other for every code."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.places.codes import LENGTHS, Level, ancestors, code_range, level_of, pad, text

PARTS = ((11, 99), (1, 99), (1, 99), (1, 999), (1, 999), (1, 999))


@st.composite
def written(draw: st.DrawFn) -> str:
    level = draw(st.integers(1, 6))
    widths = (2, 2, 2, 3, 3, 3)
    return "".join(str(draw(st.integers(*PARTS[i]))).zfill(widths[i]) for i in range(level))


def test_golden_codes() -> None:
    assert pad("33") == 330000000000000
    assert pad("330106") == 330106000000000
    assert pad("330106004066") == 330106004066000
    assert level_of(pad("330106004066001")) is Level.GRID
    assert code_range(pad("330106")) == (330106000000000, 330107000000000)
    assert ancestors(pad("330106004")) == (pad("33"), pad("3301"), pad("330106"))


def test_a_city_without_counties_has_no_ancestor_in_between() -> None:
    assert ancestors(pad("441900003")) == (pad("44"), pad("4419"))


@pytest.mark.parametrize(
    "bad", ["", "3", "033", "0301", "3301a6", "330100", "330106000", "33010600", "３３", "-1", " 33"]
)
def test_what_is_no_code_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not a place code"):
        pad(bad)


@pytest.mark.parametrize("bad", [0, 33, 10**15, -(10**14)])
def test_an_integer_that_is_not_padded_is_refused(bad: int) -> None:
    with pytest.raises(ValueError, match="15-digit"):
        level_of(bad)


@settings(deadline=None)
@given(written())
def test_a_code_is_written_as_it_was_read(code: str) -> None:
    assert text(pad(code)) == code
    assert level_of(pad(code)) == LENGTHS.index(len(code)) + 1


@settings(deadline=None)
@given(written())
def test_a_place_lies_in_the_range_of_exactly_its_ancestors_and_itself(code: str) -> None:
    own = pad(code)
    above = ancestors(own)
    assert [level_of(a) for a in above] == list(Level)[: len(above)]
    for upper in (*above, own):
        low, high = code_range(upper)
        assert low <= own < high
        assert code_range(own)[1] <= high
    beside = code_range(own)[1]
    assert all(not (low <= own < high) for low, high in [(beside, beside + 1)])
