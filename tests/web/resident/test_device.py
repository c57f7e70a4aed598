# SPDX-License-Identifier: Apache-2.0
"""The resident's phone in a real browser: drafts stay, what waits is sent once, photos follow, all of it can be cleared."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from anlan.cases.models import Attachment, Case
from anlan.procedures.report.models import ReportRecord
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import address, sound, visit
from tests.web.resident.visits import WORDS

__all__ = ["address"]
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
BUDGET = 150_000
"""Bytes of a first visit to a sent report, own photos aside."""
KEPT = """() => new Promise(done => { const asked = indexedDB.open("anlan", 1); asked.onsuccess = () => {
  const rows = asked.result.transaction("reports").objectStore("reports").getAll();
  rows.onsuccess = () => { asked.result.close(); done(rows.result.map(row => row.state)); } } })"""


def photo(name: str, *, side: int = 1200, exif: Image.Exif | None = None) -> FilePayload:
    out = io.BytesIO()
    noise = Image.frombytes("RGB", (side // 4, side // 4), os.urandom(3 * (side // 4) ** 2))
    noise.resize((side, side)).save(out, "JPEG", quality=95, exif=Image.Exif() if exif is None else exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def located() -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 30.0), 3: "E", 4: (120.0, 8.0, 0.0)})
    exif.get_ifd(0x8769).update({0x9003: "2026:03:02 10:00:00"})
    return exif


def write(page: Page, address: str) -> None:
    """A report that lacks nothing but to be sent."""
    page.goto(address + "/report")
    page.fill("[name=words]", WORDS)
    page.fill("[name=address]", "文三社区")
    page.locator("[data-find]").click()
    page.locator("[name=place]").first.check()


def send(page: Page) -> None:
    page.locator("form[data-report] > button.govuk-button").last.click()


def until(page: Page, condition: Callable[[], object], *, what: str) -> None:
    """Looks again and again while the browser works."""
    for _ in range(600):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"waited in vain: {what}")


def kept(page: Page, states: list[str]) -> None:
    """Waits until the phone keeps rows of these states."""
    until(page, lambda: page.evaluate(KEPT) == states, what=f"{states} on the phone")


def forget_session(page: Page) -> None:
    """The session ended, and the token of every open form with it."""
    for name in ("sessionid", "csrftoken"):
        page.context.clear_cookies(name=name)


def kept_by_worker(page: Page) -> None:
    """Waits until the worker holds what opens without signal."""
    until(page, lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), what="the worker")


@pytest.fixture
def page(browser: Browser, address: str) -> Any:
    made = visit(browser, address, language="zh-hans", width=360, js=True)
    made.set_default_timeout(60_000)
    broken: list[str] = []
    made.on("pageerror", lambda error: broken.append(str(error)))
    yield made
    made.context.close()
    assert broken == []


def shot(page: Page, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_draft_stays_from_the_first_character_and_photos_follow_the_words(page: Page, address: str) -> None:
    page.goto(address + "/report")
    page.locator("[name=words]").press_sequentially("路")
    kept(page, ["writing"])
    page.reload()
    expect(page.locator("[data-kept]")).to_contain_text("您上次在写这件事")
    shot(page, "offered")
    page.locator("[data-do=go-on]").click()
    expect(page.locator("[name=words]")).to_have_value("路")
    page.fill("[name=words]", WORDS)
    page.fill("[name=address]", "文三社区")
    page.locator("[data-find]").click()
    page.locator("[name=place]").first.check()
    page.locator("[name=about]").check()
    page.locator("[name=about_organisation]").first.check()
    page.set_input_files("[name=files]", [photo("坑.jpg", exif=located()), photo("近看.jpg")])
    expect(page.locator("[data-photos] img")).to_have_count(2)
    expect(page.locator("#photo-says")).to_be_visible()
    # Signing in, and all else that happens to the session, leaves it there.
    page.goto(address + "/sign-in")
    forget_session(page)
    page.goto(address + "/report")
    page.locator("[data-do=go-on]").click()
    expect(page.locator("[data-photos] img")).to_have_count(2)
    expect(page.locator("[name=place]:checked")).to_have_count(1)
    expect(page.locator("[name=about_organisation]:checked")).to_have_count(1)
    page.locator("[name=about]").uncheck()
    expect(page.locator("[name=about_organisation]").first).to_be_hidden()
    page.locator("[name=use_photo]").check()
    sound(page)
    shot(page, "written")
    send(page)
    page.wait_for_url("**/report/sent")
    expect(page.locator("[data-progress]")).to_have_text("照片已全部送到。")
    kept(page, [])
    sound(page)
    shot(page, "sent")
    assert Case.objects.count() == 1
    assert ReportRecord.objects.get().awaited == 0
    assert Attachment.objects.count() == 2
    page.locator("a[href^='/follow/']").first.click()
    assert "30.27500, 120.13333" in page.inner_text("main")
    assert page.locator("main .anlan-photos img").count() == 2


def answer_nothing(route: Route) -> None:
    """No report arrives; a token is given."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


class Lossy:
    """The first report arrives, but its answer does not."""

    def __init__(self) -> None:
        self.lost = 0

    def __call__(self, route: Route) -> None:
        """Once."""
        if route.request.method != "POST" or self.lost:
            route.continue_()
            return
        route.fetch()
        route.abort()
        self.lost += 1


def test_without_signal_it_waits_and_is_sent_once_though_the_answer_was_lost(
    page: Page, address: str
) -> None:
    # As in browsers without Background Sync: the page alone sends what waits.
    page.add_init_script(
        "Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', {value: undefined})"
    )
    page.goto(address + "/report")
    kept_by_worker(page)
    context: BrowserContext = page.context
    context.set_offline(True)
    page.goto(address + "/report")
    assert "现在没有信号" in page.inner_text("main")
    page.fill("[name=words]", WORDS)
    page.select_option("[name=county]", label="西湖区")
    page.set_input_files("[name=files]", [photo("坑.jpg", side=400)])
    expect(page.locator("[data-photos] img")).to_have_count(1)
    shot(page, "offline")
    send(page)
    expect(page.locator("[data-kept]")).to_contain_text("等待网络")
    sound(page)
    shot(page, "waiting")
    kept(page, ["waiting"])
    # The first answer is lost, and then the session ends.
    line = Lossy()
    context.route("**/report/phone", line)
    context.set_offline(False)
    until(page, lambda: line.lost, what="the report")
    assert Case.objects.count() == 1
    forget_session(page)
    page.goto(address + "/report")
    expect(page.locator("[data-kept] .anlan-code")).to_have_count(2)
    expect(page.locator("[data-kept] [data-progress]")).to_have_text("照片已全部送到。")
    sound(page)
    shot(page, "arrived")
    assert Case.objects.count() == 1
    assert Attachment.objects.count() == 1
    page.locator("[data-do=read]").click()
    kept(page, [])


def test_the_form_that_went_off_into_nothing_waits_too_and_the_phone_can_be_cleared(
    page: Page, address: str
) -> None:
    page.goto(address + "/report")
    kept_by_worker(page)
    write(page, address)
    page.evaluate("Object.defineProperty(navigator, 'onLine', {get: () => true})")
    page.context.set_offline(True)
    send(page)
    expect(page.locator("[data-kept]")).to_contain_text("等待网络")
    page.locator("[data-clear] button").click()
    expect(page.locator("[data-warning]")).to_be_visible()
    page.context.route("**/report/phone", answer_nothing)
    page.context.set_offline(False)
    page.locator("[data-clear] button").click()
    page.wait_for_url("**/report/cleared")
    sound(page)
    shot(page, "cleared")
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    page.goto(address + "/report")
    kept(page, [])
    assert Case.objects.count() == 0


def test_what_was_answered_before_sending_is_not_lost_where_that_page_goes_off_into_nothing(
    page: Page, address: str
) -> None:
    write(page, address)
    page.fill("[name=words]", "办事要收钱，找老板 13700001111")
    page.evaluate("document.querySelector('form[data-report] [name=confidential]').checked = true")
    send(page)
    room = page.locator("[name=concerned]:not([value=''])").last
    room.check()
    about = int(room.get_attribute("value") or 0)
    page.context.route("**/report", lambda route: route.fulfill(status=204))
    page.locator("form[data-asked] button.govuk-button:not(.govuk-button--secondary)").last.click()
    kept(page, ["sending"])
    page.context.unroute("**/report")
    page.goto(address + "/report")
    expect(page.locator("[data-kept] .anlan-code")).to_have_count(2)
    case = Case.objects.get()
    assert case.barred == about
    page.locator("[data-do=read]").click()
    page.goto(f"{address}/follow/{case.number:016d}")
    assert "13700001111" not in page.inner_text("main")


def test_a_first_visit_to_a_sent_report_is_light(page: Page, address: str) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    write(page, address)
    kept_by_worker(page)
    shell = page.evaluate(
        """async () => { let total = 0; for (const name of await caches.keys()) for (const each of await (await
        caches.open(name)).matchAll()) if (each.url.endsWith("/offline")) total += (await each.blob()).size;
        return total; }"""
    )
    send(page)
    page.wait_for_url("**/report/sent")
    kept(page, [])
    total = sum(sizes) + shell
    assert len(sizes) > 5
    assert total < BUDGET, f"{total} bytes"
