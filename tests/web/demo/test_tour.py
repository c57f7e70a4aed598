# SPDX-License-Identifier: Apache-2.0
"""The tour: each button opens its page as the right person; an altered copy is named by case and line, and nothing is written."""

import json
import re
import subprocess
from datetime import timedelta
from html import escape, unescape

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base import clock
from anlan.cases.models import Case, Entry
from anlan.people import demo as people
from anlan.people.demo import USERNAMES, VILLAGE, demo_seed
from anlan.people.may import anonymous
from anlan.web.demo.tour import ALTERED
from anlan.web.look.tour import STOPS
from tests.databases import Clone
from tests.procedures.report.cast import Matter
from tests.web.desk.test_browser import served


@pytest.fixture
def demo(settings: Settings, db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.ANLAN_DEMO = True
    monkeypatch.setattr(people, "BULK", ())
    at = clock.now()
    demo_seed(since=at - timedelta(days=30), at=at)
    return Client()


def test_every_stop_opens_as_the_right_person_says_what_to_do_and_leads_on(demo: Client) -> None:
    html = demo.get("/demo/").content.decode()
    assert html.count("anlan-card__title") == len(STOPS) == 13
    assert "anlan-stop" not in html
    for stop in STOPS:
        for way in (way for way in stop.ways if way.guest):
            assert f'value="{escape(way.page)}"' in html
            answer = demo.post("/demo/enter", {"guest": way.guest, "next": way.page, "stop": stop.n})
            assert answer["Location"] == way.page
            page = demo.get(way.page)
            assert page.status_code == 200, way.page
            if USERNAMES[way.guest]:
                assert demo.session["anlan_guest"] == way.guest
            if way.page.startswith("/field/app"):
                # The page that every phone keeps knows of no guest, and asks where one is.
                assert 'data-tour="/demo/stop"' in page.content.decode()
                page = demo.get("/demo/stop")
            told = page.content.decode()
            assert str(stop.words) in unescape(told), "the bar says what to do here"
            if stop.after is not None:
                assert f'name="stop" value="{stop.after.n}"' in told
                assert str(stop.after.title) in told


def test_one_stays_at_a_stop_until_one_goes_elsewhere(demo: Client) -> None:
    demo.post("/demo/enter", {"guest": "dispatcher", "next": "/desk/", "stop": "3"})
    assert "anlan-stop" in demo.get("/report").content.decode()
    demo.post("/demo/enter", {"guest": "auditor"})
    assert "anlan-stop" not in demo.get("/desk/audit").content.decode()
    demo.post("/demo/enter", {"guest": "dispatcher", "next": "/desk/", "stop": "3"})
    demo.get("/demo/")
    assert "anlan-stop" not in demo.get("/desk/").content.decode()
    for odd in ("0", str(len(STOPS) + 1), "-1", "three", ""):
        demo.post("/demo/enter", {"guest": "dispatcher", "stop": odd})
        assert "anlan_stop" not in demo.session


def test_the_command_of_the_last_stop_reports_where_the_page_is(
    settings: Settings, own_database: Clone
) -> None:
    settings.ANLAN_DEMO = True
    with served() as address:
        host = address.removeprefix("http://")
        page = Client().get("/demo/program", headers={"host": host}).content.decode()
        [command] = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
        done = subprocess.run(["bash", "-c", unescape(command)], capture_output=True, check=True)
    told = json.loads(done.stdout)
    case = Case.objects.get()
    assert int(str(told["number"]).replace(" ", "")) == case.number
    assert (case.state, case.area // 1000) == ("reported", int(VILLAGE))


def test_an_altered_copy_is_named_by_case_and_line_and_nothing_is_written(
    settings: Settings, own_database: Clone
) -> None:
    settings.ANLAN_DEMO = True
    demo = Client()
    case = Matter.opened("open", anonymous(), at=clock.now(), words="文三路有个大坑")
    case.dispatch()
    before = list(Entry.objects.order_by("case_id", "seq").values_list("digest", "at"))
    context = demo.post("/demo/alter", {"stop": "7"}).context
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
