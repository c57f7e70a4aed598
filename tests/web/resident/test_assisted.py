# SPDX-License-Identifier: Apache-2.0
"""A neighbour reports for somebody: what is asked, and what the neighbour sees afterwards."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.cases.models import Case, CaseAccount, Party
from anlan.cases.queries import follow_code_of
from tests.cases.world import VILLAGE, place
from tests.web.resident.test_phone import ask, ids, send
from tests.web.resident.visits import WORDS, fill, follow, sign_in, text

pytestmark = pytest.mark.django_db
NEIGHBOUR = "13987654321"
FOR = {
    "for_other": "on",
    "contact": "helper",
    "for_phone": NEIGHBOUR,
    "answer_by": "call",
    "agreed": "on",
}


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    """Codes for signing in are shown."""
    settings.ANLAN_DEMO = True


def made() -> Case:
    return Case.objects.get()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"for_other": ""}, "for_other"),
        ({"agreed": ""}, "agreed"),
        ({"contact": ""}, "contact"),
        ({"answer_by": ""}, "answer_by"),
        ({"for_phone": ""}, "for_phone"),
        ({"for_phone": "12"}, "for_phone"),
        ({"contact": "none"}, "for_phone"),
        ({"answer_by": "visit"}, "for_home"),
        ({"answer_by": "sms"}, "helper_sees"),
        ({"answer_by": "slip"}, "helper_sees"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_sent(
    client: Client, given: dict[str, str], field: str
) -> None:
    asked = {key: value for key, value in {**FOR, **given}.items() if value}
    answer = fill(client, **asked)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert '<details class="govuk-details" data-for-other open>' in text(answer)
    assert not Case.objects.exists()


def test_a_neighbour_who_is_not_allowed_reads_nothing_of_it_any_more(client: Client) -> None:
    sign_in(client, NEIGHBOUR)
    slip = text(client.get(fill(client, **FOR)["Location"]))
    case, number = made(), f"{made().number:016d}"
    assert "没有同意您查看" in slip
    assert follow_code_of(case.pk) not in slip
    assert number not in text(client.get("/mine"))
    for page in (f"/follow/{number}", f"/follow/{number}/data.json", f"/follow/{number}/do/withdraw"):
        assert client.get(page)["Location"] == f"/follow?number={number}"
    assert client.get("/report/sent")["Location"] == "/follow"
    assert not CaseAccount.objects.exists()
    assert list(Party.objects.values_list("role", flat=True)) == ["reporter"]


def test_nor_does_the_phone_that_sent_it_ask_for_its_code_again(client: Client) -> None:
    of = ids()
    sent, again = send(client, of, **FOR), ask(client, of)
    code = follow_code_of(made().pk)
    for answer in (sent, again):
        assert answer.status_code == 200
        assert code not in answer.json()["slip"]
        assert "没有同意您查看" in answer.json()["slip"]


def test_sending_the_draft_again_opens_nothing_for_the_neighbour(client: Client) -> None:
    draft = client.get("/report").context["draft"]
    given = {"words": WORDS, "place": place(VILLAGE), "draft": draft, **FOR}
    for _ in range(2):
        assert client.post("/report", given)["Location"] == "/report/sent"
    assert client.get(f"/follow/{made().number:016d}").status_code == 302
    assert Case.objects.count() == 1


def test_a_neighbour_who_is_allowed_reads_on_and_does_nothing_in_their_name(client: Client) -> None:
    sign_in(client, NEIGHBOUR)
    slip = text(client.get(fill(client, **FOR, helper_sees="on")["Location"]))
    case, number = made(), f"{made().number:016d}"
    code = follow_code_of(case.pk)
    assert code in slip
    assert f"/follow/{number}" in text(client.get("/mine"))
    page = text(client.get(f"/follow/{number}"))
    assert "路面破损" in page
    assert "/do/" not in page
    assert client.post(f"/follow/{number}/do/withdraw", {}).status_code == 302
    assert made().open
    # The person has the code that was handed over, and with it all that is theirs.
    theirs = Client()
    assert follow(theirs, number, code).status_code == 302
    own = text(theirs.get(f"/follow/{number}"))
    assert "/do/withdraw" in own
    assert "139****4321" in own


def test_who_reports_for_somebody_is_offered_to_join_nothing(client: Client) -> None:
    fill(Client())
    other: Any = Case.objects.get().number
    assert fill(client, **FOR, too=str(other), checked="1")["Location"] == "/report/sent"
    assert set(Case.objects.values_list("state", flat=True)) == {"reported"}
