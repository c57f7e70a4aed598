# SPDX-License-Identifier: Apache-2.0
"""The other side of a dispute was brought in by the office: who signs in with the phone that the office has opens it with its
number, once; from then on it is among their own.
"""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from anlan.base.errors import NotFound
from anlan.cases.act import act
from anlan.cases.envelope import NewParty
from anlan.cases.erase import erase_ended
from anlan.cases.models import Case, CaseAccount
from anlan.cases.queries import follow_code_of
from anlan.cases.sides import prove_side
from anlan.people.models import Account
from anlan.web.followed import GRANTS
from tests.cases.world import envelope
from tests.procedures.mediation.cast import SECOND, Dispute, mediator
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


def test_once_opened_it_is_among_their_own_and_no_longer_when_the_parties_are_erased() -> None:
    dispute = Dispute().invited()
    number = f"{Case.objects.get(pk=dispute.id).number:016d}"
    other = signed_in(OTHER)
    assert "这里还没有事项" in text(other.get("/mine"))
    for _again in range(2):
        open_with(other, int(number))
    account = Account.objects.get(kind="resident").pk
    assert [(row.n, row.account_id) for row in CaseAccount.objects.filter(case_id=dispute.id)] == [
        (2, account)
    ]
    session = other.session
    del session[GRANTS]  # what the number opened in this browser lasts half a day
    session.save()
    assert f"/follow/{number}" in other.get("/mine").content.decode()
    page = text(other.get(f"/follow/{number}"))
    assert "楼上夜间装修产生噪声" in page
    dispute.do("refuse", SECOND)
    erase_ended(at=dispute.at + timedelta(days=20 * 366), only="mediation")
    assert "这里还没有事项" in text(other.get("/mine"))
    assert other.get(f"/follow/{number}").status_code == 302


def test_who_has_both_phones_is_one_person_of_the_case() -> None:
    dispute = Dispute().invited()
    number = Case.objects.get(pk=dispute.id).number
    other = signed_in(OTHER)
    account = Account.objects.get(kind="resident").pk
    CaseAccount.objects.create(
        case_id=dispute.id, n=1, account_id=account, opened_at=Case.objects.get(pk=dispute.id).opened_at
    )
    open_with(other, number)
    assert [row.n for row in CaseAccount.objects.filter(case_id=dispute.id)] == [1]


def test_what_was_sent_without_signing_in_is_ones_own_once_the_code_opened_it_with_that_phone() -> None:
    number, code = report(Client(), phone=OTHER)
    other, stranger = signed_in(OTHER), signed_in(STRANGER)
    for visitor in (other, stranger):
        assert visitor.post("/follow", {"number": number, "code": code}).status_code == 302
    assert f"/follow/{number.replace(' ', '')}" in other.get("/mine").content.decode()
    assert f"/follow/{number.replace(' ', '')}" not in stranger.get("/mine").content.decode()


def test_a_number_of_long_ago_may_be_somebody_elses_and_reports_open_with_their_code(client: Client) -> None:
    dispute = Dispute().invited()
    dispute.do("refuse", SECOND)
    ended = Case.objects.get(pk=dispute.id)
    assert ended.closed_at is not None
    other = signed_in(OTHER)
    account = Account.objects.get(kind="resident").pk
    assert prove_side(ended.number, account, at=ended.closed_at + timedelta(days=179)).role == "side2"
    with pytest.raises(NotFound):
        prove_side(ended.number, account, at=ended.closed_at + timedelta(days=181))
    sent, _code = report(client, phone=OTHER)
    assert "没有登记您的手机号" in open_with(other, int(sent))


def test_a_phone_that_both_sides_gave_opens_neither_without_a_code() -> None:
    dispute = Dispute(words="他打我，我怕他", afraid=True)
    dispute.asked_alone(1)
    same = NewParty(role="side2", contact={"name": "李大伟", "phone": "+8613800000001"})
    act(envelope("bring_in", mediator(), dispute.id, at=dispute.at, parties=(same,)))
    number = Case.objects.get(pk=dispute.id).number
    shared = signed_in("13800000001")
    assert "没有登记您的手机号" in open_with(shared, number)
    assert shared.get(f"/follow/{number:016d}").status_code == 302
    assert (
        shared.post(
            "/follow", {"number": f"{number:016d}", "code": follow_code_of(dispute.id, 2)}
        ).status_code
        == 302
    )
    assert "我怕他" not in text(shared.get(f"/follow/{number:016d}"))
