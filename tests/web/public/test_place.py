# SPDX-License-Identifier: Apache-2.0
"""My place: the worker's published contact and no other, the offices, the tasks, what is public anyway."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from anlan.base.clock import now
from anlan.indicators.public import public_measures
from anlan.indicators.values import Ratio
from anlan.people.may import Role
from anlan.people.models import Organisation, Post
from anlan.places.codes import pad
from anlan.places.find import ZONE, find_code
from anlan.procedures.report.procedure import REPORT
from tests.cases.world import place
from tests.procedures.report import cast
from tests.statements import statements
from tests.web.staff import post_of

pytestmark = pytest.mark.django_db
FIGURES = 24
"""Statements of the figures: a few for each place above, kept for an hour."""
VILLAGE, GRID = "330106004066", "330106004066001"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    cache.clear()


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def published(post: Post, name: str, phone: str) -> Post:
    Post.objects.filter(pk=post.pk).update(published_name=name, published_phone=phone)
    return post


def test_one_finds_a_place_by_its_name(client: Client) -> None:
    html = page(client, "/place/?q=文三社区")
    assert f'href="/place/{VILLAGE}"' in html
    assert "浙江省杭州市西湖区西溪街道文三社区" in html
    assert "没有找到这个名字的地方" in page(client, "/place/?q=qqqqqq")


def test_one_goes_down_from_the_province_to_a_grid_by_links_alone(client: Client) -> None:
    address = "/place/"
    for below in ("3301", "330106", "330106004", VILLAGE, GRID):
        html = page(client, address)
        # Once in the list, which is the main way, and once on the map.
        assert html.count(f'href="/place/{below}"') == 2
        address = f"/place/{below}"
    assert 'aria-current="true"' in page(client, address)


def test_a_grid_shows_its_worker_the_supervision_phone_and_its_tasks(client: Client) -> None:
    published(post_of(Role.GRID_WORKER), "王小满", "0571-0000 0601")
    published(post_of(Role.GRID_WORKER, place_id=place(GRID)), "陈立夏", "")
    Organisation.objects.filter(key="town:330106004").update(phone="0571-0000 0004")
    html = page(client, f"/place/{GRID}")
    assert html.index("陈立夏") < html.index("王小满")  # whose grid it is comes first
    assert "负责整个村社" in html
    assert 'href="tel:0571-00000601"' in html
    assert re.search(r"西溪街道综合信息指挥室<br><a[^>]*>0571-0000 0004</a>", html)
    assert 'href="tel:12345"' in html
    for task in ("排查安全隐患", "化解矛盾纠纷", "宣传法律政策", "代办服务"):
        assert f"<dt>{task}</dt>" in html
    assert "非测绘" in html


def test_of_a_worker_nothing_is_shown_that_was_not_published(client: Client) -> None:
    worker = post_of(Role.GRID_WORKER)
    worker.account.name = "不公开的人"
    worker.account.save(update_fields=["name"])
    html = page(client, f"/place/{GRID}")
    assert "不公开的人" not in html
    assert "还没有公开姓名和电话" in html
    published(worker, "王小满", "")
    assert "王小满" in page(client, f"/place/{VILLAGE}")
    Post.objects.filter(pk=worker.pk).update(valid_to=now() - timedelta(minutes=1))
    assert "王小满" not in page(client, f"/place/{VILLAGE}")


def test_other_posts_are_not_shown_even_with_a_published_contact(client: Client) -> None:
    published(post_of(Role.VILLAGE_CLERK), "李谷雨", "0571-0000 0603")
    assert "李谷雨" not in page(client, f"/place/{VILLAGE}")


def test_one_reports_from_there_with_the_place_chosen(client: Client) -> None:
    address = re.search(r'href="(/report\?place=\d+)"', page(client, f"/place/{GRID}"))
    assert address is not None
    form = page(client, address[1])
    assert f'value="{place(GRID)}"' in form
    assert "第一网格" in form
    assert client.get("/report?place=nonsense").status_code == 200
    assert client.get("/report?place=99999999999999999999999").status_code == 200


def test_what_is_public_of_its_town_is_there_and_nothing_else(client: Client) -> None:
    secret = "我是老刘，住在文三路 478 号"
    matter = cast.Matter(words=secret)
    matter.dispatch()
    html = page(client, f"/place/{GRID}")
    assert "西溪街道的公开事项" in html
    assert "西湖区住房和城乡建设局" in html
    assert secret not in html
    assert f"{matter.now.number:016d}" not in html


@pytest.mark.parametrize("code", ["1", "0", "3301060040669", "999999999999999", "330106004066999", "9" * 30])
def test_what_is_no_place_is_not_here(client: Client, code: str) -> None:
    assert client.get(f"/place/{code}").status_code == 404


def test_a_code_that_ended_leads_to_who_has_it_now(client: Client) -> None:
    answer = client.get("/place/330103")
    assert (answer.status_code, answer["Location"]) == (302, "/place/330105")


def test_a_page_of_a_place_asks_little_however_many_lie_below_it(client: Client) -> None:
    counts = []
    for code in ("33", "3301", "330106", "330106004", VILLAGE, GRID):
        page(client, f"/place/{code}")
        cache.clear()
        with statements() as asked:
            page(client, f"/place/{code}")
        counts.append(len(asked))
    assert max(counts) <= 12 + FIGURES, counts


def test_only_pages_with_figures_load_what_draws_them(client: Client) -> None:
    assert "figures" in page(client, f"/place/{GRID}")
    for address in ("/", "/report", "/follow", "/public"):
        assert "figures" not in page(client, address)
        assert "engine" not in page(client, address)


def test_figures_are_those_that_everybody_may_be_told(client: Client) -> None:
    cast.Matter().dispatch()
    html = page(client, f"/place/{GRID}")
    section = html[html.index('id="figures"') :]
    assert section[: section.index("</section>")].count("数量太少，不公布") == 4
    told = {one.key: Ratio(count=1200, of=1600 if one.of else None) for one in public_measures(REPORT.key)}
    town = find_code(pad("330106004"), at=now())
    assert town is not None
    today = now().astimezone(ZONE).date()
    cache.set(f"public-figures-{REPORT.key}-{town.id}-{today}", told)
    html = page(client, f"/place/{GRID}")
    assert "<dd>1,200</dd>" in html
    assert "<dd>75.0%（共 1,600 件）</dd>" in html
