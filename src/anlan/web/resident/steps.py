# SPDX-License-Identifier: Apache-2.0
"""The way of a case in steps that keep their names, and what the person can still say of it, drawn from the declaration."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from anlan.cases.define import STAY, Procedure, Relation, State
from anlan.cases.projection import Projection
from anlan.cases.queries import Asked
from anlan.web.front import said
from anlan.web.look.times import say_limit, say_when
from anlan.web.look.values import Step


def steps_of(case: Projection, procedure: Procedure) -> list[Step]:
    """The stages of the declaration, by the same names in the same order for the whole life of a case, with where it is. An
    early end skips what it did not go through; where nothing more comes by itself nothing is drawn as to come.
    """
    now = procedure.state(case.state)
    if not now.stage:
        return []
    names = {key: said(name) for key, name in procedure.stages}
    firsts = {state.stage: state for state in reversed(procedure.states) if state.stage}
    order = list(names)
    place = order.index(now.stage)
    public = said(now.public)
    note = "" if names[order[place]].casefold() in public.casefold() else public
    if not case.open:
        whole = firsts[now.stage].key == now.key
        past = order[:-1] if whole else order[:1]
        here = Step(word=names[order[place]], state="done" if whole else "now", note=note)
        return [*(Step(word=names[stage], state="done") for stage in past), here]
    here = Step(word=names[order[place]], state="now", note=note)
    comes = order[place + 1 :] if _goes_further(procedure, now, order[place + 1 :], firsts) else []
    return [
        *(Step(word=names[stage], state="done") for stage in order[:place]),
        here,
        *(Step(word=names[stage], state="next") for stage in comes),
    ]


def _goes_further(
    procedure: Procedure, now: State, later: Sequence[str], firsts: Mapping[str, State]
) -> bool:
    """Whether it comes to a later stage without the person's own doing: a report that was not accepted does not. What usually
    leaves a case where it is (telling the person of it) leads nowhere.
    """
    reached, edge = {now.key}, {now.key}
    while edge:
        edge = {
            to
            for action in procedure.actions
            if edge & set(action.frm) and any(who.relation is not Relation.PARTY for who in action.by)
            if action.to is not STAY
            for to in (action.to, *action.may_lead_to)
        } - reached
        reached |= edge
    whole = {procedure.state(key) for key in reached}
    return any(
        state.stage in later and (state.open or firsts[state.stage].key == state.key) for state in whole
    )


def still_of(asked: Asked) -> tuple[str, str]:
    """What the person can still say, and until when, once nobody waits for their word: about to be closed, or closed. Beside
    it, once closed, the key of the action that says it.
    """
    case, procedure = asked.case, asked.procedure
    state = procedure.state(case.state)
    nexts = {each.to for each in procedure.actions if case.state in each.frm and each.on_screen}
    for action in procedure.actions:
        limit = asked.moment(action, {}).within(action)
        if limit is None or not {action.to, *action.may_lead_to} - {STAY}:
            continue
        if case.closed_at is not None and case.state in action.frm:
            last = asked.known.calendar.add(case.closed_at, limit).at
            until = {"when": say_when(last, at=asked.at, near_words=False, ends=True)}
            words = _("If it is not fixed you can have it reopened until %(when)s.") % until
            return (words, action.key) if asked.at <= last else ("", "")
        if state.open and nexts & set(action.frm):
            words = (
                _("%(state)s. If it is not fixed, say so now, or within %(limit)s after it is closed.")
                if _speaks(asked)
                else _(
                    "%(state)s. If it is not fixed you can still say so, for %(limit)s after it is closed."
                )
            )
            return words % {"state": said(state.public), "limit": say_limit(limit)}, ""
    return "", ""


def _speaks(asked: Asked) -> bool:
    """Whether the person's own word can move it elsewhere now."""
    return any(
        {action.to, *action.may_lead_to} - {STAY, asked.case.state}
        and asked.allows(action)
        and not asked.is_in_vain(action)
        for action in asked.procedure.actions
    )
