# SPDX-License-Identifier: Apache-2.0
"""Who checks on the phone or at the desk reads, before closing, that the picture was used in another case; without signal too."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from anlan.base.ids import show_number
from anlan.cases.management.commands.journal import pass_once
from anlan.people.may import Role
from tests.databases import Clone
from tests.procedures.report.cast import photo, unit
from tests.procedures.report.test_used_before import show
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import phone
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.resident.test_browser import visit as look_at
from tests.web.staff import matter, number

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


def test_who_checks_reads_it_before_closing(own_database: Clone, browser: Browser, tmp_path: Path) -> None:
    sessions = {role: session_of(role) for role in (Role.GRID_WORKER, Role.DISPATCHER)}
    same, cases = photo(), [matter(), matter()]
    for case in cases:
        case.dispatch()
        case.do("take", unit())
        show(case, same)
    pass_once()
    first, second = (number(case) for case in cases)
    with served() as address:
        with phone(browser, tmp_path / "one", address, session=sessions[Role.GRID_WORKER]) as held:
            page = held.page
            held.signal(False)
            for where in (f"#/case/{second:016d}", f"#/do/{second:016d}/check"):
                held.see(where)
                expect(page.locator(".anlan-message--warning")).to_contain_text(
                    "照片 1 曾在另一事项中用作证据"
                )
                expect(page.locator(".anlan-message--warning")).to_contain_text(f"{first:016d}"[-4:])
                sound(page)
        for role, width, language, where in (
            (Role.GRID_WORKER, 360, "zh-hans", f"/field/cases/{second}/do/check"),
            (Role.DISPATCHER, 1440, "en", f"/desk/cases/{second}"),
        ):
            page = look_at(browser, address, language=language, width=width, js=True)
            page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": sessions[role], "url": address}]
            )
            page.goto(address + where)
            expect(page.locator(".anlan-message--warning").first).to_contain_text(show_number(first))
            sound(page)
