# SPDX-License-Identifier: Apache-2.0
"""Place and category are chosen by their person: neither by carelessness, nor by knowing the name of one in a hundred."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from anlan.base.clock import now
from anlan.cases.management.commands.journal import pass_once
from anlan.people.may import Role
from anlan.procedures.mediation.procedure import MEDIATION
from tests.databases import Clone
from tests.journeys.people import photo
from tests.procedures.mediation.cast import Dispute
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import TASKS, Phone, phone
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.staff import matter

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
ROADS, SHOPFRONT = "道路、桥梁和井盖", "道路破损"


def settle(held: Phone) -> Page:
    """The form for what was settled on the spot, in the first place."""
    page = held.see("#/new")
    page.locator("label[for=place-0]").click()
    page.locator(".anlan-choices button").nth(1).click()
    page.locator("#field-category").wait_for()
    return page


def test_no_place_is_chosen_for_anybody(own_database: Clone, browser: Browser, tmp_path: Path) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.see("#/new")
        places = page.locator("[name=place]")
        places.first.wait_for(state="attached")
        assert places.count() > 1
        expect(page.locator("[name=place]:checked")).to_have_count(0)
        page.locator(".anlan-choices button").first.click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("请先选择地点")
        sound(page)
        chosen = str(places.nth(1).get_attribute("value"))
        places.nth(1).check(force=True)
        page.locator(".anlan-choices button").first.click()
        page.locator("#field-words").wait_for()
        held.see("#/new")
        expect(places.first).to_have_value(chosen)
        expect(page.locator("#app")).to_contain_text("（上次）")
        expect(page.locator("[name=place]:checked")).to_have_count(0)


def test_a_category_is_a_tap_away(own_database: Clone, browser: Browser, tmp_path: Path) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        held.signal(False)
        page = settle(held)
        sound(page)
        page.locator("summary", has_text=ROADS).click()
        page.get_by_text(SHOPFRONT, exact=True).click()
        expect(page.locator("[name=category]")).to_have_count(1)
        expect(page.locator("[data-conditions] input").first).to_be_attached()
        page.get_by_role("button", name="换一个类别").click()
        expect(page.locator("[data-conditions] input")).to_have_count(0)
        page.locator("summary", has_text=ROADS).click()
        page.get_by_text(SHOPFRONT, exact=True).click()
        page.fill("#field-words", "人行道的一块砖松了")
        page.locator("label[for=field-outcome]").click()
        page.fill("#field-answer", "已经铺平，可以通行。")
        page.set_input_files("#field-photos", [photo("0.jpg", "red")])
        page.locator(".anlan-photos img").wait_for()
        page.locator("form > button").click()
        page.locator(".anlan-message--success").wait_for()
        page = settle(held)
        often = page.get_by_role("radiogroup", name="常用类别")
        expect(often.get_by_label(SHOPFRONT, exact=True)).to_be_attached()


def test_of_a_long_list_some_rows_are_drawn_and_more_by_a_tap(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.VILLAGE_CLERK)  # a grid worker sees nothing of a dispute
    for _ in range(52):
        matter()
    Dispute(at=now())
    pass_once()
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page, rows = held.page, held.page.locator(".anlan-item")
        held.see(TASKS)
        expect(rows).to_have_count(50)
        expect(page.locator(".anlan-filters [aria-current=true]")).to_contain_text("53")
        page.get_by_role("button", name="再显示 3 件").press("Enter")
        expect(rows).to_have_count(53)
        expect(rows.nth(50).locator("a")).to_be_focused()
        # Called as on the pages: what is no report is not called one.
        titles = page.locator(".anlan-item__title")
        expect(titles.filter(has_text="随手报（尚未分类）")).to_have_count(52)
        expect(titles.filter(has_text=MEDIATION.words.zh)).to_have_count(1)


def test_a_category_is_found_by_everyday_words(own_database: Clone, browser: Browser, tmp_path: Path) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        held.signal(False)
        page = settle(held)
        near = page.get_by_text("没有叫这个名称的类别")
        for word, category in (
            ("人行道", SHOPFRONT),
            ("地砖", SHOPFRONT),
            ("自行车", "非机动车乱停"),
            ("楼道", "占用消防通道"),
        ):
            page.fill("#field-category", word)
            expect(page.get_by_label(category, exact=True)).to_be_attached()
            expect(near).to_have_count(0)
        page.fill("#field-category", "窗户破损")
        expect(near).to_be_visible()
        expect(page.get_by_label("出入口破损", exact=True)).to_be_attached()
        page.fill("#field-category", "魑魅")
        expect(page.get_by_text("没有这个名称")).to_be_visible()
        sound(page)
