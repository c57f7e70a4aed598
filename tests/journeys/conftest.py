# SPDX-License-Identifier: Apache-2.0
"""A live server with the demo's people, and browsers of its visitors. Without Chromium these tests are skipped."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from anlan.config.postgres import Server
from anlan.config.supervisor import is_ready
from tests import databases
from tests.faults.deployment import free_port, wait_until
from tests.journeys.people import Person

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WITHOUT = "no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
PEOPLE = """
from datetime import timedelta
from anlan.base.clock import now
from anlan.people.demo import demo_seed
demo_seed(since=now() - timedelta(days=400), at=now())
"""
HEIGHTS = {360: 780, 1440: 900}


@pytest.fixture(scope="session")
def site(postgres_server: Server) -> Iterator[str]:
    """The address of `anlan serve` on a database of its own, with the demo's people at work."""
    if CHROMIUM is None:
        pytest.skip(WITHOUT)
    clone = databases.clone(postgres_server, worker="journeys")
    port = free_port()
    env = clone.env | {"ANLAN_DEMO": "1", "ANLAN_PORT": str(port), "ANLAN_WORKERS": "1", "ANLAN_THREADS": "4"}
    anlan = (sys.executable, "-m", "anlan.cli")
    server = None
    try:
        subprocess.run([*anlan, "shell", "--no-imports", "-c", PEOPLE], env=env, check=True)
        server = subprocess.Popen([*anlan, "serve"], env=env)
        wait_until(lambda: is_ready(port), what="the web server")
        yield f"http://127.0.0.1:{port}"
    finally:
        if server is not None:
            server.terminate()
            server.wait(30)
        databases.drop(postgres_server, clone.name)


Kind = TypeVar("Kind", bound=Person)


class Visit:
    """Lets people in: how wide their screen is, in which language, with or without scripts. `found` is what was wrong."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.contexts: list[BrowserContext] = []
        self.found: list[str] = []

    def __call__(self, kind: type[Kind], *, width: int, language: str = "zh-hans", js: bool = True) -> Kind:
        """Somebody new, with a browser of their own."""
        page = self.open(width=width, language=language, js=js)
        return kind(page=page, found=self.found, language=language, js=js)

    def open(self, *, width: int, language: str = "zh-hans", js: bool = True) -> Page:
        """A browser alone."""
        context = self.browser.new_context(
            base_url=self.site,
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=js,
            locale="zh-CN" if language == "zh-hans" else "en-GB",
        )
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": self.site}])
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", self._hear)
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        """What the browser did not run or load because of the pages' own policy."""
        if "Content Security Policy" in said.text:
            self.found.append(f"{said.location['url']}: {said.text}")


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Visitors. In the end every page they saw must have been sound."""
    visit = Visit(browser, site)
    yield visit
    for context in visit.contexts:
        context.close()
    assert sorted(set(visit.found)) == []
