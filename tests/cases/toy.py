# SPDX-License-Identifier: Apache-2.0
"""A small procedure that uses every slot of the vocabulary, so the engine is tested without knowing a real one."""

from dataclasses import replace
from uuid import UUID

from anlan.cases.define import (
    START,
    Action,
    Audience,
    Clock,
    Escalation,
    Field,
    Kind,
    Notice,
    Procedure,
    Publication,
    Refusal,
    Relation,
    Retention,
    State,
    Who,
    Words,
)
from anlan.cases.effects import Effect, LinkKind, LinkTo, Opening
from anlan.cases.moment import Moment
from anlan.places.calendars import Limit, Unit


def w(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


def to_room(moment: Moment) -> Effect:
    room = moment.known.organisation("town_room", moment.area, on=moment.day)
    if room is None:
        raise Refusal(w("这里没有受理单位", "nobody takes cases here"))
    room = moment.reachable(room)
    return Effect(room=room, holder=room, urgent=False)


def to_unit(moment: Moment) -> Effect:
    return Effect(
        holder=moment.data["unit"],
        assist=moment.data.get("assisting", ()),
        category=moment.data.get("category"),
    )


def unit_is_not_room(moment: Moment) -> None:
    if moment.data["unit"] == moment.open_case.room:
        raise Refusal(w("请选承办单位", "choose a unit that handles"), field="unit")


def escalated(moment: Moment) -> Effect:
    return Effect(escalated={moment.data["clock"]: moment.data["percent"]})


def extend(moment: Moment) -> Effect:
    return Effect(limits={"handle": moment.data["limit"]})


def merge(moment: Moment) -> Effect:
    other = UUID(moment.data["into"])
    return Effect(links=(LinkTo(kind=LinkKind.SAME_MATTER, case_id=other, action="absorb"),))


def split(moment: Moment) -> Effect:
    opening = Opening(
        procedure="toy", action="open_part", data={"words": moment.data["words"]}, kind=LinkKind.PART_OF
    )
    return Effect(opens=(opening,))


def recalculate(moment: Moment) -> Effect:
    return Effect(recalculated=(moment.data["clock"],))


OPEN_STATES = ("new", "handling", "paused")
DISPATCHER = Who(relation=Relation.ROOM, roles=("dispatcher",))
HANDLER = Who(relation=Relation.HOLDER, roles=("handler",))
SYSTEM = Who(relation=Relation.SYSTEM)
WORDS = Field(
    key="words", kind=Kind.LONG_TEXT, words=w("说明", "Words"), required=True, audience=Audience.REPORTER
)
CLOCK = (
    Field(key="clock", kind=Kind.TEXT, words=w("时限", "Clock"), required=True, fact=True),
    Field(key="percent", kind=Kind.WHOLE_NUMBER, words=w("百分比", "Percent"), required=True, fact=True),
)

TOY = Procedure(
    key="toy",
    version=1,
    words=w("样例", "Toy"),
    purpose=w("测试用", "for tests"),
    parties=(("reporter", w("报告人", "Reporter")),),
    states=(
        State(key="new", words=w("新到", "new"), public=w("新到", "new"), clocks=("accept",)),
        State(key="handling", words=w("办理", "in hand"), public=w("办理", "in hand"), clocks=("handle",)),
        State(key="paused", words=w("暂停", "paused"), public=w("暂停", "paused"), pauses=("handle",)),
        State(key="closed", words=w("办结", "closed"), public=w("办结", "closed"), open=False),
        State(key="merged", words=w("并案", "merged"), public=w("并案", "merged"), open=False, goes_on=True),
    ),
    actions=(
        Action(
            key="open",
            words=w("报告", "Report"),
            done=w("已报告", "reported"),
            frm=(START,),
            to="new",
            by=(
                Who(relation=Relation.ANYONE),
                Who(relation=Relation.STAFF, roles=("grid_worker",)),
            ),
            fields=(
                WORDS,
                Field(key="point", kind=Kind.POINT, words=w("位置", "Point")),
                Field(
                    key="secret",
                    kind=Kind.TEXT,
                    words=w("仅办理单位", "Office only"),
                    audience=Audience.OFFICE,
                ),
            ),
            effect=to_room,
            needs=("routing",),
            audience=Audience.REPORTER,
        ),
        Action(
            key="open_part",
            words=w("拆分", "Part"),
            done=w("拆分立案", "split off"),
            frm=(START,),
            to="new",
            by=(SYSTEM,),
            fields=(WORDS,),
            effect=to_room,
            on_screen=False,
        ),
        Action(
            key="dispatch",
            words=w("派遣", "Dispatch"),
            done=w("已派遣", "dispatched"),
            frm=("new",),
            to="handling",
            by=(DISPATCHER,),
            fields=(
                Field(key="unit", kind=Kind.ORGANISATION, words=w("单位", "Unit"), required=True, fact=True),
                Field(key="assisting", kind=Kind.ORGANISATIONS, words=w("协办", "Assisting"), fact=True),
                Field(key="category", kind=Kind.CATEGORY, words=w("类别", "Category"), fact=True),
            ),
            guard=unit_is_not_room,
            effect=to_unit,
            needs=("routing",),
        ),
        Action(
            key="note",
            words=w("备注", "Note"),
            done=w("备注", "noted"),
            frm=OPEN_STATES,
            to=None,
            by=(DISPATCHER, HANDLER, Who(relation=Relation.PARTY)),
            fields=(WORDS,),
            material=False,
        ),
        Action(
            key="extend",
            words=w("延期", "Extend"),
            done=w("已延期", "extended"),
            frm=("handling",),
            to=None,
            by=(DISPATCHER,),
            fields=(Field(key="limit", kind=Kind.LIMIT, words=w("时限", "Limit"), required=True, fact=True),),
            effect=extend,
        ),
        Action(
            key="pause",
            words=w("暂停", "Pause"),
            done=w("已暂停", "paused"),
            frm=("handling",),
            to="paused",
            by=(HANDLER,),
        ),
        Action(
            key="resume",
            words=w("恢复", "Resume"),
            done=w("已恢复", "resumed"),
            frm=("paused",),
            to="handling",
            by=(HANDLER,),
        ),
        Action(
            key="close",
            words=w("办结", "Close"),
            done=w("已办结", "closed"),
            frm=("handling",),
            to="closed",
            by=(HANDLER,),
        ),
        Action(
            key="merge",
            words=w("并案", "Merge"),
            done=w("已并案", "merged"),
            frm=("new",),
            to="merged",
            by=(DISPATCHER,),
            fields=(Field(key="into", kind=Kind.CASE, words=w("并入", "Into"), required=True),),
            effect=merge,
        ),
        Action(
            key="absorb",
            words=w("收并", "Absorb"),
            done=w("并入一件", "took another in"),
            frm=OPEN_STATES,
            to=None,
            by=(SYSTEM,),
            material=False,
            on_screen=False,
        ),
        Action(
            key="split",
            words=w("拆分", "Split"),
            done=w("已拆分", "split"),
            frm=("new",),
            to=None,
            by=(DISPATCHER,),
            fields=(WORDS,),
            effect=split,
        ),
        Action(
            key="remind",
            words=w("提醒", "Remind"),
            done=w("已提醒", "reminded"),
            frm=OPEN_STATES,
            to=None,
            by=(SYSTEM,),
            fields=CLOCK,
            effect=escalated,
            material=False,
            on_screen=False,
        ),
        Action(
            key="recalculate",
            words=w("重算", "Recalculate"),
            done=w("已重算", "recalculated"),
            frm=OPEN_STATES,
            to=None,
            by=(SYSTEM,),
            fields=CLOCK[:1],
            effect=recalculate,
            on_screen=False,
        ),
    ),
    clocks=(
        Clock(
            key="accept",
            words=w("受理", "Accept"),
            owner=Relation.ROOM,
            limit=Limit(n=2, unit=Unit.WORKING_HOUR),
            escalate=(Escalation(percent=80, action="remind"), Escalation(percent=100, action="remind")),
            basis=w("样例", "toy"),
        ),
        Clock(
            key="handle",
            words=w("办理", "Handle"),
            owner=Relation.HOLDER,
            limit=Limit(n=5, unit=Unit.WORKING_DAY),
            escalate=(Escalation(percent=80, action="remind"), Escalation(percent=100, action="remind")),
            basis=w("样例", "toy"),
            keep=True,
            told=True,
        ),
    ),
    notices=(Notice(key="new", on="open", to=Relation.ROOM, words=w("新到一件", "a new case")),),
    facts=(),
    measures=(),
    publication=Publication(states=("handling", "closed"), months=12),
    retention=Retention(years=3, basis=w("样例", "toy")),
)

TOY_CHANGED = replace(TOY, words=w("改过的样例", "Changed toy"))
