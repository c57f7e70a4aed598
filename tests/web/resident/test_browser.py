# SPDX-License-Identifier: Apache-2.0
"""The residents' pages in a real browser: without script, by position, at 360 px; nothing that axe finds."""

import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, FilePayload, Page
from pytest_django import Settings

from tests.databases import Clone
from tests.web.look.test_browser import CHROMIUM, Quiet, Server
from tests.web.resident.visits import WORDS, picture

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


class Tidy(Server):
    """Closes each thread's connections, so that the test's own database can go."""

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """One request, then nothing left open."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


@pytest.fixture
def address(own_database: Clone, settings: Settings) -> Iterator[str]:
    settings.ANLAN_DEMO = True
    application = get_wsgi_application()
    with make_server("127.0.0.1", 0, application, server_class=Tidy, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def visit(
    browser: Browser, address: str, *, language: str, width: int, js: bool, large: bool = False
) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=js,
        permissions=["geolocation"],
        geolocation={"latitude": 30.2741, "longitude": 120.1551},
    )
    cookies = {"django_language": language, "anlan_large": "1" if large else "0"}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context.new_page()


def sound(page: Page) -> None:
    """Nothing axe finds, nothing wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def photo() -> FilePayload:
    return {"name": "road.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}


def test_from_report_to_follow_without_script(browser: Browser, address: str) -> None:
    page = visit(browser, address, language="zh-hans", width=360, js=False)
    page.goto(address + "/")
    page.get_by_role("button", name="上报问题").click()
    page.fill("[name=words]", WORDS)
    page.fill("[name=address]", "文三社区")
    page.set_input_files("[name=files]", [photo()])
    page.get_by_role("button", name="查找地点").click()
    assert page.input_value("[name=words]") == WORDS
    page.get_by_label("浙江省杭州市西湖区西溪街道文三社区").check()
    assert not page.locator("[name=office]").is_visible()
    page.locator("[name=about]").check()
    assert page.locator("[name=office]").is_visible()
    page.locator("[name=about]").uncheck()
    page.get_by_role("button", name="提交").click()
    number, code = page.locator(".anlan-code").all_inner_texts()
    page.goto(address + "/follow")
    page.fill("[name=number]", number)
    page.fill("[name=code]", code)
    page.get_by_role("button", name="打开").click()
    assert WORDS in page.inner_text("h1")
    assert page.locator(".anlan-photos img").count() == 1
    page.get_by_role("button", name="补充").click()
    page.fill("[name=words]", "坑更大了")
    page.get_by_role("button", name="补充").click()
    assert "坑更大了" in page.inner_text("main")
    page.context.close()


@pytest.mark.parametrize(
    ("language", "width", "large"), [("zh-hans", 360, False), ("en", 360, True), ("en", 1440, False)]
)
def test_axe_finds_nothing_on_the_way(
    browser: Browser, address: str, *, language: str, width: int, large: bool
) -> None:
    page = visit(browser, address, language=language, width=width, js=True, large=large)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    for path in ("/", "/public", "/follow", "/sign-in", "/report"):
        page.goto(address + path)
        sound(page)
    page.locator("[data-position]").click()
    page.locator("[name=place]").first.wait_for()
    page.locator("form[data-report] button.govuk-button").last.click()
    page.locator(".govuk-error-summary").wait_for()
    sound(page)
    page.fill("[name=words]", WORDS)
    page.set_input_files("[name=files]", [photo()])
    page.locator("[name=place]").first.check()
    page.locator("form[data-report] button.govuk-button").last.click()
    page.wait_for_url("**/report/sent")
    sound(page)
    page.locator("a[href^='/follow/']").first.click()
    sound(page)
    page.locator(".anlan-deeds a").first.click()
    sound(page)
    assert broken == []
    page.context.close()


def test_the_numbers_to_call_grow_when_the_words_sound_like_danger_or_danger_is_ticked(
    browser: Browser, address: str
) -> None:
    page = visit(browser, address, language="zh-hans", width=360, js=True)
    page.goto(address + "/report")
    page.fill("[name=words]", "路灯不亮")
    assert page.locator("input[name=kind][value=facility]").is_checked()
    calm = page.locator("[data-call]").bounding_box()
    page.check("[name=danger]")
    ticked = page.locator("[data-call]").bounding_box()
    page.uncheck("[name=danger]")
    page.fill("[name=words]", "楼道里着火了")
    page.locator(".anlan-call--now").wait_for()
    sound(page)
    assert calm
    assert ticked
    assert ticked["height"] > 1.5 * calm["height"]
    page.context.close()


def test_a_field_that_is_being_mended_is_no_longer_red(browser: Browser, address: str) -> None:
    page = visit(browser, address, language="zh-hans", width=360, js=True)
    page.goto(address + "/report")
    page.locator("form[data-report] button.govuk-button").last.click()
    page.locator(".govuk-error-summary").wait_for()
    wrong = page.locator(".govuk-form-group--error")
    before = wrong.count()
    assert page.locator("#id_open_words-error").is_visible()
    page.locator("[name=words]").press_sequentially("路")
    assert page.locator("#id_open_words-error").count() == 0
    assert wrong.count() == before - 1
    words = page.locator("[name=words]")
    assert "error" not in f"{words.get_attribute('class')} {words.get_attribute('aria-describedby')}"
    assert page.locator(".govuk-error-summary").is_visible()
    sound(page)
    page.context.close()


def test_the_slip_is_copied_and_printed_with_a_button(browser: Browser, address: str) -> None:
    page = visit(browser, address, language="zh-hans", width=360, js=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write", "geolocation"])
    page.goto(address + "/report")
    page.fill("[name=words]", WORDS)
    page.locator("[data-position]").click()
    page.locator("[name=place]").first.check()
    page.locator("form[data-report] button.govuk-button").last.click()
    page.wait_for_url("**/report/sent")
    page.get_by_role("button", name="复制").click()
    page.get_by_role("button", name="已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    for kept in page.locator(".anlan-code").all_inner_texts():
        assert kept in copied
    assert page.locator("[data-print]").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".anlan-code").all()[1].is_visible()
    assert page.locator(".anlan-slip__link").is_visible()
    assert not page.locator("[data-print]").is_visible()
    page.context.close()
