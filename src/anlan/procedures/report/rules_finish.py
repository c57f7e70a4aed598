# SPDX-License-Identifier: Apache-2.0
"""How a report ends: checked by somebody else, confirmed, closed, rated, reopened, withdrawn. Pure.

Silence is never taken for satisfaction: it closes as "not confirmed".
"""

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect
from anlan.cases.moment import Moment
from anlan.cases.onward import joined
from anlan.cases.standard import escalated, unpublished, words
from anlan.procedures.report.record import RETURNED, checked, committee, counted, whereabouts


def checked_by_others(moment: Moment) -> None:
    """Whoever handled it does not check it. A room checks only what nobody sees on site, or a village's own work."""
    case, by = moment.open_case, moment.by
    if by.organisation_id == case.holder:
        raise Refusal(words("办理单位不能核实自己的办理结果。", "Whoever handled it may not check it."))
    if by.role not in ("grid_worker", "village_clerk"):
        holder = moment.known.organisations.get(case.holder) if case.holder is not None else None
        village = holder is not None and holder.kind == "village_committee"
        unseen = case.record["outcome"] in ("explained", "cannot") or committee(moment) is None
        if not unseen and not village:
            raise Refusal(
                words(
                    "请由网格员到现场核实，或者由报告人确认。",
                    "Please have a grid worker check on site, or the reporter confirm.",
                )
            )


def check(moment: Moment) -> Effect:
    """Holds: to be closed. Does not hold: back to the unit."""
    if moment.data["result"] == "fails":
        return Effect(to="in_hand", record={"rework": counted(moment, "rework")})
    grid = moment.by.role in ("grid_worker", "village_clerk")
    return Effect(to="checked", record={"checked_by": "grid" if grid else "room"}, release=checked(moment))


def not_said_yet(moment: Moment) -> None:
    """The reporter may speak after somebody else checked, as long as it is not closed; once they confirmed it, they have."""
    if moment.open_case.record["checked_by"] == "reporter":
        raise Refusal(
            words(
                "您已经确认过。如果又不好了，办结后可以要求重新办理。",
                "You have confirmed it already. If it is not fixed after all, you can have it reopened once it is closed.",
            )
        )


def confirm(moment: Moment) -> Effect:
    """The reporter says how it is. Their word stands above a check before it."""
    if moment.data["result"] == "fails":
        return Effect(to="in_hand", record={"rework": counted(moment, "rework"), "checked_by": ""})
    return Effect(to="checked", record={"checked_by": "reporter"}, release=checked(moment))


def rework(moment: Moment) -> Effect:
    """Back to the unit; the handling limit goes on from its first start."""
    return Effect(record={"rework": counted(moment, "rework"), "checked_by": ""})


def close(_moment: Moment) -> Effect:
    """Closed after a check."""
    return Effect(record={"closing": "verified"})


def close_silent(moment: Moment) -> Effect:
    """The reporter was silent for the allowed days, and nobody checked: closed as not confirmed."""
    return Effect(
        record={"closing": "not_confirmed"}, escalated=escalated(moment).escalated, release=checked(moment)
    )


def rate(moment: Moment) -> Effect:
    """One to five, once, when it is done: also by who reported the same matter."""
    if whereabouts(moment).state != "closed":
        raise Refusal(words("办结以后就可以评价。", "You can rate it once it is closed."))
    if moment.open_case.record["rating"] is not None:
        raise Refusal(words("您已经评价过，谢谢。", "You have rated it already. Thank you."))
    return Effect(record={"rating": moment.data["rating"]})


def reopen(moment: Moment) -> Effect:
    """Back to the room, with a new limit. The reporter has so many days for it; the levels above are not bound."""
    case = moment.open_case
    closed, limit = case.closed_at, moment.within(moment.procedure.action("reopen"))
    last = moment.known.calendar.add(closed, limit).at if closed is not None and limit is not None else None
    if moment.by.kind != "post" and last is not None and moment.at > last:
        raise Refusal(
            words(
                "已经超过可以重新办理的期限，请再报一次。",
                "The time for reopening has passed. Please report it again.",
            )
        )
    return Effect(
        holder=case.room,
        published=unpublished(case),
        record={
            "reopened": counted(moment, "reopened"),
            "fresh": True,
            "ruled": False,
            "returns": 0,
            **dict.fromkeys(RETURNED),
            "outcome": "",
            "closing": "",
            "checked_by": "",
            "on_time": None,
            "rating": None,
            "delays": 0,
        },
    )


def withdraw(moment: Moment) -> Effect:
    """The reporter may stop it, but not the removal of a danger to others, nor what others reported too."""
    if joined(moment.open_case, moment.others):
        raise Refusal(
            words(
                "还有别人报了同一件事，我们会继续处理；您不用再做什么。",
                "Somebody else reported the same matter, so it goes on. You need do nothing more.",
            )
        )
    if moment.open_case.urgent:
        raise Refusal(
            words(
                "这涉及安全，我们会继续处理；您不用再做什么。",
                "This is about safety, so it goes on. You need do nothing more.",
            )
        )
    return Effect()
