# SPDX-License-Identifier: Apache-2.0
"""How a mediation begins: who takes it, whom it concerns, who agrees, who mediates. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect, LinkKind, LinkTo
from anlan.cases.may import MEDIATOR, RECUSED, TALKING, TALKS_FROM, sees
from anlan.cases.moment import Moment
from anlan.cases.standard import words
from anlan.parts.meetings.rules import without as without_meetings
from anlan.parts.signing import rules as signing
from anlan.procedures.mediation import channels
from anlan.procedures.mediation.record import (
    BLANK,
    SIDES,
    STOOD,
    all_of,
    disputants,
    next_day,
    restored,
    side_of,
    with_one,
)
from anlan.procedures.mediation.states import TERM
from anlan.procedures.mediation.terms import AFRAID_OF

COMMITTEES = ("village_committee", "town_room", "county_centre", "county_department")
MOST_OF_A_SIDE = 5
"""Representatives of a group (Ningbo regulation art. 20): never a list of who is concerned."""
NOBODY_YET = words("还没有选定调解员。", "No mediator is chosen yet.")
FIRST_STATE = {"consult": "consulting", "assess": "assessing", "mediate": "applied"}


def apply_for(moment: Moment) -> Effect:
    """To the committee nearest to home that has somebody at work: small matters stay in the village."""
    committee = moment.known.organisation("village_committee", moment.area, on=moment.day)
    committee = committee or moment.known.organisation("town_room", moment.area, on=moment.day)
    if committee is None:
        raise Refusal(
            words(
                "请选择到村（社区），才能交给当地的调解组织。",
                "Please choose the village, so that its committee gets it.",
            ),
            field="place",
        )
    committee = moment.reachable(committee)
    wish = moment.data.get("wish", "mediate")
    applies = wish == "mediate" and moment.joining
    return Effect(
        to=FIRST_STATE[wish],
        holder=committee,
        room=committee,
        record={
            **BLANK,
            "kind": moment.data["kind"],
            "wish": wish,
            "own_motion": not moment.joining,
            "apart": bool(moment.data.get("afraid")),
            "consented": [1] if applies else [],
        },
        links=_origin(moment),
    )


def _origin(moment: Moment) -> tuple[LinkTo, ...]:
    """The report, order or inspection that it comes from: linked where whoever writes it down sees that case."""
    named = moment.data.get("origin")
    if named is None:
        return ()
    other = moment.others.get(UUID(named))
    if other is None or not sees(moment.by, other, parties=(), known=moment.known):
        raise Refusal(words("没有找到这个编号。", "There is no such number."), field="origin")
    return (LinkTo(kind=LinkKind.FOLLOWS_FROM, case_id=other.id),)


def go_on(moment: Moment) -> Effect:
    """After an answer the person decides: assessed next, or mediated."""
    wish = moment.data["next"]
    record: dict[str, object] = {"wish": wish}
    if wish == "mediate":
        record["consented"] = with_one(moment, "consented", *moment.parties)
    return Effect(to=FIRST_STATE[wish], record=record)


def enough(_moment: Moment) -> Effect:
    """The answer was enough."""
    return Effect(record=ended("advice"))


def ask_alone(moment: Moment) -> Effect:
    """Each is asked alone before anything is agreed. Who is afraid meets nobody, and is told where help is."""
    data = moment.data
    afraid = data["afraid"] == AFRAID_OF
    if afraid and not data.get("help"):
        raise Refusal(
            words(
                "请先告知当事人可以拨打 110 和求助渠道，再勾选。",
                "Please tell them of the police and of help first, then tick it.",
            ),
            field="help",
        )
    if data.get("minor") and not data.get("guardian"):
        raise Refusal(
            words("未成年人要有监护人在场才能调解。", "Nobody under age takes part without a guardian."),
            field="guardian",
        )
    apart = moment.open_case.record["apart"] or afraid
    # They are called to nothing together any more.
    off = {"meetings": without_meetings(moment.open_case)} if apart else {}
    return Effect(record={"asked": with_one(moment, "asked", data["who"]), "apart": apart, **off})


def invite(moment: Moment) -> Effect:
    """The other side is asked. What it reads is what the mediator wrote for it, not what the applicant said."""
    is_not_recused(moment)
    _check_room(moment)
    case = moment.open_case
    there = {side_of(case, n) for n in case.parties} | set(moment.joining)
    if not set(SIDES) <= there:
        raise Refusal(
            words("请先登记双方当事人，再征求同意。", "Please enter both sides first, then ask them."),
            field="matter",
        )
    if not set(disputants(case)) <= set(case.record["asked"]):
        raise Refusal(
            words(
                "请先单独询问已登记的当事人是否害怕或者受到压力。",
                "Please ask those who are here alone first whether they are afraid or under pressure.",
            )
        )
    return Effect()


def bring_in(moment: Moment) -> None:
    """One more representative of a side."""
    is_free_to(moment)
    _check_room(moment)


def _check_room(moment: Moment) -> None:
    case = moment.open_case
    for side in SIDES:
        held = sum(role == side for role in case.parties.values()) + moment.joining.count(side)
        if held > MOST_OF_A_SIDE:
            raise Refusal(
                words("一方最多 5 名代表。", "A side has 5 representatives at most."),
            )


def has_not_consented(moment: Moment) -> None:
    """Once is enough."""
    if set(moment.parties) <= set(moment.open_case.record["consented"]):
        raise Refusal(words("您已经同意调解。", "You have agreed to the mediation already."))


def consent(moment: Moment) -> Effect:
    """A person's own yes."""
    return _with_consent(moment, *moment.parties)


def consent_for(moment: Moment) -> Effect:
    """What a person said to the mediator: a clear no ends it (People's Mediation Law art. 17)."""
    if moment.data["answer"] == "no":
        return end(moment, "refused", to="refused")
    return _with_consent(moment, moment.data["who"])


def _with_consent(moment: Moment, *people: int) -> Effect:
    return Effect(record={"consented": with_one(moment, "consented", *people)})


def accept(moment: Moment) -> Effect:
    """Taken on: everybody is there, was asked alone and agrees."""
    is_not_recused(moment)
    check_agreed(moment)
    channels.check(moment, moment.data["channel"])
    return Effect(record={"channel": moment.data["channel"], "again": moment.before > 0})


def check_agreed(moment: Moment) -> None:
    """Everybody agrees to it and was asked alone, also who came later: else it goes no further."""
    case = moment.open_case
    if not all_of(case, "consented"):
        raise Refusal(
            words(
                "还有当事人没有同意调解，请先征得同意。",
                "Not everybody has agreed to the mediation yet. Please ask them first.",
            )
        )
    if not all_of(case, "asked"):
        raise Refusal(
            words(
                "还有当事人没有单独询问过，请先单独询问。",
                "Not everybody was asked alone yet. Please do so first.",
            )
        )


def not_accept(moment: Moment) -> Effect:
    """With a ground, and the other ways told."""
    is_not_recused(moment)
    return end(moment, "not_accepted")


def refuse(moment: Moment) -> Effect:
    """One clear no ends it; nobody is asked why."""
    return end(moment, "refused")


def withdraw(moment: Moment) -> Effect:
    """Anybody may leave at any time (People's Mediation Law art. 23)."""
    return end(moment, "withdrawn")


def end(moment: Moment, outcome: str, *, to: str | None = None) -> Effect:
    """These talks end, in the action's state or in `to`. Where an agreement was only to be mediated again it binds as before, until all
    agree on another (art. 31): nobody gets rid of it by leaving, and it goes on being performed.
    """
    stood = moment.open_case.record[STOOD]
    if not stood:
        return Effect(to=to, record=ended(outcome))
    agreed = restored(stood)
    record = {**agreed, **signing.withdrawn(), TALKING: False, STOOD: None}
    return replace(perform(moment, agreed, record), to="performing")


def perform(moment: Moment, terms: Mapping[str, Any], record: Mapping[str, Any]) -> Effect:
    """Performance begins: the clock goes to the day of the first of these terms that is still to be kept."""
    due = next_day(terms, since=moment.day, zone=moment.known.calendar.zone)
    return Effect(record=record, limits={"perform": TERM} if due else {}, due={"perform": due} if due else {})


def ended(outcome: str) -> dict[str, object]:
    """How it ended; what was offered is read by nobody from then on."""
    return {"outcome": outcome, TALKING: False}


def pass_on(moment: Moment) -> Effect:
    """To the body whose matter it is."""
    is_not_recused(moment)
    unit = moment.data["unit"]
    org = moment.known.organisations[unit]
    if org.kind not in COMMITTEES or unit == moment.open_case.room:
        raise Refusal(
            words("请选择另一个有调解职责的单位。", "Please choose another office that mediates."),
            field="unit",
        )
    return Effect(holder=unit, room=unit)


def hand_up(moment: Moment) -> Effect:
    """It cannot be settled here: the level above takes it, with its own limits. Who agreed need not agree again."""
    is_not_recused(moment)
    case = moment.open_case
    uppers = moment.known.lineage(case.room)[1:] if case.room is not None else ()
    upper = next((moment.reachable(one) for one in uppers), None)
    if upper is None or upper == case.room:
        raise Refusal(
            words(
                "已经没有上一级。请结束调解，并告知其他法律途径。",
                "There is no level above. Please end it and tell of the other legal ways.",
            )
        )
    record = {MEDIATOR: None, "wanted_1": None, "wanted_2": None, TALKING: False}
    return Effect(
        to="choosing" if all_of(case, "consented") else "applied", holder=upper, room=upper, record=record
    )


def choose(moment: Moment) -> Effect:
    """A side names whom it would have; what both name is settled."""
    post, record = moment.data["mediator"], moment.open_case.record
    if post in record[RECUSED]:
        raise Refusal(
            words(
                "这位调解员已经回避，请另选一位。", "This mediator has stepped aside. Please choose another."
            ),
            field="mediator",
        )
    sides = {side_of(moment.open_case, n) for n in moment.parties}
    wanted = {f"wanted_{n}": post if f"side{n}" in sides else record[f"wanted_{n}"] for n in (1, 2)}
    both = wanted["wanted_1"] == wanted["wanted_2"]
    return Effect(record={**wanted, **({MEDIATOR: post} if both else {})})


def appoint(moment: Moment) -> Effect:
    """The committee proposes where the sides name nobody together."""
    is_not_recused(moment)
    record = moment.open_case.record
    if record[MEDIATOR] is not None and record["wanted_1"] == record["wanted_2"] == record[MEDIATOR]:
        raise Refusal(
            words(
                "双方已经共同选定调解员，不再指定。",
                "The sides have chosen their mediator together: nobody is appointed instead.",
            )
        )
    post = moment.data["mediator"]
    if post in record[RECUSED]:
        raise Refusal(
            words(
                "当事人要求这位调解员回避，请另选一位。",
                "A side would not have this mediator. Please choose another.",
            ),
            field="mediator",
        )
    return Effect(record={MEDIATOR: post})


def recuse(moment: Moment) -> Effect:
    """One side's demand is enough."""
    post = moment.open_case.record[MEDIATOR]
    if post is None:
        raise Refusal(NOBODY_YET)
    return Effect(record=_without(moment, post))


def step_down(moment: Moment) -> Effect:
    """The mediator has a conflict of interest, or cannot go on."""
    is_mediator(moment)
    return Effect(record=_without(moment, moment.open_case.record[MEDIATOR]))


def relieve(moment: Moment) -> Effect:
    """The mediator cannot go on and does not say so: the committee has another one chosen. What was to be signed is written again by them.
    Who has an interest in it reads and does nothing more in it.
    """
    is_not_recused(moment)
    case = moment.open_case
    post = case.record[MEDIATOR]
    if post is None:
        raise Refusal(NOBODY_YET)
    again = signing.withdrawn() if case.state == "signing" else {}
    gone = _without(moment, post) if moment.data["ground"] == "interest" else _unchosen(case.record, post)
    return Effect(record={**gone, **again})


def _without(moment: Moment, post: int) -> dict[str, Any]:
    unchosen = _unchosen(moment.open_case.record, post)
    return {**unchosen, RECUSED: with_one(moment, RECUSED, post)}


def _unchosen(record: Mapping[str, Any], post: int) -> dict[str, Any]:
    wanted = ("wanted_1", "wanted_2")
    return {MEDIATOR: None, **{key: None for key in wanted if record[key] == post}}


def is_mediator(moment: Moment) -> None:
    """Only who mediates does this."""
    post = moment.open_case.record[MEDIATOR]
    if post is None or moment.by.post_id != post:
        raise Refusal(
            words("这一步由选定的调解员来做。", "This is for the mediator who was chosen."),
        )


def is_free_to(moment: Moment) -> None:
    """Parties do it, and who mediates: as long as nobody was chosen any mediator of the office, but none whom somebody would not have."""
    is_not_recused(moment)
    if moment.by.kind == "post" and moment.open_case.record[MEDIATOR] is not None:
        is_mediator(moment)


def is_not_recused(moment: Moment) -> None:
    """Whom somebody would not have does nothing more in it, and does not begin in another post of theirs."""
    theirs = {moment.by.post_id, *moment.posts}
    if moment.by.kind == "post" and not theirs.isdisjoint(moment.open_case.record[RECUSED]):
        raise Refusal(words("您已经回避，不再参与这件纠纷。", "You have stepped aside from this dispute."))


def begin(moment: Moment) -> Effect:
    """The mediator has no interest in it, and has told everybody their rights. What is offered is read from here on."""
    is_mediator(moment)
    is_not_recused(moment)
    check_agreed(moment)
    return Effect() if moment.open_case.record[TALKING] else new_talks(moment)


def new_talks(moment: Moment) -> Effect:
    """They talk, with a limit of these talks' own, and read nothing of what was offered in earlier ones."""
    case = moment.open_case
    limit = moment.limit("mediate", category=case.category, condition=case.condition) or TERM
    return Effect(
        record={TALKING: True, TALKS_FROM: case.seq + 1},
        due={"mediate": moment.known.calendar.add(moment.at, limit).at},
    )
