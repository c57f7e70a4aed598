# SPDX-License-Identifier: Apache-2.0
"""The action `reform`: an open case goes to where its place went and to who goes on with the work of those who had it.

One rule, `heirs`, for the sweep that finds such cases (`rezone`) and for the decision itself. Pure.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from anlan.cases.define import STAY, Action, Audience, Refusal
from anlan.cases.effects import Effect
from anlan.cases.known import ELSEWHERE, Known, covers, ended_by
from anlan.cases.moment import Moment
from anlan.cases.standard import AREA, SYSTEM, words


def heirs(
    held: Iterable[int], *, was: int, area: int, barred: int | None, known: Known, on: date
) -> dict[int, int]:
    """Of the organisations that have a case, those that have it no longer, with who has it instead. The case's place was
    coded `was` and is coded `area`. Nobody inherits a case about itself: then it goes to the nearest above that may.
    """
    found: dict[int, int] = {}
    for one in held:
        org = known.organisations.get(one)
        if org is None:
            continue
        heir = one
        if ended_by(org.span, on):
            heir = known.successor(one, area, on=on)
        elif org.kind != ELSEWHERE and covers(org.area, was) and not covers(org.area, area):
            heir = known.organisation(org.kind, area, on=on, department=org.department) or one
        if heir != one and barred is not None:
            line = (each for each in known.lineage(heir) if barred not in known.concerned(each))
            heir = next(line, one)
        if heir != one:
            found[one] = heir
    return found


def _reform(moment: Moment) -> Effect:
    case, known, area = moment.open_case, moment.known, moment.data["area"]
    held = {a.organisation for a in case.assigned.values() if a.until_seq is None}
    given = heirs(held, was=case.area, area=area, barred=case.barred, known=known, on=moment.day)
    if not given:
        raise Refusal(words("有关单位没有变化。", "No office of this case has changed."))
    holder = given.get(case.holder, case.holder) if case.holder is not None else None
    room = given.get(case.room, case.room) if case.room is not None else None
    assisting = case.assigned_now("assist")
    return Effect(
        area=area if area != case.area else None,
        holder=holder,
        room=room,
        assist=tuple(
            heir for one in assisting if (heir := given.get(one)) is not None and heir not in {holder, room}
        ),
        release=tuple(
            one for one in assisting if one in given or one in {holder, room} - {case.holder, case.room}
        ),
        why=_why(given, known),
    )


def _why(given: dict[int, int], known: Known) -> dict[str, Any]:
    """Who gave it to whom, in words."""
    pairs = [(known.organisations[one].words, known.organisations[heir].words) for one, heir in given.items()]
    return {
        "zh": "行政区划调整：" + "；".join(f"{one.zh}转交{heir.zh}" for one, heir in pairs),
        "en": "The divisions changed: " + "; ".join(f"from {one.en} to {heir.en}" for one, heir in pairs),
    }


def reform(*, frm: tuple[str, ...]) -> Action:
    """Moves an open case after a change of divisions, or after an organisation has ended. No limit changes."""
    return Action(
        key="reform",
        words=words("区划调整移交", "Hand over after a reform"),
        done=words(
            "行政区划或单位有调整，转由现在负责的单位办理",
            "divisions or offices changed: who is responsible there now has it",
        ),
        frm=frm,
        to=STAY,
        by=(SYSTEM,),
        fields=(AREA,),
        effect=_reform,
        audience=Audience.REPORTER,
        on_screen=False,
    )
