# SPDX-License-Identifier: Apache-2.0
"""What has to be confirmed is confirmed with a yes, through every door; and what the sides chose together stands."""

import pytest

from anlan.base.errors import Invalid
from anlan.cases.define import Kind
from anlan.procedures.mediation.procedure import MEDIATION
from anlan.web.api.drawing import action_schema
from tests.procedures.mediation.cast import FIRST, SECOND, TERM, Dispute, clerk, mediator
from tests.procedures.mediation.test_attacked import seen

pytestmark = pytest.mark.django_db


def test_nothing_is_agreed_orally_that_the_sides_did_not_agree_to() -> None:
    dispute = Dispute().drafted()
    for no in (False, "no", "false", "0"):
        with pytest.raises(Invalid) as refused:
            dispute.do("agree_orally", mediator(), **TERM, both=no)
        assert "both" in refused.value.fields
    assert dispute.state == "mediating"


def test_no_talks_begin_with_a_mediator_who_has_an_interest() -> None:
    dispute = Dispute().accepted()
    dispute.do("appoint", clerk(), mediator=41)
    with pytest.raises(Invalid) as refused:
        dispute.do("begin", mediator(), no_interest=False, rights=False)
    assert {"no_interest", "rights"} == set(refused.value.fields)


def test_nothing_is_taken_down_for_somebody_who_did_not_ask_for_it() -> None:
    with pytest.raises(Invalid) as refused:
        Dispute("ask_for", clerk(), requested=False)
    assert "requested" in refused.value.fields


def test_a_program_reads_what_has_to_be_yes() -> None:
    for action in MEDIATION.actions:
        asked = action_schema(MEDIATION, action, language="en")["properties"]
        for field in action.fields:
            if field.kind is Kind.YES_NO:
                assert asked[field.key].get("const", False) is field.required


def test_whom_the_sides_chose_together_no_office_replaces_by_somebody_else() -> None:
    dispute = Dispute().accepted()
    dispute.do("appoint", clerk(), mediator=40)
    dispute.do("choose", FIRST, mediator=41)
    dispute.do("appoint", clerk(), mediator=40)
    dispute.do("choose", SECOND, mediator=41)
    with pytest.raises(Invalid, match=r"共同选定|chosen their mediator together"):
        dispute.do("appoint", clerk(), mediator=40)
    assert "appoint" not in {action.key for action in seen(dispute, clerk()).actions}
    assert dispute.column("mediator") == 41
    dispute.do("relieve", clerk(), ground="away")
    dispute.do("appoint", clerk(), mediator=40)
    assert dispute.column("mediator") == 40
