# SPDX-License-Identifier: Apache-2.0
"""Merging at the desk: the other report is looked at first, and what was merged is read by whoever works on it."""

from typing import Any

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.cases.models import Access, Entry
from anlan.people.may import Role
from tests.cases.world import organisation
from tests.procedures.report.cast import COMMITTEE, ROAD, category, town
from tests.web.staff import at_work, enter, matter, number, post_of

pytestmark = pytest.mark.django_db
MINE, THEIRS = "我家门口有个大坑", "学院路口路面塌陷，自行车过不去"


def sent(client: Client, case: int, other: int, **given: Any) -> Any:
    return client.post(f"/desk/cases/{case}/do/merge", {"into": f"{other:016d}", **given})


def test_nobody_merges_without_having_seen_the_other_report() -> None:
    desk = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    mine, theirs = matter(words=MINE), matter(words=THEIRS)
    page = desk.get(f"/desk/cases/{number(mine)}/do/merge").content.decode()
    assert 'name="seen"' not in page
    first = sent(desk, number(mine), number(theirs), words="同一个坑")
    assert first.status_code == 200
    page = first.content.decode()
    assert 'name="seen"' in page
    assert THEIRS in page
    assert MINE in page
    assert "同一个坑" in page, "nothing typed is lost"
    assert mine.state == "reported"
    answer = sent(desk, number(mine), number(theirs), words="同一个坑", seen=first.context["seen"])
    assert answer.status_code == 302
    assert mine.state == "merged"


def test_another_number_than_the_one_looked_at_is_looked_at_too() -> None:
    desk = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    mine, theirs, third = matter(words=MINE), matter(words=THEIRS), matter(words="第三件")
    page = desk.get(f"/desk/cases/{number(mine)}/do/merge?into={number(theirs):016d}")
    assert THEIRS in page.content.decode()
    again = sent(desk, number(mine), number(third), seen=page.context["seen"])
    assert "第三件" in again.content.decode()
    assert mine.state == "reported"


def test_what_may_be_the_same_is_offered_to_be_looked_at() -> None:
    desk = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    mine, theirs = matter(words=MINE, kind="road"), matter(words=THEIRS, kind="road")
    page = desk.get(f"/desk/cases/{number(mine)}/do/merge").content.decode()
    assert f"into={number(theirs):016d}" in page


def test_a_report_that_is_not_ones_own_shows_no_words_and_is_not_merged_into() -> None:
    desk = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    mine, theirs = matter(words=MINE), matter(words=THEIRS)
    theirs.do("hand_up", town(), reason="no_power", words="本级没有权限处理")
    first = sent(desk, number(mine), number(theirs))
    assert THEIRS not in first.content.decode()
    assert not Access.objects.exists()
    assert sent(desk, number(mine), number(theirs), seen=f"{number(theirs):016d}").status_code == 422
    assert mine.state == "reported"
    assert sent(desk, number(mine), 1234567890123452).status_code == 422


def test_who_works_on_it_reads_at_desk_and_in_the_field_what_the_other_said() -> None:
    team = at_work(Role.DISPATCHER, Role.VILLAGE_CLERK)
    mine, theirs = matter(words=MINE), matter(words=THEIRS)
    theirs.do("dispatch", town(), unit=organisation(COMMITTEE), category=category(ROAD))
    theirs.at = mine.at = now()
    mine.do("merge", town(), into=str(theirs.id))
    mine.do("add", "reporter", words="又大了一圈")
    for door in ("desk", "field"):
        page = team[Role.VILLAGE_CLERK].get(f"/{door}/cases/{number(theirs)}").content.decode()
        assert MINE in page
        assert "又大了一圈" in page
        assert "13800000000" not in page.split('id="joined"')[1].split("</section>")[0]
    other = enter(post_of(Role.HANDLER))
    page = other.get(f"/desk/cases/{number(theirs)}").content.decode()
    assert 'id="joined"' in page
    assert MINE not in page


def test_the_desk_takes_a_wrong_merge_apart_again() -> None:
    desk = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    mine, theirs = matter(words=MINE), matter(words=THEIRS)
    mine.do("merge", town(), into=str(theirs.id))
    page = desk.get(f"/desk/cases/{number(mine)}").content.decode()
    assert "/do/unmerge" in page
    answer = desk.post(f"/desk/cases/{number(mine)}/do/unmerge", {"words": "不是同一个路口"})
    assert answer.status_code == 302
    assert mine.state == "reported"
    assert 'id="joined"' not in desk.get(f"/desk/cases/{number(theirs)}").content.decode()
    assert Entry.objects.filter(case_id=theirs.id, action="let_out").exists()


def test_what_is_urgent_is_not_merged_into_what_is_not_and_both_are_still_shown() -> None:
    desk = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    mine, theirs = matter(words=MINE, danger=True), matter(words=THEIRS)
    answer = sent(desk, number(mine), number(theirs), seen=f"{number(theirs):016d}")
    assert answer.status_code == 422
    assert "into" in answer.context["form"].errors
    assert THEIRS in answer.content.decode()
    assert mine.state == "reported"
