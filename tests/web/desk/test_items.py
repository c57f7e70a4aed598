# SPDX-License-Identifier: Apache-2.0
"""What a form asks for of what a case has is chosen from a list in words; the timeline says the same words; a number that is not
there is refused with words too.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.base.prepared import prepared
from anlan.cases.models import Case
from anlan.cases.read import read_cases
from anlan.people.may import Role
from tests.procedures.assessment.cast import COUNTY, Road, assessor
from tests.procedures.report.cast import COMMITTEE
from tests.web.resident.visits import hidden
from tests.web.staff import enter, post_of
from tests.web.test_disputes import apply_for, do, follow, own

pytestmark = pytest.mark.django_db

QUIET = "晚上八点到早上八点不施工"
MENDED = "把天花板修好"
MONEY = "赔偿天花板修理费"


def term(desk: Client, case: Case, **data: Any) -> str:
    year = str(now().year + 1)
    return do(desk, case, "term", day_day="30", day_month="6", day_year=year, **data)


def talking() -> tuple[Client, Case]:
    """A dispute of which the sides talk, and the mediator's browser."""
    desk = enter(post_of(Role.MEDIATOR, COMMITTEE))
    case = apply_for(Client())
    do(desk, case, "ask_alone", who="1", afraid="no")
    do(desk, case, "bring_in", joins_as="side2", joins_name="李大伟", joins_phone="13800000002")
    do(desk, case, "ask_alone", who="2", afraid="no")
    do(desk, case, "invite", matter="楼上夜间装修产生噪声")
    own(follow(case, 2), case, "consent")
    do(desk, case, "accept", channel="people")
    form = desk.get(f"/desk/cases/{case.number}/do/appoint").content.decode()
    chosen = re.search(r'name="mediator"[^>]*value="(\d+)"', form)
    assert chosen
    do(desk, case, "appoint", mediator=chosen[1])
    do(desk, case, "begin", no_interest="on", rights="on")
    return desk, case


def offered(html: str, key: str) -> dict[str, str]:
    """What the form offers for a field: words by number."""
    found = re.findall(
        rf'name="{key}" type="radio" value="(\d+)"[^>]*><label[^>]*>(.*?)</label>',
        html,
        re.DOTALL,
    )
    return dict(found)


def refused(desk: Client, case: Case, action: str, **data: Any) -> str:
    url = f"/desk/cases/{case.number}/do/{action}"
    html = desk.get(url).content.decode()
    sent = {"request_id": hidden(html, "request_id"), "expect": hidden(html, "expect"), **data}
    answer = desk.post(url, sent)
    assert answer.status_code == 422
    return answer.content.decode()


def test_a_term_is_chosen_in_words_and_stands_so_in_both_timelines() -> None:
    desk, case = talking()
    term(desk, case, who="2", mode="cease", what=QUIET)
    term(desk, case, who="2", mode="transfer", what=MONEY, amount="1200")
    there = offered(desk.get(f"/desk/cases/{case.number}/do/drop_term").content.decode(), "term")
    quiet, paid = there
    assert QUIET in there[quiet]
    assert "李大伟" in there[paid]
    assert MONEY in there[paid]
    assert "1,200" in there[paid]
    for strange in ("999", "-1", "x", "1" * 40):
        assert "请从列表中选择" in refused(desk, case, "drop_term", term=strange)
    assert MONEY in do(desk, case, "drop_term", term=paid)
    assert "请从列表中选择" in refused(desk, case, "drop_term", term=paid)
    page = desk.get(f"/desk/cases/{case.number}").content.decode()
    assert re.search(rf"哪一条：[^<]*{MONEY}", page), "the timeline says which"
    theirs = follow(case, 1).get(f"/follow/{case.number:016d}").content.decode()
    assert re.search(rf"哪一条[^<]*{MONEY}", theirs)
    assert "对方 李大伟" not in theirs, "what the other side is called is not theirs to read"


def test_only_terms_that_wait_are_offered_as_kept_or_broken() -> None:
    desk, case = talking()
    year = str(now().year + 1)
    term(desk, case, who="2", mode="cease", what=QUIET)
    term(desk, case, who="2", mode="act", what=MENDED)
    do(
        desk,
        case,
        "agree_orally",
        who="2",
        mode="transfer",
        what=MONEY,
        amount="1200",
        day_day="30",
        day_month="6",
        day_year=year,
        both="on",
    )
    there = offered(desk.get(f"/desk/cases/{case.number}/do/performed").content.decode(), "term")
    assert [MENDED in words for words in there.values()] == [True, False], "what lasts has not begun"
    mended, paid = there
    do(desk, case, "performed", term=mended)
    assert list(offered(desk.get(f"/desk/cases/{case.number}/do/performed").content.decode(), "term")) == [
        paid
    ]
    html = follow(case, 1).get(f"/follow/{case.number:016d}/do/not_performed").content.decode()
    assert [QUIET in words for words in offered(html, "term").values()] == [True, False]
    owes = follow(case, 2)
    assert "not_performed" not in owes.get(f"/follow/{case.number:016d}").content.decode(), (
        "all is theirs to keep"
    )


def test_of_two_meetings_either_is_called_off() -> None:
    desk, case = talking()
    for days, where in ((3, "村调解室"), (5, "镇调解中心")):
        begins = (now() + timedelta(days=days)).strftime("%Y-%m-%dT10:00")
        do(desk, case, "meet", begins=begins, minutes="60", form="on_site", where=where)
    there = offered(desk.get(f"/desk/cases/{case.number}/do/call_off").content.decode(), "meeting")
    assert [where in words for where, words in zip(("村调解室", "镇调解中心"), there.values(), strict=True)] == [True, True]  # fmt: skip
    page = do(desk, case, "call_off", meeting=list(there)[1], words="会场有别的安排")
    assert re.search(r"哪次会议：[^<]*镇调解中心", page)
    with prepared() as run:
        record = read_cases(run, [case.pk])[case.pk].case.record
    assert [row["state"] for row in record["meetings"]] == ["called", "off"]


def test_a_risk_point_is_chosen_in_words_however_long_ago_it_was_listed() -> None:
    road = Road(at=now() - timedelta(days=60)).listed().risk(4, 4).risk(2, 2, issue="占用人行道")
    road.do("drop_risk", risk=2, words="并入第一个")
    for n in range(55):
        road.do("note", assessor(), words=f"记一下 {n}")
    desk = enter(post_of(Role.ASSESSOR, f"county:{COUNTY}"))
    form = desk.get(f"/desk/cases/{road.number}/do/rate_again").content.decode()
    there = offered(form, "risk")
    assert list(there) == ["1"]
    assert re.search("周边居民.*夜间噪声.*高风险", there["1"])
    page = desk.get(f"/desk/cases/{road.number}").content.decode()
    assert "夜间噪声" in page
