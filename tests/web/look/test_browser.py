# SPDX-License-Identifier: Apache-2.0
"""The style pages in a real browser: nothing axe finds, nothing wider than the screen, keys that work."""

import shutil
import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Page
from pytest_django import Settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with make_server(
        "127.0.0.1", 0, get_wsgi_application(), server_class=Server, handler_class=Quiet
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def open_page(
    browser: Browser,
    address: str,
    *,
    width: int,
    large: bool = False,
    language: str = "zh-hans",
    js: bool = True,
) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=js)
    cookies = {"django_language": language, "anlan_large": "1" if large else "0"}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context.new_page()


@pytest.mark.parametrize(
    "path", ["/styles/", "/styles/desk/", "/styles/phone/", "/styles/tasks/", "/styles/figures/"]
)
@pytest.mark.parametrize(
    ("width", "large", "language"),
    [(360, False, "zh-hans"), (1440, False, "en"), (360, True, "en"), (1440, True, "zh-hans")],
)
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser,
    address: str,
    settings: Settings,
    path: str,
    *,
    width: int,
    large: bool,
    language: str,
) -> None:
    settings.ANLAN_DEMO = True
    page = open_page(browser, address, width=width, large=large, language=language)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    answer = page.goto(address + path)
    assert answer is not None
    assert answer.status == 200
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert broken == []
    page.context.close()


def test_the_large_mode_is_at_least_eighteen_points(
    browser: Browser, address: str, settings: Settings
) -> None:
    settings.ANLAN_DEMO = True
    page = open_page(browser, address, width=360, large=True)
    page.goto(address + "/styles/phone/")
    smallest = page.evaluate(
        """Math.min(...[...document.querySelectorAll("body *")]
        .filter((e) => e.offsetParent && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
        .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert smallest >= 24
    page.context.close()


def test_the_switches_work_without_script(browser: Browser, address: str, settings: Settings) -> None:
    settings.ANLAN_DEMO = True
    page = open_page(browser, address, width=360, js=False)
    page.goto(address + "/styles/phone/")
    page.get_by_role("button", name="English").last.click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Large text").click()
    assert "anlan-large" in (page.locator("html").get_attribute("class") or "")
    page.context.close()


def test_the_desk_follows_the_keyboard(browser: Browser, address: str, settings: Settings) -> None:
    settings.ANLAN_DEMO = True
    page = open_page(browser, address, width=1440)
    page.goto(address + "/styles/desk/")
    page.keyboard.press("j")
    assert "店外堆放占道" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("g")  # typing is typing
    assert page.url.endswith("/styles/desk/")
    page.locator(".anlan-title").focus()
    page.keyboard.press("g")
    page.wait_for_url("**/styles/desk/?do=other")
    page.context.close()


def test_a_case_opens_beside_its_list_without_a_new_page(
    browser: Browser, address: str, settings: Settings
) -> None:
    settings.ANLAN_DEMO = True
    page = open_page(browser, address, width=1440)
    page.goto(address + "/styles/desk/")
    page.evaluate("window.same = true")
    page.locator(".anlan-item__link").nth(2).click()
    page.wait_for_url("**/styles/desk/?case=Luojiazhuang")
    assert page.evaluate("window.same === true")
    assert page.locator("#case .anlan-title").count() == 1
    page.context.close()
