# SPDX-License-Identifier: Apache-2.0
"""The overview by keyboard: from the province to one grid and one case, over a map that moves, one that stands, and none."""

from collections.abc import Iterator
from typing import Literal

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases.act import act
from anlan.people.may import Role, anonymous
from tests.cases.world import VILLAGE, envelope, place
from tests.databases import Clone
from tests.indicators.region import catch_up
from tests.web.desk.test_browser import served
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
Drawing = Literal["moves", "stands", "none"]
GRID = f"{VILLAGE}001"
WAY = ("杭州市", "西湖区", "西溪街道", "文三社区", "第一网格")
SHOWN = """e => {
const {outlineStyle, boxShadow} = getComputedStyle(e), box = e.getBoundingClientRect(), drawn = e.querySelector("path");
const edge = drawn && parseFloat(getComputedStyle(drawn).strokeWidth) >= 4;
return (edge || outlineStyle !== "none" || boxShadow !== "none") && box.bottom > 0 && box.top < innerHeight }"""
"""Whether who has the focus sees that: it is on the screen, with an edge around it."""


@pytest.fixture
def address(own_database: Clone) -> Iterator[str]:
    """A province where two cases wait in a grid and one in the village beside it."""
    for where in (GRID, GRID, VILLAGE):
        act(
            envelope(
                "open",
                anonymous(),
                new_id(),
                at=now(),
                procedure="report",
                place=place(where),
                source="resident",
                data={"words": f"{where}有个大坑"},
            )
        )
    catch_up()
    with served() as address:
        yield address


@pytest.fixture
def plain(chromium: Browser) -> Iterator[Browser]:
    """A browser that cannot draw with WebGL."""
    started = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-3d-apis"]
    )
    yield started
    started.close()


def open_page(browser: Browser, address: str, who: Client, *, js: bool = True, width: int = 1440) -> Page:
    """The browser of somebody who signed in."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=js)
    cookies = {
        settings.SESSION_COOKIE_NAME: who.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: "zh-hans",
    }
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context.new_page()


def tab_to(page: Page, wanted: Locator) -> None:
    """Tab until the focus is on it, and it shows."""
    found = wanted.element_handle()
    for _ in range(150):
        page.keyboard.press("Tab")
        if found.evaluate("e => e === document.activeElement"):
            assert wanted.evaluate(SHOWN), f"the focus on {wanted} does not show"
            return
    raise AssertionError(f"no way by Tab to {wanted} on {page.url}")


def table(page: Page) -> Locator:
    return page.get_by_role("table").first


def into(page: Page, drawing: Drawing, name: str) -> Locator:
    """The link to a place below: on the map where there is one, else in the table."""
    inside = table(page)
    if drawing == "moves":
        page.locator(".anlan-map__drawing[aria-hidden=true]").wait_for(state="attached")
    if drawing != "none":
        inside = page.locator(".anlan-map__live" if drawing == "moves" else ".anlan-map__drawing")
    return inside.get_by_role("link", name=name)


@pytest.mark.parametrize("drawing", ["moves", "stands", "none"])
def test_from_the_province_to_one_case_by_keyboard(
    address: str, browser: Browser, plain: Browser, drawing: Drawing
) -> None:
    who = enter(post_of(Role.SUPERVISOR, "province:33"))
    page = open_page(plain if drawing == "stands" else browser, address, who, js=drawing != "none")
    page.goto(f"{address}/desk/overview")
    for name in WAY:
        link = into(page, drawing, name)
        in_table = table(page).get_by_role("link", name=name, exact=True)
        assert link.get_attribute("href") == in_table.get_attribute("href")
        if drawing == "moves":
            expect(page.get_by_role("region", name="按期处置率", exact=True)).to_be_visible()
        tab_to(page, link)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    figure = table(page).get_by_role("row", name="第一网格").get_by_role("link").first
    expect(figure).to_have_text("2")
    tab_to(page, figure)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("第一网格：上报")
    cases = page.locator("main").get_by_role("listitem").get_by_role("link")
    expect(cases).to_have_count(2)
    tab_to(page, cases.last)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")
    if drawing != "none":
        back_to(page, cases.last)
        sound(page)
        back_to(page, figure)
        page.go_back()
        back_to(page, into(page, drawing, "西溪街道"), steps=2)


def back_to(page: Page, left: Locator, *, steps: int = 1) -> None:
    """The back gesture leads to where one was."""
    for _ in range(steps):
        page.go_back()
    expect(left).to_be_focused()
    expect(left).to_be_in_viewport()
    assert left.evaluate(SHOWN)
