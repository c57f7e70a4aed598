# SPDX-License-Identifier: Apache-2.0
"""Who warns whom in these tests, in real places of 西湖区, and one alert that they act upon through act()."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from anlan.base.ids import case_number, new_id
from anlan.base.prepared import prepared
from anlan.cases.act import Done, act
from anlan.cases.projection import Projection
from anlan.cases.read import read_cases
from anlan.people.may import Actor, Role
from anlan.procedures.alert.standing import Alert, get_numbered
from anlan.procedures.alert.terms import PLACE
from tests.cases.world import MONDAY, envelope, place, post

COUNTY = "330106"
HOUR = timedelta(hours=1)
EVERYWHERE = ((0, 10**15),)


def writer(key: str = "county:330106", code: str = COUNTY, *, n: int = 31) -> Actor:
    return post(Role.COUNTY_DISPATCHER, key, code, post_id=n)


def releaser() -> Actor:
    return writer(n=32)


def city() -> Actor:
    return post(Role.SUPERVISOR, "city:3301", "3301", post_id=33)


def written(at: datetime = MONDAY, **data: Any) -> dict[str, Any]:
    """What a draft says."""
    return {
        "kind": "typhoon",
        "level": "red",
        "certainty": "likely",
        "starts": at,
        "ends": at + 6 * HOUR,
        "title_zh": "台风红色预警",
        "title_en": "Red typhoon alert",
        "words_zh": "今夜台风登陆，请待在室内。",
        "words_en": "A typhoon lands tonight. Please stay inside.",
        "asks": True,
    } | data


class Storm:
    """One alert; `at` is the present, moved on by hand."""

    def __init__(
        self,
        *,
        by: Actor | None = None,
        at: datetime = MONDAY,
        code: str = COUNTY,
        drill: bool = False,
        **data: Any,
    ) -> None:
        self.id: UUID = new_id()
        self.at, self.place = at, place(code)
        act(
            envelope(
                "rehearse" if drill else "draft",
                by or writer(),
                self.id,
                at=at,
                procedure="alert",
                place=self.place,
                data=written(at, **data),
            )
        )

    def do(self, action: str, by: Actor, **data: Any) -> Done:
        return act(envelope(action, by, self.id, at=self.at, data=data, expect=self.case.seq))

    def issue(self, by: Actor | None = None, **data: Any) -> "Storm":
        self.do("issue", by or releaser(), **{PLACE.key: self.place, **data})
        return self

    @property
    def number(self) -> int:
        return case_number(self.id)

    @property
    def case(self) -> Projection:
        with prepared() as run:
            return read_cases(run, [self.id])[self.id].case

    @property
    def read(self) -> Alert:
        return get_numbered(self.number, drafts=EVERYWHERE)
