# SPDX-License-Identifier: Apache-2.0
"""What a mediation shows beside its timeline, to whoever reads it: who has agreed, who mediates, the terms, what is signed, the other legal
ways. Only what this reader's view holds.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import get_language

from anlan.cases.define import Audience, Words
from anlan.cases.known import Known, local_day
from anlan.cases.queries import View
from anlan.cases.standard import words
from anlan.parts.meetings.reads import KEYS as MEETINGS
from anlan.parts.meetings.reads import called_by, meetings_in
from anlan.places.region import region
from anlan.procedures.mediation.reads import terms_in, values_of
from anlan.procedures.mediation.record import all_of, disputants, side_of
from anlan.procedures.mediation.register import is_gone, mediator_in
from anlan.procedures.mediation.rules_after import NOT_FOR_COURTS, file_until
from anlan.procedures.mediation.states import BEFORE_TALKS, TALKS
from anlan.procedures.mediation.terms import LASTING, MODES

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


COURT: Mapping[str, Words] = {
    "": words(
        "双方可以共同申请法院确认这份协议；确认后一方不履行，另一方可以申请强制执行。需要每一方都在这里申请。",
        "The sides may together ask the court to confirm this agreement: then it can be enforced if somebody does not keep it. Each side must ask here.",
    ),
    "asked": words(
        "各方都已申请，调解员正在准备申请书。", "All have asked; the mediator prepares the application."
    ),
    "ready": words(
        "申请书已备好，请打印出来，各方在纸上签名后交给调解员，由调解员送法院。",
        "The application is ready: print it, all sign it on paper and give it to the mediator, who takes it to the court.",
    ),
    "filed": words(
        "材料已送法院，等法院决定是否受理。",
        "The papers are at the court, which decides whether to admit it.",
    ),
    "admitted": words("法院已受理，正在审查。", "The court has admitted it and examines it."),
    "confirmed": words(
        "法院已裁定协议有效，可以申请强制执行。", "The court has confirmed the agreement: it can be enforced."
    ),
    "refused": words(
        "法院没有确认。协议仍然对各方有约束力。",
        "The court did not confirm it. The agreement binds all the same.",
    ),
}
"""What each step of judicial confirmation means to whoever reads it."""
TEMPLATE = "mediation/panel.html"
READS = ("term", "agree_orally", "not_performed", *MEETINGS)
"""The actions whose entries the panel reads."""
INSTANT = timedelta(microseconds=1)
YOU, YOURS = words("您", "you"), words("您这一方的另一人", "somebody on your side")
SHORT = 40
"""Characters of what a term says that tell it from another."""


def routes_for(kind: str) -> tuple[Words, ...]:
    """Where a dispute of this kind may go instead."""
    return ROUTES.get(ROUTES_OF.get(kind, kind), ROUTES[""])


def panel(view: View, *, known: Known, at: datetime) -> Mapping[str, Any]:
    """Context of the panel's template."""
    case, record = view.case, view.case.record
    tongue = get_language() or "zh"
    roles = {key: said.in_language(tongue) for key, said in view.procedure.parties}

    def called(n: int) -> str:
        """A side by what it is to whoever reads this: "the other side" is somebody else to each of them."""
        mine = {side_of(case, own) for own in view.parties}
        if n in view.parties:
            return YOU.in_language(tongue)
        return YOURS.in_language(tongue) if side_of(case, n) in mine else roles[side_of(case, n)]

    modes = {key: said.in_language(tongue) for key, said in MODES}
    complained = {
        line.outcomes.get("facts", {}).get("term")
        for line in view.timeline.lines
        if line.action == "not_performed"
    }
    return {
        "people": [
            {
                "n": n,
                "role": called(n),
                "agreed": n in record["consented"],
                "signed": n in record["signed"],
            }
            for n in disputants(case)
        ],
        "asks": case.state in {"applied", "consenting"}
        or (case.state in {"choosing", *TALKS} and not all_of(case, "consented")),
        "help": [(line.words.in_language(tongue), line.number) for line in region().emergency]
        if view.parties
        and case.state in {"consulting", "assessing", "advised", *BEFORE_TALKS, *TALKS, "signing"}
        else [],
        "signing": case.state == "signing",
        "mediator": mediator_in(case),
        "gone": case.state in {"choosing", *TALKS, "signing"} and is_gone(case, at=at),
        "talking": record["talking"],
        # That somebody is afraid is the mediator's to know.
        "apart": record["apart"] and not view.parties and Audience.MEDIATOR in view.reads,
        "terms": [
            {
                "n": term["n"],
                "seq": term["seq"],
                "kept": term["kept"],
                "unkept": term["seq"] in complained and not term["kept"],
                "who": called(term["who"]),
                "from": term["mode"] in LASTING,
                "how": modes[term["mode"]],
                "what": term.get("what", ""),
                "amount": f"{amount // 100:,}.{amount % 100:02d}" if (amount := term.get("amount")) else "",
                "day": date.fromisoformat(term["day"]),
            }
            for term in terms_in(view)
        ],
        # Who follows it reads of meetings above, with a file for their calendar.
        "meetings": [
            each
            for each in meetings_in(view)
            if each.state == "called" and each.begins > at and case.state in TALKS and not view.parties
        ],
        "court": _court(view, called, known=known, at=at),
        "asked": bool(view.parties)
        and case.state == "consenting"
        and not set(view.parties) & set(record["consented"]),
        "routes": [said.in_language(tongue) for said in routes_for(record["kind"])]
        if not case.open and case.state != "kept"
        else (),
    }


def _court(
    view: View, called: Callable[[int], str], *, known: Known, at: datetime
) -> Mapping[str, Any] | None:
    """How it stands with judicial confirmation: what it is and until when it may be asked for, who has asked, what the court said."""
    record = view.case.record
    said, until = str(record["court"]), file_until(record, known)
    if until is None or record["oral"] or record["kind"] in NOT_FOR_COURTS or not view.case.open:
        return {"words": COURT[said].in_language(get_language() or "zh")} if said else None
    if not said and at > until:
        return None
    return {
        "words": COURT[said].in_language(get_language() or "zh"),
        # It ends with that day: the first instant of the next one would read as another day.
        "until": local_day(until - INSTANT, known.calendar) if said in {"", "asked", "ready"} else None,
        "joint": [] if said else sorted({called(n) for n in record["joint"]}),
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
