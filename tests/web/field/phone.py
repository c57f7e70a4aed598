# SPDX-License-Identifier: Apache-2.0
"""A phone with the field app: a browser of its own whose store outlives it, as the app's on a phone does."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from anlan.cases.models import Case
from anlan.web.look.context import LARGE_COOKIE
from tests.journeys.people import photo
from tests.web.look.test_browser import CHROMIUM

PIN = "274951"
TASKS, SENT, PHONE = "#/tasks/open", "#/sent", "#/phone"


class Phone:
    """One browser on one folder. `start` opens it, `kill` ends it as a phone ends an app: at once."""

    def __init__(
        self,
        browser: Browser,
        folder: Path,
        address: str,
        *,
        session: str,
        language: str = "zh-hans",
        large: bool = False,
        zone: str = "Asia/Shanghai",
    ) -> None:
        self.browser, self.folder, self.address = browser, folder, address
        self.session, self.language, self.large, self.zone = session, language, large, zone
        self.context: BrowserContext | None = None
        self.page: Page

    def start(self, *, online: bool = True, init: str = "") -> Page:
        """The app's page, before anything is typed."""
        context = self.browser.browser_type.launch_persistent_context(
            str(self.folder),
            executable_path=CHROMIUM,
            args=["--no-sandbox"],
            viewport={"width": 360, "height": 780},
            base_url=self.address,
            offline=not online,
            timezone_id=self.zone,
        )
        self.context = context
        context.set_default_timeout(20_000)
        self.sign_in(self.session)
        if init:
            context.add_init_script(init)
        self.page = context.pages[0]
        self.page.on("dialog", lambda asked: asked.accept())
        self.page.goto("/field/app")
        return self.page

    def sign_in(self, session: str) -> None:
        """The session that the browser holds from now on."""
        assert self.context is not None
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: self.language}
        if self.large:
            cookies[LARGE_COOKIE] = "1"
        self.context.add_cookies([{"name": n, "value": v, "url": self.address} for n, v in cookies.items()])

    def set_up(self, *, init: str = "") -> Page:
        """The first time: a PIN is chosen and all is fetched."""
        page = self.start(init=init)
        page.fill("#pin", PIN)
        page.fill("#pin2", PIN)
        page.locator("form button").click()
        page.locator(".anlan-filters").wait_for()
        page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        return page

    def unlock(self, pin: str = PIN) -> Page:
        """The PIN, typed."""
        self.page.fill("#pin", pin)
        self.page.keyboard.press("Enter")
        return self.page

    def see(self, where: str) -> Page:
        """Another screen of the app."""
        self.page.evaluate("where => { location.hash = where }", where)
        return self.page

    def signal(self, there: bool) -> None:  # noqa: FBT001 - on or off
        """Signal comes or goes."""
        assert self.context is not None
        self.context.set_offline(not there)

    def kill(self) -> None:
        """SIGKILL to the browser and all it started: nothing is written at leisure."""
        assert self.context is not None
        mine = f"--user-data-dir={self.folder}".encode()
        for each in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                if mine in (each / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(each.name), signal.SIGKILL)
        with suppress(Exception):
            self.context.close()
        (self.folder / "SingletonLock").unlink(missing_ok=True)

    def close(self) -> None:
        """The end of the test."""
        if self.context is not None:
            with suppress(Exception):
                self.context.close()


@contextmanager
def phone(browser: Browser, folder: Path, address: str, *, session: str, **given: Any) -> Iterator[Phone]:
    """A phone that is set up and shows the tasks."""
    found = Phone(browser, folder, address, session=session, **given)
    found.set_up()
    yield found
    found.close()


def report(page: Page, words: str, *, photos: int = 1, settle: bool = False) -> None:
    """Reports something in the first place, or settles it on the spot."""
    page.evaluate("location.hash = '#/new'")
    page.locator("label[for=place-0]").click()
    page.locator(".anlan-choices button").nth(1 if settle else 0).click()
    page.fill("#field-words", words)
    if settle:
        page.fill("#field-category", "井盖")
        page.locator("[name=category]").first.check(force=True)
        page.locator("[name=outcome]").first.check(force=True)
        page.fill("#field-answer", "已经盖好，并用铁丝固定。")
    if photos:
        page.set_input_files(
            "#field-photos",
            [photo(f"{n}.jpg", colour) for n, colour in enumerate(("red", "green", "blue")[:photos])],
        )
        expect(page.locator(".anlan-photos img")).to_have_count(photos)
    page.locator("form > button").click()
    page.locator(".anlan-message--success").wait_for()


def cases(n: int) -> list[Case]:
    """All cases, once there are so many."""
    until = time.monotonic() + 20
    while Case.objects.count() < n and time.monotonic() < until:
        time.sleep(0.1)
    return list(Case.objects.order_by("opened_at"))
