# SPDX-License-Identifier: Apache-2.0
"""Who checks on the phone or at the desk reads, before closing, that the picture was used in another case; without signal too."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Browser, expect

from anlan.base.clock import now
from anlan.base.ids import show_number
from anlan.cases.management.commands.journal import pass_once
from anlan.people.may import Role
from tests.databases import Clone
from tests.journeys.people import photo as image
from tests.procedures.report.cast import grid_worker, photo, unit
from tests.procedures.report.test_used_before import show, told
from tests.web.desk.test_browser import served, session_of
from tests.web.desk.test_journey import send as do
from tests.web.field.phone import SENT, phone
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.resident.test_browser import visit as look_at
from tests.web.staff import enter, matter, number, post_of

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
                expect(page.locator(".anlan-message--warning")).to_contain_text(show_number(first))
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


def test_a_photo_shown_on_the_phone_is_found_when_its_file_is_shown_at_the_desk(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session, cases = session_of(Role.GRID_WORKER), [matter(), matter()]
    for case in cases:
        case.dispatch()
        case.do("take", unit())
    first, second = cases
    show(first, photo())
    pass_once()
    taken = image("after.jpg", "olive")
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        held.see(f"#/do/{number(first):016d}/check")
        page.locator("[name=result]").first.check(force=True)
        page.set_input_files("#field-photos", [taken])
        expect(page.locator(".anlan-photos--mine img")).to_have_count(1)
        page.locator("form > button").click()
        page.locator(".anlan-message--success").wait_for()
        held.see(SENT)
        expect(page.locator(".anlan-pill--done")).to_have_count(1)
    data = {"met": "yes", "answer": "路面已经修补平整，可以通行了", "outcome": "fixed"}
    file = SimpleUploadedFile("after.jpg", taken["buffer"], content_type="image/jpeg")
    do(enter(post_of(Role.HANDLER)), "desk", number(second), "done", **data, files=file)
    second.at = now()
    assert told(second, grid_worker()) == [(1, number(first))]
