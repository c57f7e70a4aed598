# SPDX-License-Identifier: Apache-2.0
"""Who checks on the phone sees what they confirm: the condition, the outcome, the photos before and after, and which office did what."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.base.keys import CaseKey, keyring
from anlan.cases import attachments
from anlan.cases.act import act
from anlan.cases.define import Audience
from anlan.cases.envelope import NewParty, Stored
from anlan.cases.management.commands.journal import pass_once
from anlan.people.may import Role, anonymous
from tests.cases.walks import photo
from tests.cases.world import VILLAGE, envelope, place
from tests.databases import Clone
from tests.procedures.report.cast import ROAD, Matter, condition, grid_worker, unit
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import PHONE, phone
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.staff import number, post_of

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
BEFORE, AFTER = 1, 4
"""Two shades of made-up photos."""


def shown(case_id: Any, key: CaseKey, shade: int) -> Stored:
    return attachments.store(case_id, key, photo(shade), audience=Audience.REPORTER)


def done() -> Matter:
    """A report with a photo whose unit says, with another, that the condition is met; it waits for the check."""
    at, case_id = now() - timedelta(hours=1), new_id()
    wrapped, key = keyring().new_case_key()
    act(
        envelope(
            "open",
            anonymous(),
            case_id,
            at=at,
            procedure="report",
            place=place(VILLAGE),
            source="resident",
            key=wrapped,
            parties=(NewParty(role="reporter", contact={"phone": "+8613800000000"}),),
            data={"words": "东门口的井盖碎了一角", "address": "文三路 1 号"},
            files=(shown(case_id, key, BEFORE),),
        )
    )
    case = Matter.known(case_id, at=at)
    case.dispatch(condition=condition(ROAD))
    handler = replace(unit(), post_id=post_of(Role.HANDLER).pk)
    case.do("take", handler)
    data = {"outcome": "fixed", "met": "yes", "answer": "已换上新的井盖，可以通行了"}
    files = (shown(case_id, key, AFTER),)
    act(envelope("done", handler, case_id, at=case.at, data=data, files=files))
    pass_once()
    return case


def kept(page: Page, n: int) -> None:
    """Waits until so many photos lie on the phone."""
    count = (
        "() => new Promise((done) => { indexedDB.open('anlan-field').onsuccess = (event) => {"
        " event.target.result.transaction('rows').objectStore('rows').count(IDBKeyRange.bound('file/', 'file/z'))"
        ".onsuccess = (counted) => done(counted.target.result); }; })"
    )
    until = time.monotonic() + 20
    while (found := page.evaluate(count)) != n and time.monotonic() < until:
        time.sleep(0.1)
    assert found == n


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh-hans",
            ("结案条件", "达到结案条件了吗", "达到", "办理结果", "承办单位", "住房", "承办人员"),
        ),
        (
            "en",
            ("Closes when", "Is the closing condition met?", "Yes", "Outcome", "Lead unit", "handler"),
        ),
    ],
)
def test_who_checks_without_signal_sees_what_they_confirm(
    own_database: Clone, browser: Browser, tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    session, case = session_of(Role.GRID_WORKER), done()
    where = number(case)
    with (
        served() as address,
        phone(
            browser, tmp_path / "one", address, session=session, language=language, large=language == "en"
        ) as held,
    ):
        page = held.page
        kept(page, 2)
        held.signal(False)
        held.see(f"#/case/{where:016d}")
        app = page.locator("#app")
        expect(app.locator(".anlan-photos img")).to_have_count(2)
        for word in (*words, "东门口的井盖碎了一角", "文三路 1 号", "已换上新的井盖"):
            expect(app).to_contain_text(word)
        sound(page)
        held.see(f"#/do/{where:016d}/check")
        page.locator("[name=result]").first.wait_for(state="attached")
        for word in words[:4]:
            expect(app).to_contain_text(word)
        before = page.locator(".anlan-photos__way").first
        small = before.bounding_box()
        before.click()
        whole = before.bounding_box()
        assert small is not None
        assert whole is not None
        assert language == "en" or whole["width"] > small["width"], (
            "seen whole by a tap; large, it is already"
        )
        sound(page)


def test_photos_of_what_is_not_checked_here_any_more_are_not_kept(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session, case = session_of(Role.GRID_WORKER), done()
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        kept(page, 2)
        case.do("check", grid_worker(), result="holds")
        pass_once()
        held.see(PHONE)
        page.get_by_role("button", name="立即发送").click()
        kept(page, 0)
        held.see(f"#/case/{number(case):016d}")
        expect(page.locator("#app")).to_contain_text("交给您办理后，才能看到内容和照片")
        expect(page.locator(".anlan-photos")).to_have_count(0)
