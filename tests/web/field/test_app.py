# SPDX-License-Identifier: Apache-2.0
"""The field app in a real browser with the network really cut: nothing that was done is lost, done twice or decided over its person."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from anlan.base.clock import now
from anlan.base.ids import show_number
from anlan.cases.management.commands.journal import pass_once
from anlan.cases.models import Attachment, Case, Entry
from anlan.people.may import Role
from anlan.people.models_terminals import SealedAct, SealedPhoto, Terminal
from anlan.people.terminals import erase
from anlan.places.find import ZONE
from anlan.procedures.alert.standing import get_numbered
from anlan.web.field import versions
from tests.databases import Clone
from tests.journeys.people import photo
from tests.people.world import security
from tests.procedures.alert.cast import EVERYWHERE, Storm
from tests.procedures.report.cast import Matter, town
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import PHONE, SENT, TASKS, Phone, cases, phone, report
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.staff import matter, number

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
WORDS = "东门口的井盖碎了一角"


def test_what_was_done_without_signal_survives_a_killed_app_and_arrives_once(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        sound(page)
        begun = now()
        held.signal(False)
        report(page, WORDS, photos=3)
        report(page, "楼道里堆着纸箱，已请住户搬走", settle=True)
        expect(page.locator("#signal")).to_contain_text("2 项待发")
        done = now()
        held.kill()
        page = held.start(online=False)
        sound(page)
        held.unlock()
        held.see(SENT)
        expect(page.locator(".anlan-item")).to_have_count(2)
        sound(page)
        held.signal(True)
        expect(page.locator(".anlan-pill--done")).to_have_count(2)
        arrived = now()
        opened = cases(2)
        assert len(opened) == 2
        assert {case.source for case in opened} == {"grid"}
        assert Attachment.objects.filter(seq=1).count() == 4
        for entry in Entry.objects.filter(seq=1):
            assert begun <= entry.at <= done, "the time of the act"
            assert done <= entry.received_at <= arrived, "the time of arrival"
            assert "flags" not in entry.outcomes


def to_check() -> Matter:
    """A report that was dealt with and waits for a check."""
    case = matter()
    case.dispatch()
    case.finish()
    pass_once()
    return case


def check(held: Phone, case: Matter) -> None:
    """Says that it is not done."""
    page = held.see(f"#/do/{number(case):016d}/check")
    page.locator("[name=result]").nth(1).check(force=True)
    page.fill("#field-words", "坑还在，没有补")
    page.locator("form > button").click()
    page.locator(".anlan-message--success").wait_for()


def test_an_act_that_was_overtaken_stands_beside_what_happened_and_its_person_decides(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    kept, dropped = to_check(), to_check()
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        held.signal(False)
        check(held, kept)
        check(held, dropped)
        for case in (kept, dropped):
            case.do("rework", by=town(), words="照片是另一条路，请重做")
        pass_once()
        held.signal(True)
        expect(page.locator(".anlan-app__count")).to_have_text("2")
        held.see(SENT)
        page.locator(".anlan-item__link").last.click()
        sides = page.locator(".anlan-app__sides")
        expect(sides).to_contain_text("坑还在，没有补")
        expect(sides).to_contain_text("照片是另一条路，请重做")
        expect(page.locator("#app")).to_contain_text("现在不能再次“核实”：这件事已到“办理中”环节")
        sound(page)
        page.get_by_role("button", name="改为备注保留").click()
        expect(page.locator("#field-words")).to_have_value(re.compile("：坑还在，没有补"))
        expect(page.locator("#app")).to_contain_text("还没有提交。请核对以下内容，再点下面的“备注”")
        expect(page.locator("#app .anlan-meta")).to_contain_text(show_number(number(kept)))
        sound(page)
        # Until the note is kept nothing is decided, not even when its form is left.
        expect(page.locator(".anlan-app__count")).to_have_text("2")
        held.see(SENT)
        expect(page.locator(".anlan-app__count")).to_have_text("2")
        page.locator(".anlan-item__link", has_text="核实").last.click()
        expect(page.locator(".anlan-app__sides")).to_contain_text("坑还在，没有补")
        page.get_by_role("button", name="改为备注保留").click()
        expect(page.locator("#field-words")).to_have_value(re.compile("：坑还在，没有补"))
        page.locator("form > button").click()
        page.locator(".anlan-message--success").wait_for()
        expect(page.locator(".anlan-app__count")).to_have_text("1")
        held.see(SENT)
        page.locator(".anlan-item__link", has_text="核实").click()
        page.get_by_role("button", name="不要了").click()
        expect(page.locator(".anlan-app__count")).to_have_count(0)
        sent = page.locator(".anlan-item", has_text="备注")
        expect(sent).to_contain_text(show_number(number(kept)))
        expect(sent).to_contain_text(re.compile(r"今天 \d\d:\d\d 送达"))
        assert sent.inner_text().count("送达") == 1
    assert actions(kept) == ["rework", "note"]
    assert actions(dropped) == ["rework"]


def actions(case: Matter) -> list[str]:
    """What happened after it was done."""
    return list(
        Entry.objects.filter(case_id=case.id, seq__gt=3).order_by("seq").values_list("action", flat=True)
    )


def test_an_answer_that_was_lost_and_a_slow_line_change_nothing(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        """Lets the server do it, and the answer never comes."""
        if route.request.method in {"POST", "PUT"} and lost.count(route.request.method) < 2:
            lost.append(route.request.method)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        page.route("**/api/v1/**", lose)
        report(page, WORDS, photos=2)
        for _again in range(4):
            page.wait_for_timeout(300)
            held.see(PHONE)
            page.get_by_role("button", name="立即发送").click()
        held.see(SENT)
        expect(page.locator(".anlan-pill--done")).to_have_count(1)
    assert sorted(lost) == ["POST", "POST", "PUT", "PUT"]
    (case,) = cases(1)
    assert Attachment.objects.filter(case_id=case.pk, seq=1).count() == 2


def test_what_can_happen_to_a_phone_loses_nothing(
    own_database: Clone, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        # Full: what was typed stays, and it is said what to do.
        held.see("#/new")
        page.locator("label[for=place-0]").click()
        page.locator(".anlan-choices button").first.click()
        page.evaluate(
            "() => { const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (...given) {"
            " if (window.full) { throw new DOMException('full', 'QuotaExceededError'); } return put.apply(this, given); };"
            " window.full = true; }"
        )
        page.locator("form > button").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("请拍一张现场照片")
        page.evaluate("window.full = false")
        page.set_input_files("#field-photos", [photo("0.jpg", "red")])
        page.locator(".anlan-photos img").wait_for()
        page.evaluate("window.full = true")
        page.fill("#field-words", WORDS)
        page.locator("form > button").click()
        expect(page.locator("#notes")).to_contain_text("手机空间已满")
        expect(page.locator("#field-words")).to_have_value(WORDS)
        page.evaluate("window.full = false")
        held.signal(False)
        # Signed out by its day: what waits is kept, a new sign-in of the same post takes it up.
        Terminal.objects.get().token.__class__.objects.update(expires_at=now() - timedelta(minutes=1))
        page.locator("form > button").click()
        page.locator(".anlan-message--success").wait_for()
        # It says so for as long as the new sign-in takes, which may be a moment: what was shown is remembered.
        page.evaluate(
            "() => { window.warned = new Promise((done) => { const look = () => {"
            " if (document.getElementById('warnings')?.textContent.includes('登录已过期')) { done(true); } };"
            " new MutationObserver(look).observe(document.body, { childList: true, subtree: true }); look(); }); }"
        )
        held.signal(True)
        assert page.evaluate("() => window.warned")
        # A newer version waits until it is taken, with what was not sent.
        monkeypatch.setattr(versions, "FILES", versions.FILES[:-1])
        page.evaluate("navigator.serviceWorker.ready.then((kept) => kept.update())")
        page.get_by_role("button", name="现在更新").click()
        page.locator("#pin").wait_for()
        held.unlock("111111")
        expect(page.locator("[role=alert]")).to_contain_text("还可以试 9 次")
        held.unlock()
        held.see(SENT)
        expect(page.locator(".anlan-pill--done")).to_have_count(1)
        assert len(cases(1)) == 1
        # Its office has it erased: nothing can be read any more.
        erase(Terminal.objects.latest("token_id").pk, by=security(), at=now())
        # A round of its own may have heard it already, and then nothing is left on the screen to press.
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.locator("#pin2")).to_be_visible()
        kept: Any = page.evaluate(
            "() => new Promise((done) => { indexedDB.open('anlan-field').onsuccess = (event) => {"
            " event.target.result.transaction('rows').objectStore('rows').count().onsuccess = (counted) => done(counted.target.result); }; })"
        )
        assert kept == 0


def test_a_screen_that_is_drawn_while_the_phone_is_cleared_is_not_shown(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        held.see(PHONE)
        expect(page.get_by_role("button", name="立即发送")).to_be_visible()
        # The screen waits for the space on the phone, and is told of it once nothing is left there.
        page.evaluate(
            "() => { const asked = navigator.storage.estimate; const rows = () => new Promise((done) => {"
            " indexedDB.open('anlan-field').onsuccess = (event) => {"
            " event.target.result.transaction('rows').objectStore('rows').count().onsuccess = (counted) => done(counted.target.result); }; });"
            " navigator.storage.estimate = async function () {"
            " while (await rows()) {} return asked.call(this); }; }"
        )
        erase(Terminal.objects.latest("token_id").pk, by=security(), at=now())
        page.evaluate("window.dispatchEvent(new Event('online'))")
        held.see("#/tasks")
        held.see(PHONE)
        expect(page.locator("#warnings")).to_contain_text("清除")
        expect(page.locator("#pin2")).to_be_visible()


def test_a_wrong_clock_is_told_and_not_believed(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        held.page.clock.set_system_time(now() + timedelta(hours=2))
        report(held.page, WORDS)
        expect(held.page.locator("#warnings")).to_contain_text("快了 120 分钟")
        (case,) = cases(1)
        entry = Entry.objects.get(case_id=case.pk, seq=1)
        assert entry.outcomes["flags"] == ["time_unsure"]
        assert abs(entry.at - now()) < timedelta(minutes=1)


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "北京时间"), ("en", "Beijing time")])
def test_times_are_those_of_the_region_wherever_the_phone_thinks_it_is(
    own_database: Clone, browser: Browser, tmp_path: Path, language: str, word: str
) -> None:
    session = session_of(Role.GRID_WORKER)
    storm = Storm(at=now()).issue()
    ends = get_numbered(storm.number, drafts=EVERYWHERE).ends.astimezone(ZONE)
    with (
        served() as address,
        phone(
            browser, tmp_path / "one", address, session=session, language=language, zone="America/New_York"
        ) as held,
    ):
        page = held.page
        expect(page.locator("#warnings")).to_contain_text(word)
        band = page.locator(".anlan-alert--red")
        expect(band).to_contain_text(f"{ends:%H:%M}")
        band.click()
        expect(page.locator("#app")).to_contain_text(f"{ends:%H:%M} · {word}")
        sound(page)


LATE_IN_THE_MINUTE = """
const Real = Date, off = (45 - new Date().getSeconds()) * 1000;
window.Date = class extends Real {
  constructor(...given) { super(...(given.length ? given : [Real.now() + off])); }
  static now() { return Real.now() + off; }
};"""


def test_a_phone_in_the_regions_zone_is_told_nothing_of_zones_at_any_second(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    with served() as address:
        held = Phone(browser, tmp_path / "one", address, session=session_of(Role.GRID_WORKER))
        page = held.set_up(init=LATE_IN_THE_MINUTE)
        held.see(PHONE)
        expect(page.locator(".anlan-facts")).to_contain_text("北京时间")
        expect(page.locator("#warnings")).to_have_count(0)
        held.close()


def test_the_page_holds_nothing_of_anybody_and_reads_well_in_large_letters(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    matter()
    with served() as address:
        held = Phone(browser, tmp_path / "one", address, session=session, language="en")
        page = held.set_up()
        assert held.context is not None
        held.context.add_cookies([{"name": "anlan_large", "value": "1", "url": address}])
        told = held.context.request.get("/field/app")
        assert session not in told.text()
        assert "csrf" not in told.text()
        for where in (TASKS, "#/new", SENT, PHONE):
            held.see(where)
            page.wait_for_timeout(200)
            sound(page)
        held.close()


def test_what_a_wiped_phone_had_not_sent_arrives_sealed_and_counts_once_its_person_says_so(
    own_database: Clone, browser: Browser, tmp_path: Path
) -> None:
    session = session_of(Role.GRID_WORKER)
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as held:
        page = held.page
        held.signal(False)
        report(page, WORDS, photos=2)
        done = now()
        held.see(PHONE)
        page.get_by_role("button", name="在本机退出登录").click()
        expect(page.locator(".anlan-message--warning")).to_contain_text("还有 1 项加密保留在本机")
        held.signal(True)
        until = time.monotonic() + 20
        while SealedPhoto.objects.count() < 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert WORDS.encode() not in bytes(SealedAct.objects.get().sealed)
        assert SealedPhoto.objects.count() == 2
        assert not Case.objects.exists(), "attributed to nobody yet"
        held.close()
        other = Phone(browser, tmp_path / "two", address, session=session)
        page = other.set_up()
        other.see(SENT)
        page.locator(".anlan-item__link").click()
        expect(page.locator(".anlan-facts")).to_contain_text(WORDS)
        expect(page.locator(".anlan-photos img")).to_have_count(2)
        sound(page)
        page.route("**/api/v1/sync", lambda route: route.abort())
        page.get_by_role("button", name="是我做的").click()
        expect(page.locator(".anlan-pill--new")).to_have_count(1)
        assert not SealedAct.objects.exists()
        other.signal(False)
        other.see(PHONE)
        page.get_by_role("button", name="在本机退出登录").click()
        expect(page.locator(".anlan-message--warning")).to_contain_text("还有 1 项加密保留在本机")
        other.signal(True)
        until = time.monotonic() + 20
        while SealedPhoto.objects.count() < 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert SealedAct.objects.exists(), "taken over and wiped before it was sent, it is there still"
        other.close()
        third = Phone(browser, tmp_path / "three", address, session=session)
        page = third.set_up()
        third.see(SENT)
        page.locator(".anlan-item__link").click()
        page.get_by_role("button", name="是我做的").click()
        (case,) = cases(1)
        entry = Entry.objects.get(case_id=case.pk, seq=1)
        assert entry.at <= done
        assert "flags" not in entry.outcomes
        assert Attachment.objects.filter(case_id=case.pk, seq=1).count() == 2
        assert not SealedAct.objects.exists()
        third.close()
