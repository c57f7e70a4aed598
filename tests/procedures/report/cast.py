# SPDX-License-Identifier: Apache-2.0
"""The people of the report's journeys, in real places of 西湖区, and one case that they act upon through act()."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from anlan.base.ids import new_id
from anlan.cases.act import Done, act
from anlan.cases.envelope import NewParty, Stored
from anlan.cases.escalate import escalate
from anlan.cases.load import load
from anlan.cases.models import Category, Condition, Entry
from anlan.cases.projection import Projection, Running
from anlan.people.may import Actor, Role, anonymous
from tests.cases.world import MONDAY, TOWN, VILLAGE, envelope, organisation, place, post

TOWN_ROOM, COUNTY, CITY = f"town:{TOWN}", "county:330106", "city:3301"
COMMITTEE = f"village:{VILLAGE}"


def dept(word: str) -> str:
    return f"dept:330106:{word}"


def grid_worker() -> Actor:
    return post(Role.GRID_WORKER, COMMITTEE, VILLAGE, post_id=21)


def clerk() -> Actor:
    return post(Role.VILLAGE_CLERK, COMMITTEE, VILLAGE, post_id=22)


def town() -> Actor:
    return post(Role.DISPATCHER, TOWN_ROOM, TOWN, post_id=23)


def county() -> Actor:
    return post(Role.COUNTY_DISPATCHER, COUNTY, "330106", post_id=24)


def city() -> Actor:
    return post(Role.SUPERVISOR, CITY, "3301", post_id=25)


def unit(word: str = "housing") -> Actor:
    return post(Role.HANDLER, dept(word), "330106", post_id=26)


def category(code: str, scheme: str = "city") -> int:
    return int(Category.objects.values_list("pk", flat=True).get(scheme=scheme, code=code))


def condition(code: str, n: int = 1, scheme: str = "city") -> int:
    found = Condition.objects.values_list("pk", flat=True)
    return int(found.get(category__scheme=scheme, category__code=code, code=str(n)))


def photo(kind: str = "image/jpeg") -> Stored:
    return Stored(keyed=os.urandom(32), plain=os.urandom(32), kind=kind, size=1000)


REPORTER = "reporter"
"""Stands for the person who reported, proven by the follow code."""

HELPING: dict[str, Any] = {"contact": "person", "answer_by": "sms", "agreed": True}
"""What is said of a person who is reported for: their phone, a message, they agree."""

ROAD = "E01-13"
REASONS = "这件事不归我们管，请改派给有职责的单位"


class Matter:
    """One report; `at` is the present, moved on by hand."""

    def __init__(self, *, reporter: bool = True, **data: Any) -> None:
        self.id: UUID = new_id()
        self.at: datetime = MONDAY
        self._open("open", anonymous(), {"words": "文三路有个大坑", **data}, reporter=reporter)

    @classmethod
    def opened(
        cls,
        action: str,
        by: Actor,
        *,
        files: int = 0,
        recordings: int = 0,
        reporter: bool = True,
        at: datetime = MONDAY,
        name: str = "",
        **data: Any,
    ) -> "Matter":
        matter = cls.__new__(cls)
        matter.id, matter.at = new_id(), at
        kinds = ["image/jpeg"] * files + ["audio/webm"] * recordings
        matter._open(action, by, data, reporter=reporter, kinds=kinds, name=name)
        return matter

    @classmethod
    def known(cls, case_id: UUID, *, at: datetime) -> "Matter":
        matter = cls.__new__(cls)
        matter.id, matter.at = case_id, at
        return matter

    def _open(
        self,
        action: str,
        by: Actor,
        data: dict[str, Any],
        *,
        reporter: bool,
        kinds: Sequence[str] = (),
        name: str = "",
    ) -> None:
        told = "phone" if data.get("answer_by", "sms") == "sms" else "call"
        contact = {told: "+8613800000000"} | ({"name": name} if name else {})
        act(
            envelope(
                action,
                by,
                self.id,
                at=self.at,
                procedure="report",
                place=place(VILLAGE),
                source="resident",
                data=data,
                parties=(NewParty(role="reporter", contact=contact),) if reporter else (),
                files=tuple(photo(kind) for kind in kinds),
            )
        )

    def do(self, action: str, by: Actor | str, *, files: int = 0, **data: Any) -> Done:
        party = 1 if by == REPORTER else None
        actor = anonymous() if isinstance(by, str) else by
        return act(
            envelope(
                action,
                actor,
                self.id,
                at=self.at,
                party=party,
                data=data,
                files=tuple(photo() for _ in range(files)),
            )
        )

    def dispatch(self, word: str = "housing", **data: Any) -> None:
        self.do("dispatch", town(), unit=organisation(dept(word)), category=category(ROAD), **data)

    def finish(self, by: Actor | None = None, outcome: str = "fixed", **data: Any) -> None:
        given = {"met": "yes", "answer": "路面已经修补平整，可以通行了", **data}
        self.do("done", by or unit(), files=1, outcome=outcome, **given)

    def close(self) -> None:
        """The plain way from dispatch to closed."""
        self.dispatch()
        self.do("take", unit())
        self.finish()
        self.do("check", grid_worker(), result="holds")
        self.do("close", town())

    def later(self, **given: int) -> None:
        """Time passes, and the system does what falls due in it."""
        self.at += timedelta(**given)
        while escalate(at=self.at).done:
            pass

    @property
    def now(self) -> Projection:
        return load((envelope("note", town(), self.id, at=self.at),)).loaded.cases[self.id]

    @property
    def state(self) -> str:
        return self.now.state

    def column(self, key: str) -> Any:
        return self.now.record[key]

    def clock(self, key: str) -> Running:
        found = self.now.last_run(key)
        assert found is not None
        return found

    def outcomes(self, action: str) -> dict[str, Any]:
        """What the latest entry of an action wrote."""
        found = Entry.objects.filter(case_id=self.id, action=action).order_by("-seq").first()
        assert found is not None
        return dict(found.outcomes)
