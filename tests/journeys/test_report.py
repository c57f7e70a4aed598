# SPDX-License-Identifier: Apache-2.0
"""A broken road in 文三社区, from a resident's phone to the rating: every page sound, with and without scripts, zh and en."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.people import Resident, Staff, form_of, word

WORDS = {
    "zh-hans": "文三路与学院路口路面破损，电动车容易摔倒",
    "en": "The road is broken at the crossing, bicycles fall",
}
ANSWER = {
    "zh-hans": "路面已经修补平整，可以正常通行了",
    "en": "The surface has been repaired; it can be used again",
}


class Field(Staff):
    """A grid worker, on a phone."""

    door = "field"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("language", "js"),
    [("zh-hans", True), ("zh-hans", False), ("en", True)],
    ids=["zh", "zh-no-script", "en"],
)
def test_a_broken_road_from_a_phone_to_the_rating(visit: Visit, language: str, *, js: bool) -> None:
    def at_desk(username: str) -> Staff:
        staff = visit(Staff, width=1440, language=language, js=js)
        staff.enter(username)
        return staff

    resident = visit(Resident, width=360, language=language, js=js)
    resident.report(WORDS[language], address="文三社区")

    town = at_desk("xixi-town")
    town.open(resident.number)
    assert WORDS[language] in town.text
    expect(town.page.locator("main .anlan-photos img").first).to_be_visible()
    town.act("accept")
    town.open(resident.number)
    town.begin("dispatch")
    town.choose_road()
    town.look()
    form_of(town.page).locator("button.govuk-button:not([name])").last.click()
    town.page.wait_for_url(lambda url: "/do/" not in url)

    housing = at_desk("xihu-housing")
    housing.open(resident.number)
    housing.act("take")
    housing.open(resident.number)
    housing.act("done", files=True, outcome="fixed", met="yes", answer=ANSWER[language])

    worker = visit(Field, width=360, language=language, js=js)
    worker.enter("wensan-grid")
    worker.open(resident.number)
    assert WORDS[language] in worker.text  # what to look for, until the check
    worker.act("check", files=True, result="holds")

    town.go("/desk/")
    town.open(resident.number)
    town.act("close")

    resident.follow()
    assert ANSWER[language] in resident.text
    resident.rate(5)
    assert word("rate", language) not in [
        each.strip() for each in resident.page.locator("main .anlan-deeds a").all_inner_texts()
    ]
    resident.go("/public")


def tab_to(page: Page, selector: str, *, most: int = 250) -> None:
    """Tab until the focus is there, and it shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            shown = page.evaluate(
                """() => { const s = getComputedStyle(document.activeElement);
                return s.outlineStyle !== "none" || s.boxShadow !== "none"; }"""
            )
            assert shown, f"the focus on {selector} does not show"
            return
    raise AssertionError(f"no way by Tab to {selector} on {page.url}")


@pytest.mark.timeout(600)
def test_dispatch_by_keyboard_alone(visit: Visit) -> None:
    resident = visit(Resident, width=360)
    resident.report(WORDS["zh-hans"], address="文三社区")
    digits = int(resident.number.replace(" ", ""))

    page = visit.open(width=1440)
    page.goto("/desk/sign-in")
    tab_to(page, "button[value=xixi-town]")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    tab_to(page, f"a[href*='/cases/{digits}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{digits}*")
    tab_to(page, "main a[href*='/do/dispatch']")
    page.keyboard.press("Enter")
    form_of(page).wait_for()
    tab_to(page, "[name=category]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=category] option:checked")).to_have_text("道路破损")
    page.locator("[type=radio][name=condition]").first.wait_for(state="attached")
    assert page.locator("[name=category] option:checked").inner_text() == "道路破损"
    tab_to(page, "[name=condition]")
    page.keyboard.press("Space")
    tab_to(page, "main form button.govuk-button:not([name]):not(.govuk-button--secondary)")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/do/" not in url)

    resident.follow()
    assert "已交办" in resident.text


@pytest.mark.slow  # on a crowded machine the line is slower still
@pytest.mark.timeout(120)
def test_on_a_slow_line_and_an_old_phone_nothing_of_a_report_is_lost(visit: Visit) -> None:
    """400 kbit/s, 400 ms a round trip, and a processor of a quarter."""
    resident = visit(Resident, width=360)
    devtools = resident.page.context.new_cdp_session(resident.page)
    devtools.send("Network.enable")
    devtools.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000},
    )
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    resident.report(WORDS["zh-hans"], address="文三社区")
    devtools.detach()

    town = visit(Staff, width=1440)
    town.enter("xixi-town")
    town.open(resident.number)
    assert WORDS["zh-hans"] in town.text
    photos = town.page.locator("main .anlan-photos img")
    expect(photos.first).to_have_js_property("naturalWidth", 640)
    assert len({each.get_attribute("src") for each in photos.all()}) == 1  # sent once, however long it took
