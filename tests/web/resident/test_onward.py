# SPDX-License-Identifier: Apache-2.0
"""Following a report that goes on in another: what becomes of it, and nothing of whoever else reported it."""

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.people.may import anonymous
from tests.procedures.report import cast
from tests.web.resident.test_follow import UNIT, deed, matter
from tests.web.resident.visits import report, text

pytestmark = pytest.mark.django_db


def test_who_was_merged_reads_what_becomes_of_it_and_nothing_of_the_other(client: Client) -> None:
    mine, _code = report(client)
    other = cast.Matter.opened("open", anonymous(), at=now(), words="别人的原话，住在 6 幢")
    other.dispatch()
    own = matter(mine)
    own.do("merge", cast.town(), into=str(other.id))
    page = text(client.get(f"/follow/{mine}"))
    assert "这件事怎么样了" in page
    assert f"现在由{UNIT[0]}负责" in page
    assert "/do/not_fixed" not in page
    other.do("take", cast.unit())
    other.finish(answer="张三先生好，已联系您 13800001234，路面补好了")
    page = text(client.get(f"/follow/{mine}"))
    assert "已经解决" in page
    assert "路面补好了" in page
    assert "/do/not_fixed" in page
    assert "/do/rate" not in page
    for hidden_word in ("别人的原话", "6 幢", "13800001234", f"{other.now.number:016d}"):
        assert hidden_word not in page, hidden_word
    other.do("check", cast.grid_worker(), result="holds")
    other.do("close", cast.town())
    assert "/do/rate" in text(client.get(f"/follow/{mine}"))
    assert deed(client, mine, "not_fixed", words="还是一个坑").status_code == 302
    assert other.state == "accepted"
    assert "路面补好了" not in text(client.get(f"/follow/{mine}")), "an old answer to what is open again"


def test_the_answer_to_who_was_merged_names_nobody_of_any_of_the_reports(client: Client) -> None:
    mine, _code = report(client)
    main, third = (
        cast.Matter.opened("open", anonymous(), at=now(), name=name, words="路面有坑")
        for name in ("王小明", "欧阳若兰")
    )
    main.dispatch()
    for each in (third, matter(mine)):
        each.do("merge", cast.town(), into=str(main.id))
    main.do("take", cast.unit())
    main.finish(
        answer="王先生和小欧阳好，欧阳女士的车浙A·D12345已挪开，复信 wang@example.com，3月2日9:00补好了"
    )
    page = text(client.get(f"/follow/{mine}"))
    assert "3月2日9:00补好了" in page
    for hidden_word in ("王先生", "欧阳", "D12345", "wang", "example.com"):
        assert hidden_word not in page, hidden_word


def test_what_was_not_accepted_draws_no_steps_to_come(client: Client) -> None:
    number, _code = report(client)
    page = text(client.get(f"/follow/{number}"))
    assert page.count("anlan-steps__step--next") == 4
    matter(number).do(
        "not_accept", cast.town(), reason="petition", words="已经在信访程序中办理，请向信访部门查询"
    )
    page = text(client.get(f"/follow/{number}"))
    assert "不予受理" in page
    assert "anlan-steps__step--next" not in page
    assert deed(client, number, "object", words="不是同一件事").status_code == 302
    assert "anlan-steps__step--next" in text(client.get(f"/follow/{number}"))
