# SPDX-License-Identifier: Apache-2.0
"""Two neighbours, their committee and its mediators, and one dispute that they act upon through act()."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from anlan.base.ids import new_id
from anlan.cases import follow, journal
from anlan.cases.act import Done, act
from anlan.cases.envelope import NewParty
from anlan.cases.escalate import escalate
from anlan.cases.follow import Follows
from anlan.cases.load import load
from anlan.cases.models import Follower
from anlan.cases.projection import Projection
from anlan.config.wiring import tell_offices
from anlan.parts.signing.proof import prove
from anlan.people.may import Actor, Role, anonymous
from tests.cases.world import MONDAY, VILLAGE, envelope, place, post
from tests.procedures.report.cast import COMMITTEE, COUNTY, TOWN_ROOM, photo

FIRST, SECOND = "first", "second"
"""The neighbour who asked, and the one upstairs: each proven by a follow code."""
PEOPLE = {FIRST: 1, SECOND: 2}
DIGEST = "ab" * 32
NOISE: dict[str, Any] = {
    "kind": "neighbours",
    "wish": "mediate",
    "words": "楼上每晚十一点还在装修，睡不着",
    "other": "楼上 502",
}
TERM: dict[str, Any] = {"who": 2, "mode": "cease", "what": "晚上八点到早上八点不施工", "day": "2026-04-30"}


def mediator(n: int = 41) -> Actor:
    return post(Role.MEDIATOR, COMMITTEE, VILLAGE, post_id=n)


def clerk() -> Actor:
    return post(Role.VILLAGE_CLERK, COMMITTEE, VILLAGE, post_id=42)


def above() -> Actor:
    return post(Role.MEDIATOR, TOWN_ROOM, VILLAGE[:9], post_id=43)


def county() -> Actor:
    return post(Role.MEDIATOR, COUNTY, VILLAGE[:6], post_id=44)


class Dispute:
    """One dispute; `at` is the present, moved on by hand."""

    def __init__(
        self,
        action: str = "ask",
        by: Actor | None = None,
        *,
        side1: bool = True,
        at: datetime = MONDAY,
        **data: Any,
    ) -> None:
        self.id: UUID = new_id()
        self.at: datetime = at
        act(
            envelope(
                action,
                by or anonymous(),
                self.id,
                at=self.at,
                procedure="mediation",
                place=place(VILLAGE),
                source="resident",
                data={**NOISE, **data} if action != "start" else data,
                parties=(NewParty(role="side1", contact={"name": "王小明", "phone": "+8613800000001"}),)
                if side1
                else (),
            )
        )

    def do(self, action: str, by: Actor | str, *, files: int = 0, joins: str = "", **data: Any) -> Done:
        return act(
            envelope(
                action,
                anonymous() if isinstance(by, str) else by,
                self.id,
                at=self.at,
                party=PEOPLE[by] if isinstance(by, str) else None,
                data=data,
                files=tuple(photo() for _ in range(files)),
                parties=(NewParty(role=joins, contact={"name": "李大伟", "phone": "+8613800000002"}),)
                if joins
                else (),
            )
        )

    def asked_alone(self, n: int, **data: Any) -> None:
        self.do("ask_alone", mediator(), who=n, **{"afraid": "no", **data})

    def invited(self) -> "Dispute":
        """Up to where the other side is asked."""
        self.asked_alone(1)
        self.do("bring_in", mediator(), joins="side2")
        self.asked_alone(2)
        self.do("invite", mediator(), matter="楼上夜间装修产生噪声")
        return self

    def accepted(self) -> "Dispute":
        self.invited()
        self.do("consent", SECOND)
        self.do("accept", mediator(), channel="people")
        return self

    def talking(self) -> "Dispute":
        self.accepted()
        self.do("appoint", clerk(), mediator=mediator().post_id)
        self.do("begin", mediator(), no_interest=True, rights=True)
        return self

    def drafted(self) -> "Dispute":
        self.talking()
        self.do(
            "draft",
            mediator(),
            facts="楼上装修，夜间施工",
            points="几点以后不能施工",
            liability="楼上应当避开休息时间",
        )
        self.do("term", mediator(), **TERM)
        return self

    def waiting(self) -> "Dispute":
        """The agreement waits for signatures."""
        self.drafted()
        self.do("settle", mediator(), document=DIGEST)
        return self

    def sign(self, who: str) -> Done:
        proof = prove(self.id, PEOPLE[who], DIGEST, way="code", at=self.at)
        return self.do("sign", who, document=DIGEST, name="王小明", proof=proof)

    def sealed(self) -> "Dispute":
        return self.waiting().signed_and_sealed()

    def signed_and_sealed(self) -> "Dispute":
        self.sign(FIRST)
        self.sign(SECOND)
        self.do("countersign", mediator(), document=DIGEST, name="何处暑")
        self.do("seal", mediator(), sealed="cd" * 32)
        return self

    def on(self, day: str) -> None:
        """Goes on at nine in the morning of a later day."""
        self.at = datetime.fromisoformat(f"{day}T09:00:00+08:00")

    def later(self, **given: int) -> None:
        """Time passes, and the system does what falls due in it."""
        self.at += timedelta(**given)
        while escalate(at=self.at).done:
            pass

    @property
    def now(self) -> Projection:
        return load((envelope("note", clerk(), self.id, at=self.at),)).loaded.cases[self.id]

    @property
    def state(self) -> str:
        return self.now.state

    def column(self, key: str) -> Any:
        return self.now.record[key]


def tell_all(dispute: Dispute) -> None:
    """Everybody is told of what they have to hear so far."""
    Follower.objects.get_or_create(name="notices", sends=True)
    while journal.number(at=dispute.at):
        pass
    while follow.advance(Follows(name="notices", handler=tell_offices, sends=True)):
        pass
