# SPDX-License-Identifier: Apache-2.0
"""A queue dispatched by keyboard in a real browser: one key a case, across pages of the list, nothing jumps, u takes back."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.conf import settings as configured
from playwright.sync_api import Browser, Page, expect

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases.act import act_many
from anlan.cases.held import send_due
from anlan.cases.models import Case
from anlan.people.may import Role, anonymous
from tests.cases.world import VILLAGE, envelope, place
from tests.databases import Clone
from tests.procedures.report.cast import ROAD, category, condition
from tests.web.desk.test_browser import served, session_of
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


def many(n: int, **said: object) -> None:
    """So many reports in one batch, of a known kind unless it is `said` otherwise."""
    data = said or {"words": "文三路有个大坑", "category": category(ROAD), "condition": condition(ROAD)}
    at, where = now() - timedelta(minutes=30), place(VILLAGE)
    act_many(
        [
            envelope(
                "open",
                anonymous(),
                new_id(),
                at=at,
                procedure="report",
                place=where,
                source="resident",
                data=data,
            )
            for _ in range(n)
        ]
    )


def desk(browser: Browser, address: str, session: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    cookies = {configured.SESSION_COOKIE_NAME: session, configured.LANGUAGE_COOKIE_NAME: "zh-hans"}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(f"{address}/desk/?state=reported")
    return page


def dispatch_all(page: Page, n: int) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for done in range(1, n + 1):
        page.wait_for_selector("#case form[data-act] [data-key=Enter]")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "n => (document.querySelector('#held').dataset.numbers || '').split(',').filter(Boolean).length >= n",
            arg=done,
        )


@pytest.mark.parametrize("n", [12, pytest.param(100, marks=pytest.mark.slow)])
def test_a_queue_is_dispatched_by_keyboard(
    own_database: Clone, browser: Browser, settings: LazySettings, n: int
) -> None:
    settings.ANLAN_UNDO_SECONDS = 3600
    session = session_of(Role.DISPATCHER)
    session_of(Role.HANDLER)
    many(n)
    with served() as address:
        page = desk(browser, address, session)
        dispatch_all(page, n)
        assert Case.objects.filter(state="reported").count() == n
        page.wait_for_selector("h1", state="attached")
        assert "/cases/" not in page.url
        sound(page)
        send_due(at=now() + timedelta(hours=2))
        assert Case.objects.filter(state="dispatched").count() == n


def test_the_list_stays_and_the_last_act_is_taken_back(
    own_database: Clone, browser: Browser, settings: LazySettings
) -> None:
    settings.ANLAN_UNDO_SECONDS = 3600
    session = session_of(Role.DISPATCHER)
    session_of(Role.HANDLER)
    many(20)
    with served() as address:
        page = desk(browser, address, session)
        for _step in range(12):
            page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_selector("#case form[data-act]")
        first = page.url
        top = page.evaluate("document.querySelector('.anlan-desk__list').scrollTop")
        assert top > 0
        page.keyboard.press("Enter")
        page.wait_for_selector("#held form")
        page.wait_for_url(lambda url: url != first)
        assert "正要发出" in page.inner_text("#said")
        assert page.evaluate("document.querySelector('.anlan-desk__list').scrollTop") >= top
        assert page.locator(".anlan-item--leaving").count() == 1
        assert page.evaluate("document.activeElement.className") == "anlan-title"
        assert (
            page.evaluate("sessionStorage['htmx-history-cache'] || localStorage['htmx-history-cache']")
            is None
        )
        page.keyboard.press("u")
        page.wait_for_url(first)
        page.wait_for_selector("#held form", state="detached")
        expect(page.locator(".anlan-item--leaving, .anlan-item--left")).to_have_count(0)
        sound(page)
        page.keyboard.press("x")
        page.keyboard.press("k")
        page.keyboard.press("k")
        page.keyboard.press("Shift+X")
        assert page.locator(".anlan-pick input:checked").count() == 3
        page.keyboard.press("?")
        assert page.locator("#keys").get_attribute("open") is not None
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "seek"


def test_a_form_is_sent_from_where_one_writes(
    own_database: Clone, browser: Browser, settings: LazySettings
) -> None:
    settings.ANLAN_UNDO_SECONDS = 0
    session = session_of(Role.DISPATCHER)
    many(1, words="文三路有个大坑")
    with served() as address:
        page = desk(browser, address, session)
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_selector("#case a[data-key=Enter]")
        page.keyboard.press("Enter")
        page.wait_for_selector("#case [data-send]")
        page.locator("#case textarea").first.fill("现场已围护")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url: "/do/" not in url)
        assert Case.objects.get().state == "accepted"
        sound(page)


def test_the_likely_step_answers_to_enter_and_to_its_own_letter(
    own_database: Clone, browser: Browser, settings: LazySettings
) -> None:
    session = session_of(Role.DISPATCHER)
    many(1, words="这里有点不对劲")
    with served() as address:
        page = desk(browser, address, session)
        for key, action in (("a", "accept"), ("Enter", "accept"), ("n", "note")):
            page.goto(f"{address}/desk/cases/{Case.objects.get().number}")
            page.wait_for_selector("[data-key=Enter][data-letter=A]")
            page.keyboard.press(key)
            page.wait_for_url(f"**/do/{action}*")
