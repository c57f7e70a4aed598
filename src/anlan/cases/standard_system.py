# SPDX-License-Identifier: Apache-2.0
"""Actions that the system does by itself when the world around a case changes: a new calendar, an office that nobody is
left in, a newer version of the procedure. Any procedure may include them.
"""

from anlan.cases.define import STAY, Action, Audience, Field, Kind, Refusal
from anlan.cases.effects import Effect
from anlan.cases.moment import Moment
from anlan.cases.standard import CLOCK, SYSTEM, words


def _recalculate(moment: Moment) -> Effect:
    if moment.open_case.running(moment.data["clock"]) is None:
        raise Refusal(words("这个时限现在没有在计时。", "This limit is not running now."), field="clock")
    return Effect(recalculated=(moment.data["clock"],))


def recalculate(*, frm: tuple[str, ...]) -> Action:
    """Reads one running clock again under the present calendar; a date told to a resident never moves earlier."""
    return Action(
        key="recalculate",
        words=words("按新日历重算", "Recalculate"),
        done=words("日历有更新，时限已重算", "the calendar was updated, the limit was counted again"),
        frm=frm,
        to=STAY,
        by=(SYSTEM,),
        fields=(CLOCK,),
        effect=_recalculate,
        audience=Audience.REPORTER,
        on_screen=False,
    )


def _nobody_at_work(moment: Moment) -> Effect:
    case = moment.open_case
    room = moment.reachable(case.room) if case.room is not None else None
    holder = moment.reachable(case.holder) if case.holder is not None else None
    if (room, holder) == (case.room, case.holder):
        raise Refusal(words("现在有人值班，不用上移。", "Somebody is at work there, so it stays."))
    gone = [one for one, now in ((case.holder, holder), (case.room, room)) if one is not None and one != now]
    name = moment.known.organisations[gone[0]].words
    return Effect(
        room=room,
        holder=holder,
        release=tuple(one for one in case.assigned_now("assist") if one in {room, holder}),
        why={
            "zh": f"{name.zh}没有人值班，由上级接办",
            "en": f"Nobody is at work at {name.en}, so the office above takes it over",
        },
    )


def nobody_at_work(*, frm: tuple[str, ...]) -> Action:
    """Moves a case up when the organisation that leads or routes it has lost its last post (`cases.hand_up`)."""
    return Action(
        key="nobody_at_work",
        words=words("无人值班，上移", "Nobody at work"),
        done=words(
            "原单位没有人值班，转由上级接办",
            "nobody is at work there any more: the office above took it over",
        ),
        frm=frm,
        to=STAY,
        by=(SYSTEM,),
        effect=_nobody_at_work,
        audience=Audience.REPORTER,
        needs=("routing",),
        on_screen=False,
    )


def _adopt(moment: Moment) -> Effect:
    if moment.data["version"] <= moment.open_case.version:
        raise Refusal(
            words("这一件已经按这个版本办理。", "This case already runs under that version."), field="version"
        )
    return Effect(version=moment.data["version"])


def adopt_version(*, frm: tuple[str, ...]) -> Action:
    """Moves an open case to a newer declaration that has its state; the engine refuses one it does not have."""
    return Action(
        key="adopt_version",
        words=words("改用新版流程", "Adopt a newer version"),
        done=words("改按新版流程办理", "now runs under a newer version of the procedure"),
        frm=frm,
        to=STAY,
        by=(SYSTEM,),
        fields=(
            Field(
                key="version",
                kind=Kind.WHOLE_NUMBER,
                words=words("版本", "Version"),
                required=True,
                fact=True,
                low=1,
                high=999,
            ),
        ),
        effect=_adopt,
        audience=Audience.REPORTER,
        on_screen=False,
    )
