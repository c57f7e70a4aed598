# SPDX-License-Identifier: Apache-2.0
"""The field on a phone: tasks, report with a photo, settle on the spot, return with reason, check."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.models import Attachment, Case
from anlan.cases.queries import get_view
from anlan.people.may import Role
from anlan.people.models import Organisation
from tests.cases.world import VILLAGE, organisation, place
from tests.procedures.report.cast import COMMITTEE, HELPING, ROAD, Matter, category, condition, town
from tests.web.staff import at_work, enter, located, matter, number, photo, post_of

pytestmark = pytest.mark.django_db


def opened(client: Client, action: str, **data: object) -> Any:
    address = f"/field/new/{place(VILLAGE)}/{action}"
    page = client.get(address)
    assert page.status_code == 200
    return client.post(address, {"draft": page.context["made"].draft, **data})


def told(case: Case) -> dict[str, Any]:
    """What the opening says in words and data."""
    view = get_view(town(), case.pk, known=current(), at=now())
    return {
        key: value for one in view.timeline.lines[-1].contents for key, value in (one.values or {}).items()
    }


def test_a_find_needs_a_photo_and_reaches_the_town() -> None:
    team = at_work(Role.GRID_WORKER, Role.DISPATCHER)
    grid = team[Role.GRID_WORKER]
    assert opened(grid, "open", words="井盖翻动").status_code == 422
    assert not Case.objects.exists()
    answer = opened(grid, "open", words="井盖翻动", files=photo())
    case = Case.objects.get()
    assert answer["Location"] == f"/field/cases/{case.number}"
    assert (case.state, case.source) == ("reported", "grid")
    assert Attachment.objects.get(case_id=case.pk).seq == 1
    page = team[Role.DISPATCHER].get(f"/desk/cases/{case.number}")
    assert len(page.context["photos"]) == 1
    shown = team[Role.DISPATCHER].get(page.context["photos"][0].url)
    assert shown["Content-Type"] == "image/jpeg"
    assert "sandbox" in shown["Content-Security-Policy"]
    other = enter(post_of(Role.DISPATCHER, "town:330108001"))
    assert other.get(page.context["photos"][0].url).status_code == 404


def test_sending_a_find_twice_opens_one_case() -> None:
    grid = at_work(Role.GRID_WORKER, Role.DISPATCHER)[Role.GRID_WORKER]
    address = f"/field/new/{place(VILLAGE)}/open"
    draft = grid.get(address).context["made"].draft
    for _time in range(2):
        assert grid.post(address, {"draft": draft, "words": "井盖翻动", "files": photo()}).status_code == 302
    assert Case.objects.count() == 1


def test_settled_on_the_spot_is_closed_at_once() -> None:
    grid = at_work(Role.GRID_WORKER)[Role.GRID_WORKER]
    data = {
        "words": "垃圾",
        "category": category(ROAD),
        "outcome": "fixed",
        "answer": "已经清走",
        "files": photo(),
    }
    assert opened(grid, "settle", **data).status_code == 302
    assert Case.objects.get().state == "closed"


def test_a_place_that_is_not_ones_own_is_refused_with_the_reason() -> None:
    grid = at_work(Role.GRID_WORKER)[Role.GRID_WORKER]
    address = f"/field/new/{place('330108001')}/open"
    draft = grid.get(address).context["made"].draft
    answer = grid.post(address, {"draft": draft, "words": "井盖", "files": photo()})
    assert answer.status_code == 422
    assert "井盖" in answer.content.decode()
    assert grid.get("/field/new/99999999/open").status_code == 404
    assert grid.get(f"/field/new/{place(VILLAGE)}/dispatch").status_code == 404


def test_a_task_given_to_the_village_is_taken_and_returned_with_a_reason() -> None:
    team = at_work(Role.VILLAGE_CLERK, Role.GRID_WORKER, Role.DISPATCHER)
    clerk, town = team[Role.VILLAGE_CLERK], team[Role.DISPATCHER]
    case = matter(category=category(ROAD))
    n = number(case)
    sent = {"unit": organisation(COMMITTEE), "category": category(ROAD), "condition": condition(ROAD)}
    assert town.post(f"/desk/cases/{n}/do/dispatch", {"request_id": str(uuid4()), **sent}).status_code == 302
    assert [item.url for item in clerk.get("/field/").context["tasks"]] == [f"/field/cases/{n}"]
    page = clerk.get(f"/field/cases/{n}")
    assert page.context["deeds"][0].main
    assert page.context["deeds"][0].url.endswith("/do/take")
    clerk.post(f"/field/cases/{n}/do/take", {"request_id": str(uuid4())})
    answer = clerk.post(
        f"/field/cases/{n}/do/return", {"request_id": str(uuid4()), "words": "是市政道路，不归社区"}
    )
    assert answer.status_code == 422
    returned = {"request_id": str(uuid4()), "words": "是市政道路，不归社区", "reason": "not_our_duty"}
    clerk.post(f"/field/cases/{n}/do/return", returned)
    assert Case.objects.get(pk=case.id).state == "returned"


def test_what_waits_for_a_check_is_found_by_place() -> None:
    team = at_work(Role.GRID_WORKER, Role.DISPATCHER, Role.HANDLER)
    grid = team[Role.GRID_WORKER]
    case = matter(category=category(ROAD))
    case.dispatch(condition=condition(ROAD))
    case.finish()
    n = number(case)
    assert [item.url for item in grid.get("/field/?which=check").context["tasks"]] == [f"/field/cases/{n}"]
    # Who is to check works on the case until then, so it is among the committee's own tasks too.
    assert [item.url for item in grid.get("/field/").context["tasks"]] == [f"/field/cases/{n}"]
    grid.post(
        f"/field/cases/{n}/do/check", {"request_id": str(uuid4()), "result": "fails", "words": "还有坑"}
    )
    assert Case.objects.get(pk=case.id).state == "in_hand"
    other = Organisation.objects.filter(key__startswith="village:330108").order_by("key")[0]
    elsewhere = enter(post_of(Role.GRID_WORKER, other.key))
    assert elsewhere.get(f"/field/cases/{n}").status_code == 404


def test_where_and_when_a_photo_was_taken_is_offered_once_and_the_photo_is_kept() -> None:
    team = at_work(Role.GRID_WORKER, Role.DISPATCHER)
    grid = team[Role.GRID_WORKER]
    page = opened(grid, "open", words="井盖翻动", files=located())
    assert page.status_code == 200
    assert "使用照片的地点和时间吗" in page.content.decode()
    assert not Case.objects.exists()
    made = page.context["made"]
    address = f"/field/new/{place(VILLAGE)}/open"
    sent = {"draft": made.draft, "offered": "1", "words": "井盖翻动", "use_photo": "on"}
    assert grid.post(address, sent).status_code == 302
    case = Case.objects.get()
    assert told(case) == {
        "words": "井盖翻动",
        "point": {"lng": 1_201_333_333, "lat": 302_750_000},
        "seen_at": "2026-03-02T01:30:00.000000Z",
    }
    assert "什么时候看到的" in team[Role.DISPATCHER].get(f"/desk/cases/{case.number}").content.decode()
    assert Attachment.objects.filter(case_id=case.pk).count() == 1


def test_what_a_photo_says_goes_nowhere_unless_agreed() -> None:
    grid = at_work(Role.GRID_WORKER, Role.DISPATCHER)[Role.GRID_WORKER]
    made = opened(grid, "open", words="井盖翻动", files=located()).context["made"]
    sent = {"draft": made.draft, "offered": "1", "words": "井盖翻动"}
    assert grid.post(f"/field/new/{place(VILLAGE)}/open", sent).status_code == 302
    assert told(Case.objects.get()) == {"words": "井盖翻动"}


def test_a_refused_form_keeps_its_photos() -> None:
    grid = at_work(Role.GRID_WORKER, Role.DISPATCHER)[Role.GRID_WORKER]
    page = opened(grid, "open", words="", files=photo())
    assert page.status_code == 422
    assert "after.jpg" in page.content.decode()
    sent = {"draft": page.context["made"].draft, "words": "井盖翻动"}
    assert grid.post(f"/field/new/{place(VILLAGE)}/open", sent).status_code == 302
    assert Attachment.objects.count() == 1


def test_a_page_without_its_draft_opens_nothing_by_itself() -> None:
    grid = at_work(Role.GRID_WORKER, Role.DISPATCHER)[Role.GRID_WORKER]
    page = opened(grid, "open", words="井盖翻动", files=photo(), draft="old")
    assert page.status_code == 422
    assert not Case.objects.exists()
    assert "井盖翻动" in page.content.decode()


def test_who_reported_what_they_found_reads_it_and_finds_it_again() -> None:
    team = at_work(Role.GRID_WORKER, Role.DISPATCHER, Role.VILLAGE_CLERK)
    grid = team[Role.GRID_WORKER]
    sent = opened(grid, "open", words="井盖翻动，有响声", files=photo())
    page = grid.get(sent["Location"])
    assert "井盖翻动，有响声" in page.content.decode()
    [shown] = page.context["photos"]
    assert grid.get(shown.url)["Content-Type"] == "image/jpeg"
    own = grid.get("/field/?which=own").context["tasks"]
    assert [one.url for one in own] == [sent["Location"]]
    Matter.known(Case.objects.get().pk, at=now()).do(
        "not_accept", town(), reason="answered", words="上周已经答复过"
    )
    assert [one.url for one in grid.get("/field/?which=own").context["tasks"]] == [sent["Location"]]
    assert "上周已经答复过" in grid.get(sent["Location"]).content.decode()


def test_what_a_colleague_or_a_resident_reported_stays_closed_to_who_only_lives_beside_it() -> None:
    team = at_work(Role.GRID_WORKER, Role.DISPATCHER)
    grid = team[Role.GRID_WORKER]
    colleague = enter(post_of(Role.GRID_WORKER))
    mine = opened(grid, "open", words="井盖翻动，有响声", files=photo())["Location"]
    assert "井盖翻动" not in colleague.get(mine).content.decode()
    assert colleague.get("/field/?which=own").context["tasks"] == []
    agreed = {**HELPING, "name": "欧阳若兰", "phone": "13987654321"}
    answer = opened(grid, "open_for", words="楼道灯不亮", files=photo(), **agreed)
    assert answer.status_code == 302
    theirs = Case.objects.order_by("-number").exclude(number=int(mine.rsplit("/", 1)[-1])).get()
    page = grid.get(f"/field/cases/{theirs.number}").content.decode()
    assert "楼道灯不亮" not in page
    assert "13987654321" not in page
    assert [one.url for one in grid.get("/field/?which=own").context["tasks"]] == [mine]


def test_a_report_about_ones_own_office_is_not_shown_to_it_not_even_to_who_reported_it() -> None:
    grid = at_work(Role.GRID_WORKER, Role.DISPATCHER, Role.COUNTY_DISPATCHER)[Role.GRID_WORKER]
    sent = opened(grid, "open", words="收费不开票", files=photo(), about_organisation=organisation(COMMITTEE))
    assert sent.status_code == 302
    assert grid.get(sent["Location"]).status_code == 404
    assert grid.get("/field/?which=own").context["tasks"] == []
