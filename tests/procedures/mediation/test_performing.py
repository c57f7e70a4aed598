# SPDX-License-Identifier: Apache-2.0
"""What was agreed is kept or not: what lasts begins on its day, and nobody complains of what is theirs to keep."""

import pytest

from anlan.base.errors import Invalid
from tests.procedures.mediation.cast import FIRST, SECOND, Dispute, mediator

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
