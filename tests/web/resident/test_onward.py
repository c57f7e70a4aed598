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


def test_whose_merge_was_undone_is_named_to_nobody_either(client: Client) -> None:
    mine, _code = report(client)
    main, parted = (
        cast.Matter.opened("open", anonymous(), at=now(), name=name, words="路面有坑")
        for name in ("王小明", "欧阳若兰")
    )
    main.dispatch()
    for each in (parted, matter(mine)):
        each.do("merge", cast.town(), into=str(main.id))
    parted.do("unmerge", cast.town(), words="是两处不同的坑")
    main.do("take", cast.unit())
    main.finish(answer="欧阳女士说的坑也补好了")
    page = text(client.get(f"/follow/{mine}"))
    assert "坑也补好了" in page
    assert "欧阳" not in page


def test_who_was_merged_adds_to_their_report_while_it_is_in_hand_and_reads_when_it_is_taken_apart(
    client: Client,
) -> None:
    mine, _code = report(client)
    other = cast.Matter.opened("open", anonymous(), at=now(), words="别人的原话")
    other.dispatch()
    own = matter(mine)
    own.do("merge", cast.town(), into=str(other.id))
    assert "/do/add" in text(client.get(f"/follow/{mine}"))
    assert deed(client, mine, "add", words="坑又大了一圈").status_code == 302
    assert other.outcomes("more_said")
    assert "坑又大了一圈" in text(client.get(f"/follow/{mine}"))
    own = matter(mine)
    own.do("unmerge", cast.town(), words="是两处不同的坑")
    page = text(client.get(f"/follow/{mine}"))
    assert "这件事怎么样了" not in page
    assert "撤销并案" in page
    assert "是两处不同的坑" in page
    assert "/do/withdraw" in page


def test_nobody_is_offered_to_withdraw_what_somebody_else_reported_too(client: Client) -> None:
    mine, _code = report(client)
    own = matter(mine)
    other = cast.Matter.opened("open", anonymous(), at=now(), words="别人的原话")
    other.do("merge", cast.town(), into=str(own.id))
    assert "/do/withdraw" not in text(client.get(f"/follow/{mine}"))
    other.do("unmerge", cast.town(), words="是两处不同的坑")
    assert "/do/withdraw" in text(client.get(f"/follow/{mine}"))


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
