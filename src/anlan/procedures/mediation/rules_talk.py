# SPDX-License-Identifier: Apache-2.0
"""While the sides talk: more time, offers, terms, and how it ends without an agreement. Pure."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect
from anlan.cases.moment import Moment
from anlan.cases.standard import words
from anlan.parts.meetings.rules import MayCall
from anlan.parts.signing import rules as signing
from anlan.places.calendars import Limit, Unit
from anlan.procedures.mediation.record import disputants, with_one
from anlan.procedures.mediation.rules_apply import ended, is_mediator
from anlan.procedures.mediation.states import TERM
from anlan.procedures.mediation.terms import PAYS

MOST_TERMS = 40


def may_meet(moment: Moment) -> None:
    """A meeting with everybody: not where somebody is afraid of the other side."""
    if moment.open_case.record["apart"]:
        raise Refusal(
            words(
                "这件事不能安排双方见面，请分别安排。",
                "The sides do not meet in this one: please arrange a meeting with each.",
            )
        )
    MayCall()(moment)


def is_talking(moment: Moment) -> None:
    """Offers are made while the sides talk."""
    if not moment.open_case.record["talking"]:
        raise Refusal(words("调解还没有开始。", "The mediation has not begun."))


def may_countersign(moment: Moment) -> None:
    """The mediator of this case signs, once."""
    is_mediator(moment)
    signing.may_countersign(moment)


def ask_longer(moment: Moment) -> Effect:
    """More time when everybody asks for it."""
    longer = with_one(moment, "longer", *moment.parties)
    case = moment.open_case
    if not set(disputants(case)) <= set(longer):
        return Effect(record={"longer": longer})
    run = case.running("mediate")
    days = (run[1].n if run else TERM.n) + TERM.n
    return Effect(
        record={"longer": [], "extended": case.record["extended"] + 1},
        limits={"mediate": Limit(n=days, unit=Unit.DAY)},
    )


def term(moment: Moment) -> Effect:
    """One term of the agreement. The clarity test: who, what, how, how much, by when."""
    is_mediator(moment)
    check_term(moment, moment.data)
    case = moment.open_case
    if len(case.record["clauses"]) >= MOST_TERMS:
        raise Refusal(words("条款太多了，请合并。", "There are too many terms; please join some."))
    return Effect(record={"clauses": [*case.record["clauses"], case.seq + 1], **_until(moment, moment.data)})


def check_term(moment: Moment, data: Any) -> None:
    """Refuses a term that nobody could perform, or a court confirm."""
    if data["mode"] in PAYS and "amount" not in data:
        raise Refusal(
            words("付款的请写明金额。", "Where something is paid, please say how much."), field="amount"
        )
    if data["mode"] not in PAYS and "amount" in data:
        raise Refusal(
            words("写了金额的，方式请选转账或者现金。", "With an amount, please choose a transfer or cash."),
            field="mode",
        )
    if date.fromisoformat(data["day"]) < moment.day:
        raise Refusal(words("这一天已经过去。", "That day has passed."), field="day")


def _until(moment: Moment, data: Any) -> dict[str, object]:
    """The end of the last day of all terms."""
    end = datetime.combine(date.fromisoformat(data["day"]), time.max, tzinfo=moment.known.calendar.zone)
    known = moment.open_case.record["perform_by"]
    before = datetime.fromisoformat(known) if known else end
    return {"perform_by": max(end, before)}


def drop_term(moment: Moment) -> Effect:
    """Taken out again, before anybody signed."""
    is_mediator(moment)
    there = moment.open_case.record["clauses"]
    if moment.data["term"] not in there:
        raise Refusal(words("没有这一条。", "There is no such term."), field="term")
    return Effect(record={"clauses": [n for n in there if n != moment.data["term"]]})


def draft(moment: Moment) -> Effect:
    """Facts, points and what each answers for: what an agreement holds besides its terms (art. 29)."""
    is_mediator(moment)
    return Effect(record={"drafted": True})


def agree_orally(moment: Moment) -> Effect:
    """In force when it is said (art. 30); the mediator writes it down."""
    is_mediator(moment)
    check_term(moment, moment.data)
    case = moment.open_case
    until = _until(moment, moment.data)
    return in_force(
        moment,
        clauses=[*case.record["clauses"], case.seq + 1],
        until=until["perform_by"],
        oral=True,
        partial=bool(moment.data.get("partly")),
    )


def in_force(moment: Moment, *, clauses: list[int], until: Any, oral: bool, partial: bool) -> Effect:
    """Agreed: what was offered on the way is read by nobody any more, performance begins."""
    due = until if isinstance(until, datetime) else datetime.fromisoformat(until)
    return Effect(
        record={
            **ended("partial" if partial else "agreement"),
            "clauses": clauses,
            "perform_by": due,
            "oral": oral,
            "partial": partial,
            "agreed_at": moment.at,
            "level": level_of(moment),
        },
        limits={"perform": TERM},
        due={"perform": due},
    )


LEVELS = {"village_committee": "village", "town_room": "town", "city_supervision": "city"}


def level_of(moment: Moment) -> str:
    """At which level it was settled."""
    room = moment.known.organisations.get(moment.open_case.room or 0)
    return LEVELS.get(room.kind, "county") if room else "county"


def settle(moment: Moment) -> Effect:
    """To the signing: the text stands."""
    is_mediator(moment)
    record = moment.open_case.record
    if not record["clauses"]:
        raise Refusal(words("请先写至少一条协议内容。", "Please write at least one term first."))
    if not record["drafted"]:
        raise Refusal(
            words(
                "请先写主要事实、争议点和各方责任。",
                "Please write the facts, the points and what each answers for first.",
            )
        )
    return Effect(
        record={"partial": bool(moment.data.get("partly")), **signing.put_forward(moment.data["document"])}
    )


def fail(_moment: Moment) -> Effect:
    """No agreement; the ground is listed, the other ways are told."""
    return Effect(record=ended("failed"))


def rework(moment: Moment) -> Effect:
    """The text is changed once more; who signed has signed another one."""
    is_mediator(moment)
    return Effect(record=signing.withdrawn())


def seal(moment: Moment) -> Effect:
    """In force when all have signed, the mediator too, and the committee has sealed it (art. 29)."""
    record = moment.open_case.record
    agreed = in_force(
        moment, clauses=record["clauses"], until=record["perform_by"], oral=False, partial=record["partial"]
    )
    return replace(agreed, record={**agreed.record, **signing.sealed(moment).record})
