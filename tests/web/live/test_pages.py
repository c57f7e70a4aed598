# SPDX-License-Identifier: Apache-2.0
"""An open desk in a real browser, with the real live service: what changes shows itself, and what the reader does stays."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from anlan.cases.management.commands.journal import pass_once
from anlan.config.supervisor import is_ready
from anlan.people.may import Role
from tests.databases import Clone
from tests.web.desk.test_browser import served, session_of
from tests.web.look.test_browser import CHROMIUM
from tests.web.public.test_brush import visit
from tests.web.resident.test_browser import sound
from tests.web.staff import matter, number

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def service(clone: Clone, port: int) -> Iterator[None]:
    """`anlan live` on a test's own database."""
    process = subprocess.Popen(
        [sys.executable, "-m", "anlan.cli", "live"],
        env=clone.env
        | {"ANLAN_LIVE_PORT": str(port), "ANLAN_LIVE_WORKERS": "1", "ANLAN_SUPERVISOR": str(os.getpid())},
    )
    try:
        until = time.monotonic() + 60
        while not is_ready(port):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_a_new_case_comes_to_an_open_desk_by_itself(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    session, first = session_of(Role.DISPATCHER), number(matter())
    pass_once()
    with served() as address, service(own_database, port):
        page = visit(browser, address, session=session)
        page.goto(f"/desk/cases/{first}")
        rows = page.locator("#list .anlan-item")
        expect(rows).to_have_count(1)
        page.locator("#list [name=n]").check()
        page.get_by_role("searchbox").fill("写到一半")
        second = number(matter(words="河里漂着一层油"))
        pass_once()
        expect(rows).to_have_count(2)
        expect(page.locator(f"[data-number='{second}']")).to_have_class(
            "anlan-item anlan-item--pick anlan-item--new"
        )
        # What was chosen, what is open and what is being written stay.
        expect(page.locator(f"[name=n][value='{first}']")).to_be_checked()
        expect(page.locator(f"[data-number='{first}'] a")).to_have_attribute("aria-current", "true")
        expect(page.get_by_role("searchbox")).to_have_value("写到一半")
        # Its rows open beside it, as those that came with the page.
        page.locator(f"[data-number='{second}'] a").click()
        page.wait_for_url(f"**/desk/cases/{second}*")
        expect(page.locator("#case")).to_contain_text("河里漂着一层油")
        expect(page.get_by_role("searchbox")).to_have_value("写到一半")
        sound(page)


def test_a_list_that_is_empty_fills_by_itself(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    session = session_of(Role.DISPATCHER)
    with served() as address, service(own_database, port):
        page = visit(browser, address, session=session)
        page.goto("/desk/")
        matter()
        pass_once()
        expect(page.locator("#list .anlan-item")).to_have_count(1)
        expect(page.locator("#case .anlan-empty")).to_be_visible()


def test_a_page_that_cannot_hear_says_so_and_looks_by_itself(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    session = session_of(Role.DISPATCHER)
    with served() as address:
        page = visit(browser, address, session=session)
        page.clock.install()
        page.goto("/desk/")
        page.clock.run_for(11_000)
        # One thing is said, and no other.
        expect(page.locator("[data-live]")).to_have_text(
            "现在收不到即时更新：这一页每半分钟看一次。", use_inner_text=True
        )
        matter()
        page.clock.run_for(31_000)
        expect(page.locator("#list .anlan-item")).to_have_count(1)
