# SPDX-License-Identifier: Apache-2.0
"""The way of a report through the desk and the field: accept, dispatch, take, done, check, close."""

from typing import Any

import pytest
from django.test import Client

from anlan.cases.models import Case, Entry
from anlan.people.may import Role
from tests.procedures.report.cast import ROAD, category, condition
from tests.web.staff import at_work, matter, number, photo

pytestmark = pytest.mark.django_db

TEAM = (Role.GRID_WORKER, Role.DISPATCHER, Role.HANDLER, Role.COUNTY_DISPATCHER)


def send(client: Client, door: str, n: int, action: str, **data: object) -> Any:
    page = client.get(f"/{door}/cases/{n}/do/{action}")
    assert page.status_code == 200, page.content.decode()[:2000]
    form = page.context["form"]
    given = {"request_id": str(form["request_id"].value()), "expect": str(form["expect"].value())}
    return client.post(f"/{door}/cases/{n}/do/{action}", {**given, **data}, follow=True)


def test_from_the_inbox_to_the_end() -> None:
    team = at_work(*TEAM)
    case = matter()
    n = number(case)
    town, unit, grid = team[Role.DISPATCHER], team[Role.HANDLER], team[Role.GRID_WORKER]
    assert str(n)[:4] in town.get("/desk/").content.decode()
    assert "文三路有个大坑" in town.get(f"/desk/cases/{n}").content.decode()
    send(town, "desk", n, "accept", category=category(ROAD))
    answer = send(town, "desk", n, "dispatch", category=category(ROAD), condition=condition(ROAD))
    assert Case.objects.get(pk=case.id).state == "dispatched", answer.content.decode()[-3000:]
    send(unit, "desk", n, "take")
    done = {"outcome": "fixed", "met": "yes", "answer": "路面已经修补平整，可以通行了", "files": photo()}
    answer = send(unit, "desk", n, "done", **done)
    assert Case.objects.get(pk=case.id).state == "confirming", answer.content.decode()[-3000:]
    assert "文三路有个大坑" in grid.get(f"/field/cases/{n}").content.decode()
    send(grid, "field", n, "check", result="holds", files=photo())
    send(town, "desk", n, "close")
    assert Case.objects.get(pk=case.id).state == "closed"
    actions = list(Entry.objects.filter(case_id=case.id).order_by("seq").values_list("action", flat=True))
    assert actions == ["open", "accept", "dispatch", "take", "done", "check", "close"]
