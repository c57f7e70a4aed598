# SPDX-License-Identifier: Apache-2.0
"""The overview: a post's own places, figures that open their cases, a table for spreadsheets."""

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.base.clock import now
from anlan.cases import journal, registry
from anlan.indicators.values import Day
from anlan.people.may import Role
from anlan.places.codes import pad
from anlan.procedures.mediation.procedure import MEDIATION
from anlan.web.desk.drawn import trend_of_days
from tests.cases.world import TOWN, VILLAGE, organisation
from tests.indicators.region import catch_up
from tests.procedures.report.cast import TOWN_ROOM
from tests.web.staff import enter, matter, number, post_of

pytestmark = pytest.mark.django_db
PAGE = "/desk/overview"
LINK = re.compile(r'href="(/desk/overview/cases\?[^"]*)">(\d+)<')


def links(client: Client, url: str = PAGE) -> list[tuple[str, int]]:
    page = client.get(url)
    assert page.status_code == 200
    return [(found.replace("&amp;", "&"), int(n)) for found, n in LINK.findall(page.content.decode())]


def test_every_number_opens_a_list_of_that_length_down_to_the_grid() -> None:
    for _each in range(3):
        matter()
    catch_up()
    client = enter(post_of(Role.DISPATCHER))
    for code in (TOWN, VILLAGE):
        found = links(client, f"{PAGE}?place={pad(code)}&period=7")
        assert found
        for url, n in found[::3]:
            page = client.get(url).content.decode()
            assert page.count('class="anlan-item__link"') == n, url


def test_what_is_about_the_own_office_is_neither_counted_nor_listed() -> None:
    plain, about = matter(), matter(about_organisation=organisation(TOWN_ROOM))
    catch_up()
    town, county = enter(post_of(Role.DISPATCHER)), enter(post_of(Role.COUNTY_DISPATCHER))
    where = f"?place={pad(TOWN)}&period=7"
    for client, n in ((town, 1), (county, 2)):
        page = client.get(f"/desk/overview/cases{where}&fact=reported").content.decode()
        assert page.count('class="anlan-item__link"') == n
        assert ("reported", n) in {
            (url.partition("fact=")[2].partition("&")[0], m) for url, m in links(client, PAGE + where)
        }
    assert str(number(about)) not in town.get(f"/desk/overview/cases{where}&fact=reported").content.decode()
    assert str(number(plain)) in town.get(f"/desk/overview/cases{where}&fact=reported").content.decode()


def test_a_place_outside_is_not_found() -> None:
    client = enter(post_of(Role.DISPATCHER))
    for code in (pad("330106"), pad("330105001"), 7, "x", 10**20):
        for page in (PAGE, "/desk/overview.csv", "/desk/overview/cases"):
            assert client.get(f"{page}?place={code}&fact=reported").status_code == 404, (page, code)
    assert client.get("/desk/overview/cases?fact=nothing").status_code == 404
    assert client.get("/desk/overview/cases?fact=reported&after=zzz").status_code == 400
    assert client.get(f"{PAGE}?period=nonsense&procedure=report").status_code == 200


def test_auditors_see_figures_and_open_no_list() -> None:
    matter()
    catch_up()
    client = enter(post_of(Role.AUDITOR))
    assert links(client) == []
    assert client.get("/desk/overview/cases?fact=reported").status_code == 403


def test_the_file_says_what_the_page_says() -> None:
    matter()
    catch_up()
    client = enter(post_of(Role.DISPATCHER))
    answer = client.get("/desk/overview.csv?period=7", headers={"accept-language": "en"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0]["Reported"] == "1"
    assert rows[0]["Code"] == TOWN
    assert sum(int(row["Reported"]) for row in rows[1:]) == 1


def test_what_is_not_counted_yet_is_said() -> None:
    matter()
    while journal.number(at=now()):
        pass
    page = enter(post_of(Role.DISPATCHER)).get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "not counted yet" in page


def test_the_page_asks_as_much_of_many_places_as_of_few() -> None:
    client = enter(post_of(Role.COUNTY_DISPATCHER))
    matter()
    catch_up()
    client.get(PAGE)
    asked = []
    for code in ("330106", TOWN, VILLAGE):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{PAGE}?place={pad(code)}").status_code == 200
        asked.append(sum("indicators_" in one["sql"] or "cases_case" in one["sql"] for one in queries))
    assert len(set(asked)) == 1


@pytest.mark.parametrize("key", [key for key, one in registry.newest().items() if one.measures])
def test_every_procedure_with_figures_draws_them(key: str) -> None:
    page = enter(post_of(Role.SUPERVISOR)).get(f"{PAGE}?procedure={key}").content.decode()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page.partition("<tbody")[0])
    assert len(heads) > 2
    [drawn] = re.findall(r'<figure class="anlan-trend".*?</figure>', page, re.DOTALL)
    assert "anlan-trend__line--1" in drawn
    assert drawn.count('scope="col"') > 1


def test_of_mediation_it_says_how_many_were_asked_for_were_begun_and_are_open() -> None:
    page = enter(post_of(Role.SUPERVISOR)).get(f"{PAGE}?procedure=mediation").content.decode()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page.partition("<tbody")[0])
    assert {"开始调解", "调解申请", "在办"} <= set(heads)


def test_without_anything_by_the_day_there_is_no_chart_and_no_table_of_dates() -> None:
    shares = tuple(one for one in MEDIATION.measures if one.of is not None)
    assert trend_of_days([], replace(MEDIATION, measures=shares)) is None
    plain = tuple(replace(one, headline=False) for one in MEDIATION.measures)
    days = [Day(day=date(2026, 3, 2), counts={"begun": 3, "asked": 4})]
    drawn = trend_of_days(days, replace(MEDIATION, measures=plain))
    assert drawn is not None
    assert [line.name for line in drawn.lines] == ["开始调解", "调解申请"]
