# SPDX-License-Identifier: Apache-2.0
"""A case as a phone carries it: what its page shows, so that whoever checks without signal sees what they confirm."""

from collections.abc import Iterator, Sequence
from typing import Any

from anlan.cases.define import Kind, Words
from anlan.cases.known import Known
from anlan.cases.queries import OUTCOME, Line, UsedBefore, View
from anlan.people.may import Role
from anlan.web.api.drawing import case_of, entry_of, named, number_text

BY_ITSELF = Words(zh="系统", en="by itself")
FORMER = Words(zh="原岗位", en="a former post")
SOMEBODY = Words(zh="未登录的人", en="somebody without an account")


def carried_of(view: View, used: Sequence[UsedBefore], *, known: Known) -> dict[str, Any]:
    """With what has to be true before it is closed, the entry whose outcome stands, and every office that it names."""
    case = view.case
    condition = known.conditions.get(case.condition or 0)
    return case_of(view) | {
        "id": case.id,
        "entries": [
            entry_of(line, view.procedure) | {"who": named(_who(line, view, known))}
            for line in view.timeline.lines
        ],
        "used_before": [{"n": one.n, "number": number_text(one.number), "at": one.at} for one in used],
        "closing": named(condition.closing) if condition is not None and condition.closing.zh else None,
        "outcome": _outcome(view),
        "room": case.room,
        "offices": [
            {"id": id, "words": named(known.organisations[id].words)}
            for id in sorted({case.holder or 0, case.room or 0, *_offices(view)})
            if id in known.organisations
        ],
    }


def _outcome(view: View) -> int | None:
    """The entry that told what was done, as long as that stands."""
    if not view.case.record.get(OUTCOME):
        return None
    return next((line.seq for line in view.timeline.lines if OUTCOME in line.outcomes.get("facts", {})), None)


def _offices(view: View) -> Iterator[int]:
    """Organisations that the facts of its entries name."""
    for line in view.timeline.lines:
        facts = line.outcomes.get("facts", {})
        for field in _fields(view, line.action):
            if field.key in facts and field.kind is Kind.ORGANISATION:
                yield facts[field.key]
            elif field.key in facts and field.kind is Kind.ORGANISATIONS:
                yield from facts[field.key]


def _fields(view: View, action: str) -> Sequence[Any]:
    try:
        return view.procedure.action(action).fields
    except KeyError:
        return ()


def _who(line: Line, view: View, known: Known) -> Words:
    """Whose deed an entry is: an office and a role, a party by its role; never anybody's name."""
    if line.organisation is not None and line.role is not None:
        role, office = Role(line.role), known.organisations.get(line.organisation)
        zh, en = (role.in_language(tongue) for tongue in ("zh", "en"))
        return Words(zh=f"{office.words.zh} · {zh}", en=f"{office.words.en} · {en}") if office else FORMER
    kind, _sep, number = line.actor.partition(":")
    if kind == "party":
        return dict(view.procedure.parties).get(view.case.parties.get(int(number), ""), SOMEBODY)
    return BY_ITSELF if kind == "system" else FORMER
