# SPDX-License-Identifier: Apache-2.0
"""A person without their number: nothing without the code, and then to this clerk, for this call, and seen by the person."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.checks import CALLED
from anlan.cases.models import Access, Entry
from anlan.cases.queries import get_view
from anlan.cases.queries_looks import LASTS
from anlan.people.may import Role, actor_of, anonymous
from anlan.people.models import RateCounter
from anlan.procedures.report.models import ReportRecord
from tests.cases.world import organisation
from tests.procedures.report.cast import COMMITTEE, HELPING, Matter, clerk
from tests.web.resident.visits import text
from tests.web.staff import at_work, enter, matter, number, post_of

pytestmark = pytest.mark.django_db
PHONE, OTHER = "13800000000", "13911112222"
WORDS = "文三路有个大坑"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    """Codes are shown instead of being sent."""
    settings.ANLAN_DEMO = True


@pytest.fixture
def hotline() -> Client:
    return at_work(Role.HOTLINE_AGENT, Role.DISPATCHER)[Role.HOTLINE_AGENT]


def ask(by: Client, phone: str = PHONE) -> str:
    """The code that was sent."""
    RateCounter.objects.all().delete()
    sent: Any = by.post("/desk/caller", {"phone": phone}).context["sent"]
    assert sent.shown
    return str(sent.shown)


def say(by: Client, code: str, phone: str = PHONE) -> Any:
    return by.post("/desk/caller", {"phone": phone, "code": code})


def listed(by: Client) -> list[str]:
    answer = by.get("/desk/caller/cases")
    return [] if answer.status_code == 302 else [each.url for each in answer.context["cases"]]


def test_the_code_opens_the_cases_of_that_phone_for_a_quarter_of_an_hour() -> None:
    at_work(Role.DISPATCHER)
    agent = post_of(Role.HOTLINE_AGENT)
    hotline, case, other = enter(agent), matter(), matter()
    Matter.opened("open", anonymous(), at=now(), reporter=False, words="没有留电话的")
    page = f"/desk/cases/{number(case)}"
    assert WORDS not in text(hotline.get(page))
    assert say(hotline, ask(hotline))["Location"] == "/desk/caller/cases"
    assert set(listed(hotline)) == {page, f"/desk/cases/{number(other)}"}
    assert WORDS in text(hotline.get(page))
    row = Access.objects.get(case_id=case.id)
    assert (row.reason, row.until - row.at) == ("caller", LASTS[CALLED])
    seen = get_view(anonymous(), case.id, known=current(), at=now(), parties=(1,)).looks
    assert [each.reason for each in seen] == ["caller"]
    for at, reads in ((row.until - timedelta(seconds=1), True), (row.until, False)):
        view = get_view(actor_of(agent, at=now()), case.id, known=current(), at=at)
        assert view.looked is reads


def test_without_the_code_nothing_is_listed_and_nothing_is_said(hotline: Client) -> None:
    case = matter()
    known = text(hotline.post("/desk/caller", {"phone": PHONE}))
    unknown = text(hotline.post("/desk/caller", {"phone": OTHER}))
    assert known.count("******") == unknown.count("******")
    assert str(number(case)) not in known
    for code in ("000000", "", "abc"):
        assert say(hotline, code).status_code == 422
    assert listed(hotline) == []
    assert not Access.objects.exists()
    assert hotline.get(f"/desk/cases/{number(case)}/do/called").status_code in {302, 404}
    hotline.post(f"/desk/cases/{number(case)}/do/called", {"reason": "caller"})
    assert not Entry.objects.filter(action=CALLED).exists()


def test_five_wrong_guesses_end_a_code_and_a_code_opens_once(hotline: Client) -> None:
    matter()
    code = ask(hotline)
    for _ in range(5):
        say(hotline, f"{(int(code) + 1) % 10**6:06d}")
    assert say(hotline, code).status_code == 422
    code = ask(hotline)
    assert say(hotline, code).status_code == 302
    assert say(hotline, code).status_code == 422


def test_codes_and_guesses_of_one_clerk_are_counted(hotline: Client) -> None:
    answers = [hotline.post("/desk/caller", {"phone": f"139{n:08d}"}).status_code for n in range(21)]
    assert answers == [200] * 20 + [429]
    tried = [say(hotline, "123456", f"139{n:08d}").status_code for n in range(61)]
    assert tried[-1] == 429
    assert set(tried[:-1]) == {422}


def test_another_clerk_can_use_neither_the_code_nor_the_opened_call(hotline: Client) -> None:
    case = matter()
    colleague = enter(post_of(Role.HOTLINE_AGENT))
    code = ask(hotline)
    assert say(colleague, code).status_code == 422
    say(hotline, code)
    assert listed(colleague) == []
    assert WORDS not in text(colleague.get(f"/desk/cases/{number(case)}"))


def test_the_code_of_a_call_signs_nobody_in_and_that_of_a_sign_in_opens_no_call(hotline: Client) -> None:
    resident = Client()
    code = ask(hotline)
    assert resident.post("/sign-in", {"phone": PHONE, "code": code}).status_code == 422
    RateCounter.objects.all().delete()
    own = resident.post("/sign-in", {"phone": PHONE}).context["sent"].shown
    assert say(hotline, own).status_code == 422


def test_a_clerk_finds_only_what_is_in_their_places_and_not_about_their_office() -> None:
    team = at_work(Role.VILLAGE_CLERK, Role.DISPATCHER, Role.COUNTY_DISPATCHER)
    matter(about_organisation=organisation(COMMITTEE))
    say(team[Role.VILLAGE_CLERK], ask(team[Role.VILLAGE_CLERK]))
    assert listed(team[Role.VILLAGE_CLERK]) == []
    elsewhere = enter(post_of(Role.DISPATCHER, "town:330106002"))
    matter()
    say(elsewhere, ask(elsewhere))
    assert listed(elsewhere) == []
    assert not Access.objects.exists()


def test_of_a_helpers_phone_the_clerk_is_told_whom_to_tell(hotline: Client) -> None:
    Matter.opened(
        "open_for", clerk(), at=now(), **{**HELPING, "contact": "helper", "answer_by": "call"}, words=WORDS
    )
    say(hotline, ask(hotline))
    assert "代报人的手机：只能告诉本人" in text(hotline.get("/desk/caller/cases"))
    assert ReportRecord.objects.get().helper == "closed"


def test_when_the_call_is_over_the_list_is_gone(hotline: Client) -> None:
    matter()
    say(hotline, ask(hotline))
    assert listed(hotline)
    hotline.post("/desk/caller/end")
    assert listed(hotline) == []


def test_the_clerk_does_not_sign_in_as_the_caller_with_what_they_were_told() -> None:
    at_work(Role.DISPATCHER)
    agent = post_of(Role.HOTLINE_AGENT)
    matter()
    code, thief = ask(enter(agent)), Client()
    answer = thief.post("/sign-in", {"phone": PHONE, "code": f"{code}|call:{agent.pk}"})
    assert answer.status_code == 422
    assert thief.get("/mine").status_code != 200
