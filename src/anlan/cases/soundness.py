# SPDX-License-Identifier: Apache-2.0
"""What makes a declaration sound. Pure; `registry` refuses to start with an unsound one."""

from collections.abc import Iterable

from anlan.base.boundary import check_words
from anlan.base.errors import Refused
from anlan.cases.define import START, Procedure, Relation, Words
from anlan.people.may import Role

KNOWN_NEEDS = frozenset({"routing", "cases", "onward", "joined", "parties", "names", "posts", "before"})


def faults(procedure: Procedure) -> list[str]:
    """Every reason why this declaration may not be used; empty when it is sound."""
    return [
        *_unknown_names(procedure),
        *_unreachable(procedure),
        *_actions(procedure),
        *_groups(procedure),
        *_clocks(procedure),
        *_measures(procedure),
        *_boundary(procedure),
    ]


def _unknown_names(procedure: Procedure) -> Iterable[str]:
    states = {state.key for state in procedure.states}
    clocks = {clock.key for clock in procedure.clocks}
    actions = {action.key for action in procedure.actions}
    if len(states) != len(procedure.states) or len(actions) != len(procedure.actions):
        yield "a key is used twice"
    for action in procedure.actions:
        for key in (*action.frm, *action.may_lead_to, action.to or START):
            if key not in states and key != START:
                yield f"action {action.key} names the unknown state {key}"
        asked = {(field.key, key) for field in action.fields for key, _words in field.choices}
        yield from (
            f"field {field.key} of action {action.key} waits for an answer that cannot be given"
            for field in action.fields
            if field.when is not None and field.when not in asked
        )
        yield from (
            f"action {action.key} needs the unknown {need}" for need in set(action.needs) - KNOWN_NEEDS
        )
    for state in procedure.states:
        if state.stage and state.stage not in dict(procedure.stages):
            yield f"state {state.key} is in the unknown stage {state.stage}"
        for name in (*state.clocks, *state.pauses):
            if name not in clocks:
                yield f"state {state.key} names the unknown clock {name}"
    for clock in procedure.clocks:
        for step in clock.escalate:
            if step.action not in actions:
                yield f"clock {clock.key} escalates to the unknown action {step.action}"
    for notice in procedure.notices:
        if notice.on not in actions:
            yield f"notice {notice.key} follows the unknown action {notice.on}"


def _targets(procedure: Procedure, key: str) -> set[str]:
    action = procedure.action(key)
    return {*action.may_lead_to, *([action.to] if action.to is not None else [])}


def _unreachable(procedure: Procedure) -> Iterable[str]:
    reached, edge = {START}, {START}
    while edge:
        edge = {
            target
            for action in procedure.actions
            if edge & set(action.frm)
            for target in _targets(procedure, action.key)
        } - reached
        reached |= edge
    yield from (f"state {s.key} is never reached" for s in procedure.states if s.key not in reached)
    if not any(not state.open for state in procedure.states):
        yield "the procedure has no end"
    for state in procedure.states:
        leaves = any(
            state.key in action.frm and _targets(procedure, action.key) - {state.key}
            for action in procedure.actions
        )
        if state.open and not leaves:
            yield f"nothing leads out of the open state {state.key}"


def _actions(procedure: Procedure) -> Iterable[str]:
    roles = {str(role) for role in Role}
    parties = {key for key, _words in procedure.parties}
    for action in procedure.actions:
        if not action.by:
            yield f"action {action.key} is nobody's"
        for who in action.by:
            known = parties if who.relation is Relation.PARTY else roles
            yield from (
                f"action {action.key} names the unknown role {role}"
                for role in who.roles
                if role not in known
            )
            bare = (Relation.SYSTEM, Relation.ANYONE, Relation.PARTY)
            if who.relation not in bare and not who.roles:
                yield f"action {action.key} does not say which posts"


def _groups(procedure: Procedure) -> Iterable[str]:
    """Where a procedure groups what posts do, each stands in one group, and the grave ones last."""
    grouped = [key for group in procedure.groups for key in group.actions]
    yield from (f"group of {key}, which no post does on a form" for key in set(grouped) - _done(procedure))
    yield from (f"action {key} stands in several groups" for key in set(grouped) if grouped.count(key) > 1)
    if grouped:
        yield from (f"action {key} stands in no group" for key in sorted(_done(procedure) - set(grouped)))
    if sorted(procedure.groups, key=lambda group: group.grave) != list(procedure.groups):
        yield "a group that is grave stands before one that is not"


def _done(procedure: Procedure) -> set[str]:
    return {action.key for action in procedure.deeds()}


def _clocks(procedure: Procedure) -> Iterable[str]:
    used = {key for state in procedure.states for key in state.clocks}
    for clock in procedure.clocks:
        if not clock.escalate:
            yield f"clock {clock.key} never escalates"
        if clock.key not in used:
            yield f"clock {clock.key} runs in no state"
        for step in clock.escalate:
            action = procedure.action(step.action)
            if not any(who.relation is Relation.SYSTEM for who in action.by):
                yield f"clock {clock.key} escalates to {step.action}, which the system may not do"
            for state in procedure.states:
                if clock.key in state.clocks and state.key not in action.frm:
                    yield f"clock {clock.key} runs in {state.key}, where {step.action} cannot be done"


MOST_FACTS = 63
"""A case's facts of one day are the bits of one whole number."""


def _measures(procedure: Procedure) -> Iterable[str]:
    facts = {fact.key: fact for fact in procedure.facts}
    if len(facts) != len(procedure.facts) or len(facts) > MOST_FACTS:
        yield f"facts have keys of their own, {MOST_FACTS} at most"
    for measure in procedure.measures:
        named = [measure.counts] if measure.of is None else [measure.counts, measure.of]
        yield from (
            f"measure {measure.key} names the unknown fact {key}" for key in named if key not in facts
        )
        if len({facts[key].standing for key in named if key in facts}) > 1:
            yield f"measure {measure.key} divides what stands now by what happened on days"


def _boundary(procedure: Procedure) -> Iterable[str]:
    for action in procedure.actions:
        for field in action.fields:
            for words in (
                field.words,
                *(w for _key, w in field.choices),
                *((field.hint,) if field.hint else ()),
            ):
                yield from _refused(words, f"{action.key}.{field.key}")


def _refused(words: Words, where: str) -> Iterable[str]:
    for text in (words.zh, words.en):
        try:
            check_words(text, where=where)
        except Refused as refused:
            yield f"{where}: {refused}"
