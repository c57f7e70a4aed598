# SPDX-License-Identifier: Apache-2.0
"""What one process of a filling does: it decides the histories of a stretch of time and casts them. It asks no database."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from operator import add
from random import Random
from typing import NamedTuple
from uuid import UUID

from anlan.base.keys import aad
from anlan.cases.attachments import path_of
from anlan.config.demo_pictures import picture
from anlan.config.fill_cast import Caster, Casts, block
from anlan.config.fill_copy import Block, Types
from anlan.config.fill_forms import MICRO, Mould
from anlan.config.fill_mould import SPAN, Unfit, make_mould
from anlan.config.fill_scene import Home, Scene, Spot
from anlan.config.fill_story import Life, replay
from anlan.config.fill_tell import Kind, choose_kind, tell
from anlan.config.fill_year import busy, storm, storm_week
from anlan.places.find import ZONE

CHUNK = 2_000
RECENT = timedelta(days=14)
"""Cases this young may still be open, so more different histories are decided for them."""
GRIDS = 0.85
"""How many cases are known to the grid; the others to the village."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to fill: how many cases, over how many days back from `at`, by which seed. `per_mould` is how many casts
    each decided history has (0: as many as leave about 500 histories); `within` keeps to one place; `photos` writes the
    files of photos too; `chunk` is how many cases go into the tables at a time.
    """

    cases: int
    at: datetime
    days: int = 365
    seed: int = 1
    per_mould: int = 0
    within: int | None = None
    workers: int = 2
    photos: bool = False
    chunk: int = CHUNK


class Begin(NamedTuple):
    """When a history begins, and whether the storm brings it."""

    at: datetime
    storm: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of the past: how many cases it has, and when its histories begin."""

    n: int
    cases: int
    begins: tuple[Begin, ...]


class Work:
    """Chunks of cases made into rows."""

    def __init__(self, *, plan: Plan, scene: Scene, types: Types) -> None:
        self.plan, self.scene, self.types = plan, scene, types

    @cached_property
    def caster(self) -> Caster:
        """Made by the process that casts."""
        return Caster(self.scene, photos=self.plan.photos)

    def do(self, chunk: Chunk) -> Block:
        """Fills a chunk."""
        return block(self._cast(chunk, Random(f"{self.plan.seed}/{chunk.n}")))

    def _cast(self, chunk: Chunk, pick: Random) -> Iterator[Casts]:
        share, more = divmod(chunk.cases, len(chunk.begins))
        for i, begin in enumerate(chunk.begins):
            mould = self.mould(begin, pick)
            casts = self.caster.cast(mould, self.homes(share + (i < more), pick, storm=begin.storm))
            if self.plan.photos and mould.files:
                keep_photos(casts)
            yield casts

    def homes(self, n: int, pick: Random, *, storm: bool) -> list[Home]:
        """Where cases lie: mostly a grid, else the village."""
        chance = pick.random
        return [
            Home(
                spot,
                spot.grids[int(chance() * len(spot.grids))]
                if spot.grids and chance() < GRIDS
                else spot.ground,
                int(chance() * (SPAN // MICRO)),
            )
            for spot in self.scene.places(pick, n, storm=storm)
        ]

    def mould(self, begin: Begin, pick: Random) -> Mould:
        """A history that begins about then and can be cast. Raises LookupError when none is found."""
        for turn in range(60):
            kind = choose_kind(self.scene, pick, storm=begin.storm)
            [spot] = self.scene.places(pick, 1, storm=begin.storm)
            found = self.decide(spot, begin.at - turn % 3 * SPAN, kind, pick)
            if found is not None:
                return found
        raise LookupError(f"no history that begins {begin} can be cast")

    def decide(
        self,
        spot: Spot,
        begin: datetime,
        kind: Kind,
        pick: Random,
        *,
        stop: str | None = None,
        rests: bool = True,
    ) -> Mould | None:
        """A mould of one history, or None when it cannot be cast, or does not stand in the state `stop` at the end."""
        at, id_ = self.plan.at, UUID(int=pick.getrandbits(128))
        first = Life(self.scene, spot, id_, begin, at - SPAN, rests)
        tell(first, kind, pick, stop=stop)
        if first.case is None or (stop is not None and first.case.state != stop):
            return None
        second = Life(self.scene, spot, id_, begin + SPAN, at, rests)
        if not replay(second, first.steps):
            return None
        try:
            return make_mould(
                first.decisions, second.decisions, spot, types=self.types, calendar=self.scene.known.calendar
            )
        except Unfit:
            return None


def keep_photos(casts: Casts) -> None:
    """Writes the made-up photo of each case where the engine looks for it."""
    for id_, key in zip(casts.ids, casts.case_keys, strict=True):
        keyed = key.keyed_digest(picture())
        path = path_of(id_, keyed)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(key.seal(picture(), aad=aad(id_, "file", 0, keyed.hex())))


def chunks(plan: Plan, scene: Scene) -> Iterator[Chunk]:
    """Stretches of the past with as many cases as fall into them by the shape of the year."""
    hours = plan.days * 24
    start = plan.at - timedelta(hours=hours)
    locals_ = [(start + timedelta(hours=h)).astimezone(ZONE) for h in range(hours)]
    begins = storm_week(locals_[0].date() + timedelta(days=1), locals_[-1].date()) if scene.coast else None
    blown = [storm(local, begins) for local in locals_]
    usual = [busy(local, scene.known.calendar) for local in locals_]
    weights = list(accumulate(map(add, usual, blown)))

    def when(part: float) -> datetime:
        wanted = part * weights[-1]
        hour = min(bisect_left(weights, wanted), hours - 1)
        before = weights[hour - 1] if hour else 0.0
        inside = (wanted - before) / (weights[hour] - before)
        found = start + timedelta(hours=hour + inside)
        return min(found, plan.at - 2 * SPAN)

    def in_storm(at: datetime) -> bool:
        hour = min(max((at - start) // timedelta(hours=1), 0), hours - 1)
        return chance.random() * (usual[hour] + blown[hour]) < blown[hour]

    chance = Random(f"{plan.seed}/times")
    casts = plan.per_mould or max(200, plan.cases // 500)
    size = min(plan.chunk, max(1, plan.cases // 4 + 1))
    for n, first in enumerate(range(0, plan.cases, size)):
        count = min(size, plan.cases - first)
        recent = when((first + count) / plan.cases) > plan.at - RECENT
        moulds = max(1, min(count, count // max(1, casts // (5 if recent else 1))))
        moments = [when((first + (j + chance.random()) * count / moulds) / plan.cases) for j in range(moulds)]
        yield Chunk(n, count, tuple(Begin(at, in_storm(at)) for at in moments))
