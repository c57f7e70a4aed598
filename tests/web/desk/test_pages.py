# SPDX-License-Identifier: Apache-2.0
"""The desk's and the field's pages: for whom they are, what they never show, and that nothing typed is lost."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.test import Client

from anlan.base.clock import now
from anlan.cases.models import Access, Case, Claim, Entry, Notice
from anlan.people.may import Role
from anlan.people.models import Absence
from tests.cases.world import organisation
from tests.procedures.report.cast import (
    COMMITTEE,
    COUNTY,
    ROAD,
    TOWN_ROOM,
    category,
    condition,
    dept,
)
from tests.web.staff import at_work, enter, matter, number, photo, post_of

pytestmark = pytest.mark.django_db

WORKERS = frozenset(Role) - {Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
FIELD = frozenset({Role.GRID_WORKER, Role.VILLAGE_CLERK})
OPENERS = frozenset({*FIELD, Role.DISPATCHER, Role.COUNTY_DISPATCHER, Role.HOTLINE_AGENT, Role.MEDIATOR})
OVERVIEWERS = frozenset({Role.DISPATCHER, Role.COUNTY_DISPATCHER, Role.SUPERVISOR, Role.AUDITOR})
PAGES = {
    "/desk/assessments/new": frozenset({Role.ASSESSOR}),
    "/desk/": WORKERS | {Role.AUDITOR},
    "/desk/posts": frozenset(Role),
    "/desk/notices": WORKERS,
    "/desk/tokens": WORKERS,
    "/desk/away": WORKERS,
    "/desk/replies": WORKERS,
    "/desk/filters": WORKERS | {Role.AUDITOR},
    "/desk/held": WORKERS | {Role.AUDITOR},
    "/desk/new": OPENERS,
    "/desk/overview": OVERVIEWERS,
    "/desk/overview.csv": OVERVIEWERS,
    "/desk/overview/cases?fact=reported": OVERVIEWERS - {Role.AUDITOR},
    "/desk/audit": frozenset({Role.AUDITOR}),
    "/desk/audit/looks": frozenset({Role.AUDITOR}),
    "/desk/audit/sample": frozenset({Role.AUDITOR}),
    "/desk/suggestions": frozenset(Role),
    "/desk/audit/refusals": frozenset({Role.AUDITOR}),
    "/desk/audit/log": frozenset({Role.AUDITOR}),
    "/field/": FIELD,
    "/field/new": FIELD,
}
BAD = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_page_is_for_its_roles(role: Role, language: str) -> None:
    client = enter(post_of(role))
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    case = number(matter())
    for page, roles in PAGES.items():
        assert (client.get(page).status_code == 200) is (role in roles), page
    seen = client.get(f"/desk/cases/{case}").status_code
    assert seen == (200 if role in WORKERS | {Role.AUDITOR} else 403)


def test_nobody_reads_without_signing_in() -> None:
    client = Client()
    for page in (*PAGES, f"/desk/cases/{number(matter())}"):
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/desk/sign-in?")


def test_cases_of_other_regions_and_made_up_numbers_are_not_there() -> None:
    case = matter()
    n = number(case)
    elsewhere = enter(post_of(Role.DISPATCHER, "town:330108001"))
    housing = enter(post_of(Role.HANDLER, "dept:330108:housing"))
    for client in (elsewhere, housing):
        for address in (
            f"/desk/cases/{n}",
            f"/desk/cases/{n}/do/accept",
            f"/desk/cases/{n}/files/1",
            "/desk/cases/1234567890123456",
        ):
            assert client.get(address).status_code == 404, address
        assert client.post(f"/desk/cases/{n}/do/accept", {}).status_code == 404
        assert client.post(f"/desk/cases/{n}/claim", {"held": "1"}).status_code == 404
        assert str(n) not in client.get("/desk/?whose=all").content.decode()
        assert b"anlan-item__link" not in client.get(f"/desk/?words={n:016d}").content
    assert Case.objects.get(pk=case.id).state == "reported"


def test_the_office_a_report_is_about_sees_nothing() -> None:
    at_work(Role.SUPERVISOR)
    case = matter(about_organisation=organisation(COUNTY))
    n = number(case)
    for role, key in (
        (Role.COUNTY_DISPATCHER, COUNTY),
        (Role.DISPATCHER, TOWN_ROOM),
        (Role.HANDLER, dept("housing")),
        (Role.GRID_WORKER, COMMITTEE),
    ):
        client = enter(post_of(role, key))
        assert client.get(f"/desk/cases/{n}").status_code == 404, role
        assert str(n) not in client.get("/desk/?whose=all").content.decode(), role
    city = enter(post_of(Role.SUPERVISOR))
    assert "文三路有个大坑" in city.get(f"/desk/cases/{n}").content.decode()


def test_what_people_write_is_never_markup() -> None:
    team = at_work(Role.DISPATCHER, Role.HANDLER, Role.GRID_WORKER)
    case = matter(words=BAD, address=BAD)
    n = number(case)
    for client, page in (
        (team[Role.DISPATCHER], f"/desk/cases/{n}"),
        (team[Role.DISPATCHER], f"/desk/cases/{n}/do/accept"),
        (team[Role.DISPATCHER], f"/desk/?words={BAD}"),
    ):
        text = client.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in team[Role.DISPATCHER].get(f"/desk/cases/{n}").content.decode()


@pytest.mark.parametrize(
    ("language", "kind", "missing"),
    [("zh-hans", "这一步已经办过，或者现在不能办", "没有这个页面"), ("en", "was done already", "not here")],
)
def test_the_back_button_leads_to_the_case_and_never_out_of_the_desk(
    language: str, kind: str, missing: str
) -> None:
    team = at_work(Role.DISPATCHER, Role.GRID_WORKER)
    case = matter()
    n = number(case)
    town, grid = team[Role.DISPATCHER], team[Role.GRID_WORKER]
    for client in (town, grid):
        client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    assert town.post(f"/desk/cases/{n}/do/accept", {"request_id": str(uuid4())}).status_code == 302
    town.get(f"/desk/cases/{n}")
    for client, door in ((town, "desk"), (grid, "field")):
        again = client.get(f"/{door}/cases/{n}/do/accept")
        assert again.status_code == 302
        assert again["Location"] == f"/{door}/cases/{n}"
        assert kind in client.get(f"/{door}/cases/{n}").content.decode()
    elsewhere = enter(post_of(Role.DISPATCHER, "town:330108001"))
    elsewhere.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    gone = elsewhere.get(f"/desk/cases/{n}/do/accept")
    assert gone.status_code == 404
    assert missing in gone.content.decode()
    assert 'href="/desk/notices"' in gone.content.decode()
    assert 'href="/desk/notices"' not in Client().get("/desk/nowhere").content.decode()


def test_a_stale_click_keeps_what_was_typed_and_shows_what_is_new() -> None:
    town = at_work(Role.DISPATCHER, Role.HANDLER)[Role.DISPATCHER]
    case = matter(category=category(ROAD))
    n = number(case)
    page = town.get(f"/desk/cases/{n}/do/dispatch")
    seen = {"expect": page.context["form"]["expect"].value(), "request_id": str(uuid4())}
    other = enter(post_of(Role.DISPATCHER))
    other.post(f"/desk/cases/{n}/do/accept", {"request_id": str(uuid4()), "expect": seen["expect"]})
    words = "请先围护，再修补"
    sent = {**seen, "category": category(ROAD), "condition": condition(ROAD), "words": words}
    answer = town.post(f"/desk/cases/{n}/do/dispatch", sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert words in text
    assert "已受理" in text
    form = answer.context["form"]
    again = {**sent, "expect": form["expect"].value(), "request_id": form["request_id"].value()}
    assert town.post(f"/desk/cases/{n}/do/dispatch", again).status_code == 302
    assert Case.objects.get(pk=case.id).state == "dispatched"
    late = town.post(f"/desk/cases/{n}/do/dispatch", sent | {"request_id": str(uuid4())})
    assert late.status_code == 409
    assert words in late.content.decode()


def test_sending_twice_does_it_once() -> None:
    town = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    case = matter()
    n = number(case)
    sent = {"request_id": str(uuid4()), "expect": "1", "words": "情况属实"}
    for _time in range(3):
        assert town.post(f"/desk/cases/{n}/do/accept", sent).status_code == 302
    assert Entry.objects.filter(case_id=case.id, action="accept").count() == 1


def test_a_refused_form_keeps_its_words() -> None:
    town = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    n = number(matter())
    answer = town.post(f"/desk/cases/{n}/do/not_accept", {"words": "太短"})
    assert answer.status_code == 422
    assert "太短" in answer.content.decode()
    assert set(answer.context["form"].errors) == {"reason", "words"}


def test_words_open_to_others_only_by_a_look_that_is_written_down() -> None:
    at_work(Role.DISPATCHER)
    city = enter(post_of(Role.SUPERVISOR))
    case = matter()
    n = number(case)
    assert "文三路有个大坑" not in city.get(f"/desk/cases/{n}").content.decode()
    assert city.post(f"/desk/cases/{n}/do/look", {"reason": "curiosity"}).status_code == 422
    assert not Access.objects.exists()
    assert city.post(f"/desk/cases/{n}/do/look", {"reason": "supervision"}).status_code == 302
    assert "文三路有个大坑" in city.get(f"/desk/cases/{n}").content.decode()
    access = Access.objects.get()
    assert (access.case_id, access.reason, access.role) == (case.id, "supervision", "supervisor")
    auditor = enter(post_of(Role.AUDITOR))
    assert f"{n}"[:4] in auditor.get("/desk/audit/looks").content.decode()


def test_numbers_of_phones_are_refused_with_the_reason_and_a_case_number_leads_to_it() -> None:
    town = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    n = number(matter())
    for words in ("13800000000", "330106199001011234"):
        refused = town.get(f"/desk/?words={words}")
        assert "refusal" in refused.context
        assert "查找结果" not in refused.content.decode()
        assert "显示全部" in refused.content.decode()
    answer = town.get(f"/desk/?words={n:016d}")
    assert answer.status_code == 302
    assert answer["Location"] == f"/desk/cases/{n}"


def test_the_list_shows_each_limit_from_the_first_state_on() -> None:
    town = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    n = number(matter())
    lists = town.get("/desk/")
    (item,) = lists.context["items"]
    assert "返回列表" not in lists.content.decode()
    assert "返回列表" in town.get(f"/desk/cases/{n}").content.decode()
    due = next(pill for pill in town.get(f"/desk/cases/{n}").context["pills"])
    assert item.pill == due


def test_a_claim_tells_colleagues_and_is_given_back() -> None:
    one, two = enter(post_of(Role.DISPATCHER)), enter(post_of(Role.DISPATCHER))
    case = matter()
    n = number(case)
    one.post(f"/desk/cases/{n}/claim", {"held": "1"})
    assert one.get(f"/desk/cases/{n}").context["claim"]["mine"]
    assert not two.get(f"/desk/cases/{n}").context["claim"]["mine"]
    two.post(f"/desk/cases/{n}/claim", {"held": "1"})
    two.post(f"/desk/cases/{n}/claim", {"held": "0"})
    assert one.get(f"/desk/cases/{n}").context["claim"]["mine"]
    assert len(one.get("/desk/?whose=mine").context["items"]) == 1
    one.post(f"/desk/cases/{n}/claim", {"held": "0"})
    assert not Claim.objects.get().said, (
        "who has it open too has it open then, and says nothing of working on it"
    )


def test_the_page_says_with_whom_the_next_step_is_and_when_nobody_is_there() -> None:
    room, unit = post_of(Role.DISPATCHER), post_of(Role.HANDLER)
    case = matter()
    page = f"/desk/cases/{number(case)}"
    browser = enter(room)
    browser.cookies[configured.LANGUAGE_COOKIE_NAME] = "en"
    told = f"<dd>{room.organisation.name_en} · town dispatcher</dd>"
    assert told in browser.get(page).content.decode()
    case.at = now()
    case.dispatch("housing")
    Absence.objects.create(post=unit, since=now() - timedelta(days=1), until=now() + timedelta(days=1))
    assert f"{unit.organisation.name_en} · handler (away now)" in browser.get(page).content.decode()


def test_every_count_opens_exactly_its_cases() -> None:
    town = at_work(Role.DISPATCHER, Role.HANDLER)[Role.DISPATCHER]
    cases = [matter(danger=i == 0) for i in range(4)]
    cases[1].dispatch()
    groups = town.get("/desk/").context["groups"]
    counted = [queue for group in groups for queue in group.queues if queue.count is not None]
    assert len(counted) > 5
    for queue in counted:
        assert len(town.get(queue.url).context["items"]) == queue.count, queue.word


def test_every_form_of_every_action_is_drawn() -> None:
    roles = (Role.DISPATCHER, Role.HANDLER, Role.COUNTY_DISPATCHER, Role.SUPERVISOR, Role.GRID_WORKER)
    team = at_work(*roles)
    case = matter()
    drawn: set[str] = set()
    steps = (
        None,
        "accept",
        "dispatch",
        "take",
        "ask_delay",
        "decide_delay",
        "pause",
        "resume",
        "done",
        "check",
        "close",
    )
    given: dict[str, dict[str, Any]] = {
        "dispatch": {"category": category(ROAD), "condition": condition(ROAD)},
        "ask_delay": {"limit_n": "2", "limit_unit": "working_day", "words": "等待材料进场"},
        "decide_delay": {
            "decision": "grant",
            "limit_n": "",  # a browser sends the unit beside an empty number
            "limit_unit": "working_day",
            "words": "同意延长两天",
        },
        "pause": {"basis": "test", "rule": "行政强制法第二十五条", "words": "送检"},
        "done": {
            "outcome": "fixed",
            "met": "yes",
            "answer": "路面已经修补平整，可以通行了",
            "files": photo(),
        },
        "check": {"result": "holds"},
    }
    limit_names = {"limit_n": "limit_n", "limit_unit": "limit_unit"}
    by = {
        "take": Role.HANDLER,
        "ask_delay": Role.HANDLER,
        "pause": Role.HANDLER,
        "resume": Role.HANDLER,
        "done": Role.HANDLER,
        "check": Role.GRID_WORKER,
    }
    n = number(case)
    for step in steps:
        if step is not None:
            client = team[by.get(step, Role.DISPATCHER)]
            data = {limit_names.get(key, key): value for key, value in given.get(step, {}).items()}
            answer = client.post(f"/desk/cases/{n}/do/{step}", {"request_id": str(uuid4()), **data})
            assert answer.status_code == 302, (step, answer.context["form"].errors)
        for client in team.values():
            page = client.get(f"/desk/cases/{n}")
            for action in page.context["view"].actions:
                form = client.get(f"/desk/cases/{n}/do/{action.key}")
                assert form.status_code == 200, action.key
                drawn.add(action.key)
    wanted = {
        "accept",
        "not_accept",
        "dispatch",
        "return",
        "reassign",
        "call_in",
        "hand_up",
        "bar",
        "merge",
        "split",
        "ask",
        "prompt",
        "supervise",
        "rework",
        "reopen",
        "note",
        "correct",
        "look",
        "rezone",
    }
    assert wanted <= drawn, wanted - drawn


def test_the_screen_offers_only_what_the_engine_allows() -> None:
    team = at_work(Role.DISPATCHER, Role.GRID_WORKER)
    n = number(matter())
    assert team[Role.GRID_WORKER].get(f"/desk/cases/{n}/do/accept").status_code == 302
    assert team[Role.GRID_WORKER].post(f"/desk/cases/{n}/do/accept", {}).status_code == 403
    assert team[Role.DISPATCHER].post(f"/desk/cases/{n}/do/remind", {}).status_code == 404
    assert team[Role.DISPATCHER].get(f"/desk/cases/{n}/do/no-such").status_code == 404


def test_notices_show_what_the_office_was_told() -> None:
    town = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    case = matter()
    told = Notice.objects.create(
        case_id=case.id, id=uuid4(), key="open_room", seq=1, at=now(), organisation_id=organisation(TOWN_ROOM)
    )
    assert "新到一件上报" in town.get("/desk/notices").content.decode()
    assert town.post(f"/desk/notices/{number(case)}/1").status_code == 302
    assert Notice.objects.get(case_id=case.id, id=told.id).read_at is not None
    elsewhere = enter(post_of(Role.DISPATCHER, "town:330108001"))
    assert elsewhere.get("/desk/notices").context["notices"] == []


@pytest.mark.parametrize(("order", "onward"), [("due", "下一页"), ("newest", "较早"), ("oldest", "下一页")])
def test_a_list_leads_on_in_words_of_its_order(
    monkeypatch: pytest.MonkeyPatch, order: str, onward: str
) -> None:
    monkeypatch.setattr("anlan.web.desk.inbox.PAGE", 1)
    for _ in range(2):
        matter()
    desk = enter(post_of(Role.DISPATCHER)).get("/desk/", {"sort": order}).content.decode()
    assert f"{onward} →" in desk
