# SPDX-License-Identifier: Apache-2.0
"""What a wiped phone still holds sealed stays on it until our own door says that it is held there, whatever else answers, and is told."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Route, expect

from anlan.people.may import Role
from anlan.people.models_terminals import SealedAct, SealedPhoto
from tests.databases import Clone
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import PHONE, Phone, phone, report
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
DOOR = "**/api/v1/outbox"
HERE = """async () => {
  const asked = indexedDB.open("anlan-field");
  const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const count = (table) => new Promise((done) => {
    const found = db.transaction(table).objectStore(table).count();
    found.onsuccess = () => done(found.result);
  });
  const both = [await count("sealed"), await count("photos")];
  db.close();
  return both;
}"""


def sign_out(held: Phone) -> Locator:
    """The phone is wiped; what it tells of what is still on it."""
    held.see(PHONE)
    held.page.get_by_role("button", name="在本机退出登录").click()
    told = held.page.locator("#left .anlan-message--warning")
    told.wait_for()
    return told


@pytest.mark.parametrize(
    ("status", "body"),
    [(403, "<h1>403</h1>"), (413, ""), (200, "<h1>Please sign in</h1>"), (201, "<h1>ok</h1>")],
)
def test_no_answer_but_the_doors_own_takes_what_is_sealed_off_the_phone(
    own_database: Clone, browser: Browser, tmp_path: Path, status: int, body: str
) -> None:
    session = session_of(Role.GRID_WORKER)
    asked = []

    def gateway(route: Route) -> None:
        asked.append(route.request)
        route.fulfill(status=status, body=body, content_type="text/html")

    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        held.signal(False)
        report(page, "东门口的井盖碎了一角")
        page.route(DOOR, gateway)
        told = sign_out(held)
        expect(told).to_contain_text("还有 1 项加密保留在本机")
        expect(told).to_contain_text("等待网络")
        held.signal(True)
        expect(told).to_contain_text(str(status))
        for _round in range(3):
            page.evaluate("window.dispatchEvent(new Event('online'))")
            page.wait_for_timeout(300)
        assert len(asked) == 1, "not at every opportunity"
        assert page.evaluate(HERE) == [1, 1]
        sound(page)
        page.unroute(DOOR)
        told.get_by_role("button", name="立即发送").click()
        page.locator("#left .anlan-message--success").wait_for()
        assert page.evaluate(HERE) == [0, 0]
        assert SealedAct.objects.count() == SealedPhoto.objects.count() == 1


def test_a_large_photo_that_the_browser_cannot_draw_goes_and_one_refused_holds_up_nothing(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    asked: list[Route] = []

    def door(route: Route) -> None:
        """Does not take the act that comes first."""
        asked.append(route)
        if len(asked) == 1:
            route.fulfill(status=422, body="{}")
        else:
            route.continue_()

    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        held.signal(False)
        report(page, "东门口的井盖碎了一角", settle=True)
        page.evaluate("location.hash = '#/new'")
        page.locator("label[for=place-0]").click()
        page.locator(".anlan-choices button").nth(0).click()
        page.fill("#field-words", "楼道里堆着纸箱")
        heic = b"\0\0\0\x18ftypheic" + os.urandom(3_000_000)
        page.set_input_files(
            "#field-photos", [FilePayload(name="a.heic", mimeType="image/heic", buffer=heic)]
        )
        expect(page.locator(".anlan-photos li")).to_have_count(1)
        page.locator("form > button").click()
        page.locator(".anlan-message--success").wait_for()
        page.route(DOOR, door)
        told = sign_out(held)
        expect(told).to_contain_text("还有 2 项加密保留在本机")
        held.signal(True)
        expect(told).to_contain_text("还有 1 项加密保留在本机")
        assert SealedAct.objects.count() == SealedPhoto.objects.count() == 1
        expect(told).to_contain_text("422")
        assert page.evaluate(HERE) == [1, 1]
