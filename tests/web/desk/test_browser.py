# SPDX-License-Identifier: Apache-2.0
"""The desk's forms in a real browser: choosing a category shows its conditions at once and keeps what was typed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import make_server

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Page

from anlan.people.may import Role
from tests.cases.world import organisation
from tests.databases import Clone
from tests.procedures.report.cast import ROAD, category, dept
from tests.web.look.test_browser import CHROMIUM, Quiet
from tests.web.resident.test_browser import Tidy, sound
from tests.web.staff import at_work, matter, number

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


@contextmanager
def served() -> Iterator[str]:
    """The address of a server."""
    with make_server(
        "127.0.0.1", 0, get_wsgi_application(), server_class=Tidy, handler_class=Quiet
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def session_of(role: Role) -> str:
    return str(at_work(role)[role].cookies[settings.SESSION_COOKIE_NAME].value)


@pytest.fixture
def desk(own_database: Clone) -> Iterator[tuple[str, str, dict[str, int]]]:
    """The address of a dispatch form, the dispatcher's session, and what the tests look for."""
    session = session_of(Role.DISPATCHER)
    path = f"/desk/cases/{number(matter())}/do/dispatch"
    known = {
        "road": category(ROAD),
        "river": category("E01-26"),
        "housing": organisation(dept("housing")),
        "ecology": organisation(dept("ecology")),
    }
    with served() as address:
        yield f"{address}{path}", session, known


def visit(browser: Browser, address: str, session: str, *, js: bool) -> Page:
    page = enter(browser, address, session, js=js)
    page.goto(address)
    page.fill("textarea[name=words]", "请先围护")
    page.click(".anlan-fold summary")
    page.check("input[name=assisting] >> nth=1")
    return page


def enter(browser: Browser, address: str, session: str, *, js: bool = True) -> Page:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=js)
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: "zh-hans"}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context.new_page()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_on_a_phone_the_header_is_low(
    desk: tuple[str, str, dict[str, int]], browser: Browser, language: str
) -> None:
    address, session, _known = desk
    page = visit(browser, address, session, js=False)
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}])
    page.goto(address)
    box = page.locator(".anlan-header").bounding_box()
    assert box is not None
    # Every page is named and the whole post; in English their names take two lines more.
    assert box["height"] <= (110 if language == "zh-hans" else 164)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.context.close()


@pytest.mark.parametrize("js", [True, False])
def test_a_category_brings_its_conditions_and_its_unit(
    desk: tuple[str, str, dict[str, int]], browser: Browser, *, js: bool
) -> None:
    address, session, known = desk
    page = visit(browser, address, session, js=js)
    again = page.locator("button[name=refresh]")
    assert again.is_visible() is not js
    for chosen, unit in (("road", "housing"), ("river", "ecology")):
        page.select_option("select[name=category]", str(known[chosen]))
        if not js:
            again.click()
        page.wait_for_selector(f"select[name=unit] option[value='{known[unit]}']:checked", state="attached")
        assert page.locator("input[name=condition]").count() >= 1
        assert page.input_value("textarea[name=words]") == "请先围护"
        assert page.locator("input[name=assisting]:checked").count() == 1
        assert page.input_value("select[name=category]") == str(known[chosen])
    assert page.url == address
    if js:
        sound(page)


@pytest.mark.parametrize("js", [True, False])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_other_report_is_read_on_a_phone_before_merging_and_then_on_its_page(
    desk: tuple[str, str, dict[str, int]], browser: Browser, language: str, *, js: bool
) -> None:
    address, session, _known = desk
    root = address.partition("/desk/")[0]
    mine, theirs = matter(words="我家门口有个大坑"), matter(words="学院路口路面塌陷")
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=js)
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: language}
    context.add_cookies([{"name": name, "value": value, "url": root} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(f"{root}/desk/cases/{number(mine)}/do/merge")
    page.fill("input[name=into]", f"{number(theirs):016d}")
    page.fill("textarea[name=words]", "同一个坑")
    page.click(".anlan-acting button")
    assert "学院路口路面塌陷" in page.inner_text("section[aria-labelledby=other]")
    assert page.input_value("textarea[name=words]") == "同一个坑"
    if js:
        sound(page)
    page.click(".anlan-acting button")
    page.goto(f"{root}/desk/cases/{number(theirs)}")
    assert "我家门口有个大坑" in page.inner_text("section[aria-labelledby=joined]")
    if js:
        sound(page)
    context.close()


def test_a_question_that_belongs_to_another_answer_shows_with_it_and_is_not_sent_without(
    own_database: Clone, browser: Browser
) -> None:
    session = session_of(Role.HANDLER)
    case = matter()
    case.dispatch()
    with served() as address:
        page = enter(browser, address, session)
        page.goto(f"{address}/desk/cases/{number(case)}/do/done")
        reason = page.locator("input[name=reason]")
        assert not reason.first.is_visible()
        page.check("input[name=outcome][value=cannot]")
        assert reason.first.is_visible()
        reason.first.check()
        page.check("input[name=outcome][value=fixed]")
        assert not reason.first.is_visible()
        assert page.locator("input[name=met]").first.is_visible()
        assert (
            page.evaluate("new FormData(document.querySelector('.anlan-acting form')).get('reason')") is None
        )
        sound(page)


def test_a_form_that_was_refused_is_no_dead_end_for_the_back_button(
    own_database: Clone, browser: Browser
) -> None:
    session = session_of(Role.DISPATCHER)
    n = number(matter())
    with served() as address:
        page = enter(browser, address, session)
        page.goto(f"{address}/desk/cases/{n}/do/not_accept")
        page.click(".anlan-acting form button")
        page.check("input[name=reason] >> nth=0")
        page.fill("textarea[name=words]", "这件事不归这里管，请打热线")
        page.click(".anlan-acting form button")
        page.wait_for_url(f"{address}/desk/cases/{n}")
        page.go_back()
        page.wait_for_url(f"{address}/desk/cases/{n}")
        assert page.locator(".anlan-message--warning").count() == 1
        sound(page)


def test_on_paper_stands_the_matter_and_nobody_s_contact(own_database: Clone, browser: Browser) -> None:
    session = session_of(Role.DISPATCHER)
    n = number(matter())
    with served() as address:
        page = enter(browser, address, session)
        page.goto(f"{address}/desk/cases/{n}")
        page.emulate_media(media="print")
        for shown in (".anlan-told", "#timeline", "#facts", "#clocks"):
            assert page.locator(shown).is_visible(), shown
        for hidden in ("#people", "#deeds", ".anlan-header", ".anlan-desk__list"):
            assert not page.locator(hidden).first.is_visible(), hidden
