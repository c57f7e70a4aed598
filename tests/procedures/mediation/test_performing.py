# SPDX-License-Identifier: Apache-2.0
"""What was agreed is kept or not: what lasts begins on its day, and nobody complains of what is theirs to keep."""

import pytest

from anlan.base.errors import Invalid
from anlan.cases.models import Notice
from tests.procedures.mediation.cast import DIGEST, FIRST, SECOND, TERM, Dispute, mediator, tell_all

pytestmark = pytest.mark.django_db


def test_what_lasts_is_not_kept_before_its_day() -> None:
    dispute = Dispute().sealed()
    [term] = dispute.column("clauses")
    with pytest.raises(Invalid, match=r"还没有开始|not begun"):
        dispute.do("performed", mediator(), term=term)
    dispute.on("2026-04-30")
    dispute.do("performed", mediator(), term=term)
    assert dispute.state == "kept"


def test_what_is_not_kept_is_mediated_again() -> None:
    dispute = Dispute().sealed()
    with pytest.raises(Invalid):
        dispute.do("reopen", mediator())
    with pytest.raises(Invalid, match=r"等待对方|waits for the other"):
        dispute.do("not_performed", SECOND, term=dispute.column("clauses")[0])  # it is theirs to keep
    dispute.do("not_performed", FIRST, term=dispute.column("clauses")[0])
    dispute.do("reopen", mediator())
    now = dispute.now
    assert (now.state, now.record["talking"], now.record["sealed"], now.record["reopened"]) == (
        "mediating",
        True,
        ["cd" * 32],
        1,
    )


def test_both_sides_hear_that_a_term_is_down_as_kept_and_that_it_is_mediated_again() -> None:
    dispute = Dispute().drafted()
    dispute.do("term", mediator(), **{**TERM, "mode": "act", "what": "装好隔音垫"})
    dispute.do("settle", mediator(), document=DIGEST)
    dispute.signed_and_sealed()
    kept, owed = dispute.column("clauses")[::-1]
    dispute.do("performed", mediator(), term=kept)
    dispute.do("not_performed", FIRST, term=owed)
    dispute.do("reopen", mediator())
    tell_all(dispute)
    told = Notice.objects.filter(case_id=dispute.id, key__in=("performed_party", "reopen_party"))
    assert sorted(told.values_list("key", "party")) == [
        ("performed_party", 1),
        ("performed_party", 2),
        ("reopen_party", 1),
        ("reopen_party", 2),
    ]
