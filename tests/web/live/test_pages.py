# SPDX-License-Identifier: Apache-2.0
"""An open desk in a real browser, with the real live service: what changes shows itself, and what the reader does stays."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from anlan.base.clock import now
from anlan.cases.escalate import escalate
from anlan.cases.follow import take_seats
from anlan.cases.management.commands.journal import pass_once
from anlan.cases.models import Case, Claim
from anlan.config.supervisor import is_ready
from anlan.people.may import Role
from anlan.people.models_terminals import Terminal
from anlan.people.session import SEEN, SINCE
from anlan.people.terminals import erase
from tests.databases import Clone
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import TASKS, phone
from tests.web.live.test_shown import follower
from tests.web.look.test_browser import CHROMIUM
from tests.web.public.test_brush import visit
from tests.web.resident.test_browser import sound
from tests.web.staff import at_work, matter, number

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def service(clone: Clone, port: int) -> Iterator[None]:
    """`anlan live` on a test's own database."""
    process = subprocess.Popen(
        [sys.executable, "-m", "anlan.cli", "live"],
        env=clone.env
        | {"ANLAN_LIVE_PORT": str(port), "ANLAN_LIVE_WORKERS": "1", "ANLAN_SUPERVISOR": str(os.getpid())},
    )
    try:
        until = time.monotonic() + 60
        while not is_ready(port):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_a_new_case_comes_to_an_open_desk_by_itself(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    session, first = session_of(Role.DISPATCHER), number(matter())
    pass_once()
    with served() as address, service(own_database, port):
        page = visit(browser, address, session=session)
        page.goto(f"/desk/cases/{first}")
        rows = page.locator("#list .anlan-item")
        expect(rows).to_have_count(1)
        page.locator("#list [name=n]").check()
        page.get_by_role("searchbox").fill("写到一半")
        second = number(matter(words="河里漂着一层油"))
        pass_once()
        expect(rows).to_have_count(2)
        expect(page.locator(f"[data-number='{second}']")).to_have_class(
            "anlan-item anlan-item--pick anlan-item--new"
        )
        # What was chosen, what is open and what is being written stay.
        expect(page.locator(f"[name=n][value='{first}']")).to_be_checked()
        expect(page.locator(f"[data-number='{first}'] a")).to_have_attribute("aria-current", "true")
        expect(page.get_by_role("searchbox")).to_have_value("写到一半")
        # Its rows open beside it, as those that came with the page.
        page.locator(f"[data-number='{second}'] a").click()
        page.wait_for_url(f"**/desk/cases/{second}*")
        expect(page.locator("#case")).to_contain_text("河里漂着一层油")
        expect(page.get_by_role("searchbox")).to_have_value("写到一半")
        sound(page)


def test_a_list_that_is_empty_fills_by_itself(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    session = session_of(Role.DISPATCHER)
    with served() as address, service(own_database, port):
        page = visit(browser, address, session=session)
        page.goto("/desk/")
        matter()
        pass_once()
        expect(page.locator("#list .anlan-item")).to_have_count(1)
        expect(page.locator("#case .anlan-empty")).to_be_visible()


def test_a_page_that_cannot_hear_says_so_and_looks_by_itself(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    session = session_of(Role.DISPATCHER)
    with served() as address:
        page = visit(browser, address, session=session)
        page.clock.install()
        page.goto("/desk/")
        page.clock.run_for(11_000)
        # One thing is said, and no other.
        expect(page.locator("[data-live]")).to_have_text(
            "现在收不到即时更新：这一页每半分钟看一次。", use_inner_text=True
        )
        matter()
        page.clock.run_for(31_000)
        expect(page.locator("#list .anlan-item")).to_have_count(1)


def test_a_phone_hears_by_its_token_and_what_is_erased_is_gone_at_once(
    own_database: Clone, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    session = session_of(Role.GRID_WORKER)
    pass_once()
    with (
        served() as address,
        service(own_database, port),
        phone(browser, tmp_path / "one", address, session=session) as held,
    ):
        page = held.see(TASKS)
        rows = page.locator(".anlan-item")
        expect(page.locator(".anlan-filters")).to_be_visible()
        matter()
        pass_once()
        expect(rows).to_have_count(1)
        # Locked it hears nothing; opened again it does.
        held.see("#/phone")
        page.get_by_role("button", name="立即锁定").click()
        expect(page.locator("#pin")).to_be_visible()
        matter(words="河里漂着一层油")
        pass_once()
        held.unlock()
        held.see(TASKS)
        expect(rows).to_have_count(2)
        matter(words="路灯不亮")
        pass_once()
        expect(rows).to_have_count(3)
        terminal = Terminal.objects.get()
        erase(terminal.pk, by=None, at=now())
        expect(page.locator("#pin2")).to_be_visible()
        sound(page)


def test_an_open_desk_says_who_works_on_a_case_and_when_that_ends(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    one, two, three = (session_of(Role.DISPATCHER) for _ in range(3))
    first = number(matter())
    pass_once()
    with served() as address, service(own_database, port):
        here, there, list_alone, third = (
            visit(browser, address, session=key) for key in (one, two, two, three)
        )
        list_alone.goto("/desk/")
        here.goto(f"/desk/cases/{first}")
        expect(here.locator("[data-claimed]")).to_have_text("")
        row, sign = list_alone.locator(f"[data-number='{first}']"), here.locator("[data-claimed]")
        expect(row).to_contain_text("正在查看")
        there.goto(f"/desk/cases/{first}")
        expect(sign).to_contain_text("也在查看")
        # All who have it open hear of one more.
        third.goto(f"/desk/cases/{first}")
        for page in (here, there):
            expect(page.locator("[data-claimed] p")).to_have_count(2)
        third.goto("/desk/wall")
        there.get_by_role("button", name="我来办这一件").click()
        expect(sign).to_contain_text("正在办这一件")
        expect(here.locator(f"[data-number='{first}']")).to_contain_text("正在办")
        sound(here)
        there.get_by_role("button", name="放回").click()
        expect(sign).not_to_contain_text("正在办这一件")
        # It lapses without anybody's doing anything.
        Claim.objects.filter(case__number=first).update(lapses_at=now() + timedelta(seconds=2))
        expect(row).not_to_contain_text("正在查看")


def test_a_case_that_becomes_overdue_says_so_on_an_open_desk(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    case, signed_in = matter(), at_work(Role.DISPATCHER)[Role.DISPATCHER]
    due = Case.objects.get(pk=case.id).due_at
    assert due is not None
    session = signed_in.session
    session[SEEN] = session[SINCE] = due.timestamp()
    session.save()
    pass_once()
    with served() as address, service(own_database, port):
        page = visit(browser, address, session=str(session.session_key))
        page.goto("/desk/")
        row = page.locator(f"[data-number='{number(case)}']")
        expect(row).not_to_contain_text("超期")
        monkeypatch.setattr(settings, "ANLAN_CLOCK_OFFSET", (due - now()).total_seconds() + 60)
        escalate(at=now())
        pass_once()
        expect(row).to_contain_text("超期")


def test_the_page_of_a_report_shows_by_itself_what_happened(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    session_of(Role.DISPATCHER)
    case = matter()
    pass_once()
    mine = follower(case)
    with served() as address, service(own_database, port):
        key = str(mine.cookies[settings.SESSION_COOKIE_NAME].value)
        page = visit(browser, address, session=key, touch=True)
        page.goto(f"/follow/{number(case):016d}")
        lines = page.locator(".moj-timeline__item")
        had = lines.count()
        case.dispatch()
        pass_once()
        expect(lines).to_have_count(had + 1)
        expect(page.locator("[data-story]")).to_have_text("这件事有新进展，本页已更新。", use_inner_text=True)
        sound(page)
        # Closed in another tab, it is gone from this one too.
        mine.post(f"/follow/{number(case):016d}/leave")
        page.wait_for_url("**/follow?number=*")


def test_the_page_of_a_report_that_cannot_hear_says_so_and_looks_by_itself(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", free_port())
    session_of(Role.DISPATCHER)
    case = matter()
    key = str(follower(case).cookies[settings.SESSION_COOKIE_NAME].value)
    with served() as address:
        page = visit(browser, address, session=key, touch=True)
        page.clock.install()
        page.goto(f"/follow/{number(case):016d}")
        page.clock.run_for(11_000)
        said = "现在收不到即时更新：这一页每半分钟看一次。"
        expect(page.locator("[data-story]")).to_have_text(said, use_inner_text=True)
        had = page.locator(".moj-timeline__item").count()
        case.dispatch()
        page.clock.run_for(31_000)
        expect(page.locator(".moj-timeline__item")).to_have_count(had + 1)


def test_a_wall_counts_anew_by_itself(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    session = session_of(Role.SUPERVISOR)
    take_seats()
    pass_once()
    with served() as address, service(own_database, port):
        page = visit(browser, address, session=session)
        page.goto("/desk/wall")
        figures = page.locator(".anlan-wall__figures dl")
        before = figures.inner_text()
        matter()
        pass_once()
        expect(figures).not_to_have_text(before, use_inner_text=True)
