# SPDX-License-Identifier: Apache-2.0
"""Released summaries: written by staff, looked at first, seen by everybody, gone at once when taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.base.errors import BoundaryRefused, Invalid
from anlan.base.ids import show_number
from anlan.cases.models import Case
from anlan.cases.queries import follow_code_of
from anlan.people.may import Role, anonymous
from tests.cases.world import organisation
from tests.procedures.report import cast
from tests.statements import statements
from tests.web.staff import enter, number, post_of

pytestmark = pytest.mark.django_db
SECRET, SUMMARY = "我是老刘，住在文三路 478 号", "2026-03-02 接报后当天用冷补料填平路面，第二天复查完好。"


@pytest.fixture
def settled() -> cast.Matter:
    """Closed today, released by its reporter."""
    matter = cast.Matter.opened(
        "open", anonymous(), at=now() - timedelta(days=1), words=SECRET, address="文三路 478 号"
    )
    matter.at = now()
    matter.close()
    matter.do("release", cast.REPORTER, allow="yes")
    return matter


def code_of(matter: cast.Matter) -> str:
    return str(Case.objects.get(pk=matter.id).published_as)


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def gone(client: Client, code: str) -> bool:
    page, told = client.get(f"/public/summaries/{code}"), client.get(f"/api/v1/summaries/{code}")
    listed = SUMMARY in read(client, "/public/summaries") or "public/summaries/" + code in read(
        client, "/public"
    )
    in_data = bool(client.get("/api/v1/summaries").json()["summaries"])
    assert (page.status_code, told.status_code) in {(404, 404), (200, 200)}
    assert listed == in_data == (page.status_code == 200)
    return page.status_code == 404


def test_staff_look_at_it_before_everybody_does(settled: cast.Matter) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    address = f"/desk/cases/{number(settled)}/do/publish"
    sent = {"summary": SUMMARY, "expect": settled.now.seq}
    first = desk.post(address, sent)
    assert first.status_code == 200
    assert SUMMARY in first.content.decode()
    assert settled.now.published_as is None
    seen = first.content.decode().partition('name="seen" value="')[2].partition('"')[0]
    changed = desk.post(address, {**sent, "summary": "换成别的一段话", "seen": seen})
    assert changed.status_code == 200
    assert settled.now.published_as is None, "what was looked at is not what was sent"
    assert desk.post(address, {**sent, "seen": seen}).status_code == 302
    assert settled.now.published_as is not None


@pytest.mark.parametrize(
    "summary",
    [
        "请打 138 0013 8000 问老刘",
        "身份证３３０１０６１９９００１０１１２３４",
        "修好了，浙A·12345 的车主说没问题",
        "打一三八零零一三八零零零",
        "已回复 wang@example.com",
        "新能源车浙A·D12345 已挪走",
    ],
)
def test_numbers_of_persons_are_not_published(settled: cast.Matter, summary: str) -> None:
    with pytest.raises(Invalid) as refused:
        settled.do("publish", cast.town(), summary=summary)
    assert "summary" in refused.value.fields
    desk = enter(post_of(Role.DISPATCHER))
    page = desk.post(f"/desk/cases/{number(settled)}/do/publish", {"summary": summary})
    assert page.status_code == 422
    assert "请删去" in page.content.decode()


@pytest.fixture
def named() -> cast.Matter:
    """Closed and released, with another report of the same matter merged into it."""
    matter, other = (
        cast.Matter.opened("open", anonymous(), at=now() - timedelta(days=1), name=name, words=SECRET)
        for name in ("王小明", "欧阳若兰")
    )
    matter.at = other.at = now()
    matter.dispatch()
    other.do("merge", cast.town(), into=str(matter.id))
    matter.do("take", cast.unit())
    matter.finish()
    matter.do("check", cast.grid_worker(), result="holds")
    matter.do("close", cast.town())
    matter.do("release", cast.REPORTER, allow="yes")
    return matter


@pytest.mark.parametrize("called", ["王小明", "王先生", "小王", "王 小明", "欧阳若兰", "欧阳女士"])
def test_nor_names_of_who_reported_it_or_the_same(named: cast.Matter, called: str) -> None:
    with pytest.raises(Invalid) as refused:
        named.do("publish", cast.town(), summary=f"{called}反映的坑已补好")
    assert refused.value.found == {"summary": (called,)}
    assert called in str(refused.value)
    named.do("publish", cast.town(), summary="李先生反映的坑已补好")


def test_a_word_that_is_nobodys_name_is_written_out_to_say_so(named: cast.Matter, client: Client) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    address = f"/desk/cases/{number(named)}/do/publish"
    sent = {"summary": "王先生路的坑已补好", "expect": named.now.seq}
    page = desk.post(address, sent)
    assert page.status_code == 422
    assert "“王先生”像" in page.content.decode()
    assert desk.post(address, {**sent, "other_words": "王先生"}).status_code == 422
    assert desk.post(address, {**sent, "other_words": "王先生路的坑已补好" * 3}).status_code == 422
    first = desk.post(address, {**sent, "other_words": "王先生路"})
    seen = first.content.decode().partition('name="seen" value="')[2].partition('"')[0]
    assert desk.post(address, {**sent, "other_words": "王先生路", "seen": seen}).status_code == 302
    assert "王先生路的坑已补好" in read(client, f"/public/summaries/{code_of(named)}")


def test_who_may_not_publish_learns_no_name(named: cast.Matter) -> None:
    other = enter(post_of(Role.COUNTY_DISPATCHER))
    page = other.post(f"/desk/cases/{number(named)}/do/publish", {"summary": "王小明反映的坑已补好"})
    assert page.status_code in {403, 404}
    assert "像本件" not in page.content.decode()


def test_nor_words_of_a_register_of_people(settled: cast.Matter) -> None:
    with pytest.raises(BoundaryRefused):
        settled.do("publish", cast.town(), summary="已把他列入重点人员名单")


def test_everybody_reads_the_summary_and_its_course_and_nothing_else(
    settled: cast.Matter, client: Client
) -> None:
    settled.do("publish", cast.town(), summary=SUMMARY)
    code = code_of(settled)
    assert f'href="/public/summaries/{code}"' in read(client, "/public")
    pages = [read(client, "/public/summaries"), read(client, f"/public/summaries/{code}")]
    for page in pages:
        assert SUMMARY in page
        assert "已经解决" in page
        assert "杭州市西湖区西溪街道" in page
        assert "西湖区住房和城乡建设局" in page
    for word in ("已收到", "已受理", "办理中", "核实中", "已办结", "西溪街道综合信息指挥室"):
        assert word in pages[1], word
    told = client.get("/api/v1/summaries").json()["summaries"]
    one = client.get(told[0]["url"]).json()
    assert one["summary"] == told[0]["summary"] == SUMMARY
    assert (one["town"], one["outcome"], one["organisation"]) == (
        "330106004",
        "fixed",
        organisation(cast.dept("housing")),
    )
    assert [step["stage"] for step in one["steps"]] == [
        "received",
        "arranged",
        "working",
        "checking",
        "closed",
    ]
    case = settled.now
    hidden = (
        SECRET,
        "478",
        "文三社区",
        "文三路",
        "13800000000",
        f"{case.number:016d}",
        show_number(case.number),
        str(case.id),
    )
    for text in (*pages, str(told), str(one)):
        for word in hidden:
            assert word not in text, word
    assert client.get(f"/public/summaries/{code}")["X-Robots-Tag"] == "noindex, nofollow"


def test_who_reported_takes_it_back_and_it_is_gone_at_once(settled: cast.Matter, client: Client) -> None:
    settled.do("publish", cast.town(), summary=SUMMARY)
    code = code_of(settled)
    assert not gone(client, code)
    follow = {"number": f"{settled.now.number:016d}", "code": follow_code_of(settled.id)}
    assert client.post("/follow", follow).status_code == 302
    page = read(client, f"/follow/{follow['number']}")
    assert f"/public/summaries/{code}" in page
    deed = f"/follow/{follow['number']}/do/release"
    draft = read(client, deed).partition('name="draft" value="')[2].partition('"')[0]
    assert client.post(deed, {"draft": draft, "allow": "no"}).status_code == 302
    assert gone(client, code)
    with pytest.raises(Invalid):
        settled.do("publish", cast.town(), summary=SUMMARY)


@pytest.mark.parametrize(
    ("action", "by", "data"),
    [
        ("unpublish", cast.town, {"words": "写错了"}),
        ("unpublish", cast.county, {"words": "写错了"}),
        ("reopen", lambda: cast.REPORTER, {"words": "又坏了"}),
        ("erase", lambda: cast.REPORTER, {}),
    ],
)
def test_whatever_ends_it_takes_it_off_at_once(
    settled: cast.Matter, client: Client, action: str, by: Any, data: dict[str, Any]
) -> None:
    settled.do("publish", cast.town(), summary=SUMMARY)
    code = code_of(settled)
    assert not gone(client, code)
    settled.do(action, by(), **data)
    assert gone(client, code)


def test_a_summary_written_anew_keeps_its_address(settled: cast.Matter, client: Client) -> None:
    settled.do("publish", cast.town(), summary="写得太短")
    code = code_of(settled)
    settled.do("publish", cast.town(), summary=SUMMARY)
    assert code_of(settled) == code
    page = read(client, f"/public/summaries/{code}")
    assert SUMMARY in page
    assert "写得太短" not in page


def test_what_is_about_a_public_office_is_not_published(client: Client) -> None:
    matter = cast.Matter(about_organisation=organisation(cast.TOWN_ROOM))
    matter.do("release", cast.REPORTER, allow="yes")
    county = cast.county()
    matter.do("dispatch", county, unit=organisation(cast.COUNTY), category=cast.category(cast.ROAD))
    matter.do("take", county)
    matter.finish(county, outcome="explained")
    matter.do("confirm", cast.REPORTER, result="holds")
    matter.do("close", county)
    with pytest.raises(Invalid, match=r"public office|公共单位"):
        matter.do("publish", county, summary=SUMMARY)
    assert client.get("/api/v1/summaries").json() == {"summaries": [], "next": None}


def test_pages_follow_one_another_without_loss(
    client: Client,
) -> None:
    for _ in range(12):
        matter = cast.Matter.opened("open", anonymous(), at=now() - timedelta(days=1), words=SECRET)
        matter.at = now()
        matter.close()
        matter.do("release", cast.REPORTER, allow="yes")
        matter.do("publish", cast.town(), summary=SUMMARY)
    first = read(client, "/public/summaries")
    assert first.count(SUMMARY) == 10
    second = first.partition('href="/public/summaries?after=')[2].partition('"')[0]
    assert read(client, f"/public/summaries?after={second}").count(SUMMARY) == 2
    seen: list[str] = []
    address = "/api/v1/summaries?size=5"
    while address:
        told = client.get(address).json()
        seen += [one["id"] for one in told["summaries"]]
        address = told["next"]
    assert len(seen) == len(set(seen)) == 12
    assert client.get("/api/v1/summaries?within=330203").json()["summaries"] == []
    assert len(client.get("/api/v1/summaries?within=330106004&group=road").json()["summaries"]) == 12
    with statements() as sent:
        client.get("/public/summaries")
    assert len(sent) <= 12


@pytest.mark.parametrize("code", ["x", "0" * 16, "A" * 500, "-", "_"])
def test_a_strange_address_is_not_there(client: Client, code: str) -> None:
    assert client.get(f"/public/summaries/{code}").status_code == 404
    assert client.get(f"/api/v1/summaries/{code}").status_code == 404
