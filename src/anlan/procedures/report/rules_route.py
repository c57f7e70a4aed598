# SPDX-License-Identifier: Apache-2.0
"""How a report finds the unit that handles it: dispatch, return, ruling, up and down the levels, split. Pure."""

from collections.abc import Collection

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect, LinkKind, Opening
from anlan.cases.known import Routing, covers, holds_on
from anlan.cases.moment import Moment
from anlan.cases.standard import words
from anlan.procedures.report.record import ANSWER_BY, HELPER, RETURNED, counted, has_reporter, returned_by
from anlan.procedures.report.rules_open import (
    CHOOSE_CONDITION,
    ROOM_KINDS,
    check_condition,
    handle_limit,
    is_outside,
    is_urgent,
    kind_of,
)
from anlan.procedures.report.rules_rights import check_screened
from anlan.procedures.report.states import AT_THE_UNIT, URGENT

UNIT_KINDS = ("county_department", "village_committee", "town_room", "county_centre", "outside_unit")
LOWER_KINDS = ("town_room", "village_committee")
MOST_RETURNS = 2
"""So many units have returned it: the third offer is made by a ruling on competence."""


def accept(moment: Moment) -> Effect:
    """Accepted: now it must be dispatched."""
    category, condition = moment.data.get("category"), moment.data.get("condition")
    present = category if category is not None else moment.open_case.category
    check_condition(moment, present, condition)
    urgent = _urgent(moment, present, condition)
    record = {"kind": kind_of(moment, category)} if category is not None else {}
    return Effect(
        category=category,
        condition=condition,
        urgent=urgent,
        limits={"dispatch": URGENT} if urgent else {},
        record=record,
    )


def not_accept(moment: Moment) -> Effect:
    """Refused with a ground; whoever reported it may object, so it ends only after that."""
    to = "not_accepted" if has_reporter(moment) else "refused"
    return Effect(to=to, record={"reason": moment.data["reason"]})


def object_to(moment: Moment) -> Effect:
    """The objection is decided one level up, by somebody who did not refuse it."""
    room = moment.open_case.room
    uppers = moment.known.lineage(room)[1:] if room is not None else ()
    if not uppers:
        raise Refusal(
            words(
                "已经没有上一级，您可以依法申请复议或者起诉。",
                "There is no level above. You may go to review or to court.",
            )
        )
    return Effect(holder=moment.reachable(uppers[0]))


def decide_objection(moment: Moment) -> Effect:
    """Upheld: the room must take it. Rejected: the refusal is final."""
    if moment.data["decision"] == "accept":
        return Effect(to="accepted", holder=moment.open_case.room, record={"reason": ""})
    return Effect(to="refused")


def dispatch(moment: Moment) -> Effect:
    """One lead, any number assisting, category and condition confirmed. The handling limit starts here; after a return
    it goes on from its first start, after reopening it is new.
    """
    case, known = moment.open_case, moment.known
    check_screened(moment)
    category, condition = _classified(moment)
    route = _route(moment, category, without=returned_by(moment))
    unit = moment.data.get("unit")
    if unit is None:
        if route is None:
            raise Refusal(RETURNED_BY_ALL if returned_by(moment) else NO_ROUTE, field="unit")
        unit = route.organisation
    check_unit(moment, unit, category=category)
    urgent = bool(_urgent(moment, category, condition))
    limits = {"take": URGENT} if urgent else {}
    due = {}
    fresh = handle_limit(moment, category, condition)
    if case.record["fresh"]:
        due["handle"] = known.calendar.add(moment.at, fresh).at
    elif case.last_run("handle") is not None and (category, condition) != (case.category, case.condition):
        limits["handle"] = fresh
    return Effect(
        holder=moment.reachable(unit),
        assist=helpers(moment, besides=unit),
        category=category,
        condition=condition,
        urgent=urgent,
        limits=limits,
        due=due,
        record={
            "kind": kind_of(moment, category),
            "fresh": False,
            "question": False,
            "suggested": route.organisation if route else None,
        },
        why=_why(moment, route, unit),
    )


NO_ROUTE = words("没有分派规则，请选择承办单位。", "No routing rule fits. Please choose the unit.")
RETURNED_BY_ALL = words(
    "规则所指的单位已经退回。请选择其他单位，或者提请裁定管辖。",
    "The unit that the rules name has returned it. Please choose another, or ask for a ruling.",
)
BARRED = words(
    "这一件反映的正是该单位或其上级，请选它之外的单位。",
    "This report is about that unit or one above it. Please choose one outside it.",
)


def check_unit(moment: Moment, unit: int, *, category: int | None, field: str = "unit") -> None:
    """Refuses a unit that is concerned itself, does not serve the place, or would be given its county's own duty."""
    case, known = moment.open_case, moment.known
    org = known.organisations[unit]
    if not is_outside(moment, unit, case.barred):
        raise Refusal(BARRED, field=field)
    if not holds_on(org.span, moment.day):
        raise Refusal(words("这个单位现在已经没有了。", "This unit does not exist any more."), field=field)
    if unit == case.room:
        return
    if org.kind not in UNIT_KINDS or not covers(org.area, case.area):
        raise Refusal(words("这个单位不负责这个地方。", "This unit does not serve this place."), field=field)
    check_not_pushed_down(moment, unit, category=category, field=field)


def helpers(moment: Moment, *, besides: int | None) -> tuple[int, ...]:
    """The assisting units asked for, none of them concerned itself or the room, which has the case anyway; without the lead."""
    case = moment.open_case
    found: tuple[int, ...] = moment.data.get("assisting", ())
    if not all(is_outside(moment, one, case.barred) for one in found):
        raise Refusal(BARRED, field="assisting")
    if case.room in found:
        raise Refusal(
            words("指挥室本来就参与，不用列为协办。", "The room has it already and need not assist."),
            field="assisting",
        )
    return tuple(one for one in found if one != besides)


def check_not_pushed_down(moment: Moment, lower: int, *, category: int | None, field: str) -> None:
    """A county or city does not hand its departments' duties to towns and villages (Weifang 12345 Regulation art. 24)."""
    case, known = moment.open_case, moment.known
    room = known.organisations.get(case.room) if case.room is not None else None
    if room is None or room.kind == "town_room" or known.organisations[lower].kind not in LOWER_KINDS:
        return
    route = _route(moment, category)
    if route is not None and known.organisations[route.organisation].kind == "county_department":
        name = known.organisations[route.organisation].words
        raise Refusal(
            words(
                f"这是{name.zh}的职责，不能下派给乡镇街道或村社。",
                f"This is the duty of {name.en}; it may not be handed down to a town or village.",
            ),
            field=field,
        )


def may_return(moment: Moment) -> None:
    """No return after a ruling, and none to oneself."""
    case = moment.open_case
    if case.record["ruled"]:
        raise Refusal(
            words(
                "管辖已经裁定，不能再退回；办不了请写明原因办理反馈。",
                "Competence was ruled: it cannot be returned again. If it cannot be settled, report that with reasons.",
            )
        )
    if case.holder == case.room:
        raise Refusal(
            words(
                "派遣单位自己承办的，请移交上级。", "This office dispatched it to itself: please hand it up."
            )
        )


def give_back(moment: Moment) -> Effect:
    """Back to the room in one step, with everything in it; the second time to whoever rules on competence."""
    if moment.data.get("proposed") == moment.open_case.holder:
        raise Refusal(
            words(
                "这就是退回的单位。请选其他单位，或者不选。",
                "This is the unit that returns it. Choose another, or none.",
            ),
            field="proposed",
        )
    returns = counted(moment, "returns")
    record = {"returns": returns, RETURNED[min(returns, MOST_RETURNS) - 1]: moment.open_case.holder}
    if returns >= MOST_RETURNS:
        return Effect(to="competence", holder=ruling_body(moment), record=record)
    return Effect(to="returned", holder=moment.open_case.room, record=record)


def ruling_body(moment: Moment) -> int:
    """The county centre over the room; the room itself when it is that or higher."""
    room = moment.open_case.room
    if room is None:
        raise LookupError("a report always has a room")
    for one in moment.known.lineage(room):
        if moment.known.organisations[one].kind in ROOM_KINDS[1:]:
            return moment.reachable(one)
    return room


def refer(moment: Moment) -> Effect:
    """The room asks for a ruling before the second return."""
    return Effect(holder=ruling_body(moment))


def rule(moment: Moment) -> Effect:
    """Rules whose duty it is; binding, so there is no second return."""
    check_unit(moment, moment.data["unit"], category=moment.open_case.category)
    return Effect(
        holder=moment.reachable(moment.data["unit"]),
        assist=helpers(moment, besides=moment.data["unit"]),
        record={"ruled": True},
    )


def reassign(moment: Moment) -> Effect:
    """Another lead; the handling limit goes on from its first start."""
    case = moment.open_case
    if case.record["ruled"]:
        raise Refusal(words("管辖已经裁定，不能改派。", "Competence was ruled, so the lead stays."))
    if moment.data["unit"] == case.holder:
        raise Refusal(words("它已经是承办单位。", "This unit leads already."), field="unit")
    check_unit(moment, moment.data["unit"], category=case.category)
    return Effect(holder=moment.reachable(moment.data["unit"]))


def call_in(moment: Moment) -> Effect:
    """More units assist; the lead stays one."""
    case = moment.open_case
    there = {case.holder, *case.assigned_now("assist")}
    if there & set(moment.data["assisting"]):
        raise Refusal(words("它已经参与办理。", "This unit works on it already."), field="assisting")
    return Effect(assist=helpers(moment, besides=case.holder))


def let_go(moment: Moment) -> Effect:
    """Units that need assist no longer."""
    there = moment.open_case.assigned_now("assist")
    if not there:
        raise Refusal(words("现在没有协办单位。", "No unit assists now."))
    if not set(there).issuperset(moment.data["assisting"]):
        raise Refusal(words("它现在不协办。", "This unit does not assist."), field="assisting")
    return Effect(release=moment.data["assisting"])


def hand_up(moment: Moment) -> Effect:
    """One level up because this level cannot settle it; a village hands to its room, a room to the one above."""
    case = moment.open_case
    if case.record["ruled"]:
        raise Refusal(
            words(
                "管辖已经裁定，请写明原因办理反馈。",
                "Competence was ruled: please report why it cannot be settled.",
            )
        )
    if moment.by.organisation_id != case.room:
        return Effect(to="accepted", holder=case.room)
    if case.state in AT_THE_UNIT and case.holder != case.room:
        raise Refusal(
            words(
                "承办单位正在办理；需要换单位请用“改派”。",
                "A unit is handling it. To choose another, use “Reassign”.",
            )
        )
    uppers = moment.known.lineage(case.room)[1:] if case.room is not None else ()
    if not uppers:
        raise Refusal(words("已经是最高一级。", "There is no level above."))
    upper = moment.reachable(uppers[0])
    return Effect(
        to="reported",
        room=upper,
        holder=upper,
        release=case.assigned_now("assist"),
        record={"handed_up_from": case.room},
    )


def hand_down(moment: Moment) -> Effect:
    """To the room of a lower level, when it is that level's duty and it did not hand it up itself."""
    case, known = moment.open_case, moment.known
    serving = [known.organisation(kind, case.area, on=moment.day) for kind in ROOM_KINDS]
    below = [one for one in serving if one is not None and case.room in known.lineage(one)[1:]]
    if not below:
        raise Refusal(words("没有下级指挥室或中心。", "There is no room below yours."))
    refusals = [refusal for one in below if (refusal := _not_down_to(moment, one)) is not None]
    if len(refusals) == len(below):
        raise Refusal(refusals[0].words)
    lower = moment.data["room"]
    refusal = _not_down_to(moment, lower)
    if refusal is not None:
        raise refusal
    if moment.reachable(lower) != lower:
        raise Refusal(words("那里现在没有人值班。", "Nobody is at work there now."), field="room")
    return Effect(room=lower, holder=lower, release=case.assigned_now("assist"))


def _not_down_to(moment: Moment, lower: int) -> Refusal | None:
    """Why a case may not be handed down to this room, whoever is at work there."""
    case, known = moment.open_case, moment.known
    org = known.organisations[lower]
    if (
        org.kind not in ROOM_KINDS
        or case.room not in known.lineage(lower)[1:]
        or not covers(org.area, case.area)
    ):
        return Refusal(
            words("只能交给所在地的下级指挥室或中心。", "Only to a room below yours that serves the place."),
            field="room",
        )
    if not is_outside(moment, lower, case.barred):
        return Refusal(BARRED, field="room")
    if case.record["handed_up_from"] == lower:
        return Refusal(
            words("它刚说明办不了，不能再退下去。", "It has just said it cannot settle this."), field="room"
        )
    try:
        check_not_pushed_down(moment, lower, category=case.category, field="room")
    except Refusal as refusal:
        return refusal
    return None


def split(moment: Moment) -> Effect:
    """A part of it becomes a report of its own, with the same place and reporter and the same office kept away from it."""
    given = {key: moment.data[key] for key in ("words", "category", "condition") if key in moment.data}
    if moment.open_case.barred is not None:
        given["about_organisation"] = moment.open_case.barred
    if moment.open_case.record["confidential"]:
        given["confidential"] = True
    given |= {key: said for key in ("contact", ANSWER_BY, HELPER) if (said := moment.open_case.record[key])}
    opening = Opening(
        procedure=moment.procedure.key, action="open_part", data=given, kind=LinkKind.PART_OF, carries=True
    )
    return Effect(opens=(opening,))


def _classified(moment: Moment) -> tuple[int, int | None]:
    """Category and condition after this dispatch; a single condition needs no choosing."""
    case, data = moment.open_case, moment.data
    category = data.get("category", case.category)
    if category is None:
        raise Refusal(words("请先确定类别。", "Please set the category first."), field="category")
    offered = moment.known.conditions_of(category)
    condition = data.get("condition", case.condition if category == case.category else None)
    if condition is None and len(offered) == 1:
        condition = offered[0].id
    if condition is None and offered:
        raise Refusal(CHOOSE_CONDITION, field="condition")
    check_condition(moment, category, condition)
    return int(category), condition


def _urgent(moment: Moment, category: int | None, condition: int | None) -> bool | None:
    return True if moment.open_case.urgent or is_urgent(moment, category, condition) else None


def _route(moment: Moment, category: int | None, *, without: Collection[int] = ()) -> Routing | None:
    route = moment.known.route(
        moment.procedure.key, category=category, area=moment.area, on=moment.day, without=without
    )
    return route if route and is_outside(moment, route.organisation, moment.open_case.barred) else None


def _why(moment: Moment, route: Routing | None, unit: int) -> dict[str, str | int]:
    """Why it came here, for the case page: the rule, the room's own choice, or nobody at work there."""
    if moment.reachable(unit) != unit:
        name = moment.known.organisations[unit].words
        return {
            "zh": f"{name.zh}暂时没有人值班，由上级承办",
            "en": f"Nobody is at work at {name.en}, so the office above takes it",
        }
    if route is not None and route.organisation == unit:
        return {
            "zh": route.why.zh,
            "en": route.why.en,
            **({"route": route.rule} if route.rule is not None else {}),
        }
    return {"zh": "由指挥室指定承办单位", "en": "The room chose this unit"}
