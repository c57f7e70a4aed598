# SPDX-License-Identifier: Apache-2.0
"""Made-up histories of reports, decided for real: each step passes `decide`, so only what may happen does.

A history is directed step by step (`fill_tell`); the system's own escalations come when their time does. `replay` plays the same steps again a little later, which is how `fill_mould` learns which times
of a history move with its beginning and which stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from anlan.base.digests import chosen
from anlan.base.errors import Refused
from anlan.cases import registry
from anlan.cases.decide import Decision, Loaded, decide
from anlan.cases.define import Audience
from anlan.cases.envelope import Envelope, NewParty, Stored
from anlan.cases.projection import Projection
from anlan.config.demo_pictures import picture
from anlan.config.fill_scene import Scene, Spot
from anlan.config.fill_words import MADE_UP
from anlan.people.may import SYSTEM, Role, anonymous


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act of a history: when after its beginning, by which role of which organisation, with what."""

    after: timedelta
    action: str
    role: str
    organisation: int | None
    data: Mapping[str, Any]
    files: int = 0


@dataclass(slots=True)
class Life:
    """A case as it has become so far, and what was decided. `rests`: nobody works on it outside office hours."""

    scene: Scene
    spot: Spot
    id: UUID
    began: datetime
    ends: datetime
    rests: bool = True
    case: Projection | None = None
    decisions: list[Decision] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def take(self, step: Step) -> bool:
        """Lets the system do what has become due, then takes the step. False: it is past the end, or was refused."""
        at = self.began + step.after
        if at > self.ends:
            return False
        self.sweep(at)
        if not self.decide(step, at):
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
            if not self.decide(step, at):
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

    def decide(self, step: Step, at: datetime) -> bool:
        """Decides the step as the engine would at that moment. False: it was refused, and nothing has changed."""
        by, party = self.who(step)
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

    def who(self, step: Step) -> tuple[Any, int | None]:
        """Who takes the step, and as which party."""
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


def replay(life: Life, steps: list[Step]) -> bool:
    """The same steps again, from another beginning. False when one of them is refused this time."""
    if not all(life.take(step) for step in steps):
        return False
    life.sweep(life.ends)
    return True
