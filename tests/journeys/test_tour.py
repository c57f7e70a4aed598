# SPDX-License-Identifier: Apache-2.0
"""The demo's tour, walked as its page says: thirteen stops, each button pressed, on a small year of made-up cases.

`make pictures` walks it too and keeps what it saw as the README's pictures.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from anlan.config.postgres import Server
from anlan.config.supervisor import is_ready
from anlan.indicators.cases import SIZE
from tests import databases
from tests.faults.deployment import free_port, wait_until
from tests.journeys.conftest import CHROMIUM, WITHOUT
from tests.journeys.guests import Guest, drawn
from tests.journeys.people import PLACE, fill, form_of
from tests.journeys.tour_agreement import a_blocked_decision, a_signed_agreement
from tests.journeys.tour_field import a_red_alert, side_by_side, without_signal

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


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    wanted = request.config.getoption("--pictures")
    return Path(wanted) if wanted else None


def guest(browser: Browser, site: str, pictures: Path | None, *, width: int) -> Guest:
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": 760 if width < 500 else 900},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
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
    a_signed_agreement(phone)
    a_blocked_decision(desk, phone)
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
