# SPDX-License-Identifier: Apache-2.0
"""The field on a phone: tasks, report with a photo, settle on the spot, return with reason, check."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from anlan.cases.models import Attachment, Case
from anlan.people.may import Role
from anlan.people.models import Organisation
from tests.cases.world import VILLAGE, organisation, place
from tests.procedures.report.cast import COMMITTEE, ROAD, category, condition
from tests.web.staff import at_work, enter, matter, number, photo, post_of

pytestmark = pytest.mark.django_db


def opened(client: Client, action: str, **data: object) -> Any:
    address = f"/field/new/{place(VILLAGE)}/{action}"
    page = client.get(address)
    assert page.status_code == 200
    ids = {"case_id": str(page.context["made"].case_id), "request_id": str(uuid4())}
    return client.post(address, {**ids, **data})


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
    ids = {"case_id": str(grid.get(address).context["made"].case_id), "request_id": str(uuid4())}
    for _time in range(2):
        assert grid.post(address, {**ids, "words": "井盖翻动", "files": photo()}).status_code == 302
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
    answer = grid.post(address, {"request_id": str(uuid4()), "words": "井盖", "files": photo()})
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
