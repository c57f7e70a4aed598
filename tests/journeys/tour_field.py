# SPDX-License-Identifier: Apache-2.0
"""The last stops of the demo's tour, on a phone with the field app beside an open desk: no signal, what happened first, a red alert."""

from playwright.sync_api import expect

from tests.faults.deployment import wait_until
from tests.journeys.guests import Guest, drawn
from tests.journeys.people import form_of

OFFLINE = "没有信号的山路边，护栏断了一截"


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
    stop = page.locator("[data-tour]")
    expect(stop).to_contain_text("第 9 站")
    expect(page.locator(".anlan-stop")).to_be_hidden()
    cut(phone, signal=False)
    page.locator("#bar a[href='#/new']").click()
    page.locator("label[for=place-0]").click()
    page.locator(".anlan-choices button").first.click()
    page.fill("#field-words", OFFLINE)
    page.set_input_files("#field-photos", drawn("hole.jpg", after=False))
    page.locator(".anlan-photos img").wait_for()
    phone.look()
    page.locator("#app form > button").click()
    expect(page.locator(".anlan-message--success")).to_contain_text("有信号时自动发出")
    page.context.set_offline(True)
    page.reload()
    expect(stop).to_contain_text("第 9 站")
    stop.locator("summary").click()
    expect(page.locator(".anlan-stop")).to_be_visible()
    page.context.set_offline(False)
    unlock(phone)
    page.locator("#bar a[href='#/sent']").click()
    expect(page.locator(".anlan-pill--new")).to_have_count(1)
    cut(phone, signal=True)
    expect(page.locator(".anlan-pill--done")).to_have_count(1)
    desk.page.goto("/demo/")
    desk.page.locator("#stop-9 button").last.click()
    desk.at(9)
    expect(desk.page.locator("#list")).to_contain_text(OFFLINE)


def side_by_side(phone: Guest, desk: Guest) -> None:
    desk.page.goto("/demo/")
    desk.page.locator("#stop-10 button").last.click()
    desk.at(10)
    page = phone.page
    page.locator(".anlan-stop__on").click()
    expect(page.locator("[data-tour]")).to_contain_text("第 10 站")
    unlock(phone)
    cut(phone, signal=False)
    page.locator("a[href='#/tasks/check'][aria-current]").wait_for()
    task = page.locator(".anlan-item__link").first
    number = str(task.get_attribute("href")).rsplit("/", 1)[1]
    task.click()
    page.locator(f"a[href='#/do/{number}/check']").click()
    page.locator("[name=result][value=fails]").check(force=True)
    page.locator("#app form > button").click()
    page.locator(".anlan-message--success").wait_for()
    desk.page.goto(f"/desk/cases/{int(number)}/do/rework")
    form_of(desk.page).locator("textarea").first.fill("照片看不清，请重新办理")
    form_of(desk.page).locator("button.govuk-button:not([name])").last.click()
    desk.page.wait_for_url(lambda url: "/do/" not in url)
    wait_until(
        lambda: "办理中" in story(desk, number), what="what the desk did, once it could be taken back no more"
    )
    cut(phone, signal=True)
    page.locator("#bar a[href='#/sent']").click()
    page.locator("a[href^='#/act/']").first.click()
    expect(page.locator(".anlan-app__sides")).to_contain_text("照片看不清，请重新办理")
    phone.look()
    phone.keep("beside")


def story(desk: Guest, number: str) -> str:
    desk.page.goto(f"/desk/cases/{int(number)}")
    return " ".join(desk.page.locator("#case .anlan-pill").all_inner_texts())


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
    phone.page.evaluate("location.hash = '#/phone'")
    phone.page.get_by_role("button", name="立即发送").click()
    expect(phone.page.locator(".anlan-alert--red")).to_contain_text("台风红色预警")
    phone.look()
    phone.keep("warned")
