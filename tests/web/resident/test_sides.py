# SPDX-License-Identifier: Apache-2.0
"""The other side of a dispute was brought in by the office: who signs in with the phone that the office has opens it with its number."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from anlan.base.errors import NotFound
from anlan.cases.models import Case
from anlan.cases.queries import find_side
from anlan.people.models import Account
from tests.procedures.mediation.cast import SECOND, Dispute
from tests.web.resident.visits import report, sign_in, text

pytestmark = pytest.mark.django_db
OTHER, STRANGER = "13800000002", "13800000003"


@pytest.fixture(autouse=True)
def shown(settings: LazySettings) -> None:
    settings.ANLAN_DEMO = True


def signed_in(phone: str) -> Client:
    visitor = Client()
    sign_in(visitor, phone)
    return visitor


def open_with(visitor: Client, number: int) -> str:
    """Where the number alone leads; the page's words where it leads nowhere."""
    answer = visitor.post("/follow", {"number": f"{number:016d}", "code": ""})
    return answer["Location"] if answer.status_code == 302 else text(answer)


def test_the_phone_that_the_office_has_opens_it_and_no_other_does() -> None:
    number = Case.objects.get(pk=Dispute().invited().id).number
    other = signed_in(OTHER)
    assert open_with(other, number) == f"/follow/{number:016d}"
    assert other.get(f"/follow/{number:016d}").status_code == 200
    assert "没有登记您的手机号" in open_with(other, number + 1)
    assert "没有登记您的手机号" in open_with(signed_in(STRANGER), number)
    assert "请填写查询码" in open_with(Client(), number)


def test_a_number_of_long_ago_may_be_somebody_elses_and_reports_open_with_their_code(client: Client) -> None:
    dispute = Dispute().invited()
    dispute.do("refuse", SECOND)
    ended = Case.objects.get(pk=dispute.id)
    assert ended.closed_at is not None
    other = signed_in(OTHER)
    account = Account.objects.get(kind="resident").pk
    assert find_side(ended.number, account, at=ended.closed_at + timedelta(days=179)).role == "side2"
    with pytest.raises(NotFound):
        find_side(ended.number, account, at=ended.closed_at + timedelta(days=181))
    sent, _code = report(client, phone=OTHER)
    assert "没有登记您的手机号" in open_with(other, int(sent))
