# SPDX-License-Identifier: Apache-2.0
"""In a real browser: a resident goes to WeChat and back, and somebody asks for alerts by text, without script and on a small screen."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from anlan.base.clock import now
from anlan.cases.models import Telling
from anlan.people.models_push import PlaceText
from anlan.people.texts import find_phone
from tests.databases import Clone
from tests.people.wechat_service import WeChatService, wechat_service
from tests.web.desk.test_browser import served
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.resident.test_wechat import LI, PHONE_BROWSER
from tests.web.resident.visits import report, sign_in

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
COUNTY = "330106000000000"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WeChatService]:
    with wechat_service(tmp_path, monkeypatch) as found:
        found.people[LI], found.here = True, LI
        yield found


def test_a_resident_goes_to_wechat_and_comes_back_told_there(
    own_database: Clone, browser: Browser, service: WeChatService, settings: Settings
) -> None:
    settings.ANLAN_DEMO = True
    client = Client()
    sign_in(client, "13900001111")
    number = report(client, phone="13900001111")[0]
    with served() as address:
        settings.ANLAN_ADDRESS = address
        settings.ANLAN_WECHAT = replace(settings.ANLAN_WECHAT, pages=settings.ANLAN_WECHAT.url)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.LANGUAGE_COOKIE_NAME: "zh-hans", settings.SESSION_COOKIE_NAME: session}
        context = browser.new_context(
            base_url=address,
            user_agent=PHONE_BROWSER,
            ignore_https_errors=True,
            viewport={"width": 360, "height": 740},
        )
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
        page = context.new_page()
        page.goto(f"/follow/{number}/told")
        page.get_by_label("微信提醒，由“安澜服务”发送").check()
        sound(page)
        page.get_by_role("button", name="保存").click()
        expect(page.locator("main")).to_contain_text("您的微信")
        assert page.url.partition("#")[0] == f"{address}/follow/{number}"
        assert Telling.objects.get().way == "wechat"
        context.close()


def visit(browser: Browser, address: str, *, js: bool, language: str) -> Page:
    context = browser.new_context(
        base_url=address, java_script_enabled=js, viewport={"width": 360, "height": 740}
    )
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}])
    return context.new_page()


def check(page: Page, *, js: bool) -> None:
    if js:
        sound(page)


@pytest.mark.parametrize("js", [True, False])
def test_alerts_come_by_text_to_a_small_screen_without_script(
    own_database: Clone, browser: Browser, settings: Settings, *, js: bool
) -> None:
    settings.ANLAN_DEMO = True
    with served() as address:
        page = visit(browser, address, js=js, language="zh-hans" if js else "en")
        page.goto(f"/alerts?place={COUNTY}")
        check(page, js=js)
        page.get_by_label(re.compile("手机号|mobile number")).fill("139 0000 1111")
        page.get_by_role("button", name=re.compile("获取验证码|Send me a code")).click()
        check(page, js=js)
        page.locator("[name=code]").fill(page.locator(".anlan-code").inner_text())
        page.get_by_role("button", name=re.compile("确认接收|Send me these alerts")).click()
        expect(page.locator(".anlan-message").first).to_contain_text(
            re.compile("发短信给您|You get a text message")
        )
        phone = find_phone(bytes(PlaceText.objects.get().id), at=now())
        assert phone is not None
        page.goto(f"/alerts/end/{phone.link}")
        check(page, js=js)
        page.get_by_role("button", name=re.compile("停止接收|End these messages")).click()
        expect(page.locator("main")).to_contain_text(re.compile("不再收到西湖区|no more text messages"))
        check(page, js=js)
        assert not PlaceText.objects.exists()
        page.context.close()
