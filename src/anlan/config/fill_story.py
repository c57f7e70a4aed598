# SPDX-License-Identifier: Apache-2.0
"""Made-up histories of reports, decided for real: each step passes `decide`, so only what may happen does.

A history is directed step by step from chance and from what the case has become; the system's own escalations come
when their time does. `replay` plays the same steps again a little later, which is how `fill_mould` learns which times
of a history move with its beginning and which stay.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

from anlan.base.digests import chosen
from anlan.base.errors import Refused
from anlan.cases import registry
from anlan.cases.decide import Decision, Loaded, decide
from anlan.cases.define import Audience
from anlan.cases.envelope import Envelope, NewParty, Stored
from anlan.cases.known import Category
from anlan.cases.projection import Projection
from anlan.config.fill_scene import WORKER_OF, Scene, Spot
from anlan.config.fill_words import ANSWERS, FOUND, HERE, LANDMARKS, MADE_UP, MARK, SAID, SETTLED, picture
from anlan.people.may import SYSTEM, Role, anonymous
from anlan.places.calendars import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act of a history: when after its beginning, by which role of which organisation, with what."""

    after: timedelta
    action: str
    role: str
    organisation: int | None
    data: Mapping[str, Any]
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a history begins: its source, what it is about, whether a summary may be published, whether it gets stuck at a
    unit for long, and actions that it turns to whenever they are possible.
    """

    source: str
    category: Category
    condition: int | None
    on_the_spot: bool
    stuck: bool
    likes: frozenset[str] = frozenset()
    released: bool = False


@dataclass(slots=True)
class Life:
    """A case as it has become so far, and what was decided."""

    scene: Scene
    spot: Spot
    id: UUID
    began: datetime
    ends: datetime
    case: Projection | None = None
    decisions: list[Decision] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def take(self, step: Step) -> bool:
        """Lets the system do what has become due, then takes the step. False: it is past the end, or was refused."""
        at = self.began + step.after
        if at > self.ends:
            return False
        self.sweep(at)
        if not self._decide(step, at):
            return False
        self.steps.append(step)
        return True

    def sweep(self, until: datetime) -> None:
        """What the system's escalation does up to `until`, each step half a minute after its time."""
        for _turn in range(40):
            due = self._due(until)
            if due is None:
                return
            key, percent, action, at = due
            step = Step(after=at - self.began, action=action, role="system", organisation=None,
                        data={"clock": key, "percent": percent})  # fmt: skip
            if not self._decide(step, at):
                return

    def _due(self, until: datetime) -> tuple[str, int, str, datetime] | None:
        case = self.case
        if case is None:
            return None
        waiting = [(run.next_at, run) for run in case.clocks.values() if run.next_at is not None and run.runs]
        waiting = [pair for pair in waiting if pair[0] + timedelta(seconds=30) <= until]
        if not waiting:
            return None
        at, run = min(waiting, key=lambda pair: pair[0])
        clock = registry.newest()[case.procedure].clock(run.key)
        step = min((s for s in clock.escalate if s.percent > run.stage), key=lambda s: s.percent)
        # A limit so short that the next step was due before the last act is taken right after it.
        last = self.decisions[-1].entry.at
        return (
            run.key,
            step.percent,
            step.action,
            max(at + timedelta(seconds=30), last + timedelta(seconds=1)),
        )

    def _decide(self, step: Step, at: datetime) -> bool:
        by, party = self._who(step)
        opening: dict[str, Any] = {}
        if self.case is None:
            opening = {
                "procedure": "report",
                "place": self.spot.ground.place,
                "source": step.data["source"],
                "flags": (MADE_UP,),
                "parties": (NewParty(role="reporter", contact={"language": "zh"}),)
                if step.role == "anyone"
                else (),
            }
        envelope = Envelope(
            case_id=self.id,
            action=step.action,
            by=by,
            at=at,
            received_at=at,
            request_id=self.id,
            salt=bytes(16),
            data={key: value for key, value in step.data.items() if key != "source"},
            party=party,
            files=(_file(),) * step.files,
            **opening,
        )
        try:
            self.decisions += decide(self._loaded(), envelope)
        except Refused:
            return False
        self.case = self.decisions[-1].after
        return True

    def _who(self, step: Step) -> tuple[Any, int | None]:
        if step.role == "system":
            return SYSTEM, None
        if step.role == "anyone" or step.organisation is None:
            return anonymous(), (1 if step.role == "reporter" else None)
        return self.scene.actor(step.organisation, Role(step.role)), None

    def _loaded(self) -> Loaded:
        return Loaded(
            cases={self.case.id: self.case} if self.case else {},
            procedures=registry.by_version(),
            newest=registry.newest(),
            known=self.scene.known,
            active=self.scene.active,
            areas={self.spot.ground.place: self.spot.code},
            own={},
            algorithm=chosen(),
        )


@lru_cache(maxsize=1)
def _file() -> Stored:
    return Stored(
        keyed=b"\xee" * 32, plain=b"", kind="image/jpeg", size=len(picture()), audience=Audience.REPORTER
    )


def choose_kind(scene: Scene, pick: Random) -> Kind:
    """What a report is about and where it comes from: 95.7 % of them from the grid (Tianmen 2016: 953 of 996)."""
    category = scene.category(pick)
    conditions = scene.known.conditions_of(category.id)
    grid = pick.random() < 0.957
    return Kind(
        source="grid" if grid else pick.choice(("resident", "resident", "resident", "hotline")),
        category=category,
        condition=pick.choice(conditions).id,
        on_the_spot=grid and pick.random() < 0.62,
        stuck=pick.random() < 0.045,
    )


def tell(life: Life, kind: Kind, pick: Random, *, stop: str | None = None) -> None:
    """Directs a history until it ends, until its time is over, or until it stands in the state `stop`."""
    if not life.take(_opening(life, kind, pick)):
        return
    for _turn in range(30):
        case = life.case
        if case is None or case.state == stop:
            break
        step = _next(life, case, kind, pick)
        if step is None or not life.take(step):
            break
    life.sweep(life.ends)


def replay(life: Life, steps: list[Step]) -> bool:
    """The same steps again, from another beginning. False when one of them is refused this time."""
    if not all(life.take(step) for step in steps):
        return False
    life.sweep(life.ends)
    return True


def _opening(life: Life, kind: Kind, pick: Random) -> Step:
    category, condition = kind.category.words.zh, "请核实"
    if kind.condition is not None:
        condition = life.scene.known.conditions[kind.condition].words.zh
    said = pick.choice(FOUND if kind.source == "grid" else SAID).format(c=category, k=condition)
    data: dict[str, Any] = {
        "words": f"{HERE}，{said}。{MARK}",
        "address": f"{HERE}，{pick.choice(LANDMARKS)}",
        "source": kind.source,
    }
    if kind.on_the_spot:
        data |= {
            "category": kind.category.id,
            "condition": kind.condition,
            "outcome": pick.choices(("fixed", "made_safe", "explained"), (80, 8, 12))[0],
            "answer": f"{pick.choice(SETTLED)}。{MARK}",
        }
        return Step(after=timedelta(0), action="settle", role="grid_worker",
                    organisation=life.spot.orgs["village"], data=data, files=1)  # fmt: skip
    data["kind"] = kind.category.group
    if kind.source == "grid":
        data |= {"category": kind.category.id, "condition": kind.condition}
        return Step(after=timedelta(0), action="open", role="grid_worker", organisation=life.spot.orgs["village"],
                    data=data, files=pick.randrange(1, 4))  # fmt: skip
    if kind.released:
        data["release"] = True
    return Step(
        after=timedelta(0),
        action="open",
        role="anyone",
        organisation=None,
        data=data,
        files=pick.randrange(3),
    )


def _next(life: Life, case: Projection, kind: Kind, pick: Random) -> Step | None:
    offers = list(_offers(life, case, kind, pick))
    liked = next((step for _chance, step in offers if step.action in kind.likes), None)
    if liked is not None:
        return liked
    return next((step for chance, step in offers if pick.random() < chance), None)


def _offers(life: Life, case: Projection, kind: Kind, pick: Random) -> Iterator[tuple[float, Step]]:
    """What may come next, with its chance; what is first refused leaves room for the second."""
    reporter = "reporter" in case.parties.values()
    why = f"{pick.choice(('请按职责办理', '请尽快处理并反馈', '请核对现场情况'))}。{MARK}"

    def by(organisation: int | None, action: str, hours: float, **data: Any) -> Step:
        files = data.pop("files", 0)
        if organisation is None:
            role = "reporter"
        else:
            role = str(WORKER_OF[life.scene.known.organisations[organisation].kind])
        return Step(after=_wait(life, hours, pick), action=action, role=role, organisation=organisation, data=data,
                    files=files)  # fmt: skip

    room, holder = case.room, case.holder
    match case.state:
        case "reported":
            if reporter:
                yield 0.06, by(None, "withdraw", 1.5)
            yield (
                0.012,
                by(
                    room,
                    "not_accept",
                    1.0,
                    reason="other_route",
                    words=f"应当通过其他法定途径解决，请咨询司法所。{MARK}",
                ),
            )
            yield 0.45, by(room, "accept", 0.6)
            yield (
                1.0,
                by(room, "dispatch", 0.9, category=kind.category.id, condition=kind.condition, words=why),
            )
        case "accepted" | "returned":
            sent: dict[str, Any] = {"category": kind.category.id, "condition": kind.condition, "words": why}
            if case.state == "returned":
                # Routing names no unit that has returned the case; after two of them it may name none.
                sent["unit"] = life.spot.orgs[f"dept:{pick.choice(('enforcement', 'housing'))}"]
            yield 1.0, by(room, "dispatch", 0.8, **sent)
        case "not_accepted" if reporter:
            yield 0.25, by(None, "object", 9.0, words=f"我认为应当受理。{MARK}")
        case "objected":
            yield 1.0, by(holder, "decide_objection", 12.0, decision=pick.choice(("accept", "refuse")),
                          words=f"经审查，依照规定作出上述决定。{MARK}")  # fmt: skip
        case "competence":
            unit = life.spot.orgs[f"dept:{pick.choice(('enforcement', 'housing'))}"]
            yield 1.0, by(holder, "rule", 6.0, unit=unit, words=f"依照职责分工裁定由该单位承办。{MARK}")
        case "dispatched":
            again = 0.4 if case.record["returns"] else 0.06
            yield (
                again,
                by(
                    holder,
                    "return",
                    1.5,
                    reason="not_our_duty",
                    words=f"不属于本单位职责，请重新派遣。{MARK}",
                ),
            )
            yield 0.75, by(holder, "take", 0.8)
            yield 1.0, _done(life, case, kind, by, pick)
        case "in_hand":
            if not case.record["delays"]:
                yield (
                    0.05,
                    by(
                        holder,
                        "ask_delay",
                        3.0,
                        limit={"n": 3, "unit": "working_day"},
                        words=f"需要采购配件。{MARK}",
                    ),
                )
            yield (
                0.02,
                by(
                    holder,
                    "pause",
                    3.0,
                    basis="appraisal",
                    rule="《行政强制法》第二十五条",
                    words=f"需要鉴定。{MARK}",
                ),
            )
            yield 1.0, _done(life, case, kind, by, pick)
        case "delay_asked":
            yield (
                1.0,
                by(
                    room,
                    "decide_delay",
                    2.0,
                    decision=pick.choices(("grant", "refuse"), (7, 3))[0],
                    words=why,
                ),
            )
        case "paused":
            yield 0.9, by(holder, "resume", 40.0)
        case "checking" | "confirming":
            result = "fails" if pick.random() < 0.04 else "holds"
            if case.state == "confirming":
                yield 0.25, by(None, "confirm", 10.0, result=result)
                yield 0.25, by(None, "confirm", 60.0, result=result)
            yield 1.0, by(life.spot.orgs["village"], "check", 6.0, result=result, files=1)
        case "checked":
            yield 1.0, by(room, "close", 2.0)
        case "closed" if reporter and case.record["rating"] is None:
            yield 0.35, by(None, "rate", 20.0, rating=pick.choices((5, 4, 3, 2, 1), (60, 25, 8, 3, 4))[0])
            yield 0.02, by(None, "reopen", 20.0, words=f"问题又出现了。{MARK}")


def _done(life: Life, case: Projection, kind: Kind, by: Any, pick: Random) -> Step:
    """Reported done, most of the time within the limit."""
    outcome = pick.choices(tuple(ANSWERS), (78, 6, 10, 4, 2))[0]
    run = case.last_run("handle")
    left = 8.0
    if run is not None:
        calendar = life.scene.known.calendar
        left = max(
            calendar.counted(life.decisions[-1].entry.at, run.due_at, Unit.WORKING_HOUR) / timedelta(hours=1),
            0.5,
        )
    hours = left * pick.uniform(0.1, 0.95) if pick.random() < 0.93 else left + pick.expovariate(1 / 16)
    if kind.stuck:
        hours = left + pick.uniform(200, 2_000)
    more: dict[str, Any] = {"met": "yes"} if outcome == "fixed" else {}
    if outcome == "cannot":
        more["reason"] = "owner_refuses"
    step: Step = by(
        case.holder, "done", hours, outcome=outcome, answer=f"{pick.choice(ANSWERS[outcome])}。{MARK}",
        files=1 if outcome in {"fixed", "made_safe"} else 0, **more,
    )  # fmt: skip
    return step


def _wait(life: Life, hours: float, pick: Random) -> timedelta:
    """From the beginning to a moment about `hours` of office time after the last act, at no round minute."""
    calendar = life.scene.known.calendar
    spent = timedelta(hours=hours * pick.uniform(0.35, 1.6), seconds=pick.uniform(40, 600))
    at = calendar.advance(life.decisions[-1].entry.at, spent, Unit.WORKING_HOUR)
    return at - life.began
