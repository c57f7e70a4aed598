# SPDX-License-Identifier: Apache-2.0
"""What somebody hears who sees nothing: reporting and following, dispatching, and the overview's table, by roles and names alone."""

import re

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, Locator, Page, expect

from anlan.people.may import Role
from tests.databases import Clone
from tests.indicators.region import catch_up
from tests.web.desk.test_browser import enter, served, session_of
from tests.web.look.test_browser import CHROMIUM

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
WORDS = "路面破损，电动车容易摔倒"
CONTROLS = "button|link|textbox|searchbox|combobox|checkbox|radio"
NAMELESS = re.compile(rf"^\s*- '?(?:{CONTROLS})(?! \")", re.MULTILINE)
HEADING = re.compile(r"^\s*- '?heading \".*\[level=(\d)\]", re.MULTILINE)


def heard(page: Page) -> None:
    """Every control has a name, there is one title, and no heading leaves out a level."""
    told = page.locator("body").aria_snapshot()
    assert NAMELESS.findall(told) == []
    levels = [int(level) for level in HEADING.findall(told)]
    assert levels.count(1) == 1, told
    above = 1
    for level in levels:
        assert level <= above + 1, told
        above = level
    for landmark in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(landmark)).to_have_count(1)


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def wrong(page: Page, field: Locator, words: str) -> None:
    """An error is announced, leads to its field, and is read with it."""
    page.get_by_role("alert").get_by_role("link", name=words).press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile(words))
    expect(field).to_have_attribute("aria-invalid", "true")


def press(where: Page | Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).press("Enter")


def report(page: Page) -> tuple[str, str]:
    """Home, an empty form, a mended one; gives what was said at the end."""
    heard(page)
    press(page, "上报问题")
    expect(title(page)).to_have_text("上报问题")
    heard(page)
    press(page, "提交")
    words = page.get_by_role("textbox", name="怎么了", exact=True)
    wrong(page, words, "请写怎么了")
    heard(page)
    words.fill(WORDS)
    page.get_by_role("textbox", name="地址，或者附近的标志", exact=True).fill("文三社区")
    press(page, "查找地点")
    found = page.get_by_role("group", name="是下面哪一个？").get_by_role("radio").first
    expect(found).to_be_focused()
    found.press("Space")
    press(page, "提交")
    expect(title(page)).to_have_text("已经收到")
    heard(page)
    told = page.get_by_role("main").inner_text()
    return re.findall(r"编号\s+([\d ]{19})", told)[0], re.findall(r"查询码\s+([A-Z\d ]{19})", told)[0]


def follow(page: Page, number: str, code: str) -> None:
    press(page, "打开")
    wrong(page, page.get_by_role("textbox", name="编号"), "请填写：编号")
    heard(page)
    page.get_by_role("textbox", name="编号").fill(number)
    page.get_by_role("textbox", name="查询码").fill(code)
    press(page, "打开")
    expect(title(page)).to_have_text(WORDS)
    heard(page)


def dispatch(page: Page) -> None:
    """From the list to the unit."""
    heard(page)
    page.get_by_role("region", name="事项列表").get_by_role("link", name="文三社区").press("Enter")
    case = page.get_by_role("region", name="这件事项")
    expect(case.get_by_role("region", name="反映的情况")).to_contain_text(WORDS)
    expect(title(page)).to_be_focused()
    heard(page)
    press(case.get_by_role("region", name="现在可以做"), "派遣")
    expect(title(page)).to_have_text("派遣")
    form = case.get_by_role("region", name="派遣", exact=True)
    press(form, "派遣")
    category = form.get_by_role("combobox", name="类别", exact=True)
    wrong(page, category, "请")
    heard(page)
    category.select_option(label="道路破损")
    form.get_by_role("group", name="立案情形").get_by_role("radio").first.check()
    press(form, "派遣")
    expect(page.get_by_role("status").filter(has_text="已交办")).to_be_visible()
    heard(page)


def read_table(page: Page) -> None:
    """The figures as a table: each with its place and what it is."""
    heard(page)
    table = page.get_by_role("table", name="杭州市及其下级地域")
    expect(table).to_be_visible()
    heads = table.get_by_role("columnheader").all_inner_texts()
    row = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name="西湖区"))
    cells = row.get_by_role("cell").all_inner_texts()
    assert dict(zip(heads[1:], cells, strict=True))["上报"].strip() == "1"
    expect(page.get_by_role("navigation", name="时段").get_by_role("link", name="30 天")).to_have_attribute(
        "aria-current", re.compile("page|true")
    )
    row.get_by_role("cell").nth(heads.index("上报") - 1).get_by_role("link", name="1").press("Enter")
    expect(title(page)).to_have_text("西湖区：上报")
    heard(page)


def test_who_sees_nothing_reports_dispatches_and_reads_the_figures(
    own_database: Clone, browser: Browser, settings: LazySettings
) -> None:
    settings.ANLAN_UNDO_SECONDS = 0
    room, leader = session_of(Role.DISPATCHER), session_of(Role.SUPERVISOR)
    session_of(Role.HANDLER)
    with served() as address:
        phone = enter(browser, address, "")
        phone.goto(address)
        number, code = report(phone)
        desk = enter(browser, address, room)
        desk.goto(f"{address}/desk/")
        dispatch(desk)
        other = enter(browser, address, "")
        other.goto(f"{address}/follow")
        follow(other, number, code)
        expect(other.get_by_role("main")).to_contain_text("西湖区住房和城乡建设局")
        catch_up()
        above = enter(browser, address, leader)
        above.goto(f"{address}/desk/overview")
        read_table(above)
