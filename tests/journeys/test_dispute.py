# SPDX-License-Identifier: Apache-2.0
"""A noise between two neighbours, in a real browser: told on a phone, mediated at the desk, signed with a code, sealed, verified, and put before the court."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from django.conf import LazySettings
from django.utils import translation
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from anlan.base.clock import now
from anlan.cases.models import Case
from anlan.cases.queries import follow_code_of
from anlan.people.may import Role
from tests.cases.world import VILLAGE
from tests.databases import Clone
from tests.journeys.test_assessment import Seen
from tests.procedures.report.cast import COMMITTEE
from tests.web.desk.test_browser import served
from tests.web.staff import enter, post_of

SECRET = "我怕他，他喝了酒会砸门"


@pytest.fixture
def site(own_database: Clone, settings: LazySettings) -> Iterator[str]:
    settings.ANLAN_DEMO = True  # a code to sign with stands on the page: no message is sent
    with served() as address:
        yield address


class Dispute:
    """One dispute, as its people see it."""

    def __init__(self, seen: Seen, desk: Page) -> None:
        self.seen, self.desk = seen, desk
        self.case = Case.objects.get(procedure="mediation")

    @property
    def number(self) -> str:
        return f"{self.case.number:016d}"

    def do(self, action: str, *ticked: str, to: str = "", **typed: str) -> None:
        """An action at the desk: radios and boxes by name and value, words by name; it leads back to the case, or `to` another page."""
        self.desk.goto(f"{self.seen.site}/desk/cases/{self.number}/do/{action}")
        for one in ticked:
            name, _sep, value = one.partition("=")
            self.desk.check(
                f".anlan-acting input[name={name}]" + (f"[value='{value}']" if value else ""), force=True
            )
        for name, words in typed.items():
            self.desk.fill(f".anlan-acting [name={name}]", words)
        self.seen.look(self.desk)
        self.desk.locator(".anlan-acting [data-send]").first.click()
        self.desk.wait_for_url(to or f"**/desk/cases/{int(self.number)}*")

    def slip(self) -> str:
        """The code on the slip of who was just entered."""
        self.seen.look(self.desk, name="entered")
        self.desk.locator("main form button").click()
        self.seen.look(self.desk, name="slip")
        code: str = self.desk.locator(".anlan-slip .anlan-code").nth(1).inner_text()
        return code

    def follow(self, n: int, code: str = "") -> Page:
        page = self.seen.open(360)
        page.goto(f"{self.seen.site}/follow?number={self.number}")
        page.fill("[name=code]", code or follow_code_of(self.case.pk, n))
        page.locator("main form button").click()
        page.wait_for_url(f"**/follow/{self.number}")
        self.seen.look(page, name=f"party-{n}")
        return page

    def sign(self, page: Page, name: str) -> None:
        self.seen.look(page, f"/follow/{self.number}/sign", name="sign")
        page.fill("[name=name]", name)
        page.check("[name=agreed]", force=True)
        page.locator("main form button:not([type=button])").click()
        code = page.locator(".anlan-code").inner_text()
        page.fill("[name=code]", code)
        self.seen.look(page, name="code")
        page.locator("main form button:not([type=button])").click()
        page.wait_for_url(f"**/follow/{self.number}")


@pytest.mark.timeout(600)
def test_two_neighbours_from_the_first_word_to_the_court(
    site: str, browser: Browser, request: pytest.FixtureRequest
) -> None:
    seen = Seen(browser, site, request.config.getoption("--pictures"))
    with translation.override("zh-hans"):
        mediator = post_of(Role.MEDIATOR, COMMITTEE, published_name="何处暑")
        session = str(enter(mediator).cookies["sessionid"].value)
    for width, language in ((1440, "en"), (360, "zh-hans")):
        page = seen.open(width, language=language)
        seen.look(page, "/disputes?where=文三", name=f"where-{width}")
        seen.look(page, f"/disputes/{VILLAGE}", name=f"apply-{width}")
    for name, words in (
        ("words", SECRET),
        ("other", "楼上 502"),
        ("joins_name", "王小明"),
        ("joins_phone", "13800000001"),
    ):
        page.fill(f"[name={name}]", words)
    page.select_option("[name=kind]", "neighbours")
    page.check("[name=wish][value=mediate]", force=True)
    page.check("[name=afraid]", force=True)
    page.locator("main form button[data-prevent-double-click]").click()
    page.wait_for_url("**/report/sent")
    seen.look(page, name="sent")

    dispute = Dispute(seen, seen.open(1440, session=session))
    year = str(now().year + 1)
    dispute.do("ask_alone", "who=1", "afraid=yes", "help")
    second = {"joins_name": "李大伟", "joins_phone": "13800000002"}
    dispute.do("bring_in", "joins_as=side2", to="**/desk/new/opened", **second)
    told = dispute.slip()
    dispute.do("ask_alone", "who=2", "afraid=no")
    dispute.do("invite", matter="楼上夜间的响声")
    other = dispute.follow(2, told)
    expect(other.locator("main")).to_contain_text("楼上夜间的响声")
    assert SECRET not in other.content()
    seen.look(other, f"/follow/{dispute.number}/do/consent")
    other.locator("main form button[data-prevent-double-click]").click()
    other.wait_for_url(f"**/follow/{dispute.number}")
    dispute.do("accept", "channel=people")
    dispute.do("appoint", f"mediator={mediator.pk}")
    dispute.do("begin", "no_interest", "rights")
    dispute.do(
        "draft", facts="夜里十一点后仍有响声", points="几点以后不能有响声", liability="楼上避开休息时间"
    )
    dispute.do(
        "term", "who=2", "mode=cease", what="晚上十点后不发出响声", day_year=year, day_month="6", day_day="30"
    )
    dispute.do(
        "term",
        "who=2",
        "mode=transfer",
        what="补偿医药费",
        amount="800",
        day_year=year,
        day_month="6",
        day_day="30",
    )
    dispute.do("settle")
    first = dispute.follow(1)
    dispute.sign(first, "王小明")
    dispute.sign(other, "李大伟")
    dispute.do("countersign", name="何处暑")
    dispute.do("seal")

    seen.look(first, f"/follow/{dispute.number}", name="sealed")
    paper = first.locator("main a", has_text="调解协议书.pdf").first.get_attribute("href")
    assert paper
    data = first.request.get(f"{site}{paper}").body()
    text = re.sub(r"\s", "", "".join(leaf.extract_text() for leaf in PdfReader(BytesIO(data)).pages))
    assert "晚上十点后不发出响声" in text
    assert "800.00元" in text
    assert SECRET not in text
    code = re.search(r"校验码([0-9A-Z]{16})", text)
    assert code
    seen.look(first, "/verify")
    first.fill("[name=code]", code[1])
    first.locator("main form button").click()
    expect(first.locator("main")).to_contain_text("有效")
    seen.look(first, name="verified")

    for person in (first, other):
        seen.look(person, f"/follow/{dispute.number}/do/join_in")
        person.locator("main form button[data-prevent-double-click]").click()
        person.wait_for_url(f"**/follow/{dispute.number}")
    dispute.do("prepare")
    dispute.do("filed")
    dispute.case.refresh_from_db()
    assert dispute.case.state == "performing"
    seen.look(dispute.desk, f"/desk/cases/{int(dispute.number)}", name="filed")
    assert sorted(set(seen.faults)) == []
