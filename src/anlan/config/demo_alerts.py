# SPDX-License-Identifier: Apache-2.0
"""The demo's alerts of the year behind it: the typhoon's week as the county warned of it, and a drill; all over by now.

Through the engine's own doors at the times they tell: one post writes, one above it releases, time ends them. Ids follow from
the day, so a start that was killed goes on and none is there twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from anlan.base.keys import keyring
from anlan.cases.act import act
from anlan.cases.envelope import Envelope
from anlan.cases.sweep import by_system
from anlan.config.demo_stories import Stage
from anlan.config.fill_cast import new_id
from anlan.config.fill_forms import EPOCH, MICRO
from anlan.config.fill_words import MARKS
from anlan.config.fill_year import storm_week
from anlan.people.may import Actor
from anlan.places import find
from anlan.procedures.alert.procedure import ALERT
from anlan.web.action_forms import make_envelope

YEAR = timedelta(days=364)
DRILLED = timedelta(days=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One alert: after how long it follows the first, how long it stood, what it said; `why` when it was withdrawn, by then."""

    after: timedelta
    lasts: timedelta
    kind: str
    level: str
    certainty: str
    title: tuple[str, str]
    words: tuple[str, str]
    drill: bool = False
    corrects: bool = False
    withdrawn: timedelta | None = None
    why: tuple[str, str] = ("", "")


STORM = (
    Past(
        after=timedelta(),
        lasts=timedelta(hours=36),
        kind="typhoon",
        level="yellow",
        certainty="likely",
        title=("台风黄色预警", "Yellow typhoon alert"),
        words=(
            "台风正向我省沿海靠近，预计 36 小时内有大风和暴雨。请收好阳台和屋顶的东西，工地停止高处作业。",
            (
                "A typhoon is nearing our coast: gales and heavy rain within 36 hours. Take in what stands on balconies and roofs; "
                "building sites stop work at height."
            ),
        ),
    ),
    Past(
        after=timedelta(hours=21),
        lasts=timedelta(hours=30),
        kind="typhoon",
        level="red",
        certainty="likely",
        title=("台风红色预警", "Red typhoon alert"),
        words=(
            "台风预计今夜登陆，最大风力 12 级以上。请留在坚固的屋内，不要外出；低洼和山边住户听从网格员安排转移。遇险请打 119。",
            (
                "The typhoon is expected to land tonight with winds of force 12 and more. Stay inside a solid house and do not go out; who "
                "lives low or under a slope moves as the grid workers say. In danger call 119."
            ),
        ),
        corrects=True,
        withdrawn=timedelta(hours=22),
        why=(
            "台风已经过境，风雨减弱。路上还有倒树和积水，请慢行；看到险情请随手报。",
            (
                "The typhoon has passed and wind and rain weaken. Trees and water still lie on the roads: go slowly, and report what is "
                "dangerous."
            ),
        ),
    ),
)
DRILL = Past(
    after=timedelta(),
    lasts=timedelta(hours=2),
    kind="rainstorm",
    level="orange",
    certainty="possible",
    title=("暴雨橙色预警演练", "Rainstorm drill, orange"),
    words=(
        "这是演练：请各镇街和网格按暴雨橙色预警核对值班、避险点和转移安排，确认已读。",
        (
            "This is a drill: towns and grids check duty, shelters and how moving people is handed over, as in an orange rainstorm alert, and "
            "confirm that they read it."
        ),
    ),
    drill=True,
)


def warn(stage: Stage) -> int:
    """All of them; how many."""
    calendar = stage.scene.known.calendar
    last = stage.at.astimezone(calendar.zone).date()
    blown = storm_week(last - YEAR, last)
    told = 0
    if blown is not None:
        told += _tell(stage, STORM, blown, at=time(15, 40))
    return told + _tell(stage, (DRILL,), last - DRILLED, at=time(10))


def _tell(stage: Stage, tale: tuple[Past, ...], day: date, *, at: time) -> int:
    began = datetime.combine(day, at, stage.scene.known.calendar.zone)
    county = stage.scene.known.organisations[stage.street.orgs["county"]]
    before: UUID | None = None
    ends: list[tuple[datetime, UUID, Past]] = []
    for past in tale:
        moment = began + past.after
        case_id = UUID(
            bytes=new_id(
                (moment - EPOCH) // MICRO, sha256(f"alert/{past.title[1]}/{day}".encode()).digest()[:10]
            )
        )
        corrected = {"replaces": str(before)} if past.corrects and before is not None else {}
        spot = find.find_code(county.area, at=moment)
        place = spot.id if spot else 0
        wrapped, _key = keyring().new_case_key()
        drafted = act(
            _envelope(
                case_id,
                "rehearse" if past.drill else "draft",
                stage.actor("county"),
                moment,
                {**_said(past, moment), **corrected},
                procedure=ALERT.key,
                place=place,
                source="office",
                key=wrapped,
            )
        )
        released = moment + timedelta(minutes=9)
        act(
            _envelope(
                case_id,
                "issue",
                stage.actor("city"),
                released,
                {"place": place, **corrected},
                expect=drafted.seq,
            )
        )
        ends = [(when, other, each) for when, other, each in ends if other != before or not past.corrects]
        ends.append((moment + (past.withdrawn or past.lasts), case_id, past))
        before = case_id
    for moment, case_id, past in ends:
        if past.withdrawn is not None:
            why = {"why_zh": past.why[0] + MARKS["zh"], "why_en": past.why[1] + MARKS["en"]}
            act(_envelope(case_id, "revoke", stage.actor("county"), moment, why))
        else:
            act(
                by_system(
                    case_id, "expire", data={"clock": "validity", "percent": 100}, at=moment, once="demo"
                )
            )
    return len(tale)


def _said(past: Past, moment: datetime) -> dict[str, Any]:
    return {
        "kind": past.kind,
        "level": past.level,
        "certainty": past.certainty,
        "starts": moment.isoformat(),
        "ends": (moment + past.lasts).isoformat(),
        "title_zh": past.title[0],
        "title_en": past.title[1],
        "words_zh": past.words[0] + MARKS["zh"],
        "words_en": past.words[1] + MARKS["en"],
        "asks": True,
    }


def _envelope(
    case_id: UUID, action: str, by: Actor, at: datetime, data: Mapping[str, Any], **opening: Any
) -> Envelope:
    request_id = uuid5(case_id, action)
    return make_envelope(action, by=by, at=at, case_id=case_id, data=data, request_id=request_id, **opening)
