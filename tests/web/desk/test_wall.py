# SPDX-License-Identifier: Apache-2.0
"""The wall: counts of a place that its post may see, ways down and back, and no word of anybody."""

import re

import pytest
from django.test import Client

from anlan.people.may import Role
from anlan.places.codes import pad
from anlan.procedures.report.procedure import REPORT
from tests.indicators.region import catch_up
from tests.procedures.report.cast import Matter
from tests.statements import statements
from tests.web.staff import enter, matter, number, post_of

pytestmark = pytest.mark.django_db
SECRET = "我是老刘，住在文三路 478 号"


def page(client: Client, address: str = "/desk/wall") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def figures(html: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>(?:<a [^>]*>)?([^<]+)", html))


def at_place(code: str, page: str = "/desk/wall") -> str:
    """The address of the page about a place, as it stands in HTML."""
    return f"{page}?place={pad(code)}&amp;period=30&amp;procedure={REPORT.key}"


@pytest.fixture
def reported() -> Matter:
    found = matter(words=SECRET)
    catch_up()
    return found


def test_it_counts_what_happened_and_says_no_word_of_it(reported: Matter) -> None:
    client = enter(post_of(Role.SUPERVISOR))
    html = page(client)
    told = figures(html)
    assert (told["上报"], told["在办"], told["现已超期"]) == ("1", "1", "0")
    [opens] = re.findall(r'<dt>上报</dt><dd><a href="([^"]+)">1</a>', html)
    assert page(client, opens.replace("&amp;", "&")).count('class="anlan-item__link"') == 1
    for hidden in (SECRET, "老刘", f"{number(reported):016d}", "13800000000"):
        assert hidden not in html


def test_one_goes_down_to_a_grid_and_back_by_links(reported: Matter) -> None:
    client = enter(post_of(Role.SUPERVISOR))
    address = "/desk/wall"
    for below in ("330106", "330106004", "330106004066", "330106004066001"):
        html = page(client, address)
        # Once on the map and once in the table beside it.
        assert html.count(f'href="{at_place(below)}"') == 2
        address = at_place(below).replace("&amp;", "&")
    html = page(client, address)
    assert f'href="{at_place("3301")}"' in html
    assert f'href="{at_place("33")}"' not in html  # above the post's own place
    assert figures(html)["现已超期"] == "0"


@pytest.mark.parametrize("place", [pad("3302"), pad("33"), pad("330106004"), 1, "x", 330106004066999])
def test_nothing_is_shown_of_what_lies_elsewhere(place: int | str) -> None:
    town = enter(post_of(Role.DISPATCHER, "town:330106005"))
    assert town.get("/desk/wall", {"place": place}).status_code == 404


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.HANDLER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_it_is_for_who_watches_over_a_place(role: Role) -> None:
    assert enter(post_of(role)).get("/desk/wall").status_code == 403


def test_it_asks_as_little_of_many_places_as_of_few(reported: Matter) -> None:
    client = enter(post_of(Role.SUPERVISOR, "province:33"))
    counts = []
    for place in ("33", "330106004066"):
        page(client, f"/desk/wall?place={pad(place)}")
        with statements() as asked:
            page(client, f"/desk/wall?place={pad(place)}")
        counts.append(len(asked))
    assert max(counts) <= 16, counts
    assert abs(counts[0] - counts[1]) <= 2


def test_the_overview_draws_the_same_places_as_its_table_and_leads_to_the_wall(reported: Matter) -> None:
    html = page(enter(post_of(Role.SUPERVISOR)), "/desk/overview")
    for below in ("330106", "330102"):
        assert html.count(f'href="{at_place(below, "/desk/overview")}"') == 2
    assert f'href="{at_place("3301")}"' in html
    assert 'class="anlan-trend"' in html
    assert "用表格看同样的数据" in html
