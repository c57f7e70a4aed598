# SPDX-License-Identifier: Apache-2.0
"""How made-up histories go: what is reported and from where, what comes next and when, who is late, what people say.

Everything by chance, within what the engine allows: `fill_story.Life` takes a step only when it is decided for real.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from anlan.cases.known import Category
from anlan.cases.projection import Projection
from anlan.config.fill_scene import WORKER_OF, Scene
from anlan.config.fill_story import Life, Step
from anlan.config.fill_words import Tongue, address, answer, conditions_in_storm, note, opening, tongue
from anlan.places.calendars import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a history begins: its source, what it is about, in which language it is told, whether a summary may be published,
    whether a unit is far too late with it, and actions that it turns to whenever they are possible.
    """

    source: str
    category: Category
    condition: int | None
    on_the_spot: bool
    stuck: bool
    likes: frozenset[str] = frozenset()
    released: bool = False
    storm: bool = False
    language: Tongue = "zh"


def choose_kind(scene: Scene, pick: Random, *, storm: bool = False) -> Kind:
    """What a report is about and where it comes from: 95.7 % of them from the grid (Tianmen 2016: 953 of 996). What a storm
    brings is not settled on the spot.
    """
    category = scene.category(pick, storm=storm)
    conditions = scene.known.conditions_of(category.id)
    if storm:
        conditions = tuple(conditions[nth - 1] for nth in conditions_in_storm(category.code))
    grid = pick.random() < 0.957
    return Kind(
        source="grid" if grid else pick.choice(("resident", "resident", "resident", "hotline")),
        category=category,
        condition=pick.choice(conditions).id,
        on_the_spot=grid and not storm and pick.random() < 0.62,
        stuck=pick.random() < STUCK,
        released=not grid and pick.random() < RELEASED,
        storm=storm,
        language=tongue(),
    )


STUCK = 0.012
"""Of a unit's cases, those that it is far too late with."""
RELEASED = 0.3
"""Of residents, those who let a summary be published."""


def tell(life: Life, kind: Kind, pick: Random, *, stop: str | None = None) -> None:
    """Directs a history until it ends, until its time is over, or until it stands in the state `stop`."""
    if not life.take(begin(life, kind, pick)):
        return
    for _turn in range(30):
        case = life.case
        if case is None or case.state == stop:
            break
        step = go_on(life, case, kind, pick)
        if step is None or not life.take(step):
            break
    life.sweep(life.ends)


def begin(life: Life, kind: Kind, pick: Random) -> Step:
    """The report that a history begins with."""
    category = kind.category
    conditions = [one.id for one in life.scene.known.conditions_of(category.id)]
    nth = conditions.index(kind.condition) + 1 if kind.condition in conditions else 0
    seen = life.scene.known.conditions[kind.condition].words if kind.condition is not None else category.words
    said = opening(
        pick,
        source=kind.source,
        code=f"storm:{category.code}" if kind.storm else category.code,
        nth=nth,
        otherwise=getattr(seen, kind.language),
        language=kind.language,
    )
    data: dict[str, Any] = {
        "words": said,
        "address": address(pick, kind.language),
        "source": kind.source,
    }
    if kind.on_the_spot:
        [outcome] = pick.choices(("fixed", "made_safe", "explained"), (80, 8, 12))
        told = "settled" if outcome == "fixed" else outcome
        data |= {
            "category": kind.category.id,
            "condition": kind.condition,
            "outcome": outcome,
            "answer": answer(pick, code=category.code, outcome=told, language=kind.language),
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


def go_on(life: Life, case: Projection, kind: Kind, pick: Random) -> Step | None:
    """What comes next in it; None when nothing does."""
    offers = list(_offers(life, case, kind, pick))
    liked = next((step for _chance, step in offers if step.action in kind.likes), None)
    if liked is not None:
        return liked
    return next((step for chance, step in offers if pick.random() < chance), None)


def _offers(life: Life, case: Projection, kind: Kind, pick: Random) -> Iterator[tuple[float, Step]]:
    """What may come next, with its chance; what is first refused leaves room for the second."""
    reporter = "reporter" in case.parties.values()

    def said(about: str) -> str:
        return note(pick, about, kind.language)

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
                    words=said("not_accept"),
                ),
            )
            yield 0.45, by(room, "accept", 0.6)
            yield (
                1.0,
                by(
                    room,
                    "dispatch",
                    0.9,
                    category=kind.category.id,
                    condition=kind.condition,
                    words=said("dispatch"),
                ),
            )
        case "accepted" | "returned":
            sent: dict[str, Any] = {
                "category": kind.category.id,
                "condition": kind.condition,
                "words": said("dispatch"),
            }
            if case.state == "returned":
                # Routing names no unit that has returned the case; after two of them it may name none.
                sent["unit"] = life.spot.orgs[f"dept:{pick.choice(('enforcement', 'housing'))}"]
            yield 1.0, by(room, "dispatch", 0.8, **sent)
        case "not_accepted" if reporter:
            yield 0.25, by(None, "object", 9.0, words=said("object"))
        case "objected":
            upheld = pick.random() < 0.5
            yield 1.0, by(holder, "decide_objection", 12.0, decision="accept" if upheld else "refuse",
                          words=said("upheld" if upheld else "kept"))  # fmt: skip
        case "competence":
            unit = life.spot.orgs[f"dept:{pick.choice(('enforcement', 'housing'))}"]
            yield 1.0, by(holder, "rule", 6.0, unit=unit, words=said("ruling"))
        case "dispatched":
            if not case.record["ruled"]:
                again = 0.4 if case.record["returns"] else 0.06
                yield again, by(holder, "return", 1.5, reason="not_our_duty", words=said("return"))
            yield 0.75, by(holder, "take", 0.8)
            yield 1.0, _done(life, case, kind, by, pick)
        case "in_hand":
            asked = by(holder, "ask_delay", 3.0, limit={"n": 3, "unit": "working_day"}, words=said("delay"))
            run = case.last_run("handle")
            if not case.record["delays"] and run is not None and life.began + asked.after < run.due_at:
                yield 0.05, asked
            yield (
                0.02,
                by(
                    holder,
                    "pause",
                    3.0,
                    basis="appraisal",
                    rule="《行政强制法》第二十五条",
                    words=said("pause"),
                ),
            )
            yield 1.0, _done(life, case, kind, by, pick)
        case "delay_asked":
            granted = pick.random() < 0.7
            yield 1.0, by(room, "decide_delay", 2.0, decision="grant" if granted else "refuse",
                          words=said("granted" if granted else "refused_delay"))  # fmt: skip
        case "paused":
            yield 1.0, by(holder, "resume", 40.0)
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
            yield 0.02, by(None, "reopen", 20.0, words=said("reopen"))


LONGEST_LATE = 240
"""Hours of office time: by thirty working days over its limit somebody above has seen to it."""


def _done(life: Life, case: Projection, kind: Kind, by: Any, pick: Random) -> Step:
    """Reported done, most of the time within the limit."""
    outcome = pick.choices(("fixed", "made_safe", "explained", "cannot", "not_found"), (78, 6, 10, 4, 2))[0]
    run = case.last_run("handle")
    left = 8.0
    if run is not None:
        calendar = life.scene.known.calendar
        left = max(
            calendar.counted(life.decisions[-1].entry.at, run.due_at, Unit.WORKING_HOUR) / timedelta(hours=1),
            0.5,
        )
    hours = left * pick.uniform(0.1, 0.95) if pick.random() < 0.93 else left + pick.expovariate(1 / 12)
    if kind.stuck:
        hours = left + min(pick.expovariate(1 / 50), LONGEST_LATE)
    more: dict[str, Any] = {"met": "yes"} if outcome == "fixed" else {}
    if outcome == "cannot":
        more["reason"] = "owner_refuses"
    step: Step = by(
        case.holder, "done", hours, outcome=outcome,
        answer=answer(pick, code=kind.category.code, outcome=outcome, language=kind.language),
        files=1 if outcome in {"fixed", "made_safe"} else 0, **more,
    )  # fmt: skip
    return step


def _wait(life: Life, hours: float, pick: Random) -> timedelta:
    """From the beginning to a moment about `hours` after the last act, of office time if work on it rests; at no round minute."""
    calendar = life.scene.known.calendar
    spent = timedelta(hours=hours * pick.uniform(0.35, 1.6), seconds=pick.uniform(40, 600))
    at = calendar.advance(life.decisions[-1].entry.at, spent, Unit.WORKING_HOUR if life.rests else Unit.HOUR)
    return at - life.began
