# SPDX-License-Identifier: Apache-2.0
"""The people of a journey, each in a browser of their own: what they click and type, in their own language."""

import io
import re
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page

from anlan.cases import registry

PLACE = "浙江省杭州市西湖区西溪街道文三社区"
SEND = {"zh-hans": "提交", "en": "Send"}
ANOTHER = {"zh-hans": "不是同一件事，提交我的", "en": "It is another matter: send mine"}
FIND = {"zh-hans": "查找地点", "en": "Find the place"}
REPORT = {"zh-hans": "上报问题", "en": "Report a problem"}
OPEN = {"zh-hans": "打开", "en": "Open"}
ROAD = {"zh-hans": "道路破损", "en": "Broken road surface"}
BAD = ("serious", "critical")


def word(action: str, language: str) -> str:
    """What the button of an action says."""
    return registry.newest()["report"].action(action).words.in_language(language.partition("-")[0])


def photo(name: str, colour: str) -> Any:
    drawn = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(drawn, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": drawn.getvalue()}


def faults_of(page: Page, *, js: bool) -> list[str]:
    """What axe calls serious or critical, and whether the page is wider than the screen."""
    found = []
    if not page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
        found.append(f"{page.url} is wider than the screen")
    if js:
        for each in Axe().run(page).response["violations"]:
            if each["impact"] in BAD:
                found.append(f"{page.url} {each['id']}: {each['nodes'][0]['html'][:300]}")
    return found


@dataclass(kw_only=True)
class Person:
    """Somebody before a screen. `found` gathers what is wrong with the pages they saw, for the end of the journey."""

    page: Page
    found: list[str]
    language: str = "zh-hans"
    js: bool = True

    def go(self, where: str) -> None:
        answer = self.page.goto(where)
        assert answer is not None
        assert answer.status == 200, where
        self.look()

    def look(self) -> None:
        """The page is what a person can use."""
        self.page.wait_for_load_state()
        self.found += faults_of(self.page, js=self.js)

    def click(self, name: str) -> None:
        """A button or link of this name, as it is read out."""
        pattern = re.compile(f"^{re.escape(name)}")
        either = self.page.locator("main").get_by_role("button", name=pattern)
        either.or_(self.page.locator("main").get_by_role("link", name=pattern)).first.click()
        self.look()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()


class Resident(Person):
    """Reports without an account and follows with the code."""

    number = code = ""

    def report(self, words: str, *, address: str) -> None:
        page, language = self.page, self.language
        self.go("/")
        self.click(REPORT[language])
        page.fill("[name=words]", words)
        page.fill("[name=address]", address)
        page.set_input_files("[name=files]", photo("road.jpg", "gray"))
        page.get_by_role("button", name=FIND[language]).click()
        page.locator("[name=place]").first.wait_for(state="attached")
        assert page.input_value("[name=words]") == words
        found = page.locator("[name=place]")
        if found.count() > 1:
            page.get_by_label(PLACE).check()
        else:
            found.check()
        self.look()
        self.send()
        self.number, self.code = page.locator(".anlan-code").all_inner_texts()

    def send(self) -> None:
        """Sends what stands in the form; what others reported here before is another matter."""
        page = self.page
        page.get_by_role("button", name=SEND[self.language], exact=True).click()
        another = page.get_by_role("button", name=ANOTHER[self.language])
        page.locator(".anlan-code").or_(another).first.wait_for()
        if another.is_visible():
            self.look()
            another.click()
        page.wait_for_url("**/report/sent")
        self.look()

    def follow(self) -> None:
        """On another day, with what was written down."""
        page = self.page
        page.context.clear_cookies(name="sessionid")
        self.go("/follow")
        page.fill("[name=number]", self.number)
        page.fill("[name=code]", self.code)
        self.click(OPEN[self.language])

    def rate(self, stars: int) -> None:
        self.click(word("rate", self.language))
        fill(self.page, "rating", str(stars))
        send(self)


class Staff(Person):
    """One of the demo's people; `door` is desk or field."""

    door = "desk"

    def enter(self, username: str) -> None:
        self.go(f"/{self.door}/sign-in" if self.door == "desk" else "/desk/sign-in?next=/field/")
        self.page.locator(f"button[value={username}]").click()
        self.page.wait_for_url(lambda url: "sign-in" not in url)
        self.look()
        self.go(f"/{self.door}/")

    def open(self, number: str) -> None:
        """From the list of what waits."""
        digits = int(number.replace(" ", ""))
        self.page.locator(f"main a[href*='/cases/{digits}']").first.click()
        self.page.wait_for_url(f"**/cases/{digits}*")
        self.look()

    def act(self, action: str, *, files: bool = False, **answers: str) -> None:
        """One action, from its button to its sent form."""
        self.begin(action)
        for name, value in answers.items():
            fill(self.page, name, value)
        if files:
            self.page.set_input_files("[name=files]", photo("after.jpg", "white"))
        self.look()
        send(self)

    def begin(self, action: str) -> None:
        link = self.page.locator(f"main a[href*='/do/{action}']").first
        assert link.inner_text().strip().startswith(word(action, self.language))
        link.click()
        form_of(self.page).wait_for()
        self.look()

    def choose_road(self) -> None:
        """The category, and with it its first condition."""
        fill(self.page, "category", ROAD[self.language])
        again = form_of(self.page).locator("[name=refresh]")
        if again.is_visible():  # without scripts
            again.click()
        self.page.locator("[type=radio][name=condition]").first.check()


def form_of(page: Page) -> Locator:
    """The form of the action at hand."""
    return page.locator("main form").filter(has=page.locator("[name=expect]")).first


def send(person: Person) -> None:
    """Sends the form at hand; where it leads must not say that something is wrong."""
    page = person.page
    here = page.url
    form_of(page).locator("button.govuk-button:not([name])").last.click()
    page.wait_for_url(lambda url: url != here)
    person.look()
    assert page.locator(".govuk-error-summary").count() == 0, person.text


def fill(page: Page, name: str, value: str) -> None:
    """Answers one question, whatever is drawn for it; a choice by its value or its words."""
    field = page.locator(f"main [name={name}]")
    kind = field.first.evaluate("e => e.tagName + ':' + (e.type || '')")
    if kind.startswith("SELECT"):
        field.select_option(label=value)
    elif kind.endswith(":radio"):
        page.locator(f"main [name={name}][value='{value}']").check()
    else:
        field.fill(value)
