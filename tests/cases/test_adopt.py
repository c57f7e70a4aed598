# SPDX-License-Identifier: Apache-2.0
"""Open cases go over to a newer version of their procedure by entries; one whose state is gone there stays."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from anlan.cases import registry, standard_system
from anlan.cases.act import act, open_case
from anlan.cases.define import Procedure
from anlan.cases.models import Case, Entry
from anlan.people.models import AdminLine
from tests.cases.toy import OPEN_STATES, TOY
from tests.cases.world import dispatcher, envelope, handler, opening, organisation

ADOPTING = replace(TOY, actions=(*TOY.actions, standard_system.adopt_version(frm=OPEN_STATES)))


def narrower(state: str) -> Procedure:
    """Version 2, without a state of the first."""
    return replace(ADOPTING, version=2, states=tuple(one for one in ADOPTING.states if one.key != state))


@pytest.fixture
def two_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._procedures, ("toy", 1), ADOPTING)
    monkeypatch.setitem(registry._newest, "toy", ADOPTING)


def run() -> str:
    out = StringIO()
    call_command("adopt", "toy", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_open_cases_adopt_the_newest_version_and_closed_ones_stay(
    two_versions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, going = open_case(opening()), open_case(opening())
    for done in (ended, going):
        act(
            envelope(
                "dispatch", dispatcher(), done.case_id, data={"unit": organisation("dept:330106:housing")}
            )
        )
    act(envelope("close", handler(), ended.case_id))
    assert run().startswith("0 cases")
    newer = replace(ADOPTING, version=2)
    monkeypatch.setitem(registry._procedures, ("toy", 2), newer)
    monkeypatch.setitem(registry._newest, "toy", newer)
    assert run().startswith("1 cases now run under version 2")
    assert [Case.objects.get(pk=one.case_id).version for one in (ended, going)] == [1, 2]
    entry = Entry.objects.filter(case_id=going.case_id).latest("seq")
    assert (entry.action, entry.actor, entry.audience) == ("adopt_version", "system", "reporter")
    assert AdminLine.objects.latest("seq").what == "procedures.adopt"
    assert run().startswith("0 cases")
    act(envelope("close", handler(), going.case_id))


@pytest.mark.django_db
def test_a_case_whose_state_is_gone_stays_and_is_counted(
    two_versions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = open_case(opening())
    newer = narrower(Case.objects.get(pk=done.case_id).state)
    monkeypatch.setitem(registry._procedures, ("toy", 2), newer)
    monkeypatch.setitem(registry._newest, "toy", newer)
    with pytest.raises(CommandError, match="1 stay"):
        run()
    assert Case.objects.get(pk=done.case_id).version == 1


def test_a_procedure_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="no procedure nothing"):
        call_command("adopt", "nothing")
