# SPDX-License-Identifier: Apache-2.0
"""Maps and lines: every place a link with its value in words, steps that keep their order, the same in a table."""

import re
from datetime import date, timedelta

import pytest
import shapely
from django.template import Context, Template
from django.test import Client

from anlan.places.codes import pad
from anlan.places.locate import Below
from anlan.web.look.maps import STEPS, Area, Choropleth, bands_of, map_below, map_of
from anlan.web.look.trends import Series, Trend, ceiling, spark, trend_of

TODAY = date(2026, 3, 31)
DAYS = [TODAY - timedelta(days=29 - n) for n in range(30)]


def say(value: float) -> str:
    return f"{value:,.0f}"


def drawn(tag: str, value: Choropleth | Trend) -> str:
    return str(Template("{% load look %}{% " + tag + " drawn %}").render(Context({"drawn": value})))


def squares(*, surveyed: bool) -> Below:
    return Below(shapes={n: shapely.box(n, 0, n + 1, 1) for n in range(1, 4)}, surveyed=surveyed)


def areas(*values: float | None) -> list[Area]:
    return [
        Area(
            code=n, name=f"地{n}", shown="–" if value is None else say(value), value=value, url=f"/place/{n}"
        )
        for n, value in enumerate(values, 1)
    ]


@pytest.mark.parametrize(
    "values", [[], [3], [3, 3, 3], [1, 2], list(range(100)), [0] * 90 + [7], [1, 1, 2, 3, 5, 8, 13, 21]]
)
def test_steps_rise_with_the_values_and_the_legend_names_each(values: list[float]) -> None:
    step_of, bands = bands_of(values, say=say)
    assert set(step_of) == set(values)
    ordered = [step_of[value] for value in sorted(step_of)]
    assert ordered == sorted(ordered)
    assert sorted({*ordered}) == [band.step for band in bands]
    assert all(1 <= step <= STEPS for step in ordered)


def test_a_legend_says_from_where_to_where() -> None:
    _steps, bands = bands_of([float(n) for n in range(10)], say=say)
    assert [band.words for band in bands] == ["0 至 1", "2 至 3", "4 至 5", "6 至 7", "8 至 9"]


def test_each_place_is_a_link_that_says_its_name_and_value_and_so_does_the_table() -> None:
    html = drawn(
        "choropleth",
        map_of(squares(surveyed=True), areas(12, None, 1207), title="图", measure="新收", say=say),
    )
    links = re.findall(r'<a href="(/place/\d)" class="anlan-map__place"[^>]* aria-label="([^"]+)"', html)
    assert links == [("/place/1", "地1 · 12"), ("/place/2", "地2 · –"), ("/place/3", "地3 · 1,207")]
    rows = re.findall(r'<a class="govuk-link" href="(/place/\d)">(地\d)</a></th><td[^>]*>([^<]+)<', html)
    assert rows == [("/place/1", "地1", "12"), ("/place/2", "地2", "–"), ("/place/3", "地3", "1,207")]
    assert "没有数字" in html  # the legend explains the place without one
    assert "非测绘" not in html


def test_what_is_not_surveyed_is_never_drawn_without_saying_so() -> None:
    assert "非测绘" in drawn(
        "choropleth", map_of(squares(surveyed=False), areas(1, 2, 3), title="图", measure="", say=say)
    )


def test_the_chosen_place_is_drawn_over_its_neighbours() -> None:
    chosen = [Area(code=1, name="甲", shown="", current=True), Area(code=2, name="乙", shown="")]
    found = map_of(squares(surveyed=True), chosen, title="图", measure="", say=say)
    assert [each.area.code for each in found.areas] == [2, 1]
    assert [each.code for each in found.rows] == [1, 2]


@pytest.mark.django_db
def test_a_map_of_a_county_says_that_its_towns_are_made_up_and_where_its_outlines_are(client: Client) -> None:
    code = pad("330106")
    found = map_below(code, areas(), title="图", measure="", say=say)
    assert (found.surveyed, found.areas) == (False, [])
    answer = client.get(found.outlines)
    assert answer.status_code == 200
    told = answer.json()
    assert len(told["features"]) == 12
    assert not any(each["properties"]["surveyed"] for each in told["features"])
    assert "max-age=86400" in answer["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["1", "330106004066001", "999999999999999", "99999999999999999999"])
def test_there_are_no_outlines_below_what_is_no_place(client: Client, code: str) -> None:
    assert client.get(f"/outlines/{code}.json").status_code == 404


def test_lines_say_in_words_and_in_a_table_what_they_show() -> None:
    values: list[float | None] = [float(n) for n in range(30)]
    values[3] = None
    html = drawn("trend", trend_of("每天", DAYS, [Series(name="新收", values=values)], today=TODAY))
    assert 'aria-label="新收：3月2日（周一） 0，3月31日（周二） 29，最多 29. "' in html
    assert html.count("<tr") == 31
    assert re.search(r"3月5日（周四）</time></th><td[^>]*>–</td>", html)
    assert html.count("anlan-trend__line--1") == 2  # the line and its legend


def test_days_along_the_axis_leave_room_for_each_other_and_name_a_year_once() -> None:
    days = [date(2026, 12, 13) + timedelta(days=n) for n in range(30)]
    found = trend_of("", days, [Series(name="x", values=[0] * 30)], today=days[-1])
    assert [tick.words for tick in found.along] == ["2026年12月13日", "12月27日", "2027年1月11日"]
    assert [tick.words for tick in trend_of("", DAYS, [], today=TODAY).along] == [
        "3月2日",
        "3月16日",
        "3月31日",
    ]


def test_nothing_is_drawn_as_the_least_and_not_as_what_is_in_the_middle() -> None:
    assert bands_of([0.0, 0.0], say=say)[0] == {0.0: 1}
    assert bands_of([100.0], say=say)[0] == {100.0: 3}


def test_a_missing_day_is_a_gap_and_no_zero() -> None:
    [line] = trend_of("", DAYS[:3], [Series(name="x", values=[1, None, 1])], today=TODAY).lines
    assert line.path.count("M") == 2
    assert spark([1, None, 3]).count("M") == 2
    assert spark([None]) == ""


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (2, 2), (3, 5), (74, 100), (101, 200), (1207, 2000), (0.5, 2)]
)
def test_an_axis_ends_at_a_round_number(most: float, top: float) -> None:
    assert ceiling(most) == top


def test_a_line_has_one_value_for_each_day() -> None:
    with pytest.raises(ValueError, match="one value for each day"):
        trend_of("", DAYS, [Series(name="x", values=[1])], today=TODAY)
