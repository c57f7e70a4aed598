# SPDX-License-Identifier: Apache-2.0
"""What a mediation shows beside its timeline, to whoever reads it: who has agreed, who mediates, the terms, what is signed, the other legal
ways. Only what this reader's view holds.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from anlan.cases.define import Audience, Words
from anlan.cases.known import Known
from anlan.cases.queries import View
from anlan.cases.standard import words
from anlan.parts.meetings.reads import called_by, meetings_in
from anlan.procedures.mediation.reads import terms_in, values_of
from anlan.procedures.mediation.record import all_of, disputants, side_of
from anlan.procedures.mediation.register import mediator_in
from anlan.procedures.mediation.states import TALKS
from anlan.procedures.mediation.terms import MODES

ROUTES: Mapping[str, tuple[Words, ...]] = {
    "": (
        words("向人民法院起诉", "Go to court"),
        words("双方约定了仲裁的，申请仲裁", "Arbitration, where both have agreed to it"),
        words("属于行政机关裁决的，申请行政裁决", "An administrative ruling, where an office may rule"),
    ),
    "labour": (
        words(
            "先申请劳动仲裁，对裁决不服 15 日内起诉",
            "Labour arbitration first; whoever disagrees goes to court within 15 days",
        ),
        words("向劳动监察投诉", "A complaint to the labour inspection"),
    ),
    "land": (
        words(
            "农村土地承包纠纷申请仲裁，不服 30 日内起诉",
            "Arbitration of rural land contracts; court within 30 days",
        ),
        words(
            "山林、土地权属纠纷由人民政府处理，不服可以复议、起诉",
            "Who owns forest or land the government decides first; then review or court",
        ),
    ),
}
"""The other legal ways; no mediation bars any of them (People's Mediation Law art. 3; labour arbitration law 50; rural land law 48)."""
ROUTES_OF = {"wages": "labour"}


TEMPLATE = "mediation/panel.html"
SHORT = 40
"""Characters of what a term says that tell it from another."""


def routes_for(kind: str) -> tuple[Words, ...]:
    """Where a dispute of this kind may go instead."""
    return ROUTES.get(ROUTES_OF.get(kind, kind), ROUTES[""])


def panel(view: View, *, known: Known, at: datetime) -> Mapping[str, Any]:  # noqa: ARG001 - the shape of all panels
    """Context of the panel's template."""
    case, record = view.case, view.case.record
    tongue = get_language() or "zh"
    roles = {key: said.in_language(tongue) for key, said in view.procedure.parties}
    modes = {key: said.in_language(tongue) for key, said in MODES}
    return {
        "people": [
            {
                "n": n,
                "role": roles[side_of(case, n)],
                "mine": n in view.parties,
                "agreed": n in record["consented"],
                "signed": n in record["signed"],
            }
            for n in disputants(case)
        ],
        "asks": case.state in {"applied", "consenting"}
        or (case.state in {"choosing", *TALKS} and not all_of(case, "consented")),
        "signing": case.state == "signing",
        "mediator": mediator_in(case),
        "talking": record["talking"],
        # That somebody is afraid is the mediator's to know.
        "apart": record["apart"] and not view.parties and Audience.MEDIATOR in view.reads,
        "terms": [
            {
                "n": term["n"],
                "seq": term["seq"],
                "kept": term["kept"],
                "who": roles[side_of(case, term["who"])],
                "how": modes[term["mode"]],
                "what": term.get("what", ""),
                "amount": f"{amount // 100:,}.{amount % 100:02d}" if (amount := term.get("amount")) else "",
                "day": date.fromisoformat(term["day"]),
            }
            for term in terms_in(view)
        ],
        # Who follows it reads of meetings above, with a file for their calendar.
        "meetings": [each for each in meetings_in(view) if each.state == "called" and not view.parties],
        "court": record["court"],
        "routes": [said.in_language(tongue) for said in routes_for(record["kind"])]
        if not case.open and case.state != "kept"
        else (),
    }


def calls(view: View, *, people: Mapping[int, str]) -> Mapping[str, Mapping[int, tuple[Any, ...]]]:
    """Terms by who, how, what, how much and when, whether they stand or not; meetings by their time and place."""
    tongue = get_language() or "zh"
    modes = {key: said.in_language(tongue) for key, said in MODES}
    found = {}
    for line in reversed(view.timeline.lines):
        if line.action in {"term", "agree_orally"}:
            term = {**line.outcomes.get("facts", {}), **values_of(line)}
            what, amount = str(term.get("what", "")), term.get("amount")
            found[line.seq] = (
                people.get(term["who"], ""),
                modes[term["mode"]],
                what if len(what) <= SHORT else f"{what[:SHORT]}…",
                *((amount,) if amount else ()),
                date.fromisoformat(term["day"]),
            )
    return {"term": found, "meeting": called_by(view)}
