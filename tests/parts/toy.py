# SPDX-License-Identifier: Apache-2.0
"""A small procedure of two sides that meet and sign, by itself: what the parts need, and no real kind of case."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from anlan.cases.define import (
    START,
    Action,
    Audience,
    Field,
    Kind,
    Procedure,
    Refusal,
    Relation,
    Retention,
    State,
    Who,
    Words,
)
from anlan.cases.effects import Effect
from anlan.cases.known import Known
from anlan.cases.moment import Moment
from anlan.cases.projection import Assigned, Projection
from anlan.parts.meetings import actions as meetings
from anlan.parts.meetings import columns as met
from anlan.parts.signing import actions as signing
from anlan.parts.signing import columns as to_sign
from anlan.parts.signing import rules
from anlan.people.may import Actor, Role, anonymous
from anlan.places.calendars import WorkCalendar
from anlan.places.codes import pad

SIDES = ("side1", "side2")
OPEN = ("talking",)
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OFFICE = 6
LEADS = Who(relation=Relation.HOLDER, roles=("dispatcher",))


def w(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


def opened(moment: Moment) -> Effect:
    room = moment.known.organisation("town_room", moment.area, on=moment.day)
    if room is None:
        raise Refusal(w("这里没有受理单位", "nobody takes cases here"))
    return Effect(room=room, holder=room, record={**to_sign.blank(), **met.blank()})


def drafted(moment: Moment) -> Effect:
    return Effect(record=rules.put_forward(moment.data["document"]))


WORDS = Field(
    key="words", kind=Kind.LONG_TEXT, words=w("说明", "Words"), required=True, audience=Audience.REPORTER
)
PACT = Procedure(
    key="pact",
    version=1,
    words=w("样例协议", "Pact"),
    purpose=w("测试用", "for tests"),
    record="documents.ToyRecord",
    parties=(("side1", w("申请方", "Who applied")), ("side2", w("对方", "The other side"))),
    states=(
        State(key="talking", words=w("协商中", "talking"), public=w("协商中", "talking")),
        State(key="agreed", words=w("已达成", "agreed"), public=w("已达成", "agreed"), open=False),
    ),
    actions=(
        Action(
            key="open",
            words=w("申请", "Apply"),
            done=w("已申请", "applied"),
            frm=(START,),
            to="talking",
            by=(Who(relation=Relation.ANYONE),),
            fields=(WORDS,),
            effect=opened,
            needs=("routing",),
            audience=Audience.REPORTER,
        ),
        Action(
            key="draft",
            words=w("拟定协议", "Draft the agreement"),
            done=w("拟定了协议", "drafted the agreement"),
            frm=OPEN,
            to=None,
            by=(LEADS,),
            fields=(WORDS, signing.DOCUMENT),
            effect=drafted,
            audience=Audience.REPORTER,
        ),
        signing.sign(frm=OPEN, roles=SIDES),
        signing.sign_on_paper(frm=OPEN, by=(LEADS,)),
        signing.countersign(frm=OPEN, by=(LEADS,)),
        signing.seal(frm=OPEN, to="agreed", by=(LEADS,)),
        *(
            made
            for audience in (Audience.REPORTER, Audience.SIDE1, Audience.SIDE2)
            for made in (
                meetings.meet(frm=OPEN, by=(LEADS,), audience=audience),
                meetings.held(frm=OPEN, by=(LEADS,), audience=audience, came=meetings.BOTH_CAME),
                meetings.call_off(frm=OPEN, by=(LEADS,), audience=audience),
            )
        ),
    ),
    clocks=(),
    notices=(),
    facts=(),
    measures=(),
    publication=None,
    retention=Retention(years=3, basis=w("样例", "toy")),
)
KNOWN = Known(
    version=1,
    organisations={},
    categories={},
    conditions={},
    limits=(),
    routes=(),
    calendar=WorkCalendar(key="zhejiang", version=1, horizon=date(2026, 12, 31), days={}),
)


def case(**given: Any) -> Projection:
    """A case of two sides, led by `OFFICE`."""
    base = Projection(
        id=UUID(int=7),
        procedure="pact",
        version=1,
        number=1,
        state="talking",
        open=True,
        seq=3,
        digest=b"",
        material_seq=3,
        opened_at=AT,
        closed_at=None,
        place=1,
        area=pad("330106004066"),
        category=None,
        condition=None,
        urgent=False,
        barred=None,
        source="resident",
        holder=OFFICE,
        due_at=None,
        assigned={1: Assigned(organisation=OFFICE, role="lead", since_seq=1)},
        parties={1: "side1", 2: "side2"},
        record={**to_sign.blank(), **met.blank(), **given.pop("record", {})},
    )
    return replace(base, **given)


def moment(
    action: str, now: Projection, *, party: int | None = None, pictures: int = 0, **data: Any
) -> Moment:
    """What the rules of an action see; a party's own, or the leading office's."""
    if "data_party" in data:
        data["party"] = data.pop("data_party")
    by = anonymous() if party else Actor(kind="post", post_id=1, role=Role.DISPATCHER, organisation_id=OFFICE)
    return Moment(
        procedure=PACT,
        action=PACT.action(action),
        case=now,
        by=by,
        parties=(party,) if party else (),
        at=data.pop("at", AT),
        data=data,
        known=KNOWN,
        pictures=pictures,
    )


def after(now: Projection, effect: Effect) -> Projection:
    """The case once that has happened."""
    return replace(now, record={**now.record, **effect.record}, seq=now.seq + 1)
