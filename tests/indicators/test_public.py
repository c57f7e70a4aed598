# SPDX-License-Identifier: Apache-2.0
"""No public figure is under ten, nor can one be computed from those that are told."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.indicators.public import LEAST, kept_back, month_before, public_figures, public_measures, tellable
from anlan.indicators.values import Ratio
from anlan.places import find
from tests.cases.world import MONDAY, TOWN, VILLAGE, organisation, place
from tests.indicators.region import catch_up
from tests.procedures.report.cast import TOWN_ROOM, Matter

numbers = st.integers(0, 40)
AFTER = MONDAY + timedelta(days=40)


@settings(deadline=None)
@given(st.lists(st.tuples(numbers, numbers), max_size=12))
def test_the_places_beside_do_not_give_away_what_is_kept_back(places: list[tuple[int, int]]) -> None:
    cells = dict(enumerate(places))
    back = kept_back(cells)
    told = cells.keys() - back
    for part in (0, 1):
        whole = sum(n[part] for n in cells.values())
        assert all(cells[key][part] >= LEAST for key in told)
        left = whole - sum(cells[key][part] for key in told)
        assert not told or not back or (len(back) >= 2 and left >= LEAST)


@pytest.mark.parametrize(
    ("count", "of", "told"),
    [
        (9, None, False),
        (0, None, False),
        (10, None, True),
        (10, 19, False),
        (10, 20, True),
        (9, 99, False),
        (99, 99, False),
    ],
)
def test_a_share_is_told_only_with_ten_on_each_side(count: int, of: int | None, *, told: bool) -> None:
    assert tellable(Ratio(count=count, of=of)) is told


def test_the_public_period_is_a_month_that_has_ended() -> None:
    found = month_before(date(2026, 3, 31))
    assert (found.first, found.last) == (date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.django_db
def test_ten_reports_are_told_where_no_other_place_gives_them_away() -> None:
    for _each in range(10):
        Matter()
    Matter(about_organisation=organisation(TOWN_ROOM))
    catch_up()
    given_ = {"today": AFTER.date(), "procedure": "report", "at": AFTER}
    province = public_figures(find.get_place(place("33"), at=AFTER), **given_)  # type: ignore[arg-type]
    assert province["reported"] == Ratio(count=10)
    assert {key for key, ratio in province.items() if ratio is not None} == {"reported"}
    for code in (TOWN, VILLAGE):
        narrow = public_figures(find.get_place(place(code), at=AFTER), **given_)  # type: ignore[arg-type]
        assert set(narrow.values()) == {None}
    assert "open" not in {one.key for one in public_measures("report")}
