# SPDX-License-Identifier: Apache-2.0
"""The tour's last stop: the neighbour opens a sealed agreement, its code says that it is real, and a letter changed is told."""

import re
from io import BytesIO

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.guests import Guest

STOP = 12


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
