# SPDX-License-Identifier: Apache-2.0
"""What was agreed is kept or not: what lasts begins on its day, and nobody complains of what is theirs to keep."""

from typing import Any

import pytest

from anlan.base.errors import Invalid
from anlan.cases.models import Notice
from anlan.procedures.mediation.record import AGREED
from tests.procedures.mediation.cast import DIGEST, FIRST, SECOND, TERM, Dispute, mediator, tell_all

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("action", "by", "data"),
    [("withdraw", SECOND, {}), ("fail", "", {"ground": "apart", "told": True})],
)
def test_who_leaves_when_it_is_mediated_again_stays_bound_by_what_was_sealed(
    action: str, by: str, data: dict[str, Any]
) -> None:
    """Art. 31: until they agree on another, the agreement binds; nobody ends what they owe by leaving."""
    dispute = Dispute().sealed()
    before = dispute.now.record
    term = dispute.column("clauses")[0]
    dispute.do("not_performed", FIRST, term=term)
    dispute.do("reopen", mediator())
    dispute.do("drop_term", mediator(), term=term)
    assert dispute.column("clauses") == []
    assert dispute.do(action, by or mediator(), **data).state == "performing"
    after = dispute.now.record
    assert {key: str(after[key]) for key in AGREED} == {key: str(before[key]) for key in AGREED}
    assert after["sealed"] == before["sealed"], "it is verified as before"
    assert dispute.now.running("perform") is not None, "its day is reminded of"
    dispute.do("join_in", FIRST)
    dispute.do("not_performed", FIRST, term=term)
    dispute.do("reopen", mediator())
    assert dispute.column("reopened") == 2


def test_what_is_agreed_anew_takes_the_place_of_what_stood() -> None:
    dispute = Dispute().sealed()
    dispute.do("not_performed", FIRST, term=dispute.column("clauses")[0])
    dispute.do("reopen", mediator())
    dispute.do("settle", mediator(), document=DIGEST)
    dispute.signed_and_sealed()
    assert dispute.column("stood") is None


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
