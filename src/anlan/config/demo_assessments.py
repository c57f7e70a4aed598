# SPDX-License-Identifier: Apache-2.0
"""The demo's three assessments, made up: a road whose draft is open for comments, a transfer station that its risk holds up, and a garden
that was decided, published and is tracked.

Through the engine's own doors at the times they tell, each whole or not at all, so a start that was killed goes on and none is there twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from anlan.base.keys import keyring
from anlan.cases.known import local_day
from anlan.cases.models import Case
from anlan.config.demo_stories import Stage
from anlan.config.fill_cast import new_id
from anlan.config.fill_forms import EPOCH, MICRO
from anlan.config.fill_words import MARKS
from anlan.parts.documents.making import act_with_papers
from anlan.people.may import Actor, Role
from anlan.places import find
from anlan.procedures.assessment import comments
from anlan.procedures.assessment.draft import questions_of
from anlan.procedures.assessment.procedure import ASSESSMENT
from anlan.procedures.assessment.terms import TESTS
from anlan.web.action_forms import make_envelope

DAY = timedelta(days=1)
NOBODY = 10**15
"""From here on no account has a number."""
ROAD = {
    "explanation": "文三路早晚高峰拥堵，拟压缩路边停车、增设公交专用道和非机动车道。影响沿线居民、商户和出行市民。",
    "draft": "#一、范围\n文三路（学院路至马塍路）约 1.8 公里。\n#二、车道和停车\n取消路边泊位 64 个，设公交专用道和 2.5 米非机动车道，周边共享泊位 120 个。\n#三、施工安排\n分两段施工，每段不超过 45 天，22 时后不进行高噪声作业。",
    "questions": "您支持设公交专用道吗？\n施工期间您最担心什么？|噪声/出行/停车/生意\n您对停车替代方案的满意程度|1-5 很不满意/很满意\n还有什么建议？|…",
}
SAID = (
    (1, "希望把保俶路口也纳入，那里更堵。"),
    (2, "取消泊位后，老小区的居民停到哪里去？共享泊位晚上能不能停？"),
    (2, "支持非机动车道，接送孩子安全多了。"),
    (2, "沿街小店卸货要有临时停靠的地方。"),
    (3, "施工请避开中考、高考。"),
    (3, "夜间不施工要说到做到，请公布投诉电话。"),
    (0, "方案总体不错，希望把前后对比图也放上来。"),
)
STATION = {
    "explanation": "现有垃圾中转站超负荷，拟在西溪街道另建一座密闭式中转站。影响周边居民和沿线出行。",
    "draft": "#一、选址\n三个备选点位，推荐 2 号点，距最近住宅 60 米。\n#二、工艺\n全密闭压缩，负压除臭，废水纳管。\n#三、运输\n每日 18 车次，避开早晚高峰。",
    "questions": "您最担心什么？|异味/噪声/车辆/房价",
}
FEARS = (
    "担心夏天有异味。",
    "60 米太近了，请考虑 3 号点。",
    "运输车辆经过小学门口，不安全。",
    "希望公布监测数据。",
    "夜里压缩的声音会不会吵？",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the assessor answers and finds: by section whether adopted and why, the risk points, the report's own words."""

    answers: Sequence[tuple[int, str, str]]
    risks: Sequence[tuple[str, str, tuple[int, int], tuple[int, int], str]]
    said: Mapping[str, str]


STATION_REPORT = Report(
    answers=(
        (1, "partly", "推荐点位维持不变，加设绿化隔离带；3 号点无法纳管。"),
        (2, "yes", "采纳：夜间不压缩，除臭设施加倍，每季度公布监测数据。"),
        (3, "yes", "采纳：运输线路避开学校。"),
    ),
    risks=(
        ("residents", "异味引起集中投诉，可能聚集", (4, 4), (3, 4), "密闭除臭、绿化隔离，定期公布监测数据"),
        ("families", "运输车辆经过学校门口", (3, 3), (1, 3), "线路避开学校，错峰运输"),
        ("traders", "施工占道影响生意", (3, 2), (2, 2), "分段施工，保留通道"),
    ),
    said={
        "basis": "问卷 210 份，座谈会 3 次，走访 46 户。",
        "level": "medium",
        "justification": "部分居民对异味意见强烈，除臭效果尚未验证。",
        "contingency": "设专人接待，出现聚集时由街道牵头处置。",
        "conclusion": "with_measures",
    },
)
GARDEN = {
    "explanation": "小游园设施老旧，拟重做铺装、增加健身区和无障碍坡道。影响周边三个小区的居民。",
    "draft": "#一、范围\n约 2,400 平方米，保留全部大树。\n#二、设施\n健身区 200 平方米，儿童沙坑一处，无障碍坡道两处。\n#三、施工安排\n工期 60 天，7 时前、21 时后不施工。",
    "questions": "您最想要什么？|健身区/儿童活动/座椅树荫",
}
WISHES = (
    (2, "健身区离 3 幢太近，广场舞声音大，请往北移。"),
    (2, "坡道要能推婴儿车和轮椅。"),
    (3, "请公布工期和投诉电话。"),
    (1, "大树一棵都不要动。"),
)
GARDEN_REPORT = Report(
    answers=(
        (1, "yes", "采纳：现有乔木全部保留，施工时设围护。"),
        (2, "yes", "采纳：健身区北移 5 米，坡道宽度不小于 1.5 米。"),
        (3, "yes", "采纳：开工前 7 天在现场和社区公示。"),
    ),
    risks=(
        ("residents", "健身区的声音影响休息", (3, 3), (1, 3), "健身区北移，21 时后断电，社区设分贝显示屏"),
        ("residents", "施工噪声和扬尘", (3, 2), (2, 2), "洒水降尘，夜间不施工"),
    ),
    said={
        "basis": "问卷 96 份，座谈会 1 次，走访 30 户。",
        "level": "low",
        "justification": "意见集中在声音和工期，均有办法。",
        "contingency": "街道和社区设联络人，一天内答复。",
        "conclusion": "implement",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """One assessment, acted upon at the times of its tale."""

    stage: Stage
    id: UUID
    key: bytes
    assessor: Actor
    decider: Actor
    checker: Actor

    def do(
        self, action: str, at: datetime, data: Mapping[str, Any], by: Actor | None = None, **given: Any
    ) -> None:
        """Does it, with the papers that it makes."""
        envelope = make_envelope(action, by=by or self.assessor, at=at, case_id=self.id, data=data, **given)
        act_with_papers(envelope, known=self.stage.scene.known)


def assess(stage: Stage) -> int:
    """All of them; how many."""
    for key, tell in (("road", _road), ("station", _station), ("garden", _garden)):
        begun = _morning(stage, stage.at - BEGUN[key])
        id_ = UUID(bytes=new_id((begun - EPOCH) // MICRO, sha256(f"assessment/{key}".encode()).digest()[:10]))
        if not Case.objects.filter(pk=id_).exists():
            with transaction.atomic():
                tell(_open(stage, id_, TITLES[key], begun), begun)
    return len(BEGUN)


def _morning(stage: Stage, at: datetime) -> datetime:
    """Nine o'clock of that day: offices open then, whenever the demo was started."""
    there = at.astimezone(stage.scene.known.calendar.zone)
    return there.replace(hour=9, minute=0, second=0, microsecond=0)


BEGUN = {"road": 10 * DAY, "station": 75 * DAY, "garden": 130 * DAY}
ENDS = 45 * DAY
"""After the beginning the time for comments is over: a last day that is off gives way to the next that is worked."""
TITLES = {
    "road": "文三路公交专用道和慢行系统改造（虚构）",
    "station": "西溪街道垃圾中转站选址（虚构）",
    "garden": "文三社区小游园改造（虚构）",
}


def _open(stage: Stage, id_: UUID, title: str, at: datetime) -> Acts:
    county = stage.street.orgs["county"]
    known = stage.scene.known
    government = known.organisation(
        "government", known.organisations[county].area, on=local_day(at, known.calendar)
    )
    if government is None:
        raise LookupError("the county has no government")
    wrapped, _key = keyring().new_case_key()
    acts = Acts(
        stage=stage,
        id=id_,
        key=wrapped,
        assessor=stage.scene.actor(county, Role.ASSESSOR),
        decider=stage.scene.actor(government, Role.HANDLER),
        checker=stage.actor("dept:justice"),
    )
    town = find.find_code(stage.scene.known.organisations[stage.street.orgs["town"]].area, at=at)
    data = {
        "kind": "works",
        "track": "ordinary",
        "title": title,
        "decider": government,
        "plan": f"问卷、座谈会、走访。{MARKS['zh']}",
    }
    acts.do(
        "open",
        at,
        data,
        procedure=ASSESSMENT.key,
        place=town.id if town else 0,
        source="office",
        key=wrapped,
    )
    return acts


def _road(acts: Acts, begun: datetime) -> None:
    _publish(acts, begun + DAY, ROAD)
    acts.do(
        "meet",
        begun + 2 * DAY,
        {
            "begins": begun + 16 * DAY,
            "minutes": 120,
            "form": "on_site",
            "where": "文三社区文化礼堂",
            "about": f"听证：车道、停车和施工安排。{MARKS['zh']}",
        },
    )
    _hear(acts, begun + 3 * DAY, SAID)
    _ask(
        acts,
        begun + 4 * DAY,
        ROAD["questions"],
        ["1141", "1220", "2132", "1153", "1340", "2411", "1145", "1230"],
    )


def _station(acts: Acts, begun: datetime) -> None:
    _publish(acts, begun + DAY, STATION)
    _hear(acts, begun + 5 * DAY, [(n % 3 + 1, words) for n, words in enumerate(FEARS * 4)])
    _ask(acts, begun + 6 * DAY, STATION["questions"], ["1", "1", "2", "3", "1", "4", "1", "3", "2", "1"])
    _report(acts, begun + ENDS, STATION_REPORT)


def _garden(acts: Acts, begun: datetime) -> None:
    _publish(acts, begun + DAY, GARDEN)
    _hear(acts, begun + 5 * DAY, WISHES)
    _ask(acts, begun + 6 * DAY, GARDEN["questions"], ["1", "1", "2", "1", "3", "1", "1"])
    _report(acts, begun + ENDS, GARDEN_REPORT)
    decided = begun + ENDS + 30 * DAY
    acts.do(
        "decide",
        decided,
        {
            "result": "implement",
            "present": 9,
            "dissent": "some",
            "dissent_words": "一人认为健身区离住宅偏近，建议再退 5 米。",
            "minutes": f"9 人参加，8 人同意，1 人保留意见。{MARKS['zh']}",
            "words": "决定实施。健身区向北移 5 米，21 时后关闭音响电源；其余按草案。",
            "executor": acts.stage.street.orgs["town"],
        },
        by=acts.decider,
    )
    city = acts.stage.street.orgs["city"]
    acts.do("file_report", decided + 2 * DAY, {"with": city, "on": (decided + 2 * DAY).date().isoformat()})
    acts.do(
        "track",
        decided + 20 * DAY,
        {"words": f"土方车辆一度早于 7 时进场，已调整。{MARKS['zh']}"},
    )


def _report(acts: Acts, ended: datetime, told: Report) -> None:
    """From the end of the consultation to the opinion on legality."""
    comments.end_consultation(acts.id, by=acts.assessor, at=ended)
    for section, adopted, words in told.answers:
        comments.answer_many(
            acts.id,
            section=section,
            adopted=adopted,
            words=words + MARKS["zh"],
            known=acts.stage.scene.known,
            by=acts.assessor,
            at=ended + DAY,
        )
    for group, issue, before, left, measure in told.risks:
        acts.do(
            "add_risk",
            ended + 3 * DAY,
            {
                "group": group,
                "issue": issue,
                "likelihood": before[0],
                "impact": before[1],
                "left_likelihood": left[0],
                "left_impact": left[1],
                "measure": measure,
                "owner": acts.stage.street.orgs["town"],
            },
        )
    tests = {key: "met" for key, *_words in TESTS} | {f"{key}_found": "符合要求。" for key, *_words in TESTS}
    acts.do("hand_in", ended + 6 * DAY, tests | {**told.said, "basis": told.said["basis"] + MARKS["zh"]})
    justice = acts.checker.organisation_id
    acts.do("pass_on", ended + 8 * DAY, {"checker": justice, "days": 7}, by=acts.decider)
    acts.do(
        "opine",
        ended + 24 * DAY,
        {"result": "lawful", "words": "权限和程序合法。"},
        by=acts.checker,
    )


def _publish(acts: Acts, at: datetime, said: Mapping[str, str]) -> None:
    acts.do("consult", at, {**said, "explanation": said["explanation"] + MARKS["zh"], "days": 30})


def _ask(acts: Acts, at: datetime, questions: str, voices: Sequence[str]) -> None:
    """Answers to the questionnaire, by nobody: a digit is the answer to a question, 0 none."""
    asked = questions_of(questions)
    for n, answers in enumerate(voices):
        comments.answer_survey(
            acts.id,
            acts.key,
            questions=asked,
            data={
                field.key: answer
                for field, answer in zip(asked, answers, strict=False)
                if field.choices and answer != "0"
            },
            account=NOBODY + n,
            town=None,
            known=acts.stage.scene.known,
            at=at,
        )


def _hear(acts: Acts, at: datetime, said: Any) -> None:
    for n, (section, words) in enumerate(said):
        comments.comment(
            acts.id,
            acts.key,
            words=words,
            section=section,
            town=acts.stage.scene.known.organisations[acts.stage.street.orgs["town"]].area,
            known=acts.stage.scene.known,
            at=at + n * timedelta(hours=5),
        )
