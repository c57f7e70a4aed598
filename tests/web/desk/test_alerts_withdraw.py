# SPDX-License-Identifier: Apache-2.0
"""An alert is withdrawn as it was looked at last and leads to what corrects it; what ended meanwhile, or Chinese where English belongs, is said."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base.clock import now
from anlan.people.may import Role
from anlan.procedures.alert.standing import get_numbered
from anlan.procedures.alert.terms import WHY
from tests.cases.world import place
from tests.procedures.alert.cast import COUNTY, releaser
from tests.web.desk.test_alerts import filled, read, release, storm, text
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db


def test_what_is_withdrawn_is_looked_at_once_more_and_goes_as_it_was_looked_at() -> None:
    one, chief = storm(), enter(post_of(Role.COUNTY_DISPATCHER))
    address = reverse("desk:revoke_alert", args=[one.number])
    why = {"why_zh": "台风转向。", "why_en": "It turned away."}
    sent = {**read(text(chief.get(address))), **why}
    html = text(chief.post(address, sent))
    assert one.case.state == "in_force"
    for words in ("最后看一遍", "台风红色预警", "西湖区", "个镇街", "台风转向。", "It turned away."):
        assert words in html, words
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    assert seen
    other = chief.post(address, {**sent, "why_zh": "看错了。", "seen": seen[1]})
    assert "看错了。" in text(other)
    assert one.case.state == "in_force", "other words are looked at again"
    assert chief.post(address, {**sent, "seen": seen[1]}).status_code == 302
    assert one.case.state == "revoked"


def test_who_withdraws_what_has_just_ended_is_told_so_and_keeps_the_words() -> None:
    one, chief = storm(), enter(post_of(Role.COUNTY_DISPATCHER))
    address = reverse("desk:revoke_alert", args=[one.number])
    sent = {**read(text(chief.get(address))), "why_zh": "台风转向。", "why_en": "It turned away."}
    seen = re.search(r'name="seen" value="([^"]+)"', text(chief.post(address, sent)))
    one.at = now()
    one.do("revoke", releaser(), why_zh="误发。", why_en="By mistake.")
    for given in (sent, {**sent, "seen": seen[1] if seen else ""}):
        answer = chief.post(address, given)
        html = text(answer)
        assert answer.status_code == 409
        assert "已经结束" in html
        assert "台风转向。" in html
        assert "It turned away." in html
        assert "<form method" not in html.partition("<main")[2]
    assert "没有可以解除的" in text(chief.get(address, follow=True))


def test_chinese_in_the_box_for_english_is_not_taken_for_english() -> None:
    one, chief = storm(), enter(post_of(Role.COUNTY_DISPATCHER))
    address = reverse("desk:revoke_alert", args=[one.number])
    sent = read(text(chief.get(address)), why_zh="台风转向。")
    answer = chief.post(address, {**sent, "why_en": "台风转向。"})
    assert answer.status_code == 422
    assert "这是中文" in text(answer)
    assert "最后看一遍" in text(chief.post(address, {**sent, "why_en": "It left 西湖区."}))
    draft = reverse("desk:write_alert", args=[place(COUNTY)])
    assert "这是中文" in text(chief.post(draft, filled(chief, draft, title_en="台风红色预警")))


def test_the_box_for_a_reason_and_the_rule_take_the_same_number() -> None:
    one, chief = storm(), enter(post_of(Role.COUNTY_DISPATCHER))
    address = reverse("desk:revoke_alert", args=[one.number])
    html = text(chief.get(address))
    for field, letter in zip(WHY, "因a", strict=True):
        assert f'data-maxlength="{field.longest}"' in html
        sent = read(html, why_zh="台风转向。") | {field.key: letter * field.longest}
        assert "最后看一遍" in text(chief.post(address, sent))
        assert chief.post(address, sent | {field.key: letter * (field.longest + 1)}).status_code == 422


def test_a_correction_and_what_it_corrects_lead_to_each_other() -> None:
    one, two = enter(post_of(Role.COUNTY_DISPATCHER)), enter(post_of(Role.COUNTY_DISPATCHER))
    first = storm()
    alert = get_numbered(first.number, drafts=())
    address = f"{reverse('desk:write_alert', args=[place(COUNTY)])}?corrects={first.number}"
    made = int(
        one.post(address, filled(one, address, title_zh="台风橙色预警")).headers["Location"].rsplit("/", 1)[1]
    )
    draft = text(two.get(reverse("desk:one_alert", args=[made])))
    assert f'href="{reverse("desk:one_alert", args=[first.number])}">台风红色预警</a>' in draft
    everybody = reverse("public:one_alert", args=[alert.code])
    anyone = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert "台风橙色预警" not in text(anyone.get(everybody)).partition("<main")[2]
    assert release(two, made) == 302
    newer = get_numbered(made, drafts=())
    told = text(anyone.get(everybody)).partition("<main")[2]
    assert f'href="{reverse("public:one_alert", args=[newer.code])}">台风橙色预警</a>' in told
    for_staff = text(one.get(reverse("desk:one_alert", args=[first.number]))).partition("<main")[2]
    assert f'href="{reverse("desk:one_alert", args=[made])}">台风橙色预警</a>' in for_staff
