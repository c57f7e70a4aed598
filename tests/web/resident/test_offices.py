# SPDX-License-Identifier: Apache-2.0
"""Which office a report is about: found by its own name, and by what people call it."""

import re

import pytest
from django.conf import settings
from django.test import Client

from anlan.cases.models import Case
from tests.cases.world import TOWN, organisation
from tests.web.resident.visits import answers, hidden, text

pytestmark = pytest.mark.django_db


def test_an_office_is_found_by_a_part_of_its_name(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    page = text(
        client.post("/report", answers(draft=draft, about="on", office="住房和城乡", find_office="1"))
    )
    assert "西湖区住房和城乡建设局" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("街道办事处", "西溪街道综合信息指挥室"),
        ("办事处", "西溪街道综合信息指挥室"),
        ("西溪街道办事处", "西溪街道综合信息指挥室"),
        ("西溪 街道办事处", "西溪街道综合信息指挥室"),
        ("镇政府", "西溪街道综合信息指挥室"),
        ("Town Government", "西溪街道综合信息指挥室"),
        ("Xixi street office", "西溪街道综合信息指挥室"),
        ("文三社区居委会", "文三社区"),
        ("古荡街道办事处", "古荡街道综合信息指挥室"),
    ],
)
def test_an_office_is_found_by_what_people_call_it(client: Client, asked: str, found: str) -> None:
    """The place is in 西溪街道; what is nearest comes first, and says what people call it."""
    draft = hidden(text(client.get("/report")))
    page = text(client.post("/report", answers(draft=draft, about="on", office=asked, find_office="1")))
    offered = page.partition('name="about_organisation"')[2]
    first = re.search(r"<label[^>]*>(.*?)</label>", offered, re.DOTALL)
    assert first
    assert found in first[1]
    assert "也叫：" in offered


@pytest.mark.parametrize(("language", "asked"), [("zh-hans", "居委会"), ("en", "village committee")])
def test_offices_of_one_name_are_told_apart_by_their_place(client: Client, language: str, asked: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    draft = hidden(text(client.get("/report")))
    page = text(client.post("/report", answers(draft=draft, about="on", office=asked, find_office="1")))
    offered = page.partition('name="about_organisation"')[2]
    labels = [each.strip() for each in re.findall(r"<label[^>]*>(.*?)</label>", offered, re.DOTALL)]
    hints = [
        each.strip() for each in re.findall(r'<div[^>]*radios__hint"[^>]*>(.*?)</div>', offered, re.DOTALL)
    ]
    told = list(zip(labels, hints, strict=False))
    assert len(told) > 1
    assert len(set(told)) == len(told)
    town = "西湖区" if language == "zh-hans" else "Xihu"
    assert town in hints[0]


def test_a_name_that_nothing_has_finds_no_office(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    for asked in ("莫须有街道办事处", "xyzzy town hall"):
        page = text(client.post("/report", answers(draft=draft, about="on", office=asked, find_office="1")))
        assert "没有找到" in page
        assert 'name="about_organisation"' not in page


def test_the_offices_are_listed_as_soon_as_the_box_is_ticked(client: Client) -> None:
    """With script the list alone is drawn anew; without it the name is asked beside the box, and a button finds it."""
    page = text(client.get("/report"))
    assert 'name="office"' in page
    listed = text(client.post("/report/places", answers(about="on", find_office="1")))
    assert "<form" not in listed
    assert 'name="about_organisation"' in listed
    assert "西溪街道综合信息指挥室" in listed
    nowhere = text(client.post("/report/places", {"about": "on", "find_office": "1"}))
    assert "请先选地点" in nowhere
    assert "没有找到" not in nowhere, "nothing was looked for yet"


def test_an_office_chosen_before_the_box_was_unticked_is_no_fault(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    office = organisation(f"town:{TOWN}")
    answer = client.post("/report", answers(draft=draft, about_organisation=str(office)))
    assert answer.status_code == 302
    assert Case.objects.get().barred is None
