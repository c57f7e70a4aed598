# SPDX-License-Identifier: Apache-2.0
"""The blur brush in a real browser, with the mouse, a finger and the keyboard: what was covered is in nothing that others get."""

import re
from base64 import b64decode
from collections.abc import Callable

import pytest
from django.conf import settings as configured
from playwright.sync_api import Browser, Locator, Page, Route, expect

from anlan.cases.models import Case
from anlan.people.may import Role
from tests.databases import Clone
from tests.web.desk.test_browser import served, session_of
from tests.web.look.test_browser import CHROMIUM
from tests.web.public.test_photos import ORIGINAL, SUMMARY, closed, contrast
from tests.web.resident.test_browser import sound
from tests.web.staff import number

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
WIDE = 800
"""Pixels of the original; the plate is within 300 to 420 and 200 to 240."""


def by_mouse(page: Page, canvas: Locator) -> None:
    """One stroke along the plate."""
    left, top, unit = corner(canvas)
    page.mouse.move(left + 290 * unit, top + 220 * unit)
    page.mouse.down()
    page.mouse.move(left + 430 * unit, top + 220 * unit, steps=8)
    page.mouse.up()


def by_finger(page: Page, canvas: Locator) -> None:
    """The same with a touch screen."""
    left, top, unit = corner(canvas)
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: float) -> None:
        touched = [{"x": left + x * unit, "y": top + 220 * unit} for x in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    send("touchStart", 290)
    for x in range(300, 440, 10):
        send("touchMove", x)
    send("touchEnd")


def by_keyboard(page: Page, canvas: Locator) -> None:
    """The frame, moved over the plate, and one that was a mistake and is taken back."""
    canvas.focus()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="2")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")


def corner(canvas: Locator) -> tuple[float, float, float]:
    """Where the photo begins on the screen, and how wide one of its pixels is there."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    return box["x"], box["y"], box["width"] / WIDE


def visit(browser: Browser, address: str, *, session: str = "", touch: bool = False) -> Page:
    context = browser.new_context(
        viewport={"width": 360 if touch else 1440, "height": 900}, has_touch=touch, base_url=address
    )
    cookies = {configured.SESSION_COOKIE_NAME: session, configured.LANGUAGE_COOKIE_NAME: "zh-hans"}
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items() if value]
    )
    return context.new_page()


@pytest.mark.parametrize("hands", [(by_mouse, by_keyboard), (by_finger,)], ids=["desk", "phone"])
def test_what_was_painted_over_is_in_nothing_that_others_get(
    own_database: Clone, browser: Browser, hands: tuple[Callable[[Page, Locator], None], ...]
) -> None:
    session, case = session_of(Role.DISPATCHER), closed()
    with served() as address:
        page = visit(browser, address, session=session, touch=hands == (by_finger,))
        page.goto(f"/desk/cases/{number(case)}/do/publish")
        page.locator("[name=summary]").fill(SUMMARY)
        for n, cover in enumerate(hands, 1):
            page.get_by_label(f"公开照片 {n}").check()
            cover(page, page.get_by_label(f"照片 {n}，待遮盖"))
            marked = page.get_by_role("status").filter(has_text="已盖住").nth(n - 1)
            expect(marked).to_have_text(re.compile(r"1$"))
        sound(page)
        page.get_by_role("button", name="预览").click()
        shown = page.get_by_role("img", name="所有人将看到的照片")
        expect(shown).to_have_count(len(hands))
        for one in shown.all():
            assert hidden(b64decode((one.get_attribute("src") or "").partition(",")[2]))
        sound(page)
        page.locator("button[name=seen]").click()
        page.wait_for_url("**/cases/*")

        stranger = visit(browser, address)
        public = f"/public/summaries/{Case.objects.get(pk=case.id).published_as}"
        stranger.goto(public)
        seen = {
            each
            for name, kind in (("src", "img"), ("href", "a"))
            for one in stranger.locator(f"main {kind}").all()
            if "/photos/" in (each := one.get_attribute(name) or "")
        }
        assert seen
        for photo in seen:
            assert hidden(stranger.request.get(photo).body())
        for room in ("desk/cases", "field/cases", "follow", "api/v1/cases"):
            for n in (1, 2):
                answer = stranger.request.get(f"/{room}/{number(case):016d}/files/{n}")
                assert answer.body() != ORIGINAL
                assert "image" not in answer.headers["content-type"]


def test_the_brush_comes_only_with_its_photo(own_database: Clone, browser: Browser) -> None:
    """A stroke on a canvas that still waits for its photo would cover nothing."""
    session, case = session_of(Role.DISPATCHER), closed()
    with served() as address:
        page = visit(browser, address, session=session)
        waiting: list[Route] = []

        def keep(route: Route) -> None:
            waiting.append(route)

        page.route("**/files/1*", keep)
        page.goto(f"/desk/cases/{number(case)}/do/publish", wait_until="domcontentloaded")
        page.get_by_label("公开照片 1").check()
        brush = page.get_by_label("照片 1，待遮盖")
        expect(page.get_by_label("公开照片 1")).to_be_checked()
        expect(brush).to_be_hidden()
        while not waiting:
            page.wait_for_timeout(20)
        for route in waiting:
            route.continue_()
        by_mouse(page, brush)
        expect(page.get_by_role("status").filter(has_text="已盖住")).to_have_text(re.compile(r"1$"))


def hidden(photo: bytes) -> bool:
    """Whether the plate cannot be read in it, and the road around is there."""
    return contrast(photo) < 40 < contrast(ORIGINAL)
