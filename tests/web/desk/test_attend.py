# SPDX-License-Identifier: Apache-2.0
"""An alarm ends when somebody of the room has the case before their eyes; reading alone writes nothing."""

import pytest
from django.conf import LazySettings

from anlan.base.clock import now
from anlan.cases.models import Entry
from anlan.people.may import Role, anonymous
from tests.procedures.report.cast import Matter
from tests.web.staff import enter, matter, number, post_of

pytestmark = pytest.mark.django_db
BUTTON = "data-attend"


def ringing() -> Matter:
    return Matter.opened("open", anonymous(), at=now(), words="楼道里着火了", danger=True)


def done(case: Matter) -> list[str]:
    return list(Entry.objects.filter(case_id=case.id).order_by("seq").values_list("action", flat=True))


def test_reading_writes_nothing_and_looking_is_one_entry() -> None:
    case, desk = ringing(), enter(post_of(Role.DISPATCHER))
    page, at = f"/desk/cases/{number(case)}", f"/desk/cases/{number(case)}/attend"
    assert BUTTON in desk.get(page).content.decode()
    assert done(case) == ["open"]
    assert desk.get(at).status_code == 405
    for _twice in range(2):
        assert desk.post(at).status_code == 302
    assert done(case) == ["open", "attend"]
    assert BUTTON not in desk.get(page).content.decode()


def test_a_case_that_the_desk_opens_by_itself_rings_on_until_somebody_says_so(settings: LazySettings) -> None:
    settings.ANLAN_UNDO_SECONDS = 10
    case, desk = ringing(), enter(post_of(Role.DISPATCHER))
    before = matter()
    page = desk.get(f"/desk/cases/{number(before)}/do/accept")
    sent = {"request_id": page.context["form"]["request_id"].value(), "next": str(number(case))}
    onward = desk.post(f"/desk/cases/{number(before)}/do/accept", sent)["Location"]
    shown = desk.get(onward).content.decode()
    assert (BUTTON in shown, "我正在看" in shown) == (False, True)
    chosen = desk.get(f"/desk/cases/{number(case)}").content.decode()
    assert BUTTON in chosen
    assert done(case) == ["open"]
    answer = desk.post(f"/desk/cases/{number(case)}/attend")
    assert answer["Location"] == f"/desk/cases/{number(case)}"
    assert done(case) == ["open", "attend"]


def test_others_and_cases_without_an_alarm_have_nothing_to_say() -> None:
    case, plain = ringing(), matter()
    for role in (Role.SUPERVISOR, Role.COUNTY_DISPATCHER, Role.AUDITOR, Role.HANDLER):
        other = enter(post_of(role))
        assert BUTTON not in other.get(f"/desk/cases/{number(case)}").content.decode()
        other.post(f"/desk/cases/{number(case)}/attend")
    enter(post_of(Role.DISPATCHER)).post(f"/desk/cases/{number(plain)}/attend")
    assert done(case) == done(plain) == ["open"]
    assert enter(post_of(Role.GRID_WORKER)).post(f"/desk/cases/{1:016d}/attend").status_code == 404
