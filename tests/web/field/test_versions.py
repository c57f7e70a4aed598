# SPDX-License-Identifier: Apache-2.0
"""A version of the field app reaches a phone once its town is open for it, or when it is next opened where it is required."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, expect

from anlan.base.clock import now
from anlan.people import rollout
from anlan.people.log import read_log
from anlan.people.may import Actor, Role, actor_of
from anlan.people.models import Terminal
from anlan.people.models_terminals import AppOpening, AppVersion
from anlan.places import codes, find
from anlan.web.field import versions
from tests.cases.world import VILLAGE
from tests.databases import Clone
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import PHONE, SENT, Phone, cases, phone, report
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.resident.test_browser import visit as look_at
from tests.web.staff import enter, post_of

TOWN = "330106004"
browsers = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


def place(code: str) -> int:
    return find.place_of_code(codes.pad(code), at=now()).id


def administrator() -> Actor:
    return actor_of(post_of(Role.SYSTEM_ADMIN), at=now())


def hold_back() -> Actor:
    """From now on nothing is opened by itself."""
    by = administrator()
    rollout.end_opening(AppOpening.objects.get(ended_at=None).pk, by=by, at=now())
    return by


def test_a_phone_asks_by_town_and_version_alone(db: None) -> None:
    asked = Client().get("/field/app/version", {"town": TOWN, "has": "0.0.9-aaaaaaaa"})
    assert asked.json() == {"version": versions.served(), "open": True, "forced": False}
    by = hold_back()
    for town in (TOWN, "", "nowhere", "9" * 400, "330106004066"):
        answer = Client().get("/field/app/version", {"town": town, "has": "\x00" * 40}).json()
        assert (answer["open"], answer["forced"]) == (False, False)
    rollout.open_version(versions.served(), place_id=place(TOWN), forced=True, by=by, at=now())
    assert Client().get("/field/app/version", {"town": TOWN, "has": "x"}).json()["forced"]
    assert not Client().get("/field/app/version", {"town": TOWN, "has": versions.served()}).json()["forced"]
    assert not Client().get("/field/app/version", {"town": "330106002"}).json()["open"]


def test_the_page_of_a_post_says_its_town(db: None) -> None:
    assert (
        enter(post_of(Role.GRID_WORKER, f"village:{VILLAGE}")).get("/field/app/hello").json()["town"] == TOWN
    )


def test_the_administrator_opens_it_place_by_place(db: None) -> None:
    desk = enter(post_of(Role.SYSTEM_ADMIN))
    page = desk.get("/field/versions").content.decode()
    assert versions.served() in page
    assert "浙江" in page
    (everything,) = AppOpening.objects.all()
    desk.post(f"/field/versions/{everything.pk}/end")
    desk.post(f"/field/versions/{everything.pk}/end")
    where = f"/field/versions?place={place('330106')}"
    assert "暂缓" in desk.get(where).content.decode()
    assert desk.post(where, {"what": "once"}).status_code == 302
    assert "已开放" in desk.get(f"/field/versions?place={place(TOWN)}").content.decode()
    assert "已经开放" in desk.post(where, {"what": "once"}, follow=True).content.decode()
    desk.post(f"/field/versions?place={place(TOWN)}", {"what": "forced"})
    assert "必须更新" in desk.get(where).content.decode()
    assert [line.what for line in read_log()] == ["app.close", "app.open", "app.open"]
    for nowhere in ("x", "0", "9" * 40, str(place("330106004066"))):
        assert desk.get("/field/versions", {"place": nowhere}).status_code == 404


def test_nobody_else_sees_or_opens_it(db: None) -> None:
    for role in set(Role) - {Role.SYSTEM_ADMIN}:
        browser = enter(post_of(role))
        assert browser.get("/field/versions").status_code == 403
        assert browser.post("/field/versions", {"what": "once"}).status_code == 403
        assert browser.post("/field/versions/1/end").status_code == 403


@browsers
@pytest.mark.parametrize(("width", "language"), [(360, "zh-hans"), (1440, "en")])
def test_its_page_reads_on_a_phone_and_on_a_desk(
    own_database: Clone, browser: Browser, width: int, language: str
) -> None:
    session = session_of(Role.SYSTEM_ADMIN)
    with served() as address:
        page = look_at(browser, address, language=language, width=width, js=True, large=width == 360)
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
        for where in ("/field/versions", f"/field/versions?place={place('330106')}"):
            page.goto(address + where)
            sound(page)


@pytest.fixture
def held(own_database: Clone, browser: Browser, tmp_path: Path) -> Iterator[Phone]:
    """A phone with something that waits to be sent, where nothing is opened by itself."""
    session = session_of(Role.GRID_WORKER)
    hold_back()
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as found:
        found.signal(False)
        report(found.page, "东门口的井盖碎了一角")
        found.signal(True)
        expect(found.page.locator("#signal")).to_have_text("")
        found.signal(False)
        report(found.page, "楼道里堆着纸箱")
        found.page.route("**/api/v1/sync", lambda route: route.abort())
        found.signal(True)
        yield found


def has(found: Phone) -> str:
    found.page.locator("#pin, .anlan-title").first.wait_for()
    return str(found.page.locator("#main").get_attribute("data-version"))


def again(found: Phone) -> None:
    """The app is closed and opened, and the words go nowhere yet."""
    found.close()
    found.start()
    found.page.route("**/api/v1/sync", lambda route: route.abort())


def bring_newer(found: Phone, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The deployment serves another version, and this phone's browser has fetched it."""
    old = versions.served()
    monkeypatch.setattr(versions, "FILES", versions.FILES[:-1])
    found.page.evaluate("navigator.serviceWorker.ready.then((kept) => kept.update())")
    found.page.wait_for_timeout(1_500)
    return old, versions.served()


@browsers
def test_a_phone_keeps_its_version_until_its_town_is_open_and_loses_nothing(
    held: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = bring_newer(held, monkeypatch)
    assert old != new
    expect(held.page.get_by_role("button", name="现在更新")).to_have_count(0)
    for _each in range(2):
        # A browser puts a new worker in place when the app was closed; it still shows the version that was chosen.
        again(held)
        assert has(held) == old
    held.unlock()
    held.page.locator(".anlan-filters").wait_for()
    assert AppVersion.objects.filter(pk=new).exists()
    rollout.open_version(new, place_id=place(TOWN), forced=False, by=administrator(), at=now())
    again(held)
    held.unlock()
    held.page.get_by_role("button", name="现在更新").click()
    held.page.locator("#pin").wait_for()
    assert has(held) == new
    held.unlock()
    held.see(SENT)
    expect(held.page.locator(".anlan-pill--new")).to_have_count(1)
    held.page.unroute("**/api/v1/sync")
    held.see(PHONE)
    held.page.get_by_role("button", name="立即发送").click()
    held.see(SENT)
    expect(held.page.locator(".anlan-pill--done")).to_have_count(2)
    assert len(cases(2)) == 2
    until = time.monotonic() + 20
    while Terminal.objects.get().version != new and time.monotonic() < until:
        time.sleep(0.1)
    assert Terminal.objects.get().version == new, "said with the first pull"


@browsers
def test_what_is_required_is_taken_when_the_app_is_next_opened(
    held: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = bring_newer(held, monkeypatch)
    rollout.standing(new, has=old, town=None, at=now())
    rollout.open_version(new, place_id=None, forced=True, by=administrator(), at=now())
    held.see("#/new")
    again(held)
    held.page.locator("#warnings").get_by_text("安全").wait_for()
    assert has(held) == old, "not under somebody's hands"
    held.close()
    held.start(online=False)
    expect(held.page.locator(f"#main[data-version='{new}']")).to_be_attached()
    held.unlock()
    held.see(SENT)
    expect(held.page.locator(".anlan-pill--new")).to_have_count(1)


@browsers
def test_it_opens_without_signal_also_where_a_newer_version_came_before_the_last_was_taken(
    held: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = administrator()

    def offer(new: str, old: str) -> None:
        rollout.standing(new, has=old, town=None, at=now())
        rollout.open_version(new, place_id=None, forced=False, by=by, at=now())

    def take(new: str) -> None:
        held.page.get_by_role("button", name="现在更新").click()
        expect(held.page.locator(f"#main[data-version='{new}']")).to_be_attached()

    first, second = bring_newer(held, monkeypatch)
    again(held)
    held.unlock()
    held.page.locator(".anlan-filters").wait_for()
    offer(second, first)
    again(held)
    held.unlock()
    held.page.get_by_role("button", name="现在更新").wait_for()
    _old, third = bring_newer(held, monkeypatch)
    take(second)
    offer(third, second)
    again(held)
    held.unlock()
    take(third)
    held.close()
    held.start(online=False)
    expect(held.page.locator(f"#main[data-version='{third}']")).to_be_attached()
