# SPDX-License-Identifier: Apache-2.0
"""What stays closed of people at odds: to who had to leave, to who only routes, on a phone, in an office's notices."""

import pytest

from anlan.base.errors import Invalid
from anlan.cases.catalogue import current
from anlan.cases.queries_carried import read_carried
from anlan.cases.queries_view import View
from anlan.people.may import Actor
from tests.procedures.mediation.cast import FIRST, Dispute, clerk, mediator
from tests.procedures.mediation.test_attacked import shown

pytestmark = pytest.mark.django_db


def carried(dispute: Dispute, by: Actor) -> View:
    """The case as the phone of this post has it."""
    return read_carried(by, [dispute.id], known=current(), at=dispute.at)[dispute.id]


def test_who_is_relieved_for_an_interest_reads_and_does_nothing_more_in_it() -> None:
    dispute = Dispute().talking()
    dispute.do("confide_1", FIRST, words="他打过我")
    dispute.do("relieve", clerk(), ground="interest")
    assert "他打过我" not in shown(dispute, mediator())
    with pytest.raises(Invalid, match=r"回避|stepped aside"):
        dispute.do("appoint", mediator(), mediator=40)
    with pytest.raises(Invalid, match=r"would not have|要求这位调解员回避"):
        dispute.do("appoint", clerk(), mediator=41)
    dispute.do("appoint", clerk(), mediator=40)
    assert "他打过我" in shown(dispute, mediator(40))


def test_who_was_away_may_be_chosen_again() -> None:
    dispute = Dispute().talking()
    dispute.do("relieve", clerk(), ground="away")
    dispute.do("appoint", clerk(), mediator=41)
    assert dispute.column("mediator") == 41
