# SPDX-License-Identifier: Apache-2.0
"""Forms of the desk: what they propose, what they keep, and what belongs to a person alone."""

from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.models import Case
from anlan.cases.queries import find_case_id, find_party, follow_code_of
from anlan.people.demo import demo_seed
from anlan.people.may import Role
from anlan.people.session import SEEN
from anlan.web.look.fields import problems
from tests.cases.world import VILLAGE, organisation, place
from tests.procedures.report.cast import (
    HELPING,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    dept,
    town,
    unit,
)
from tests.web.staff import at_work, enter, matter, number, post_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", "道路、桥梁和井盖（上报时填写）"),
        ("en", "Roads, bridges and covers (as reported)"),
    ],
)
def test_before_there_is_a_category_the_kind_that_the_reporter_chose_is_shown(
    language: str, words: str
) -> None:
    team = at_work(Role.DISPATCHER, Role.GRID_WORKER)
    n = number(matter(kind="road"))
    Matter.known(find_case_id(n), at=now()).do("note", town(), words="先看看")
    for client, pages in (
        (team[Role.DISPATCHER], (f"/desk/cases/{n}", "/desk/", f"/desk/?words={n:016d}&whose=all")),
        (team[Role.GRID_WORKER], (f"/field/cases/{n}",)),
    ):
        client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
        for page in pages:
            assert words in client.get(page, follow=True).content.decode(), page
    Matter.known(find_case_id(n), at=now()).do("accept", town(), category=category(ROAD))
    assert words not in team[Role.DISPATCHER].get(f"/desk/cases/{n}").content.decode()
    number(matter())
    unknown = {"zh-hans": "随手报（尚未分类）", "en": "Report, kind not set yet"}
    assert unknown[language] in team[Role.DISPATCHER].get("/desk/").content.decode()


def test_a_category_is_called_optional_where_it_may_stay_open_and_only_there() -> None:
    client = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    n = number(matter())
    page = client.get(f"/desk/cases/{n}/do/dispatch").content.decode()
    assert "类别（选填）" not in page
    assert "类别" in page
    assert "协办单位（选填）" in page
    accept = client.get(f"/desk/cases/{n}/do/accept").content.decode()
    assert "类别（选填）" in accept
    assert "交给承办单位之前必须确定" in accept
    Matter.known(find_case_id(n), at=now()).do("accept", town(), category=category(ROAD))
    assert "类别（选填）" in client.get(f"/desk/cases/{n}/do/dispatch").content.decode()


def summary(answer: Any) -> list[str]:
    """The lines of the error summary."""
    return [each.words for each in problems(answer.context["form"])]


@pytest.mark.parametrize(
    ("language", "missing", "over"),
    [
        (
            "zh-hans",
            ["请选择：督办事由", "请填写：督办要求"],
            "督办要求：请删去 3 个字。",
        ),
        (
            "en",
            ["Please choose: Reason", "Please fill in: What is required"],
            "What is required: Please shorten this by 3 characters.",
        ),
    ],
)
def test_each_line_of_a_summary_names_its_field(language: str, missing: list[str], over: str) -> None:
    at_work(Role.DISPATCHER)
    city = enter(post_of(Role.SUPERVISOR))
    city.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    address = f"/desk/cases/{number(matter())}/do/supervise"
    answer = city.post(address, {})
    with override(language):
        assert summary(answer) == missing
        long = city.post(address, {"reason": "poor", "words": "急" * 4003})
        assert over in summary(long)
    assert over.split(maxsplit=1)[-1] in long.content.decode()


def test_an_answer_that_is_too_short_is_named_in_the_summary() -> None:
    client = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    answer = client.post(f"/desk/cases/{number(matter())}/do/not_accept", {"words": "太短"})
    with override("zh-hans"):
        assert summary(answer) == ["请选择：理由", "说明：请至少写 6 个字。"]


@pytest.mark.parametrize(
    ("language", "returned", "none"),
    [
        ("zh-hans", "西湖区住房和城乡建设局已按不属于本单位退回。", "规则没有指向其他单位"),
        ("en", "returned it as not theirs.", "The rules name no other unit"),
    ],
)
def test_dispatch_does_not_propose_the_unit_that_returned_it(language: str, returned: str, none: str) -> None:
    team = at_work(Role.DISPATCHER, Role.HANDLER)
    case = matter(category=category(ROAD))
    client = team[Role.DISPATCHER]
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    address = f"/desk/cases/{number(case)}/do/dispatch"
    housing = str(organisation(dept("housing")))
    first = client.get(address)
    assert first.context["form"]["unit"].value() == housing
    assert returned not in first.content.decode()
    case.at = now()
    case.dispatch()
    case.do("return", unit(), reason="not_our_duty", words="这件事不归我们管")
    again = client.get(address)
    text = again.content.decode()
    assert again.context["form"]["unit"].value() is None
    assert [key for key, _word in again.context["form"].fields["unit"].choices][-1] == housing
    assert returned in text
    assert none in text


def test_an_idle_session_ends_kindly_and_keeps_what_was_written(settings: Settings) -> None:
    settings.ANLAN_DEMO = True
    demo_seed(since=now(), at=now())
    case = matter()
    n = number(case)
    who = {"username": "xixi-town"}
    client = Client()
    assert client.post("/desk/sign-in/demo", who).status_code == 302
    session = client.session
    session[SEEN] = now().timestamp() - 3600
    session.save()
    answer = client.post(f"/desk/cases/{n}/do/accept", {"request_id": str(uuid4()), "words": "写了很久的话"})
    assert answer.status_code == 200
    assert Case.objects.get(pk=case.id).state == "reported"
    kept = answer.context["kept"]
    again = client.post("/desk/sign-in/demo", {**who, "kept": kept})
    assert "写了很久的话" in again.content.decode()
    sent = dict(again.context["pairs"])
    assert client.post(again.context["path"], sent).status_code == 302
    assert Case.objects.get(pk=case.id).state == "accepted"
    forged = {**who, "kept": "x" + kept[1:]}
    assert client.post("/desk/sign-in/demo", forged).status_code == 302


def test_what_was_written_is_offered_to_nobody_else(settings: Settings) -> None:
    settings.ANLAN_DEMO = True
    demo_seed(since=now(), at=now())
    address = f"/desk/cases/{number(matter())}/do/accept"
    written = {"request_id": str(uuid4()), "words": "写了很久的话"}
    client = Client()
    client.post("/desk/sign-in/demo", {"username": "xixi-town"})
    session = client.session
    session[SEEN] = now().timestamp() - 3600
    session.save()
    answer = client.post(address, written)
    kept = answer.context["kept"]
    assert kept
    other = client.post("/desk/sign-in/demo", {"username": "xihu-centre", "kept": kept})
    assert other.status_code == 302
    client.post("/desk/sign-out")
    stranger = client.post(address, written)
    assert stranger.context["kept"] == ""
    assert "没有保留" in stranger.content.decode()


def test_a_report_for_somebody_gives_a_slip_that_is_shown_once() -> None:
    hotline = at_work(Role.HOTLINE_AGENT, Role.DISPATCHER)[Role.HOTLINE_AGENT]
    found = hotline.get("/desk/new?where=文三社区")
    assert "文三社区" in found.content.decode()
    address = found.context["places"][0][1]
    page = hotline.get(address)
    sent = {
        "draft": page.context["made"].draft,
        "words": "路灯不亮",
        "phone": "12",
        **HELPING,
    }
    del sent["agreed"]
    assert hotline.post(address, {**sent, "agreed": "yes"}).status_code == 422
    assert hotline.post(address, {**sent, "phone": "13800000000"}).status_code == 422
    answer = hotline.post(
        address, {**sent, "agreed": "yes", "phone": "13800000000", "name": "刘"}, follow=True
    )
    made = Case.objects.get(source="hotline")
    assert answer.context["slip"].number == made.number
    assert follow_code_of(made.pk) not in answer.content.decode()
    slip = hotline.post("/desk/new/slip")
    assert find_party(made.number, slip.context["code"]).role == "reporter"
    told = slip.content.decode()
    assert slip.context["code"] in told
    assert '<section class="anlan-card" aria-labelledby="slip">' in told, "it is read out from the screen"
    assert "('" not in told
    for again in (hotline.post("/desk/new/slip", follow=True), hotline.get("/desk/new/opened", follow=True)):
        assert again.status_code == 200
        assert slip.context["code"] not in again.content.decode()
    hotline.post(address, {**sent, "agreed": "yes", "phone": "13800000000", "name": "刘"})
    assert hotline.post("/desk/new/slip").status_code == 302
    assert Case.objects.filter(source="hotline").count() == 1


def test_who_reports_for_somebody_outside_hands_over_the_slip_too() -> None:
    grid = at_work(Role.GRID_WORKER, Role.DISPATCHER)[Role.GRID_WORKER]
    address = f"/field/new/{place(VILLAGE)}/open_for"
    page = grid.get(address)
    sent = {"draft": page.context["made"].draft, "words": "路灯不亮", "contact": "none", "answer_by": "slip"}
    answer = grid.post(address, {**sent, "agreed": "yes"}, follow=True)
    made = Case.objects.get(source="grid")
    assert follow_code_of(made.pk) not in answer.content.decode()
    assert answer.context["url"] == f"/field/cases/{made.number}"
    assert grid.post("/desk/new/slip").context["code"] == follow_code_of(made.pk)
    assert follow_code_of(made.pk) not in grid.get(f"/field/cases/{made.number}").content.decode()


def test_choosing_a_category_shows_its_conditions_and_its_unit_and_keeps_what_was_typed() -> None:
    town_room = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    case = matter()
    address = f"/desk/cases/{number(case)}/do/dispatch"
    first = town_room.get(address)
    given = {
        "category": category(ROAD),
        "unit": "",
        "words": "请先围护",
        "assisting": [organisation(dept("water")), organisation(dept("transport"))],
        "shown": "",
        "refresh": "1",
        "request_id": str(uuid4()),
        "expect": first.context["form"]["expect"].value(),
    }
    road = town_room.post(address, given)
    form = road.context["form"]
    assert [key for key, _words in form.fields["condition"].choices] == [
        str(each.id) for each in current().conditions_of(category(ROAD))
    ]
    assert form["unit"].value() == str(organisation(dept("housing")))
    assert form["words"].value() == "请先围护"
    assert form["assisting"].value() == [str(organisation(dept(word))) for word in ("water", "transport")]
    river = {
        **given,
        "unit": form["unit"].value(),
        "shown": road.context["shown"],
        "category": category("E01-26"),
    }
    assert town_room.post(address, river).context["form"]["unit"].value() == str(
        organisation(dept("ecology"))
    )
    own = {**river, "unit": organisation(dept("water"))}
    assert town_room.post(address, own).context["form"]["unit"].value() == str(organisation(dept("water")))
    assert Case.objects.get(pk=case.id).state == "reported"


def test_only_units_that_can_be_meant_are_offered() -> None:
    team = at_work(Role.DISPATCHER)
    matter = Matter()
    matter.dispatch(assisting=[organisation(dept("water"))])
    n = matter.now.number

    def units(action: str) -> set[str]:
        form = team[Role.DISPATCHER].get(f"/desk/cases/{n}/do/{action}").context["form"]
        return {value for value, _word in form.fields["assisting"].choices}

    assert units("let_go") == {str(organisation(dept("water")))}
    called = units("call_in")
    assert str(organisation(dept("ecology"))) in called
    assert not {str(organisation(one)) for one in (dept("water"), dept("housing"), TOWN_ROOM)} & called
