# SPDX-License-Identifier: Apache-2.0
"""While the sides talk: more time, offers, terms, and how it ends without an agreement. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect
from anlan.cases.moment import Moment
from anlan.cases.standard import words
from anlan.parts.meetings import rules as meetings
from anlan.parts.signing import rules as signing
from anlan.places.calendars import Limit, Unit
from anlan.procedures.mediation.record import STOOD, disputants, with_one
from anlan.procedures.mediation.rules_apply import (
    check_agreed,
    end,
    ended,
    is_free_to,
    is_mediator,
    is_not_recused,
    perform,
)
from anlan.procedures.mediation.states import TERM
from anlan.procedures.mediation.terms import LASTING, PAYS

MOST_TERMS = 40


def may_meet(moment: Moment) -> None:
    """A meeting with everybody: not where somebody is afraid of the other side, nor before everybody was asked."""
    may_meet_one(moment)
    if moment.open_case.record["apart"]:
        raise Refusal(
            words(
                "这件事不能安排双方见面，请分别安排。",
                "The sides do not meet in this one: please arrange a meeting with each.",
            )
        )
    check_agreed(moment)


def may_meet_one(moment: Moment) -> None:
    """A meeting that the mediator calls."""
    is_free_to(moment)
    meetings.MayCall()(moment)


def may_hold(moment: Moment) -> None:
    """The mediator was there."""
    is_free_to(moment)
    meetings.may_hold(moment)


def may_call_off(moment: Moment) -> None:
    """The mediator calls it off."""
    is_free_to(moment)
    meetings.may_call_off(moment)


def may_attest(moment: Moment) -> None:
    """The mediator of this case saw the pen."""
    is_mediator(moment)
    signing.may_sign_on_paper(moment)


def is_talking(moment: Moment) -> None:
    """Offers are made while the sides talk."""
    is_free_to(moment)
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
    return Effect(record=_with_term(moment))


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


def _with_term(moment: Moment) -> dict[str, Any]:
    seq, data = moment.open_case.seq + 1, moment.data
    day = date.fromisoformat(data["day"]).toordinal()
    lasting = moment.open_case.record["lasting"]
    return {
        **_terms(moment, [*_stand(moment), (seq, day, data["who"])]),
        "lasting": [*lasting, seq] if data["mode"] in LASTING else lasting,
    }


def _stand(moment: Moment) -> list[tuple[int, int, int]]:
    """The terms that stand: the entry of each, its day, and who owes it."""
    record = moment.open_case.record
    return list(zip(record["clauses"], record["until"], record["owed_by"], strict=True))


def _terms(moment: Moment, there: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    """The columns of these terms: all are performed by the end of the last day of them."""
    last = max((day for _seq, day, _who in there), default=None)
    zone = moment.known.calendar.zone
    return {
        "clauses": [seq for seq, _day, _who in there],
        "until": [day for _seq, day, _who in there],
        "owed_by": [who for _seq, _day, who in there],
        "perform_by": datetime.combine(date.fromordinal(last), time.max, tzinfo=zone) if last else None,
    }


def drop_term(moment: Moment) -> Effect:
    """Taken out again, before anybody signed."""
    is_mediator(moment)
    record, gone = moment.open_case.record, moment.data["term"]
    if gone not in record["clauses"]:
        raise Refusal(words("没有这一条。", "There is no such term."), field="term")
    return Effect(record=_terms(moment, [term for term in _stand(moment) if term[0] != gone]))


def draft(moment: Moment) -> Effect:
    """Facts, points and what each answers for: what an agreement holds besides its terms (art. 29)."""
    is_mediator(moment)
    return Effect(record={"drafted": True})


def agree_orally(moment: Moment) -> Effect:
    """In force when it is said (art. 30); the mediator writes it down."""
    is_mediator(moment)
    check_agreed(moment)
    check_term(moment, moment.data)
    terms = _with_term(moment)
    agreed = in_force(moment, terms, oral=True, partial=bool(moment.data.get("partly")))
    # What was signed in earlier talks stands no more.
    return replace(agreed, record={**agreed.record, **terms, **signing.annulled(moment.open_case)})


def in_force(moment: Moment, terms: Mapping[str, Any], *, oral: bool, partial: bool) -> Effect:
    """Agreed: what was offered on the way is read by nobody any more, performance begins."""
    there = {**terms, "performed": moment.open_case.record["performed"]}
    return perform(
        moment,
        there,
        {
            **ended("partial" if partial else "agreement"),
            "oral": oral,
            "partial": partial,
            "agreed_at": moment.at,
            "level": level_of(moment),
            STOOD: None,
        },
    )


LEVELS = {"village_committee": "village", "town_room": "town", "city_supervision": "city"}


def level_of(moment: Moment) -> str:
    """At which level it was settled."""
    room = moment.known.organisations.get(moment.open_case.room or 0)
    return LEVELS.get(room.kind, "county") if room else "county"


def settle(moment: Moment) -> Effect:
    """To the signing: the text stands."""
    is_mediator(moment)
    check_agreed(moment)
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


def fail(moment: Moment) -> Effect:
    """No agreement; the ground is listed, the other ways are told."""
    is_free_to(moment)
    return end(moment, "failed")


def rework(moment: Moment) -> Effect:
    """The text is changed once more; who signed has signed another one."""
    is_mediator(moment)
    return Effect(record=signing.withdrawn())


def seal(moment: Moment) -> Effect:
    """In force when all have signed, the mediator too, and the committee has sealed it (art. 29); what was sealed before stands no more."""
    is_not_recused(moment)
    record = moment.open_case.record
    agreed = in_force(moment, record, oral=False, partial=record["partial"])
    stands = {**signing.sealed(moment).record, "sealed": [moment.data["sealed"]]}
    return replace(agreed, record={**agreed.record, **stands})
