# SPDX-License-Identifier: Apache-2.0
"""In a demo whose clock was moved the app goes with it: nothing false is said of the phone, and what is done is of then."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings

from anlan.base import clock
from anlan.cases.models import Entry
from anlan.people.may import Role
from tests.databases import Clone
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import cases, phone, report
from tests.web.look.test_browser import CHROMIUM

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


def test_where_a_demos_clock_was_moved_no_phone_is_said_to_be_wrong(
    own_database: Clone, browser: Browser, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ANLAN_DEMO = True
    settings.ANLAN_CLOCK_OFFSET_FILE = str(tmp_path / "clock")
    session = session_of(Role.GRID_WORKER)
    try:
        with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
            page = held.page
            clock.jump(timedelta(days=1))
            with page.expect_response("**/demo/ahead"):
                page.reload()
                held.unlock()
            report(page, "东门口的井盖碎了一角")
            cases(1)
            # What is done without signal after the move is known counts at its time too.
            held.signal(False)
            report(page, "路边又多了一个坑")
            held.signal(True)
            cases(2)
            expect(page.locator("body")).not_to_contain_text("慢了")
            for entry in Entry.objects.filter(seq=1):
                assert "time_unsure" not in entry.outcomes.get("flags", ())
                assert abs(entry.at - clock.now()) < timedelta(minutes=2)
            held.see("#/sent")
            expect(page.locator("#app")).to_contain_text("今天")
    finally:
        monkeypatch.setattr(clock, "_seen", (0.0, "", 0))
