# SPDX-License-Identifier: Apache-2.0
"""Alerts in the field app: on every screen, without signal, and in a language that is not the reader's."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from anlan.base.clock import now
from anlan.people.may import Role
from anlan.procedures.alert.answers import answers
from anlan.procedures.alert.standing import get_numbered
from tests.databases import Clone
from tests.procedures.alert.cast import EVERYWHERE, Storm
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import PHONE, phone
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


def test_an_alert_stands_on_every_screen_and_is_read_without_signal(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        storm = Storm(at=now()).issue()
        held.see(PHONE)
        page.get_by_role("button", name="立即发送").click()
        band = page.locator(".anlan-alert--red")
        expect(band).to_contain_text("台风红色预警")
        expect(band).to_contain_text("请阅读并确认")
        held.signal(False)
        band.click()
        expect(page.locator("#app")).to_contain_text("今夜台风登陆，请待在室内。")
        sound(page)
        page.get_by_role("button", name="我已阅读").click()
        expect(page.locator(".anlan-message--success")).to_contain_text("有信号时送达")
        expect(band).not_to_contain_text("请阅读并确认")
        held.signal(True)
        held.see(PHONE)
        page.get_by_role("button", name="立即发送").click()
        band.click()
        expect(page.locator(".anlan-message--success")).to_contain_text("您的确认已送达")
        expect(page.get_by_role("button", name="我已阅读")).to_have_count(0)
        assert answers(get_numbered(storm.number, drafts=EVERYWHERE), at=now())[0].confirmed == 1


def test_an_alert_in_chinese_only_says_so_to_who_reads_english(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    title, words = "台风红色预警", "请待在室内。"
    Storm(at=now(), title_zh=title, title_en=title, words_zh=words, words_en=words).issue()
    with (
        served() as address,
        phone(browser, tmp_path / "one", address, session=session, language="en") as held,
    ):
        band = held.page.locator(".anlan-alert--red")
        expect(band).to_contain_text("台风红色预警 (in Chinese)")
        band.click()
        app = held.page.locator("#app")
        expect(app).to_contain_text("This alert was written in Chinese only.")
        expect(app.locator("[lang=zh-Hans]")).to_have_count(2)
        sound(held.page)
