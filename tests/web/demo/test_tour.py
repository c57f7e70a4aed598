# SPDX-License-Identifier: Apache-2.0
"""The tour: each button opens its page as the right person; an altered copy is named by case and line, and nothing is written."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base import clock
from anlan.cases.models import Entry
from anlan.people import demo as people
from anlan.people.demo import GUESTS, demo_seed
from anlan.people.may import anonymous
from anlan.web.demo.tour import ALTERED, STOPS
from tests.databases import Clone
from tests.procedures.report.cast import Matter

WAYS = [way for stop in STOPS for way in stop.ways if way.guest]


@pytest.fixture
def demo(settings: Settings, db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.ANLAN_DEMO = True
    monkeypatch.setattr(people, "BULK", ())
    at = clock.now()
    demo_seed(since=at - timedelta(days=30), at=at)
    return Client()


def test_every_stop_opens_as_the_right_person(demo: Client) -> None:
    html = demo.get("/demo/").content.decode()
    assert html.count("anlan-card__title") == len(STOPS) == 8
    for way in WAYS:
        assert f'value="{way.page}"' in html
        answer = demo.post("/demo/enter", {"guest": way.guest, "next": way.page})
        assert answer["Location"] == way.page
        assert demo.get(way.page).status_code == 200, way.page
        if GUESTS[way.guest]:
            assert demo.session["anlan_guest"] == way.guest


def test_an_altered_copy_is_named_by_case_and_line_and_nothing_is_written(
    settings: Settings, own_database: Clone
) -> None:
    settings.ANLAN_DEMO = True
    demo = Client()
    case = Matter.opened("open", anonymous(), at=clock.now(), words="文三路有个大坑")
    case.dispatch()
    before = list(Entry.objects.order_by("case_id", "seq").values_list("digest", "at"))
    context = demo.post("/demo/alter").context
    assert context["whole"] == ()
    named = {(fault.case, fault.seq) for fault in context["altered"]}
    assert (case.now.number, ALTERED) in named
    assert {number for number, _seq in named} == {case.now.number}
    assert list(Entry.objects.order_by("case_id", "seq").values_list("digest", "at")) == before


def test_without_cases_there_is_nothing_to_alter(demo: Client) -> None:
    assert demo.post("/demo/alter").status_code == 404
    assert demo.get("/demo/alter").status_code == 405


@pytest.mark.django_db
def test_outside_of_the_demo_there_is_no_tour(settings: Settings) -> None:
    settings.ANLAN_DEMO = False
    assert Client().get("/demo/").status_code == 404
    assert Client().post("/demo/alter").status_code in {403, 404}
