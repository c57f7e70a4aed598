# SPDX-License-Identifier: Apache-2.0
"""The tour's last stops: the neighbour opens a sealed agreement, its code says that it is real, and a letter changed is told; a decision
waits for its risk.
"""

import re
from io import BytesIO

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.guests import Guest

STOP, BLOCKED = 12, 13


def a_signed_agreement(phone: Guest) -> None:
    phone.begin(STOP)
    page = phone.page
    page.locator("main .anlan-item__link").first.click()
    page.wait_for_url("**/follow/*")
    phone.look()
    agreement = page.locator("main a", has_text="调解协议书.pdf").first.get_attribute("href")
    assert agreement
    file = page.request.get(agreement).body()
    words = "".join(leaf.extract_text() for leaf in PdfReader(BytesIO(file)).pages)
    found = re.search(r"校验码([0-9A-Z]{16})", re.sub(r"\s", "", words))
    assert found
    page.goto("/demo/")
    page.locator(f"#stop-{STOP} button").last.click()
    phone.at(STOP)
    page.fill("[name=code]", found[1].lower())
    page.locator("main form button").click()
    page.wait_for_url("**/verify/*")
    expect(page.locator("main")).to_contain_text("有效")
    phone.look()
    phone.keep("verified")
    for data, same in ((file, True), (file.replace(b"1", b"2", 1), False)):
        page.set_input_files(
            "[name=file]", {"name": "调解协议书.pdf", "mimeType": "application/pdf", "buffer": data}
        )
        page.locator("form[data-digest] button").click()
        expect(page.locator("[data-says=same]")).to_be_visible(visible=same)
        expect(page.locator("[data-says=other]")).to_be_visible(visible=not same)


def a_blocked_decision(desk: Guest, phone: Guest) -> None:
    desk.begin(BLOCKED)
    page = desk.page
    page.locator("main .anlan-item__link").first.click()
    expect(page.locator("main")).to_contain_text("垃圾中转站")
    expect(page.locator("main")).to_contain_text("中风险")
    assert not page.locator("a[href$='/do/decide'], a[href*='/do/decide?']").count(), (
        "a medium risk is decided"
    )
    desk.look()
    desk.keep("blocked")
    phone.page.goto("/demo/")
    phone.page.locator(f"#stop-{BLOCKED} button").last.click()
    phone.at(BLOCKED)
    expect(phone.page.locator("main")).to_contain_text("文三路")
