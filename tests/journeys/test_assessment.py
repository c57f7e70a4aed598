# SPDX-License-Identifier: Apache-2.0
"""A road before the public, in a real browser: read and commented on at 360 px by keyboard, answered at the desk, blocked by its risk, decided."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from playwright.sync_api import Browser, Page

from anlan.base.clock import now
from anlan.people.may import Role
from anlan.procedures.assessment.models import PublicComment
from tests.databases import Clone
from tests.journeys.people import faults_of
from tests.procedures.assessment.cast import DAY, Road, decider
from tests.web.desk.test_browser import served, session_of

HEIGHTS = {360: 780, 1440: 900}


@pytest.fixture
def site(own_database: Clone) -> Iterator[str]:
    with served() as address:
        yield address


class Seen:
    """Browsers, each page of which must be sound."""

    def __init__(self, browser: Browser, site: str, pictures: str | None) -> None:
        self.browser, self.site, self.pictures = browser, site, pictures
        self.faults: list[str] = []

    def open(self, width: int, *, session: str = "", language: str = "zh-hans", js: bool = True) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]}, java_script_enabled=js
        )
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if session:
            cookies[settings.SESSION_COOKIE_NAME] = session
        context.add_cookies(
            [{"name": key, "value": value, "url": self.site} for key, value in cookies.items()]
        )
        context.set_default_timeout(60_000)
        return context.new_page()

    def look(self, page: Page, where: str = "", *, name: str = "", js: bool = True) -> None:
        if where:
            answer = page.goto(f"{self.site}{where}")
            assert answer is not None
            assert answer.status == 200, where
        self.faults += faults_of(page, js=js)
        if self.pictures and name:
            page.screenshot(path=str(Path(self.pictures) / f"assessment-{name}.png"), full_page=True)


@pytest.mark.timeout(600)
def test_a_road_from_the_draft_to_the_decision(
    site: str, browser: Browser, request: pytest.FixtureRequest
) -> None:
    seen = Seen(browser, site, request.config.getoption("--pictures"))
    with translation.override("zh-hans"):
        road = Road(at=now() - DAY).consult()
        ready = Road(at=now() - 90 * DAY, title="垃圾中转站选址").consult()
        for n in range(20):
            ready.comment(f"意见 {n}：担心异味，请说明怎样处理。", section=n % 3)
        ready.ended()
        ready.count()
        for section in range(3):
            ready.answer(section=section, words="采纳，加装除臭设施，每季度公布检测结果。")
        ready.risk(3, 4).risk(2, 2, group="drivers", issue="运输车辆多", measure="错峰运输").report(
            "medium"
        ).checked()
    code = road.case.published_as

    for width, language in ((360, "zh-hans"), (1440, "en")):
        page = seen.open(width, language=language)
        seen.look(page, "/consultations", name=f"list-{width}")
        seen.look(page, f"/consultations/{code}", name=f"draft-{width}")

    person = seen.open(360, js=False)
    seen.look(person, f"/consultations/{code}?section=1", js=False)
    person.focus("textarea[name=words]")
    person.keyboard.type("请装隔音屏。")
    for _tab in range(6):
        person.keyboard.press("Tab")
        if person.evaluate("document.activeElement.type") == "submit":
            break
    person.keyboard.press("Enter")
    person.wait_for_selector(".anlan-message--success")
    assert PublicComment.objects.filter(case_id=road.id, section=1).count() == 1

    session = session_of(Role.ASSESSOR)
    for width in (360, 1440):
        desk = seen.open(width, session=session)
        seen.look(desk, "/desk/assessments/new", name=f"new-{width}")
        seen.look(desk, f"/desk/assessments/new/{road.place}", name=f"form-{width}")
        seen.look(desk, f"/desk/cases/{road.number:016d}", name=f"case-{width}")
        seen.look(desk, f"/desk/cases/{road.number:016d}/comments", name=f"comments-{width}")
    desk.check("input[name=comment]", force=True)
    desk.check("input[name=adopted][value=yes]", force=True)
    desk.fill("textarea[name=words]", "采纳，加装隔音屏。")
    desk.click("form button:not([name]):has-text('答复')")
    desk.wait_for_selector(".anlan-message--success")

    centre = session_of(Role.COUNTY_DISPATCHER)
    for width in (360, 1440):
        board = seen.open(width, session=centre)
        seen.look(board, f"/desk/cases/{ready.number:016d}", name=f"blocked-{width}")
        assert "不能决定实施" in board.inner_text("main")
        assert board.locator("a[href*='/do/decide']").count() == 0
    with translation.override("zh-hans"):
        ready.do("send_back", decider(), words="降到低风险")
        ready.do("rate_again", risk=1, left_likelihood=1, left_impact=3, words="密闭转运，检测达标。")
        ready.report().checked()
        seen.look(board, f"/desk/cases/{ready.number:016d}/do/decide", name="decide")
        ready.decide()
    for width in (360, 1440):
        page = seen.open(width)
        seen.look(page, f"/consultations/{ready.case.published_as}", name=f"decided-{width}")
        seen.look(page, f"/consultations/{ready.case.published_as}/comments", name=f"answered-{width}")
    assert sorted(set(seen.faults)) == []
