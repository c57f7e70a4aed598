# SPDX-License-Identifier: Apache-2.0
"""Signing at once, and with a finger: on a database of the test's own."""

import threading
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, FilePayload, expect

from anlan.base.errors import Refused
from anlan.cases.act import act
from anlan.cases.queries import follow_code_of
from tests.parts.test_making import case_of, code_in, drafted, last_file, sealed, wish_to_sign
from tests.parts.test_sign_pages import number_of
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident import test_browser
from tests.web.resident.test_browser import sound, visit

address = test_browser.address


def test_two_who_sign_at_once_both_have_signed(own_pact: None) -> None:
    case_id = drafted()
    wishes = [wish_to_sign(case_id, n) for n in (1, 2)] * 3
    gate, faults = threading.Barrier(len(wishes)), []

    def sign(wish: Any) -> None:
        gate.wait()
        try:
            act(wish)
        except Refused as refused:
            faults.append(str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign, args=(wish,)) for wish in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert case_of(case_id).record["signed"] == [1, 2]
    assert faults == [], "the same request again gets the same answer"


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
@pytest.mark.parametrize(
    ("language", "width", "large"), [("zh-hans", 360, False), ("en", 1440, False), ("en", 360, True)]
)
def test_a_finger_signs(
    browser: Browser,
    address: str,
    own_pact: None,
    *,
    language: str,
    width: int,
    large: bool,
) -> None:
    case_id = drafted()
    page = visit(browser, address, language=language, width=width, js=True, large=large)
    page.goto(f"{address}/follow?number={number_of(case_id)}")
    page.fill("[name=code]", follow_code_of(case_id, 1))
    page.locator("main form button").click()
    page.goto(f"{address}/follow/{number_of(case_id)}/sign")
    sound(page)
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    for stroke in (((0.1, 0.7), (0.2, 0.2), (0.3, 0.8)), ((0.4, 0.3), (0.7, 0.3), (0.6, 0.9))):
        for place, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
            if place == 0:
                page.mouse.down()
        page.mouse.up()
    assert page.input_value("[name=drawn]").count("M") == 2
    page.locator("[name=agreed]").check()
    page.locator("main form button:not([type=button])").click()
    sound(page)
    page.fill("[name=code]", page.locator(".anlan-code").inner_text())
    page.locator("main form button").click()
    page.wait_for_url(f"{address}/follow/{number_of(case_id)}")
    sound(page)
    assert case_of(case_id).record["signed"] == [1]
    page.context.close()


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
@pytest.mark.parametrize(("language", "width"), [("zh-hans", 360), ("en", 1440)])
def test_a_file_is_compared_where_it_is(
    browser: Browser, address: str, own_pact: None, *, language: str, width: int
) -> None:
    pdf = last_file(sealed())
    page = visit(browser, address, language=language, width=width, js=True)
    page.goto(f"{address}/verify")
    page.fill("[name=code]", code_in(pdf))
    page.locator("main form button").click()
    page.wait_for_url(f"{address}/verify/{code_in(pdf)}")
    sound(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    for data, says in ((pdf, "same"), (pdf + b" ", "other")):
        file: FilePayload = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": data}
        page.set_input_files("[name=file]", [file])
        expect(page.locator(f"[data-says={says}]")).to_be_visible()
        page.locator("main form button").click()
        expect(page.locator("p[data-says]:visible")).to_have_count(1)
    assert sent == [], "nothing of the file leaves the device"
    sound(page)
    page.context.close()
