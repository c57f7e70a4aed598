# SPDX-License-Identifier: Apache-2.0
"""In a real browser: somebody asks to be told, what our push service read is handed to the browser, and its worker shows it.

The browser's own push service is far away, so what subscribes at it is stood in for; the rest is the browser's.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings

from anlan.cases.carry import send
from anlan.cases.deliver import deliver
from anlan.cases.models import Telling
from anlan.people.may import Role
from anlan.people.models_push import PlaceFollow, StaffBrowser
from tests.cases.world import MONDAY
from tests.config.alerts_told import read_all
from tests.config.test_warned import COUNTY as COUNTY_CODE
from tests.databases import Clone
from tests.people.push_service import PushService, push_service
from tests.procedures.alert.cast import Storm
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import PHONE, phone
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.resident.visits import report, sign_in

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
COUNTY = f"{COUNTY_CODE}000000000"
STAND_IN = """
(given) => `
  const told = ${JSON.stringify(given)};
  const made = (key) => ({
    endpoint: told.endpoint, toJSON: () => told, options: { applicationServerKey: key },
    unsubscribe: async () => { localStorage.removeItem('told'); return true; },
  });
  const bytes = () => Uint8Array.from(JSON.parse(localStorage.getItem('told'))).buffer;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem('told', JSON.stringify([...applicationServerKey]));
    return made(bytes());
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem('told') ? made(bytes()) : null);
`"""


def stand_in(given: str) -> str:
    """The script that stands in for the browser's own push service."""
    body = STAND_IN.partition("`")[2].rpartition("`")[0]
    return body.replace("${JSON.stringify(given)}", given)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with push_service(tmp_path, monkeypatch) as found:
        yield found


def hand_over(context: BrowserContext, page: Page, scope: str, shown: dict[str, Any]) -> None:
    """Gives the worker of this scope what its push service would."""
    tools = context.new_cdp_session(page)
    found: dict[str, str] = {}
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.update(
            {each["scopeURL"]: each["registrationId"] for each in said["registrations"]}
        ),
    )
    tools.send("ServiceWorker.enable")
    origin = page.evaluate("location.origin")
    for _ in range(100):
        if origin + scope in found:
            break
        page.wait_for_timeout(50)
    tools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": found[origin + scope], "data": json.dumps(shown)},
    )
    tools.detach()


def notifications(page: Page, scope: str) -> list[dict[str, Any]]:
    """What stands on the screen."""
    read = """async (scope) => {
      const worker = await navigator.serviceWorker.getRegistration(scope);
      return (await worker.getNotifications()).map((one) => ({title: one.title, body: one.body, tag: one.tag, url: one.data.url}));
    }"""
    for _ in range(200):  # a worker that sleeps begins slowly on a busy machine
        found: list[dict[str, Any]] = page.evaluate(read, scope)
        if found:
            return found
        page.wait_for_timeout(50)
    return []


def told_by(context: BrowserContext, page: Page, scope: str, message: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands on the screen once the worker got a message: again where it could not be woken, as a push service does. The same tag
    keeps it one.
    """
    for _ in range(3):
        hand_over(context, page, scope, message)
        if found := notifications(page, scope):
            return found
    return []


def test_who_follows_a_place_reads_its_alert_on_the_screen(
    own_database: Clone, browser: Browser, service: PushService
) -> None:
    with served() as address:
        context = browser.new_context(base_url=address, locale="zh-CN", permissions=["notifications"])
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "zh-hans", "url": address}])
        context.add_init_script(stand_in(service.browser().given))
        page = context.new_page()
        page.goto(f"/alerts?place={COUNTY}")
        expect(page.locator("[data-push-unable]")).to_be_hidden()
        page.get_by_role("button", name="在这里接收").click()
        expect(page.locator(".anlan-message").first).to_contain_text("一年内，西湖区的预警会在这里弹出")
        expect(page.get_by_role("button", name="不再接收")).to_be_visible()
        expect(page.get_by_role("button", name="在这里接收")).to_be_hidden()
        sound(page)
        assert PlaceFollow.objects.count() == 1
        read_all()
        storm = Storm().issue()
        read_all()
        while deliver(send, at=MONDAY):
            pass
        (told,) = service.told()
        (shown,) = told_by(context, page, "/report", told)
        assert shown == {
            "title": told["title"],
            "body": "台风红色预警",
            "tag": storm.read.code,
            "url": f"{address}/alerts/{storm.read.code}",
        }
        page.get_by_role("button", name="不再接收").click()
        expect(page.get_by_role("button", name="在这里接收")).to_be_visible()
        assert not PlaceFollow.objects.exists()
        context.close()


def test_a_resident_chooses_this_browser_on_the_page_of_how_they_are_told(
    own_database: Clone, browser: Browser, service: PushService, settings: Settings
) -> None:
    settings.ANLAN_DEMO = True
    client = Client()
    sign_in(client, "13900001111")
    number = report(client, phone="13900001111")[0]
    with served() as address:
        context = browser.new_context(base_url=address, permissions=["notifications"])
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.LANGUAGE_COOKIE_NAME: "zh-hans", settings.SESSION_COOKIE_NAME: session}
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
        context.add_init_script(stand_in(service.browser().given))
        page = context.new_page()
        page.goto(f"/follow/{number}/told")
        page.get_by_label("在这台手机或电脑上弹出提醒").check()
        sound(page)
        page.get_by_role("button", name="保存").click()
        expect(page.locator("main")).to_contain_text("您设置时所用的浏览器")
        assert Telling.objects.get().way == "push"
        context.close()


def test_who_said_no_reads_so_and_nothing_is_kept(
    own_database: Clone, browser: Browser, service: PushService
) -> None:
    with served() as address:
        context = browser.new_context(base_url=address)
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "zh-hans", "url": address}])
        context.add_init_script("Notification.requestPermission = async () => 'denied'")
        page = context.new_page()
        page.goto(f"/alerts?place={COUNTY}")
        page.get_by_role("button", name="在这里接收").click()
        expect(page.locator("[data-push-said]")).to_contain_text("浏览器没有允许发送通知")
        expect(page.get_by_role("region", name="不用授权的其他方式")).to_contain_text("半分钟内")
        sound(page)
        assert not PlaceFollow.objects.exists()
        context.close()


def test_staff_choose_this_browser_at_the_desk(
    own_database: Clone, browser: Browser, service: PushService
) -> None:
    session = session_of(Role.HANDLER)
    with served() as address:
        context = browser.new_context(base_url=address, permissions=["notifications"])
        cookies = {settings.LANGUAGE_COOKIE_NAME: "zh-hans", settings.SESSION_COOKIE_NAME: session}
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
        context.add_init_script(stand_in(service.browser().given))
        page = context.new_page()
        page.goto("/desk/notices/screens")
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.locator("main")).to_contain_text("您还没有在任何浏览器上开启提醒")
        page.get_by_role("button", name="保存，并在这个浏览器接收").click()
        expect(page.locator("main")).to_contain_text("您有 1 个浏览器会收到提醒")
        sound(page)
        assert StaffBrowser.objects.count() == 1
        page.get_by_role("button", name="退出登录").click()
        expect(page.locator("body")).to_contain_text("您已退出")
        assert not StaffBrowser.objects.exists(), "others may sit there now"
        context.close()


def test_a_closed_field_app_shows_number_and_state_and_leads_into_the_app(
    own_database: Clone, browser: Browser, service: PushService, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        assert held.context is not None
        held.context.grant_permissions(["notifications"])
        held.kill()
        page = held.start(init=stand_in(service.browser().given))
        held.context.grant_permissions(["notifications"])
        held.unlock()
        held.see(PHONE)
        page.get_by_role("button", name="在这台手机上接收新提醒").click()
        expect(page.get_by_role("button", name="这台手机不再接收提醒")).to_be_visible()
        sound(page)
        assert StaffBrowser.objects.get().token is not None
        told = {"title": "安澜 4821", "body": "办理", "url": "/desk/cases/4821", "tag": "4821"}
        page.goto("/about")
        (shown,) = told_by(held.context, page, "/field/app", told)
        assert shown == {**told, "url": f"{address}/field/app#/case/0000000000004821"}
        page.goto("/field/app")
        held.unlock()
        held.see(PHONE)
        page.get_by_role("button", name="这台手机不再接收提醒").click()
        expect(page.get_by_role("button", name="在这台手机上接收新提醒")).to_be_visible()
        assert not StaffBrowser.objects.exists()
