# SPDX-License-Identifier: Apache-2.0
"""The demo's bar: one click makes a guest somebody else, another moves the clock; outside of the demo nothing of it exists."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base import clock
from anlan.config.environment import Environment
from anlan.config.network import address_in_network
from anlan.people import demo as people
from anlan.people.demo import GUESTS, USERNAMES, demo_seed
from anlan.places.holidays import national_calendar
from anlan.web.demo import views
from anlan.web.demo.jumps import jump_to, past_holiday
from anlan.web.look.demo import WORDS

CALENDAR = national_calendar()
ZONE = CALENDAR.zone


@pytest.fixture
def demo(settings: Settings, db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser in a demo that has only the people of its one street."""
    settings.ANLAN_DEMO = True
    monkeypatch.setattr(people, "BULK", ())
    at = clock.now()
    demo_seed(since=at - timedelta(days=30), at=at)
    return Client()


@pytest.fixture
def movable(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.ANLAN_CLOCK_OFFSET_FILE = str(tmp_path / "clock")
    monkeypatch.setattr(views, "SEEN_BY_ALL", 0)
    yield
    monkeypatch.setattr(clock, "_seen", (0.0, "", 0))


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["enter", "clock", "ahead", "phone", "stop"])
def test_outside_of_the_demo_there_is_no_such_page_and_no_bar(settings: Settings, page: str) -> None:
    settings.ANLAN_DEMO = False
    client = Client()
    assert client.get(f"/demo/{page}").status_code == 404
    assert client.post(f"/demo/{page}", {"guest": "auditor", "jump": "hour"}).status_code == 404
    for address in ("/", "/report", "/desk/sign-in"):
        html = client.get(address).content.decode()
        assert "anlan-bar" not in html
        assert "demo" not in html


@pytest.mark.parametrize(
    ("guest", "begins"),
    [
        ("resident", "/mine"),
        ("neighbour", "/report"),
        ("grid_worker", "/field/"),
        ("dispatcher", "/desk/"),
        ("handler", "/desk/"),
        ("mediator", "/desk/"),
        ("assessor", "/desk/"),
        ("supervisor", "/desk/"),
        ("auditor", "/desk/audit"),
        ("administrator", "/admin/"),
        ("developer", "/api/v1/docs"),
    ],
)
def test_one_click_makes_a_guest_somebody_else(demo: Client, guest: str, begins: str) -> None:
    answer = demo.post("/demo/enter", {"guest": guest})
    assert (answer.status_code, answer["Location"]) == (302, begins)
    page = demo.get(begins)
    assert page.status_code == 200
    if begins not in {"/admin/", "/api/v1/docs"}:
        html = page.content.decode()
        assert f'value="{guest}" aria-current="true"' in html
        assert html.count('name="guest"') == len(GUESTS)


def test_who_somebody_was_does_not_follow_them(demo: Client) -> None:
    demo.post("/demo/enter", {"guest": "dispatcher"})
    demo.post("/demo/enter", {"guest": "neighbour"})
    mine = demo.session["_auth_user_id"]
    demo.post("/demo/enter", {"guest": "resident"})
    assert demo.session["_auth_user_id"] != mine
    assert demo.get("/desk/").status_code in {302, 403}
    demo.post("/demo/enter", {"guest": "developer"})
    assert "_auth_user_id" not in demo.session


def test_a_guest_is_led_to_a_page_of_this_site_only(demo: Client) -> None:
    inside = demo.post("/demo/enter", {"guest": "dispatcher", "next": "/desk/?mine=1"})
    assert inside["Location"] == "/desk/?mine=1"
    for elsewhere in ("https://example.org/", "//example.org", "javascript:alert(1)", "report"):
        assert demo.post("/demo/enter", {"guest": "dispatcher", "next": elsewhere})["Location"] == "/desk/"
    assert demo.post("/demo/enter", {"guest": "nobody"}).status_code == 404


def test_the_bar_changes_nothing_without_the_token_of_its_form(demo: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/enter", {"guest": "auditor"}).status_code == 403
    assert strict.post("/demo/clock", {"jump": "hour"}).status_code == 403
    assert strict.get("/demo/enter").status_code == 405


@pytest.mark.usefixtures("movable")
def test_the_clock_moves_for_whoever_looks_and_the_session_stays_open(demo: Client) -> None:
    demo.post("/demo/enter", {"guest": "dispatcher"})
    before = clock.now()
    answer = demo.post("/demo/clock", {"jump": "day", "next": "/desk/"})
    assert answer["Location"] == "/desk/"
    assert timedelta(days=1) <= clock.now() - before < timedelta(days=1, minutes=1)
    assert demo.get("/desk/").status_code == 200, "half an hour without use has not passed"
    again = demo.post("/demo/clock", {"jump": "hour", "next": "//example.org"})
    assert again["Location"] == "/"
    assert clock.now() - before >= timedelta(days=1, hours=1)
    assert demo.post("/demo/clock", {"jump": "back"}).status_code == 404


@pytest.mark.usefixtures("movable")
def test_nobody_else_is_signed_out_by_it(demo: Client) -> None:
    other = Client()
    other.post("/demo/enter", {"guest": "auditor"})
    assert other.get("/desk/").status_code == 200
    before = clock.now()
    demo.post("/demo/clock", {"jump": "day", "next": "/desk/"})
    assert clock.now() - before >= timedelta(days=1)
    assert other.get("/desk/").status_code == 200


@pytest.mark.usefixtures("demo")
def test_a_clock_that_cannot_be_moved_says_so(settings: Settings) -> None:
    settings.ANLAN_CLOCK_OFFSET_FILE = ""
    answer = Client().post("/demo/clock", {"jump": "hour", "next": "/report"}, follow=True)
    assert "anlan-message--warning" in answer.content.decode()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "lands"),
    [
        ("2026-02-10T10:00", "2026-02-24T09:00"),  # the Spring Festival ends on a Monday
        ("2026-02-18T23:00", "2026-02-24T09:00"),  # within it
        ("2026-09-30T10:00", "2026-10-08T09:00"),
        ("2030-05-15T10:00", "2030-05-20T09:00"),  # past the horizon: only weekends are known
        ("2030-05-18T10:00", "2030-05-20T09:00"),
    ],
)
def test_the_clock_goes_past_the_next_holiday(at: str, lands: str) -> None:
    assert past_holiday(local(at), CALENDAR) == local(lands)
    assert jump_to("holiday", local(at), CALENDAR) == local(lands) - local(at)


def test_other_wishes_move_by_what_they_say() -> None:
    at = local("2026-05-15T10:00")
    assert jump_to("hour", at, CALENDAR) == timedelta(hours=1)
    assert jump_to("day", at, CALENDAR) == timedelta(days=1)
    assert jump_to("week", at, CALENDAR) is None


def test_a_page_is_shown_as_on_a_phone_without_a_second_bar(demo: Client, settings: Settings) -> None:
    html = demo.get("/demo/phone", {"page": "/follow?x=1&y=<b>"}).content.decode()
    assert 'src="/follow?x=1&amp;y=&lt;b&gt;"' in html
    assert "ANLAN_LISTEN" in html
    assert 'src="/"' in demo.get("/demo/phone", {"page": "//example.org"}).content.decode()
    settings.ANLAN_DEMO_ADDRESS = "http://192.168.7.7:8000"
    known = demo.get("/demo/phone", {"page": "/report"}).content.decode()
    assert "<svg" in known
    assert 'href="http://192.168.7.7:8000/report"' in known
    framed = demo.get("/report", headers={"Sec-Fetch-Dest": "iframe"})
    assert "anlan-bar" not in framed.content.decode()
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]


def test_only_a_demo_that_listens_to_its_network_tells_where_it_is() -> None:
    assert address_in_network(Environment()) == ""
    assert address_in_network(Environment(listen="localhost")) == ""
    assert address_in_network(Environment(listen="192.168.7.7", port=8123)) == "http://192.168.7.7:8123"


def test_every_guest_has_a_word() -> None:
    assert set(WORDS) == set(USERNAMES)
