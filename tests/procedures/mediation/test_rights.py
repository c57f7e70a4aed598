# SPDX-License-Identifier: Apache-2.0
"""Two who sign at one moment have both signed; what is erased leaves the log valid and every figure as it was."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.conf import LazySettings

from anlan.base.clock import now
from anlan.base.errors import Invalid
from anlan.cases import follow, journal
from anlan.cases.catalogue import current
from anlan.cases.erase import erase_ended
from anlan.cases.follow import Follows
from anlan.cases.models import Case, CaseAccount, Content, Party
from anlan.cases.queries_view import get_view
from anlan.cases.sides import prove_side
from anlan.indicators.keep import NAME as INDICATORS
from anlan.indicators.keep import keep_facts
from anlan.indicators.models import Tally
from anlan.people.may import Role
from anlan.people.models import Account, Organisation, Post
from anlan.people.phones import set_phone
from anlan.procedures.mediation.panel import panel
from tests.databases import Clone
from tests.faults.test_together import at_once
from tests.faults.whole import faults
from tests.procedures.mediation.cast import FIRST, SECOND, Dispute, clerk, mediator
from tests.procedures.report.cast import COMMITTEE
from tests.web.staff import post_of


@pytest.fixture(autouse=True)
def heads(tmp_path: Path, settings: LazySettings) -> None:
    """Heads and erasures of this test alone."""
    settings.ANLAN_HEADS = tmp_path / "heads.jsonl"
    settings.ANLAN_ERASURES = tmp_path / "erasures.jsonl"


def test_both_sign_at_the_same_moment(own_database: Clone) -> None:
    assert Organisation.objects.exists()
    dispute = Dispute().waiting()
    got = at_once([partial(dispute.sign, FIRST), partial(dispute.sign, SECOND)])
    assert [done.state for done in got] == ["signing", "signing"]
    assert dispute.column("signed") == [1, 2]
    while journal.number(at=dispute.at):
        pass
    assert faults() == []


def test_one_person_signs_once_however_often_the_button_is_pressed(own_database: Clone) -> None:
    dispute = Dispute().waiting()
    at_once([partial(dispute.sign, FIRST)] * 4)
    assert dispute.column("signed") == [1]


def test_what_belongs_to_both_goes_when_its_time_has_ended_and_the_figures_stay(own_database: Clone) -> None:
    dispute = Dispute().sealed()
    other = Account(kind="resident", made_at=dispute.at)
    set_phone(other, "+8613800000002")
    other.save()
    prove_side(Case.objects.get(pk=dispute.id).number, other.pk, at=dispute.at)
    assert CaseAccount.objects.filter(case_id=dispute.id).count() == 1
    assert faults() == []
    dispute.on("2026-04-30")
    dispute.do("performed", mediator(), term=dispute.column("clauses")[0])
    with pytest.raises(Invalid, match=r"三年|three years"):
        dispute.do("erase", FIRST)
    count(dispute)
    before = list(Tally.objects.order_by("pk").values())
    assert before
    later = dispute.at + timedelta(days=3 * 366)
    assert erase_ended(at=later, only="mediation")["mediation"].done == 1
    dispute.at = later
    count(dispute)
    assert list(Tally.objects.order_by("pk").values()) == before
    assert not Content.objects.filter(case_id=dispute.id, sealed__isnull=False).exists()
    assert not Party.objects.filter(case_id=dispute.id, sealed__isnull=False).exists()
    assert not CaseAccount.objects.exists()
    assert faults() == []


def test_who_only_asked_for_advice_may_have_it_erased(own_database: Clone) -> None:
    dispute = Dispute(wish="consult")
    dispute.do("advise", mediator(), words="可以先找物业，也可以申请调解或者起诉", told=True)
    dispute.do("enough", FIRST)
    dispute.do("erase", FIRST)
    assert not Party.objects.filter(case_id=dispute.id, sealed__isnull=False).exists()


def count(dispute: Dispute) -> None:
    """The figures as they follow from all that was written."""
    follow.take_seats()
    while journal.number(at=dispute.at):
        pass
    while follow.advance(Follows(name=INDICATORS, handler=keep_facts, sends=False)):
        pass


@pytest.mark.django_db
def test_the_page_says_that_the_mediator_has_left_and_only_then() -> None:
    there = post_of(Role.MEDIATOR, COMMITTEE)
    dispute = Dispute().accepted()
    dispute.do("appoint", clerk(), mediator=there.pk)

    def gone() -> bool:
        at = now()
        view = get_view(clerk(), dispute.id, known=current(), at=at)
        return bool(panel(view, known=current(), at=at)["gone"])

    assert not gone()
    Post.objects.filter(pk=there.pk).update(valid_to=now())
    assert gone()
    dispute.do("relieve", clerk(), ground="left")
    assert not gone()
