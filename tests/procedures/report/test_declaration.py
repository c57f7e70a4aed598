# SPDX-License-Identifier: Apache-2.0
"""The declaration as a whole: sound, whole, in plain words, and within the house's boundaries."""

from pathlib import Path

import anlan.procedures.report as room
from anlan.cases.define import Audience, Kind, Relation, Words
from anlan.cases.registry import plain, record_columns
from anlan.cases.soundness import faults
from anlan.people.may import Role
from anlan.procedures.report.kinds import KINDS
from anlan.procedures.report.procedure import REPORT
from anlan.procedures.report.record import BLANK

HERE = Path(room.__file__).parent


def test_it_is_sound() -> None:
    assert faults(REPORT) == []


def test_the_declaration_reads_in_one_go() -> None:
    assert len((HERE / "procedure.py").read_text().splitlines()) < 250


def test_typed_columns_are_those_the_opening_sets() -> None:
    assert set(record_columns("report")) == set(BLANK)


def test_every_word_is_in_both_languages() -> None:
    found: list[dict[str, str]] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if set(value) == {"zh", "en"}:
                found.append(value)
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(plain(REPORT))
    assert len(found) > 300
    for one in found:
        assert any("\u4e00" <= c <= "\u9fff" for c in one["zh"]), one
        assert one["en"].strip(), one
        assert not any("\u4e00" <= c <= "\u9fff" for c in one["en"]), one


def test_what_a_person_writes_is_never_a_fact() -> None:
    for action in REPORT.actions:
        for field in action.fields:
            if field.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.POINT, Kind.FILES) and field.key != "clock":
                assert not field.fact, (action.key, field.key)


def test_nothing_but_a_summary_is_public() -> None:
    public = [(a.key, f.key) for a in REPORT.actions for f in a.fields if f.audience is Audience.PUBLIC]
    assert public == [("publish", "summary")]


def test_every_state_a_person_waits_in_has_a_limit() -> None:
    for state in REPORT.states:
        limits = [key for key in state.clocks if not REPORT.clock(key).on_call]
        assert bool(limits) is state.open, state.key


def test_administrators_do_nothing_with_cases_and_auditors_only_look() -> None:
    for action in REPORT.actions:
        roles = {role for who in action.by for role in who.roles}
        assert not roles & {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
        assert Role.AUDITOR not in roles or action.key == "look"


def test_those_below_never_decide_about_those_above() -> None:
    for key in ("decide_objection", "rule", "supervise"):
        for who in REPORT.action(key).by:
            assert set(who.roles) == {Role.COUNTY_DISPATCHER, Role.SUPERVISOR}
            assert who.relation in (Relation.HOLDER, Relation.UPPER)


def test_figures_say_what_they_count_and_where_from() -> None:
    for measure in REPORT.measures:
        assert measure.source
        assert isinstance(measure.formula, Words)
        assert ("÷" in measure.formula.zh) is (measure.of is not None)
    assert len({measure.key for measure in REPORT.measures}) == len(REPORT.measures)


def test_there_are_at_most_twelve_kinds() -> None:
    assert len(KINDS) <= 12
