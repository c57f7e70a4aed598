# SPDX-License-Identifier: Apache-2.0
"""A red alert for a county, by two people in their browsers: it comes to an open desk, phone and wall by itself, and to residents."""

import asyncio

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from anlan.base.clock import now
from anlan.cases.management.commands.journal import pass_once
from anlan.people.may import Role
from anlan.web.live.stream import Application
from tests.cases.world import place
from tests.databases import Clone
from tests.procedures.alert.cast import COUNTY, Storm, releaser
from tests.web.desk.test_browser import served, session_of
from tests.web.live.test_pages import free_port, service
from tests.web.live.test_stream import Page as Listening
from tests.web.live.test_stream import done, live
from tests.web.look.test_browser import CHROMIUM
from tests.web.public.test_brush import visit
from tests.web.resident.test_browser import sound
from tests.web.staff import enter, post_of

LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
"""What a browser tells a page that is looked at again; else it looks every half minute."""


def warned(page: Page, words: str) -> None:
    expect(page.locator(".anlan-alerts")).to_contain_text(words)


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
def test_a_red_alert_by_two_people_comes_to_open_pages_by_itself(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", port)
    pass_once()
    with served() as address, service(own_database, port):
        desk, phone, wall, home, one, two = (
            visit(browser, address, session=session, touch=touch)
            for session, touch in (
                (session_of(Role.DISPATCHER), False),
                (session_of(Role.GRID_WORKER), True),
                (session_of(Role.SUPERVISOR), False),
                ("", True),
                (session_of(Role.COUNTY_DISPATCHER), False),
                (session_of(Role.COUNTY_DISPATCHER), False),
            )
        )
        for page, path in ((desk, "/desk/"), (phone, "/field/"), (wall, "/desk/wall"), (home, "/")):
            page.goto(path)
        one.goto(f"/desk/alerts/new/{place(COUNTY)}")
        for answer in ("台风", "红色（Ⅰ级）"):
            one.get_by_label(answer, exact=True).check()
        for name, words in (
            ("title_zh", "台风红色预警"),
            ("title_en", "Red typhoon alert"),
            ("words_zh", "今夜台风登陆，请待在室内。"),
            ("words_en", "A typhoon lands tonight. Stay inside."),
        ):
            one.locator(f"[name={name}]").fill(words)
        one.get_by_role("button", name="保存草稿").click()
        expect(one.get_by_text("要由另一人发布")).to_be_visible()
        two.goto(one.url)
        two.get_by_label("再写一遍地名").fill("西湖区")
        two.get_by_role("button", name="正式发布").click()
        expect(two.get_by_text("已发布")).to_be_visible()
        sound(two)
        pass_once()
        home.evaluate(LOOK)
        for page in (desk, phone, wall, home):
            warned(page, "台风红色预警")
        sound(phone)
        phone.get_by_role("link", name="台风红色预警").click()
        phone.get_by_role("button", name="我已阅读").click()
        expect(phone.get_by_text("您已确认读过")).to_be_visible()
        home.locator(".anlan-alert").click()
        expect(home.locator(".anlan-alert--head")).to_contain_text("生效")
        expect(home.get_by_role("button", name="我已阅读")).to_be_visible()
        two.locator("a", has_text="解除").click()
        two.locator("[name=why_zh]").fill("台风转向")
        two.locator("[name=why_en]").fill("It turned away")
        two.get_by_role("button", name="下一步：核对").click()
        two.get_by_role("button", name="确认解除").click()
        expect(two.locator(".anlan-alert--head")).to_contain_text("已解除")
        pass_once()
        expect(desk.locator(".anlan-alert")).to_have_count(0)
        expect(wall.locator(".anlan-alert")).to_have_count(0)
        home.evaluate(LOOK)
        expect(home.locator(".anlan-alert--head")).to_contain_text("已解除")
        expect(home.locator("main")).to_contain_text("台风转向")
        expect(home.get_by_role("button", name="我已阅读")).to_have_count(0)


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
def test_an_open_first_page_never_says_that_none_stands_below_one_that_does(
    own_database: Clone, browser: Browser
) -> None:
    with served() as address:
        home = visit(browser, address, touch=True)
        home.goto("/")
        none, some = home.get_by_text("现在没有生效的预警"), home.get_by_text("现在生效的预警")
        expect(none).to_be_visible()
        expect(some).to_be_hidden()
        storm = Storm(at=now()).issue()
        home.evaluate(LOOK)
        warned(home, "台风红色预警")
        expect(none).to_be_hidden()
        expect(some).to_be_visible()
        storm.do("revoke", releaser(), why_zh="台风转向", why_en="It turned away")
        home.evaluate(LOOK)
        expect(none).to_be_visible()


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
def test_what_the_wall_says_of_itself_is_read_and_covers_nothing(
    own_database: Clone, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ANLAN_LIVE_PORT", free_port())
    with served() as address:
        wall = visit(browser, address, session=session_of(Role.SUPERVISOR))
        wall.goto("/desk/wall")
        wall.locator("[data-live], [data-tells=down]").evaluate_all(
            "all => all.forEach(each => { each.hidden = false })"
        )
        said = wall.get_by_text("现在收不到即时更新")
        expect(said).to_be_visible()
        box, below = wall.locator("[data-live]").bounding_box(), wall.locator("main").bounding_box()
        assert box is not None
        assert below is not None
        assert box["y"] + box["height"] <= below["y"]
        sound(wall)


def test_who_is_below_hears_of_an_alert_and_whoever_is_elsewhere_does_not(own_database: Clone) -> None:
    """By its name alone: the worker below never sees the case."""
    keys = [
        str(enter(post).cookies[settings.SESSION_COOKIE_NAME].value)
        for post in (post_of(Role.GRID_WORKER), post_of(Role.COUNTY_DISPATCHER, "county:330109"))
    ]
    pass_once()

    async def story(app: Application) -> None:
        worker, elsewhere = [await Listening(app, key).opened() for key in keys]
        made = await done(lambda: Storm(at=now()))
        await done(pass_once)
        await asyncio.sleep(2)
        assert worker.said.empty()
        await done(made.issue)
        await done(pass_once)
        position, data = await worker.hears("alerts")
        assert (position > 0, data) == (True, {})
        assert elsewhere.said.empty()
        # Who comes back is told what was missed.
        again = Listening(app, keys[0], last_event_id=str(position - 1))
        assert (await again.hears("alerts"))[1] == {}

    live(story)
