# SPDX-License-Identifier: Apache-2.0
"""Days of work in a real browser: settled on the spot, answered by a link, an alarm that is seen, looks that are audited."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from anlan.base.clock import now
from anlan.cases import follow, journal
from anlan.cases.escalate import escalate
from anlan.cases.follow import Follows
from anlan.cases.models import Case, Follower
from anlan.config.wiring import tell_offices
from anlan.people.may import Role, anonymous
from tests.databases import Clone
from tests.journeys.people import fill, form_of, photo
from tests.procedures.report.cast import Matter
from tests.web.desk.test_browser import enter, served, session_of
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.staff import number
from tests.web.unit.test_links import given, outside

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
ANSWER = "已经换了新水管，恢复供水"
NOTICES = Follows(name="notices", handler=tell_offices, sends=True)


@pytest.fixture
def address(own_database: Clone) -> Iterator[str]:
    with served() as address:
        yield address


def press(page: Page, name: str) -> None:
    """A button or a link of this name in what the page is about."""
    main = page.locator("main")
    main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.click()


def send(page: Page) -> None:
    """The form at hand."""
    form_of(page).locator("button.govuk-button:not([name])").last.click()


def test_a_grid_worker_settles_on_the_spot(address: str, browser: Browser) -> None:
    page = enter(browser, address, session_of(Role.GRID_WORKER))
    page.goto(f"{address}/field/")
    sound(page)
    press(page, "上报")
    page.locator("button[name=action][value=settle]").click()
    sound(page)
    fill(page, "words", "楼道口堆了一袋垃圾")
    fill(page, "category", "道路破损")
    fill(page, "outcome", "fixed")
    fill(page, "answer", "已经清走，地面也扫过了")
    page.set_input_files("[name=files]", photo("after.jpg", "white"))
    sound(page)
    page.locator("main form button.govuk-button:not([name])").last.click()
    page.wait_for_url("**/field/cases/*")
    expect(page.locator("main")).to_contain_text("已经清走")
    expect(page.locator("main .anlan-photos img").first).to_be_visible()
    sound(page)
    assert Case.objects.get().state == "closed"
    page.goto(f"{address}/field/")
    expect(page.locator("main .anlan-item__link")).to_have_count(0)


def test_an_outside_unit_answers_by_its_link_until_it_is_ended(address: str, browser: Browser) -> None:
    room = session_of(Role.DISPATCHER)
    outside()
    case = given()
    desk = enter(browser, address, room)
    desk.goto(f"{address}/desk/cases/{number(case)}/link")
    desk.locator("[type=radio][name=post], select[name=post]").first.wait_for()
    sound(desk)
    press(desk, "生成链接")
    link = desk.locator(".anlan-code").inner_text()
    sound(desk)

    unit = enter(browser, address, "")
    unit.goto(link)
    expect(unit.locator("main")).to_contain_text("水管爆了")
    expect(unit.locator("main")).not_to_contain_text("13812345678")
    sound(unit)
    press(unit, "签收")
    unit.wait_for_url("**/do/take")
    press(unit, "签收")
    unit.wait_for_url(link)
    press(unit, "办理反馈")
    unit.wait_for_url("**/do/done")
    fill(unit, "outcome", "fixed")
    fill(unit, "met", "yes")
    fill(unit, "answer", ANSWER)
    unit.set_input_files("[name=files]", photo("after.jpg", "white"))
    sound(unit)
    unit.locator("main form button.govuk-button").last.click()
    unit.wait_for_url(link)
    expect(unit.locator("main")).to_contain_text(ANSWER)
    sound(unit)
    assert case.state == "confirming"

    desk.goto(f"{address}/desk/cases/{number(case)}")
    desk.locator("main a[href$='/link']").click()
    press(desk, "停用这个链接")
    expect(desk.locator("main")).to_contain_text("链接已失效")
    ended = unit.goto(link)
    assert ended
    assert ended.status == 404
    expect(unit.get_by_role("heading", level=1)).to_have_text("链接已失效")
    expect(unit.locator("body")).not_to_contain_text("水管")
    sound(unit)


@pytest.mark.parametrize("js", [True, False])
def test_danger_rings_at_the_room_until_it_is_seen(address: str, browser: Browser, *, js: bool) -> None:
    room = session_of(Role.DISPATCHER)
    Matter.opened("open", anonymous(), at=now(), words="文三路有个大坑")
    case = Matter.opened("open", anonymous(), at=now(), words="楼道里着火了", danger=True)
    escalate(at=now() + timedelta(seconds=5))
    told()
    page = enter(browser, address, room, js=js)
    page.goto(f"{address}/desk/")
    first = page.locator("main .anlan-item__link").first
    assert str(number(case)) in (first.get_attribute("href") or "")
    expect(first).to_contain_text("紧急")
    page.goto(f"{address}/desk/notices")
    expect(page.locator("main li").filter(has_text="可能有危险，请立即查看")).to_have_count(1)
    page.locator("main li", has_text="可能有危险").get_by_role("button").click()
    alarm = page.locator("form[data-attend]")
    if js:
        expect(alarm.get_by_role("status")).to_contain_text("提醒已停止")
        sound(page)
        page.reload()
    else:
        alarm.get_by_role("button").click()
    expect(alarm).to_have_count(0)
    expect(page.locator("h1.anlan-title")).to_be_visible()
    assert case.clock("alarm").stopped_at


def told() -> None:
    """What the journal's follower tells whom."""
    Follower.objects.get_or_create(name="notices", sends=True)
    while journal.number(at=now()):
        pass
    while follow.advance(NOTICES):
        pass


def test_the_auditor_reads_who_looked_by_post_by_reason_and_by_lot(address: str, browser: Browser) -> None:
    auditor, above = session_of(Role.AUDITOR), session_of(Role.SUPERVISOR)
    session_of(Role.DISPATCHER)
    case = Matter.opened("open", anonymous(), at=now(), words="文三路有个大坑")
    leader = enter(browser, address, above)
    leader.goto(f"{address}/desk/cases/{number(case)}/do/look")
    fill(leader, "reason", "supervision")
    send(leader)
    leader.wait_for_url("**/cases/*")
    expect(leader.locator("main")).to_contain_text("文三路有个大坑")

    page = enter(browser, address, auditor)
    page.goto(f"{address}/desk/audit")
    sound(page)
    for way in (
        page.get_by_role("region", name="按岗位").get_by_role("link", name="1", exact=True).first,
        page.get_by_role("region", name="按理由").get_by_role("link", name="1", exact=True),
        page.get_by_role("link", name="抽查"),
    ):
        way.click()
        listed = page.locator("main .anlan-card")
        expect(listed).to_have_count(1)
        expect(listed).to_contain_text("督办")
        expect(listed.get_by_role("link")).to_have_attribute("href", f"/desk/cases/{number(case)}")
        sound(page)
        page.go_back()
        expect(way).to_be_focused()
    page.get_by_role("link", name="抽查").click()
    page.wait_for_url("**/desk/audit/sample")
    drawn = page.locator("main h1 + p").inner_text()
    page.locator("main a[href^='?draw=']").click()
    page.wait_for_url("**/desk/audit/sample?draw=*")
    expect(page.locator("main h1 + p")).to_have_text(drawn)
