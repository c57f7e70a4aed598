# SPDX-License-Identifier: Apache-2.0
"""What a supervisor looks into: every number opens a list of that length, by place and unit, in a fixed number of questions."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.cases import queries_units
from anlan.people.may import Role, anonymous
from anlan.places.codes import pad
from tests.cases.world import TOWN, VILLAGE, organisation
from tests.indicators.region import catch_up
from tests.procedures.report.cast import (
    REASONS,
    REPORTER,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    condition,
    dept,
    town,
    unit,
)
from tests.statements import statements
from tests.web.staff import enter, matter, post_of

pytestmark = pytest.mark.django_db
PAGE = "/desk/supervision"
LINK = re.compile(r'href="(/desk/\?[^"]*)">([\d,]+)<')


def sent(days: int = 0, word: str = "housing") -> Matter:
    case = Matter.opened("open", anonymous(), at=now() - timedelta(days=days), words="文三路有个大坑")
    case.do(
        "dispatch", town(), unit=organisation(dept(word)), category=category(ROAD), condition=condition(ROAD)
    )
    return case


def given_back(word: str = "housing") -> Matter:
    case = sent(word=word)
    case.do("return", unit(word), reason="not_our_duty", words=REASONS)
    return case


def reopened() -> Matter:
    case = closed()
    case.do("reopen", REPORTER, words="又坏了")
    return case


def closed(**data: bool) -> Matter:
    case = matter(**data)
    case.at = now()
    case.close()
    return case


def links(client: Client, url: str = PAGE) -> list[tuple[str, int]]:
    page = client.get(url)
    assert page.status_code == 200
    return [(found.replace("&amp;", "&"), int(n)) for found, n in LINK.findall(page.content.decode())]


def listed(client: Client, url: str) -> list[str]:
    page = client.get(url).content.decode()
    return re.findall(r'data-number="(\d+)"', page)


def test_every_number_opens_its_cases_down_to_the_village() -> None:
    sent(days=40)
    given_back()
    given_back("water")
    reopened()
    matter()
    catch_up()
    client = enter(post_of(Role.SUPERVISOR))
    for code in ("3301", "330106", TOWN, VILLAGE):
        found = links(client, f"{PAGE}?place={pad(code)}")
        for url, n in found:
            assert len(listed(client, url)) == n, url
        asked = [url for url, _n in found]
        for filters in ("overdue=1", "marked=returned", "marked=reopened", "gave_back="):
            assert any(filters in url for url in asked), (code, filters)


def test_a_unit_is_named_with_what_it_gave_back_whoever_has_it_now() -> None:
    case = given_back("water")
    case.do("dispatch", town(), unit=organisation(dept("housing")), category=category(ROAD))
    catch_up()
    client = enter(post_of(Role.COUNTY_DISPATCHER))
    gave = [url for url, _n in links(client) if f"gave_back={organisation(dept('water'))}" in url]
    assert [listed(client, url) for url in gave] == [[f"{case.now.number}"]]
    page = client.get(gave[0]).content.decode()
    assert "given back by" in page or "退回" in page


def test_what_is_about_the_own_office_is_in_no_number() -> None:
    about = matter(about_organisation=organisation("county:330106"))
    catch_up()
    client = enter(post_of(Role.COUNTY_DISPATCHER))
    assert links(client) == []
    assert str(about.now.number) not in client.get("/desk/?whose=all").content.decode()


def test_only_who_oversees_others_opens_it() -> None:
    for role in (Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER, Role.AUDITOR):
        assert enter(post_of(role)).get(PAGE).status_code in {403, 404}
    assert enter(post_of(Role.COUNTY_DISPATCHER)).get(f"{PAGE}?place={pad('330102')}").status_code == 404


def test_questions_do_not_grow_with_cases_and_units_are_left_out_where_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_back()
    client = enter(post_of(Role.SUPERVISOR))
    for role, key in ((Role.DISPATCHER, TOWN_ROOM), (Role.HANDLER, dept("water"))):
        post_of(role, key)
    catch_up()
    client.get(PAGE)
    with statements() as few:
        client.get(PAGE)
    for _each in range(4):
        given_back("water")
    catch_up()
    with statements() as many:
        assert client.get(PAGE).status_code == 200
    assert len(many) == len(few)
    monkeypatch.setattr(queries_units, "REACH", 3)
    assert not any("gave_back" in url for url, _n in links(client))


def test_spoken_reports_that_wait_for_their_words_are_a_filter_of_the_desk() -> None:
    spoken = Matter.opened("speak", anonymous(), recordings=1, at=now())
    written = matter()
    client = enter(post_of(Role.DISPATCHER, TOWN_ROOM))
    assert "marked=untyped" in client.get("/desk/").content.decode()
    assert listed(client, "/desk/?marked=untyped") == [str(spoken.now.number)]
    assert str(written.now.number) in listed(client, "/desk/")
    assert listed(client, "/desk/?marked=everything") == listed(client, "/desk/")


def test_what_may_be_published_waits_in_a_queue_of_who_publishes_until_it_is() -> None:
    allowed, kept, same = closed(release=True), closed(), matter(release=True)
    same.do("merge", town(), into=str(matter().id))
    desk = enter(post_of(Role.DISPATCHER, TOWN_ROOM))
    page = "/desk/?ended=1&marked=unpublished"
    assert "marked=unpublished" in desk.get("/desk/").content.decode()
    assert listed(desk, page) == [str(allowed.now.number)]
    assert str(kept.now.number) in listed(desk, "/desk/?ended=1")
    allowed.do("publish", town(), summary="路面已经补好。")
    assert listed(desk, page) == []
    allowed.do("release", REPORTER, allow="no")
    assert listed(desk, page) == []
    handler = enter(post_of(Role.HANDLER))
    assert 'marked=unpublished"' not in handler.get("/desk/").content.decode()
