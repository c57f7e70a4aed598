# SPDX-License-Identifier: Apache-2.0
"""Offers of help on a published task: a report like any other, answered by the room, in nobody's list."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from anlan.cases.catalogue import current
from anlan.cases.models import Case
from anlan.cases.queries import alike_in, public_list
from anlan.people.may import Role
from anlan.places.codes import pad
from anlan.places.region import region
from anlan.procedures.report.procedure import REPORT
from tests.cases.world import TOWN, VILLAGE, organisation, place
from tests.procedures.report import cast
from tests.web.resident.visits import WORDS, follow, hidden, text
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db
GRID = "330106004066001"
ERRANDS = f"/place/{GRID}/help/4"
TASK, OFFERED = "代办服务", "我周末有空，可以帮老人取药"


def offer(visitor: Client, address: str = ERRANDS, **more: str) -> Any:
    draft = hidden(text(visitor.get(address)))
    return visitor.post(address, {"words": OFFERED, "draft": draft, **more})


def sent(visitor: Client, **more: str) -> tuple[str, str]:
    """Sends an offer; its number without spaces, and the follow code."""
    answer = offer(visitor, **more)
    assert answer.status_code == 302, text(answer)
    slip = text(visitor.get(answer["Location"]))
    assert "您愿意帮忙，我们收到了" in slip
    assert "凭下面的编号和查询码查看" in slip
    number, code = re.findall(r'<span class="anlan-code">([^<]+)</span>', slip)
    return number.replace(" ", ""), code


def followed(number: str, code: str) -> Any:
    """The page of it, in another browser."""
    visitor = Client()
    return visitor.get(follow(visitor, number, code)["Location"])


def test_beside_each_task_of_a_place_stands_a_way_to_offer_help(client: Client) -> None:
    html = text(client.get(f"/place/{GRID}"))
    for n, task in enumerate(("排查安全隐患", "化解矛盾纠纷", "宣传法律政策", TASK), start=1):
        assert f'href="/place/{GRID}/help/{n}"' in html
        page = text(client.get(f"/place/{GRID}/help/{n}"))
        assert task in page
        assert "答复写在这件事的页面上" in page, "nobody is promised a call who leaves no number"
        assert "西溪街道文三社区" in page
    assert "/help/" not in text(client.get("/place/330106"))


@pytest.mark.parametrize(
    "address",
    [f"/place/{GRID}/help/{n}" for n in (0, 5, 10**30)]
    + [f"/place/{code}/help/1" for code in ("330106", TOWN, "999", "330106004066999", "1" * 30)],
)
def test_there_is_nothing_to_offer_where_no_task_is_published(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address, {"words": OFFERED}).status_code == 404
    assert not Case.objects.exists()


def test_an_offer_is_a_report_of_its_own_category_that_names_the_task(client: Client) -> None:
    number, code = sent(client)
    case = Case.objects.get()
    assert case.category_id == cast.category("S1-03", "services")
    assert (case.state, case.urgent, case.place_id) == ("reported", False, place(GRID))
    desk = enter(post_of(Role.DISPATCHER))
    assert "愿意帮忙" in text(desk.get("/desk/"))
    page = text(desk.get(f"/desk/cases/{number}"))
    assert f"我愿意帮忙做这项任务：{TASK}" in page
    assert OFFERED in page
    assert OFFERED in text(followed(number, code))


def test_the_village_takes_an_offer_and_its_writer_reads_the_answer(client: Client) -> None:
    number, code = sent(client)
    case = Case.objects.get()
    matter = cast.Matter.known(case.id, at=case.opened_at + timedelta(minutes=5))
    assert matter.column("suggested") == organisation(cast.TOWN_ROOM)
    matter.do("dispatch", cast.town(), unit=organisation(cast.COMMITTEE))
    assert matter.clock("handle").due_at > matter.at
    matter.do("take", cast.clerk())
    matter.do(
        "done", cast.clerk(), outcome="explained", met="yes", answer="谢谢您，周六上午请到社区服务站找小陈"
    )
    story = text(followed(number, code))
    assert "周六上午请到社区服务站" in story


def test_a_phone_that_was_given_is_sealed_in_the_case_and_a_wrong_one_named(client: Client) -> None:
    wrong = offer(client, phone="12")
    assert wrong.status_code == 422
    page = text(wrong)
    assert OFFERED in page
    assert 'value="12"' in page
    assert not Case.objects.exists()
    number, code = sent(client, phone="13800000001")
    assert "13800000001" not in text(followed(number, code))


def test_nothing_written_is_asked_for_kindly(client: Client) -> None:
    page = text(offer(client, words="  "))
    assert "请写您能做什么" in page
    assert not Case.objects.exists()


def test_whoever_writes_of_danger_is_told_to_call_and_comes_back_to_the_offer(client: Client) -> None:
    page = text(offer(client, words="这里着火了，我可以帮忙"))
    assert "110" in page
    assert f'action="{ERRANDS}"' in page
    given = {"words": "这里着火了，我可以帮忙", "draft": hidden(page)}
    back = text(client.post(ERRANDS, {**given, "back": "1"}))
    assert TASK in back
    assert "这里着火了" in back
    assert client.post(ERRANDS, {**given, "called": "yes"}).status_code == 302
    assert Case.objects.get().urgent


def test_a_number_in_the_words_is_asked_about(client: Client) -> None:
    page = text(offer(client, words="打 13800000009 找我"))
    assert 'name="personal" value="out"' in page
    answer = client.post(
        ERRANDS,
        {"words": "打 13800000009 找我", "draft": hidden(page), "checked": "1", "personal": "out"},
    )
    assert answer.status_code == 302
    number = f"{Case.objects.get().number:016d}"
    desk = text(enter(post_of(Role.DISPATCHER)).get(f"/desk/cases/{number}"))
    assert "13800000009" not in desk
    assert TASK in desk


def test_sent_twice_it_is_one(client: Client) -> None:
    draft = hidden(text(client.get(ERRANDS)))
    for _time in range(2):
        assert client.post(ERRANDS, {"words": OFFERED, "draft": draft}).status_code == 302
    assert Case.objects.count() == 1


def test_from_a_page_that_was_open_for_too_long_it_is_sent_once_more_and_is_one(client: Client) -> None:
    for _time in range(2):
        again = client.post(ERRANDS, {"words": OFFERED, "draft": "lapsed"})
        assert again.status_code == 422
        assert OFFERED in text(again)
        assert not Case.objects.exists()
    assert client.post(ERRANDS, {"words": OFFERED, "draft": hidden(text(again))}).status_code == 302


def test_an_ordinary_report_is_no_offer(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    answer = client.post("/report", {"words": WORDS, "place": place(VILLAGE), "draft": draft})
    assert "愿意帮忙" not in text(client.get(answer["Location"]))


def test_the_page_speaks_english(client: Client) -> None:
    page = text(client.get(ERRANDS, headers={"accept-language": "en"}))
    task = region().legal_text("grid_tasks").in_language("en").split("\n")[3].partition(":")[0]
    assert task in page
    assert "What can you do, and when?" in page


def test_an_offer_is_on_no_public_list(client: Client) -> None:
    sent(client)
    case = Case.objects.get()
    matter = cast.Matter.known(case.id, at=case.opened_at + timedelta(minutes=5))
    matter.do("dispatch", cast.town(), unit=organisation(cast.COMMITTEE))
    assert public_list(known=current(), at=matter.at).rows == ()
    assert alike_in(REPORT, pad(GRID), "other", known=current()) == ()
    assert "愿意帮忙" not in text(client.get(f"/place/{GRID}"))
