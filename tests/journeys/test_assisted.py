# SPDX-License-Identifier: Apache-2.0
"""A grandmother's report through a neighbour, who sees no more of it; she is called back, and comes to the counter herself."""

import re

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.people import PLACE, Resident, Staff, fill, form_of

WORDS = "三单元楼道口台阶塌了一块，老人出门容易摔倒"
PHONE = "13900002468"
ANSWER = "台阶已经重新砌好，走起来平稳了"
SAID = "老人说第二天就砌好了，很满意"


class Neighbour(Resident):
    """Reports for somebody, with a phone of their own, and may not see how it goes."""

    def report_for(self, words: str) -> None:
        page = self.page
        self.go("/report")
        page.fill("[name=words]", words)
        page.fill("[name=address]", "文三社区")
        page.get_by_role("button", name="查找地点").click()
        page.locator("[name=place]").first.wait_for(state="attached")
        found = page.locator("[name=place]")
        if found.count() > 1:
            page.get_by_label(PLACE).check()
        else:
            found.check()
        page.locator("[data-for-other] summary").click()
        page.locator("[name=for_other]").check()
        fill(page, "contact", "helper")
        page.fill("[name=for_phone]", PHONE)
        fill(page, "answer_by", "call")
        page.locator("[name=agreed]").check()
        self.look()
        self.send()
        (self.number,) = page.locator(".anlan-code").all_inner_texts()


@pytest.mark.timeout(600)
def test_a_grandmothers_report_through_a_neighbour(visit: Visit) -> None:
    neighbour = visit(Neighbour, width=360)
    neighbour.report_for(WORDS)
    digits = int(neighbour.number.replace(" ", ""))
    assert "没有同意您查看" in neighbour.text
    neighbour.page.goto(f"/follow/{digits:016d}")
    neighbour.page.wait_for_url(f"**/follow?number={digits:016d}")
    assert WORDS not in neighbour.text

    town = visit(Staff, width=1440)
    town.enter("xixi-town")
    town.open(neighbour.number)
    assert WORDS in town.text
    town.begin("dispatch")
    town.choose_road()
    form_of(town.page).locator("button.govuk-button:not([name])").last.click()
    town.page.wait_for_url(lambda url: "/do/" not in url)

    housing = visit(Staff, width=1440)
    housing.enter("xihu-housing")
    housing.open(neighbour.number)
    housing.act("take")
    housing.open(neighbour.number)
    housing.act("done", files=True, outcome="fixed", met="yes", answer=ANSWER)

    # The answer waits for a person to tell it: in the list, in the case, and no more once it was told.
    town.go("/desk/?telling=1")
    assert "待回电" in town.text
    town.open(neighbour.number)
    assert PHONE[-4:] in town.text
    town.act("tell", reached="yes", said=SAID)
    assert SAID in town.text
    town.go("/desk/?telling=1")
    assert town.page.locator(f"main a[href*='/cases/{digits}']").count() == 0

    # At the counter without the number: the code comes to the phone that was used, hers to say.
    counter = visit(Staff, width=1440)
    counter.enter("xixi-town")
    counter.go("/desk/caller")
    counter.page.fill("[name=phone]", PHONE)
    counter.click("发送验证码")
    (code,) = re.findall(r"(?<!\d)\d{6}(?!\d)", counter.text)
    counter.page.fill("[name=code]", code)
    counter.click("为这次来电来访打开")
    assert "只能告诉本人" in counter.text
    counter.page.locator(f"main a[href*='/cases/{digits}']").click()
    counter.page.wait_for_url(f"**/cases/{digits}*")
    counter.look()
    assert ANSWER in counter.text
    assert "本人来电或到窗口查询" in counter.text
