# SPDX-License-Identifier: Apache-2.0
"""Life in a demo: every few seconds a made-up post or resident does something real in the demo's county.

It reports, accepts, dispatches, handles, checks and closes through the engine's own door, as `fill_tell` directs. A case that
somebody else has touched meanwhile is left to them. It ends by itself, so a demo that is forgotten does not fill a disk.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from time import sleep
from typing import Any

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.base.ids import new_id
from anlan.base.keys import keyring
from anlan.cases.act import act
from anlan.cases.attachments import store
from anlan.cases.define import Audience
from anlan.cases.envelope import Envelope, NewParty
from anlan.cases.models import Case
from anlan.cases.pictures import Ready
from anlan.config.demo_pictures import picture
from anlan.config.fill_scene import Scene, set_scene
from anlan.config.fill_story import Life, Step
from anlan.config.fill_tell import Kind, begin, choose_kind, go_on
from anlan.config.fill_words import HERE, MADE_UP
from anlan.people.demo import COUNTY
from anlan.places.codes import pad

EVERY = 3.0
"""Seconds between two events."""
MOST = 2_000
"""Events of one run: somewhat more than an hour and a half."""
AT_ONCE = 30
"""Cases that are being moved on at a time."""


@dataclass(slots=True)
class Lively:
    """What goes on: the stage, chance, and the cases being moved on."""

    scene: Scene
    pick: Random
    going: list[tuple[Life, Kind]] = field(default_factory=list)

    def happen(self) -> bool:
        """One event, if chance finds one that the engine takes."""
        if len(self.going) < AT_ONCE and (not self.going or self.pick.random() < 0.3):
            return self._begin()
        life, kind = self.going.pop(self.pick.randrange(len(self.going)))
        if life.case is None or not Case.objects.filter(pk=life.id, seq=life.case.seq, open=True).exists():
            return False
        step = go_on(life, life.case, kind, self.pick)
        if step is None or not self._do(life, step):
            return False
        self.going.append((life, kind))
        return True

    def _begin(self) -> bool:
        at = now()
        life = Life(self.scene, self.scene.place(self.pick), new_id(), at, at)
        kind = choose_kind(self.scene, self.pick)
        if not self._do(life, begin(life, kind, self.pick)):
            return False
        self.going.append((life, kind))
        return True

    def _do(self, life: Life, step: Step) -> bool:
        """Decides it as the engine will, and has the engine do it now."""
        at = now()
        opens = life.case is None
        if not life.decide(replace(step, after=at - life.began), at):
            return False
        wrapped, key = keyring().new_case_key()
        if not opens:
            key = keyring().unwrap(bytes(Case.objects.values_list("key", flat=True).get(pk=life.id)))
        photo = Ready(data=picture(of=str(life.id)), kind="image/jpeg")
        by, party = life.who(step)
        opening: dict[str, Any] = {}
        if opens:
            people = (NewParty(role="reporter", contact={"language": "zh"}),) if step.role == "anyone" else ()
            opening = {
                "procedure": "report",
                "place": life.spot.ground.place,
                "source": step.data["source"],
                "flags": (MADE_UP,),
                "parties": people,
                "key": wrapped,
            }
        try:
            act(
                Envelope(
                    case_id=life.id,
                    action=step.action,
                    by=by,
                    at=at,
                    received_at=at,
                    request_id=new_id(),
                    salt=os.urandom(16),
                    data={name: _here(value, life) for name, value in step.data.items() if name != "source"},
                    party=party,
                    files=(store(life.id, key, photo, audience=Audience.REPORTER),) if step.files else (),
                    **opening,
                )
            )
        except Refused:
            return False
        return True


def live(*, say: Callable[[str], object], most: int = MOST) -> int:
    """Lets things happen until `most` did; how many."""
    lively = Lively(set_scene(at=now(), within=pad(COUNTY)), Random())
    happened = 0
    for _turn in range(most):
        sleep(EVERY)
        happened += lively.happen()
    say(f"{happened:,} things have happened by themselves; start the demo anew for more")
    return happened


def _here(value: Any, life: Life) -> Any:
    return value.replace(HERE, life.spot.name) if isinstance(value, str) else value
