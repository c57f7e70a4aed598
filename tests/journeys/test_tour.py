# SPDX-License-Identifier: Apache-2.0
"""The demo's tour, walked as its page says: eleven stops, each button pressed, on a small year of made-up cases.

`make pictures` walks it too and keeps what it saw as the README's pictures.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from anlan.config.demo_pictures import picture_of
from anlan.config.postgres import Server
from anlan.config.supervisor import is_ready
from anlan.indicators.cases import SIZE
from anlan.web.look.tour import STOPS
from tests import databases
from tests.faults.deployment import free_port, wait_until
from tests.journeys.conftest import CHROMIUM, WITHOUT
from tests.journeys.people import PLACE, faults_of, fill, form_of

SMALL_YEAR = """
from anlan.cases.follow import advance, followers
from anlan.config import demo
demo.EVERYWHERE, demo.IN_COUNTY, demo.IN_TOWN = %d, 60, 60
demo.seed(say=str)
for one in followers():
    while advance(one):
        pass
"""
WORDS = "小区东门外的路面塌了一块，晚上骑车看不见"
FEW, MANY = 300, 6_000
"""Cases elsewhere in the province; many where the wall is for a picture."""
COLOURS = 128
LARGEST = 150_000


@pytest.fixture(scope="session")
def tour_site(
    postgres_server: Server, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A demo with a small year, whole: its clock is its own."""
    if CHROMIUM is None:
        pytest.skip(WITHOUT)
    clone = databases.clone(postgres_server, worker="tour")
    port = free_port()
    home = {"ANLAN_HOME": str(tmp_path_factory.mktemp("tour")), "ANLAN_UNDO_SECONDS": "1"}
    env = clone.env | home | {"ANLAN_DEMO": "1", "ANLAN_PORT": str(port), "ANLAN_WORKERS": "1"}
    anlan = (sys.executable, "-m", "anlan.cli")
    parts: list[subprocess.Popen[bytes]] = []
    try:
        year = SMALL_YEAR % (MANY if request.config.getoption("--pictures") else FEW)
        subprocess.run([*anlan, "shell", "--no-imports", "-c", year], env=env, check=True)
        subprocess.run([*anlan, "suggestions", "--train", "report"], env=env, check=True)
        parts += [subprocess.Popen([*anlan, part], env=env) for part in ("serve", "work", "journal")]
        wait_until(lambda: is_ready(port), what="the web server")
        yield f"http://127.0.0.1:{port}"
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            part.wait(30)
        databases.drop(postgres_server, clone.name)


@dataclass
class Guest:
    """Who takes the tour: a page at a desk or on a phone, and where pictures go."""

    page: Page
    pictures: Path | None
    found: list[str] = field(default_factory=list)

    def begin(self, n: int) -> None:
        """From the page of all stops, by the first button of one."""
        self.page.goto("/demo/")
        self.page.locator(f"#stop-{n} button").first.click()
        self.at(n)

    def on(self, n: int) -> None:
        """By the button that leads on, and what the line on top then says."""
        self.page.locator("button.anlan-stop__on").click()
        self.at(n)

    def at(self, n: int) -> None:
        told = self.page.locator(".anlan-stop__words")
        expect(told).to_contain_text(f"第 {n} 站")
        expect(told).to_contain_text(str(STOPS[n - 1].title))
        self.look()

    def look(self) -> None:
        self.page.wait_for_load_state()
        self.found += faults_of(self.page, js=True)

    def keep(self, name: str, *, top: str | None = None, only: str | None = None) -> None:
        """Keeps what is on the screen as a picture, when pictures are wanted: scrolled to `top`, or `only` a part of the page."""
        if self.pictures is None:
            return
        if only is not None:  # a screen on which the whole part has room
            self.page.set_viewport_size({"width": 1440, "height": 1800})
        if top is not None:
            self.page.locator(top).first.evaluate("e => e.scrollIntoView({block: 'start'})")
        self.page.wait_for_timeout(700)
        what = self.page.locator(only).first if only else self.page
        shot = Image.open(BytesIO(what.screenshot())).convert("RGB")
        kept = self.pictures / f"{name}.png"
        shot.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, optimize=True)
        assert kept.stat().st_size < LARGEST, kept
        if only is not None:
            self.page.set_viewport_size({"width": 1440, "height": 900})

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    wanted = request.config.getoption("--pictures")
    return Path(wanted) if wanted else None


def drawn(name: str, *, after: bool) -> Any:
    """A photo to send that says it is none."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture_of("hole", after=after)}


def guest(browser: Browser, site: str, pictures: Path | None, *, width: int) -> Guest:
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 760 if width < 500 else 900}, locale="zh-CN"
    )
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": site}])
    return Guest(context.new_page(), pictures)


@pytest.mark.slow  # a year of cases, however small, and three processes beside the browser
@pytest.mark.timeout(600)
def test_the_tour_is_what_it_says(browser: Browser, tour_site: str, pictures: Path | None) -> None:
    desk = guest(browser, tour_site, pictures, width=1440)
    phone = guest(browser, tour_site, pictures, width=360)
    the_province_on_the_wall(desk)
    number = a_report_from_a_phone(phone)
    it_is_on_the_towns_desk(desk, number)
    a_grid_worker_settles_it(phone)
    the_clock_jumps(desk, number)
    who_looked(phone, desk)
    one_line_is_altered(desk)
    by_a_program(desk)
    without_signal(phone, desk)
    side_by_side(phone, desk)
    a_red_alert(phone, desk)
    assert sorted({*desk.found, *phone.found}) == []


def the_province_on_the_wall(desk: Guest) -> None:
    desk.page.goto("/demo/")
    desk.look()
    desk.begin(1)
    page = desk.page
    expect(page.locator("h1")).to_have_text("浙江省")
    desk.keep("wall")
    for place in ("杭州市", "西湖区", "西溪街道", "文三社区", "第一网格"):
        page.locator(".anlan-wall__table a").filter(has_text=re.compile(f"{place}$")).first.click()
        expect(page.locator("h1")).to_contain_text(place)
    figure = page.locator(".anlan-wall__figure dd > a").first
    n = int(figure.inner_text().replace(",", ""))
    assert n > 0
    figure.click()
    desk.look()
    assert page.locator(".anlan-item__link").count() == min(n, SIZE)


def a_report_from_a_phone(phone: Guest) -> str:
    phone.begin(2)
    page = phone.page
    page.fill("[name=words]", WORDS)
    page.fill("[name=address]", "文三社区")
    page.set_input_files("[name=files]", drawn("road.jpg", after=False))
    page.get_by_role("button", name="查找地点").click()
    page.locator("[name=place]").first.wait_for(state="attached")
    found = page.locator("[name=place]")
    if found.count() > 1:
        page.get_by_label(PLACE).check()
    else:
        found.check()
    phone.look()
    page.get_by_role("button", name="提交").click()
    page.locator("form[data-asked], .anlan-code").first.wait_for()
    if page.locator("form[data-asked]").count():  # the like is in hand here, in most made-up years
        phone.look()
        page.locator("form[data-asked] .anlan-choices button").click()
    page.wait_for_url("**/report/sent")
    phone.look()
    phone.keep("sent", top="main")
    number, _code = page.locator(".anlan-code").all_inner_texts()
    assert "西溪街道综合信息指挥室" in phone.text, "who has it"
    assert re.search(r"\d{2}:\d{2} 前", phone.text), "by when"
    return number.replace(" ", "")


def it_is_on_the_towns_desk(desk: Guest, number: str) -> None:
    desk.begin(3)
    page = desk.page
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{int(number)}*")
    expect(page.locator("#case")).to_contain_text(WORDS)
    expect(page.locator("#case")).to_contain_text("为什么到这里")
    desk.look()
    desk.keep("desk")
    page.keyboard.press("d")
    form_of(page).wait_for()
    fill(page, "category", "道路破损")
    page.locator("[type=radio][name=condition]").first.check()
    desk.look()
    form_of(page).locator("button.govuk-button:not([name])").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/do/" not in url)


def a_grid_worker_settles_it(phone: Guest) -> None:
    phone.begin(4)
    page = phone.page
    task = page.locator("main .anlan-item__link").first
    where = task.get_attribute("href")
    phone.keep("tasks")
    task.click()
    phone.look()
    page.locator("main a[href*='/do/check']").first.click()
    form_of(page).wait_for()
    fill(page, "result", "holds")
    page.set_input_files("[name=files]", drawn("after.jpg", after=True))
    phone.look()
    form_of(page).locator("button.govuk-button:not([name])").last.click()
    page.wait_for_url(lambda url: "/do/" not in url)
    phone.look()
    page.goto("/field/")
    assert page.locator(f"main a[href='{where}']").count() == 0, "settled"


def the_clock_jumps(desk: Guest, number: str) -> None:
    desk.begin(5)
    page = desk.page
    page.goto(f"/desk/cases/{int(number)}")
    page.locator("#case details").filter(has_text="每天").first.locator("summary").click()
    desk.look()
    desk.keep("limit", only="#case details:has(summary:has-text('每天'))")
    late = overdue(desk)
    page.locator(".anlan-stop button[name=jump]").click()
    expect(page.locator(".anlan-message").first).to_contain_text("现在是")
    desk.look()
    wait_until(lambda: overdue(desk) > late, what="the overdue cases")
    page.goto("/demo/")
    page.locator("#stop-5 button").last.click()
    desk.at(5)
    wait_until(lambda: told_of_overdue(desk), what="what the supervisor is told")


def told_of_overdue(desk: Guest) -> bool:
    desk.page.reload()
    return "超期" in desk.text


def overdue(desk: Guest) -> int:
    """How many cases of the town are past their limit, as its desk counts."""
    desk.page.goto("/desk/")
    return int(desk.page.locator("a", has_text="已超期").first.inner_text().split()[-1])


def who_looked(phone: Guest, desk: Guest) -> None:
    phone.begin(6)
    page = phone.page
    page.locator("main .anlan-list").last.locator(".anlan-item__link").nth(2).click()  # below the news
    phone.look()
    looked = page.locator("main section").filter(has_text="谁看过我的信息").last
    expect(looked).to_contain_text("督办")
    phone.keep("looked", top="section:has(h2:text('谁看过我的信息'))")
    desk.page.goto("/demo/")
    desk.page.locator("#stop-6 button").last.click()
    desk.at(6)


def one_line_is_altered(desk: Guest) -> None:
    desk.on(7)
    assert "entry 2:" in desk.text
    desk.keep("altered")


def by_a_program(desk: Guest) -> None:
    desk.on(8)
    command = desk.page.locator("main pre code").inner_text()
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    number = str(json.loads(done.stdout)["number"]).replace(" ", "")
    desk.page.goto("/demo/")
    desk.page.locator("#stop-3 button").first.click()
    expect(desk.page.locator(f"a[href*='/cases/{int(number)}']").first).to_be_visible()


def unlock(phone: Guest, *, anew: bool = False) -> None:
    """Chooses the PIN, or types it."""
    page = phone.page
    page.locator("#pin").wait_for()
    page.fill("#pin", "274951")
    if anew:
        page.fill("#pin2", "274951")
    page.keyboard.press("Enter")
    page.locator(".anlan-app__bar").wait_for()


def cut(phone: Guest, *, signal: bool) -> None:
    phone.page.get_by_role("button", name="恢复信号" if signal else "假装没有信号").click()


def without_signal(phone: Guest, desk: Guest) -> None:
    page = phone.page
    page.goto("/demo/")
    page.locator("#stop-9 button").first.click()
    unlock(phone, anew=True)
    page.locator(".anlan-filters").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    cut(phone, signal=False)
    page.locator("#bar a[href='#/new']").click()
    page.locator(".anlan-choices button").first.click()
    page.fill("#field-words", OFFLINE)
    page.set_input_files("#field-photos", drawn("hole.jpg", after=False))
    page.locator(".anlan-photos img").wait_for()
    phone.look()
    page.locator("form > button").click()
    expect(page.locator(".anlan-message--success")).to_contain_text("有信号时自动发出")
    page.reload()
    unlock(phone)
    page.locator("#bar a[href='#/sent']").click()
    expect(page.locator(".anlan-pill--done")).to_have_count(1)
    desk.page.goto("/demo/")
    desk.page.locator("#stop-9 button").last.click()
    desk.at(9)
    expect(desk.page.locator("#list")).to_contain_text(OFFLINE)


OFFLINE = "没有信号的山路边，护栏断了一截"


def side_by_side(phone: Guest, desk: Guest) -> None:
    desk.page.goto("/demo/")
    desk.page.locator("#stop-10 button").last.click()
    desk.at(10)
    page = phone.page
    cut(phone, signal=False)
    page.evaluate("location.hash = '#/tasks/check'")
    page.locator("a[href='#/tasks/check'][aria-current]").wait_for()
    task = page.locator(".anlan-item__link").first
    number = str(task.get_attribute("href")).rsplit("/", 1)[1]
    task.click()
    page.locator(f"a[href='#/do/{number}/check']").click()
    page.locator("[name=result][value=fails]").check(force=True)
    page.locator("form > button").click()
    page.locator(".anlan-message--success").wait_for()
    desk.page.goto(f"/desk/cases/{int(number)}/do/rework")
    form_of(desk.page).locator("textarea").first.fill("照片看不清，请重新办理")
    form_of(desk.page).locator("button.govuk-button:not([name])").last.click()
    desk.page.wait_for_url(lambda url: "/do/" not in url)
    wait_until(
        lambda: "返工" in story(desk, number), what="what the desk did, once it could be taken back no more"
    )
    cut(phone, signal=True)
    page.locator("#bar a[href='#/sent']").click()
    page.locator("a[href^='#/act/']").first.click()
    expect(page.locator(".anlan-app__sides")).to_contain_text("照片看不清，请重新办理")
    phone.look()
    phone.keep("beside")


def story(desk: Guest, number: str) -> str:
    desk.page.goto(f"/desk/cases/{int(number)}")
    return desk.page.locator("#case .anlan-pill").nth(1).inner_text()


def a_red_alert(phone: Guest, desk: Guest) -> None:
    desk.begin(11)
    page = desk.page
    page.get_by_role("link", name="西湖区", exact=True).click()
    for answer in ("台风", "红色（Ⅰ级）"):
        page.get_by_label(answer, exact=True).check()
    for name, words in (
        ("title_zh", "台风红色预警"),
        ("title_en", "Red typhoon alert"),
        ("words_zh", "今夜台风登陆，请待在室内。"),
        ("words_en", "A typhoon lands tonight. Please stay inside."),
    ):
        page.fill(f"[name={name}]", words)
    desk.look()
    page.get_by_role("button", name="保存草稿").click()
    written = page.url
    page.goto("/demo/")
    page.locator("#stop-11 button").nth(1).click()
    desk.at(11)
    page.goto(written)
    page.get_by_label("再写一遍地名").fill("西湖区")
    page.get_by_role("button", name="正式发布").click()
    expect(page.get_by_text("已发布")).to_be_visible()
    page.goto("/demo/")
    page.locator("#stop-11 button").nth(2).click()
    expect(page.locator(".anlan-alert--red")).to_contain_text("台风红色预警")
    desk.keep("alert")
    phone.page.evaluate("location.hash = '#/phone'")
    phone.page.get_by_role("button", name="立即发送").click()
    expect(phone.page.locator(".anlan-alert--red")).to_contain_text("台风红色预警")
    phone.look()
    phone.keep("warned")
