# SPDX-License-Identifier: Apache-2.0
"""Declarations are kept at first use; a changed one, or one missing under open cases, stops the start."""

from dataclasses import replace

import pytest

from anlan.cases import registry
from anlan.cases.act import act, open_case
from anlan.cases.declarations import check_used
from anlan.cases.define import Group
from anlan.cases.models import Declaration
from anlan.cases.registry import Unsound, declaration_digest, register
from anlan.cases.soundness import faults
from tests.cases.toy import TOY, TOY_CHANGED
from tests.cases.world import dispatcher, envelope, handler, opening, organisation


@pytest.mark.django_db
def test_first_use_is_kept_and_a_change_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    open_case(opening())
    assert bytes(Declaration.objects.get(procedure="toy").digest) == declaration_digest(TOY)
    check_used()
    monkeypatch.setitem(registry._procedures, ("toy", 1), TOY_CHANGED)
    with pytest.raises(Unsound, match="toy version 1 was changed"):
        check_used()


@pytest.mark.django_db
def test_a_missing_version_stops_the_start_while_cases_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    done = open_case(opening())
    act(envelope("dispatch", dispatcher(), done.case_id, data={"unit": organisation("dept:330106:housing")}))
    with monkeypatch.context() as without:
        without.delitem(registry._procedures, ("toy", 1))
        with pytest.raises(Unsound, match="toy version 1 has open cases"):
            check_used()
    act(envelope("close", handler(), done.case_id))
    monkeypatch.delitem(registry._procedures, ("toy", 1))
    check_used()


def test_every_declaration_is_sound() -> None:
    for procedure in registry.by_version().values():
        assert faults(procedure) == []


def test_unsound_declarations_are_refused() -> None:
    lost = replace(TOY, states=(*TOY.states, replace(TOY.states[0], key="island")))
    with pytest.raises(Unsound, match="island is never reached"):
        register((lost,))
    note = next(action for action in TOY.actions if action.key == "note")
    waits = replace(note, fields=(replace(note.fields[0], when=("mood", "sad")),))
    with pytest.raises(Unsound, match="waits for an answer that cannot be given"):
        register((replace(TOY, actions=tuple(waits if one is note else one for one in TOY.actions)),))
    silent = replace(TOY, clocks=tuple(replace(clock, escalate=()) for clock in TOY.clocks))
    with pytest.raises(Unsound, match="never escalates"):
        register((silent,))
    for groups, why in (
        ((), "stands in no group"),
        ((Group(key="all", words=TOY.words, actions=("note", "note")),), "note stands in several groups"),
        ((Group(key="all", words=TOY.words, actions=("dance",)),), "group of dance"),
        ((Group(key="a", words=TOY.words, actions=("note",), grave=True),), "is grave stands before"),
    ):
        some = Group(key="b", words=TOY.words, actions=("close",))
        with pytest.raises(Unsound, match=why):
            register((replace(TOY, groups=(*groups, some)),))
    register((TOY,))
