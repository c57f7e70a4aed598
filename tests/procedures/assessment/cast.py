# SPDX-License-Identifier: Apache-2.0
"""Who assesses and decides in these tests, in real places of 西湖区, and one assessment that they act upon through act()."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from anlan.base.ids import case_number, new_id
from anlan.base.prepared import prepared
from anlan.cases.act import Done, act
from anlan.cases.catalogue import current
from anlan.cases.models import Case
from anlan.cases.projection import Projection
from anlan.cases.read import read_cases
from anlan.people.may import Actor, Role
from anlan.procedures.assessment import comments, draft
from tests.cases.world import MONDAY, envelope, organisation, place, post

COUNTY = "330106"
DAY = timedelta(days=1)
DRAFT = "#一、线路\n自文三路至天目山路。\n#二、施工\n分两期，夜间不施工。"
QUESTIONS = "支持这个方案吗？\n夜间施工的影响多大？|1-5\n哪一段先修？|东段/西段/同时\n还有什么建议？|…"
TESTS = ("legal", "reasonable", "feasible", "controllable")
FOUND = dict.fromkeys(TESTS, "met") | {f"{key}_found": "符合规定。" for key in TESTS}


def assessor(key: str = "county:330106", code: str = COUNTY, *, n: int = 41) -> Actor:
    return post(Role.ASSESSOR, key, code, post_id=n)


def decider(n: int = 42) -> Actor:
    return post(Role.COUNTY_DISPATCHER, "county:330106", COUNTY, post_id=n)


def checker(n: int = 44) -> Actor:
    """Who checks legality: neither the body that assesses nor the one that decides."""
    return post(Role.HANDLER, "dept:330106:justice", COUNTY, post_id=n)


def reviewer() -> Actor:
    return post(Role.ASSESSOR, "city:3301", "3301", post_id=43)


class Road:
    """One assessment of a road; `at` is the present, moved on by hand."""

    def __init__(
        self, *, at: datetime = MONDAY, kind: str = "works", track: str = "ordinary", **data: Any
    ) -> None:
        self.id: UUID = new_id()
        self.at, self.place = at, place("330106004")
        given = {"kind": kind, "track": track, "title": "文三路快速化改造", **data}
        act(
            envelope(
                "open",
                assessor(),
                self.id,
                at=at,
                procedure="assessment",
                place=self.place,
                data=given,
                source="office",
            )
        )

    def do(self, action: str, by: Actor | None = None, **data: Any) -> Done:
        return act(envelope(action, by or assessor(), self.id, at=self.at, data=data, expect=self.case.seq))

    def consult(self, **data: Any) -> "Road":
        said: dict[str, Any] = {
            "explanation": "缓解拥堵。",
            "draft": DRAFT,
            "questions": QUESTIONS,
            "days": 30,
        }
        self.do("consult", **(said | data))
        return self

    def comment(self, words: str = "请装隔音屏。", *, section: int = 1, town: int | None = None) -> UUID:
        return comments.comment(
            self.id, self.key, words=words, section=section, town=town, known=current(), at=self.at
        )

    def count(self) -> "Road":
        comments.end_consultation(self.id, by=assessor(), at=self.at)
        return self

    def answer(
        self, *ids: UUID, section: int | None = None, adopted: str = "yes", words: str = "采纳。"
    ) -> Done:
        return comments.answer_many(
            self.id,
            ids=ids,
            section=section,
            adopted=adopted,
            words=words,
            known=current(),
            by=assessor(),
            at=self.at,
        )

    def listed(self) -> "Road":
        """Heard and counted, without a comment."""
        return self.consult().ended().count()

    def ended(self) -> "Road":
        """When the time for comments is over: thirty whole days, and where the last is a day off the next that is not."""
        clock = self.case.running("consult")
        assert clock is not None
        self.at = clock[1].due_at
        return self

    def risk(self, likelihood: int, impact: int, **data: Any) -> "Road":
        said: dict[str, Any] = {
            "group": "residents",
            "issue": "夜间噪声",
            "measure": "限时施工",
            "owner": organisation("dept:330106:housing"),
        }
        self.do("add_risk", **(said | {"likelihood": likelihood, "impact": impact} | data))
        return self

    def report(self, level: str = "low", **data: Any) -> "Road":
        said: dict[str, Any] = {
            "basis": "问卷和座谈会。",
            "level": level,
            "justification": "多数人理解支持，个别意见可以化解。",
            "contingency": "设专人接待。",
            "conclusion": "implement",
        }
        self.do("hand_in", **(FOUND | said | data))
        return self

    def passed_on(self, days: int = 7) -> "Road":
        """With the legality check."""
        self.do("pass_on", decider(), checker=organisation("dept:330106:justice"), days=days)
        return self

    def checked(self, days: int = 7) -> "Road":
        """Through the legality check, whose time is used up."""
        self.passed_on(days)
        self.at += 30 * DAY
        self.do("opine", checker(), result="lawful", words="合法。")
        return self

    def decide(self, **data: Any) -> Done:
        said: dict[str, Any] = {
            "result": "with_measures",
            "present": 7,
            "dissent": "some",
            "dissent_words": "一人认为应当缓建。",
            "minutes": "逐项讨论。",
            "words": "决定实施。采纳隔音建议。",
        }
        return self.do("decide", decider(), **(said | data))

    def filed(self, other: int | None = None) -> "Road":
        """The report is with the office above, or with another."""
        given: dict[str, Any] = {"with": other or organisation("city:3301"), "on": "2026-06-01"}
        self.do("file_report", **given)
        return self

    @property
    def number(self) -> int:
        return case_number(self.id)

    @property
    def key(self) -> bytes:
        return bytes(Case.objects.values_list("key", flat=True).get(pk=self.id))

    @property
    def case(self) -> Projection:
        with prepared() as run:
            return read_cases(run, [self.id])[self.id].case


def survey(road: Road, account: int, **data: str) -> None:
    """The answers of an account to the questionnaire."""
    comments.answer_survey(
        road.id,
        road.key,
        questions=draft.questions_of(QUESTIONS),
        data=data,
        account=account,
        town=None,
        known=current(),
        at=road.at,
    )
