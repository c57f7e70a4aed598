# SPDX-License-Identifier: Apache-2.0
"""The first page and the public list: published facts, bounded pages, nothing of anybody."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.base.ids import show_number
from anlan.people.may import anonymous
from tests.cases.world import place
from tests.procedures.report import cast

pytestmark = pytest.mark.django_db
SECRET = "我是老刘，住在文三路 478 号"


def page(client: Client, **given: str | int) -> str:
    answer = client.get("/public", given)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_first_page_says_what_one_can_do_and_whom_to_call(client: Client) -> None:
    html = client.get("/").content.decode()
    for number in ("110", "119", "120", "12345"):
        assert f'href="tel:{number}"' in html
    for address in ("/report", "/follow", "/public", "/mine"):
        assert f'href="{address}"' in html


def test_only_published_facts_are_shown(client: Client) -> None:
    waiting = cast.Matter(words=SECRET)
    assert "anlan-item__title" not in page(client)
    waiting.dispatch()
    html = page(client)
    assert "道路破损" in html or "路面破损" in html
    assert "杭州市西湖区西溪街道" in html
    assert "西湖区住房和城乡建设局" in html
    number = waiting.now.number
    for hidden in (
        SECRET,
        "478",
        "文三社区",
        "13800000000",
        f"{number:016d}",
        show_number(number),
        str(waiting.id),
    ):
        assert hidden not in html


def test_before_an_office_sorts_it_a_line_says_the_kind_that_was_chosen(client: Client) -> None:
    accepted = cast.Matter(kind="road")
    accepted.do("accept", cast.town())
    html = page(client)
    assert "道路、桥梁和井盖（上报时填写）" in html
    assert "类别待定" not in html


def test_the_filters_are_folded_and_say_what_they_are_set_to(client: Client) -> None:
    cast.Matter().dispatch()
    html = page(client)
    assert '<details class="govuk-details anlan-narrow"><summary' in html
    assert "选择地区或类别" in html
    html = page(client, county=place("330106"), kind="road")
    assert "西湖区 · 道路、桥梁和井盖</span></summary>" in html
    nothing = page(client, county=place("330106"), kind="noise")
    assert '<details class="govuk-details anlan-narrow" open>' in nothing


@pytest.mark.parametrize(("days", "words"), [(0, "当天办结"), (1, "1 天后办结"), (5, "5 天后办结")])
def test_a_closed_line_says_after_how_many_days(client: Client, days: int, words: str) -> None:
    matter = cast.Matter.opened("open", anonymous(), at=now() - timedelta(days=10), words=SECRET)
    matter.dispatch()
    matter.do("take", cast.unit())
    matter.finish()
    matter.do("check", cast.grid_worker(), result="holds")
    matter.at += timedelta(days=days)
    matter.do("close", cast.town())
    assert words in page(client)


def test_it_is_not_for_search_engines(client: Client) -> None:
    answer = client.get("/public")
    assert "noindex" in answer["X-Robots-Tag"]
    assert b'name="robots" content="noindex' in answer.content


def test_it_narrows_by_county_town_and_kind(client: Client) -> None:
    cast.Matter().dispatch()
    here, there = place("330106"), place("330203")
    assert "anlan-item__title" in page(client, county=here)
    assert "anlan-item__title" not in page(client, county=there)
    assert "anlan-item__title" in page(client, county=here, town=place("330106004"), kind="road")
    assert "anlan-item__title" not in page(client, kind="green")
    assert 'name="town"' in page(client, county=here)


@pytest.mark.parametrize(
    "given",
    [
        {"county": "x"},
        {"county": "99999999999"},
        {"town": "1"},
        {"kind": "<script>"},
        {"county": "\x00"},
        {"kind": "\x00"},
    ],
)
def test_a_strange_filter_is_left_out(client: Client, given: dict[str, str]) -> None:
    assert "<script>" not in page(client, **given)


@pytest.mark.parametrize("cursor", ["x", "\x00", "A" * 2000, "../../"])
def test_a_strange_cursor_is_refused_in_words(client: Client, cursor: str) -> None:
    assert client.get("/public", {"after": cursor}).status_code == 422


def test_pages_follow_one_another_without_loss(client: Client) -> None:
    for _ in range(27):
        cast.Matter().dispatch()
    first = page(client)
    assert first.count("anlan-item__title") == 25
    older = re.search(r'href="/public\?(after=[^"]+)"', first)
    assert older
    second = client.get(f"/public?{older[1]}").content.decode()
    assert second.count("anlan-item__title") == 2
