# SPDX-License-Identifier: Apache-2.0
"""What is the reporter's to say about themselves: who may know who they are, and when their data go. Pure.

See docs/decisions/confidential.md and docs/decisions/erasure.md.
"""

from datetime import datetime

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect
from anlan.cases.moment import Moment
from anlan.cases.personal import find_personal
from anlan.cases.standard import erased, escalated, unpublished, words
from anlan.places.calendars import Limit, Unit
from anlan.procedures.report.kinds import DANGER_KINDS
from anlan.procedures.report.rules_assisted import forgotten, only_handles

LEDGER = Limit(n=3 * 365 + 1, unit=Unit.DAY)
"""Hazard ledgers are kept at least three years (Zhejiang work safety regulation art. 15)."""
APPEAL = Limit(n=15, unit=Unit.DAY)
SHORTEST = 6


def check_screened(moment: Moment) -> None:
    """Nothing said in confidence goes to a unit before the room has looked whether it gives the reporter away."""
    if moment.open_case.record["unscreened"]:
        raise Refusal(
            words(
                "报告人要求保密：请先决定哪些内容可以交给承办单位。",
                "The reporter asked to be kept secret: please decide first what the unit may read.",
            )
        )


def screen(moment: Moment) -> Effect:
    """The room passes the words on as they are, or its own summary in their place."""
    record, data = moment.open_case.record, moment.data
    if not record["confidential"]:
        raise Refusal(words("报告人没有要求保密。", "The reporter did not ask to be kept secret."))
    if data["decision"] == "open":
        return Effect(record={"shared": True, "unscreened": False})
    summary = data.get("summary", "")
    if len(summary) < SHORTEST:
        raise Refusal(
            words("请写交给承办单位的摘要。", "Please write the summary for the unit."), field="summary"
        )
    found = tuple(dict.fromkeys(each.text for each in find_personal(summary, moment.people)))
    if found:
        raise Refusal(
            words(
                f"这些字会看出是谁：{'、'.join(found)}。请删去。",
                f"This points at somebody: {', '.join(found)}. Please take it out.",
            ),
            field="summary",
            found=found,
        )
    return Effect(record={"shared": False, "unscreened": False})


def may_look(moment: Moment) -> None:
    """Who routes a case reads its words anyhow. Who a confidential reporter is opens to them with a reason, and to those above
    and auditors; never to who handles it.
    """
    case, own = moment.open_case, moment.by.organisation_id
    if not case.record["confidential"]:
        if own == case.room:
            raise Refusal(
                words(
                    "这一件由贵单位受理，内容本来就能看到。",
                    "Your office takes this one and reads it anyhow.",
                )
            )
        return
    above = moment.known.lineage(case.room)[1:] if case.room is not None else ()
    works = own in case.assigned_now("lead") or own in case.assigned_now("assist")
    if own != case.room and (works or (own not in above and moment.by.role != "auditor")):
        raise Refusal(
            words(
                "报告人要求对承办单位保密，只有受理单位和它的上级能查看。",
                "The reporter is kept secret from who handles it: only the office that takes it and those above may look.",
            )
        )


def may_be_opened_for_a_call(moment: Moment) -> None:
    """Of a confidential report nobody who handles it learns whose it is, not even from the person."""
    if only_handles(moment):
        raise Refusal(
            words(
                "这一件要求对承办单位保密，请本人向受理单位查询，或者凭编号和查询码查看。",
                "This one is kept secret from who handles it: the person may ask the office that takes it, or look it up.",
            )
        )


def why_kept(moment: Moment) -> Refusal | None:
    """Why the data cannot be erased now: they are still needed, or must be kept by law."""
    case = moment.open_case
    if case.open:
        return Refusal(
            words(
                "还在办理，办理和答复都用得着；办结以后就可以删除。",
                "It is still in hand, and what you wrote is needed for that. Once it is closed you can erase it.",
            )
        )
    until = kept_until(moment)
    if until is not None and moment.at < until:
        day = until.astimezone(moment.known.calendar.zone).date().isoformat()
        return Refusal(
            words(
                f"安全隐患的记录依法至少保存三年，到 {day} 为止。",
                f"By law, records of hazards are kept for three years at least: until {day}.",
            )
        )
    return None


def kept_until(moment: Moment) -> datetime | None:
    """Until when the law asks that this one be kept; None where it does not."""
    case = moment.open_case
    if case.state != "closed" or case.closed_at is None or case.record["kind"] not in DANGER_KINDS:
        return None
    return moment.known.calendar.add(case.closed_at, LEDGER).at


def may_erase(moment: Moment) -> None:
    """Refuses with the reason, which the reporter may appeal against. The system erases when the keeping time has ended."""
    kept = why_kept(moment)
    if kept is not None and (moment.by.kind != "system" or moment.open_case.open):
        raise kept


def appeal(moment: Moment) -> Effect:
    """The reporter does not accept the refusal: the office above decides within fifteen days."""
    case = moment.open_case
    if case.record["erasure"]:
        raise Refusal(words("您已经申诉过。", "You have appealed already."))
    if why_kept(moment) is None:
        raise Refusal(
            words("现在就可以删除，不用申诉。", "You can erase it now; there is nothing to appeal against.")
        )
    if case.holder is None or not moment.known.lineage(case.holder)[1:]:
        raise Refusal(
            words(
                "已经没有上一级，您可以向网信部门投诉或者起诉。",
                "There is no level above. You may turn to the data protection authority or to court.",
            )
        )
    return Effect(record={"erasure": "asked"}, limits={"erasure": APPEAL})


def decide_appeal(moment: Moment) -> Effect:
    """Words and photos of an open report are still needed; the contact may go at any time."""
    case = moment.open_case
    if case.record["erasure"] != "asked":
        raise Refusal(words("没有待决定的申诉。", "No appeal is waiting."))
    decision = moment.data["decision"]
    if decision == "keep":
        return Effect(stops=("erasure",), record={"erasure": "kept"})
    if decision == "all" and case.open:
        raise Refusal(
            words(
                "还在办理，现在只能删除联系方式。",
                "It is still in hand: only the contact can be erased now.",
            ),
            field="decision",
        )
    if decision == "contact":
        return forgotten(Effect(stops=("erasure",), erased=("parties",), record={"erasure": "granted"}))
    return forgotten(
        Effect(
            stops=("erasure",),
            erased=("words", "parties", "files"),
            published=unpublished(case),
            record={"erasure": "granted", "released": False, "pictured": False},
        )
    )


def erase(moment: Moment) -> Effect:
    """As everywhere; nobody is told any more."""
    return forgotten(erased(moment))


def appeal_overdue(moment: Moment) -> Effect:
    """The office above has not decided in time."""
    return escalated(moment)
