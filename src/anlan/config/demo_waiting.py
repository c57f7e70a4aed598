# SPDX-License-Identifier: Apache-2.0
"""Work that waits in the demo's street: some in every state, for each person whom a guest can be."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from anlan.config.fill_cast import Casts
from anlan.config.fill_copy import Types
from anlan.config.fill_forms import MICRO, Mould
from anlan.config.fill_mould import SPAN
from anlan.config.fill_scene import Home, Scene, Spot, set_scene
from anlan.config.fill_tell import Kind
from anlan.config.fill_words import tongue
from anlan.config.fill_work import Plan, Work, keep_photos
from anlan.people.demo import TOWN, VILLAGE
from anlan.people.seed import DEPARTMENTS
from anlan.places.codes import pad

WAITING: tuple[tuple[str, int, str, tuple[str, ...]], ...] = (
    ("reported", 6, "resident", ()),
    ("reported", 3, "grid", ()),
    ("accepted", 3, "grid", ("accept",)),
    ("not_accepted", 2, "resident", ("not_accept",)),
    ("objected", 2, "resident", ("not_accept", "object")),
    ("returned", 2, "grid", ("return",)),
    ("competence", 2, "grid", ("return",)),
    ("delay_asked", 2, "grid", ("take", "ask_delay")),
    ("paused", 2, "grid", ("take", "pause")),
    ("checking", 5, "grid", ()),
    ("confirming", 3, "resident", ()),
    ("checked", 3, "grid", ()),
    ("closed", 6, "resident", ()),
)
"""What waits in the demo's street: state, how many, from where, and what their histories turn to. What residents reported may
be published once it is closed.
"""
AT_UNITS = (("dispatched", ()), ("in_hand", ("take",)))
"""What waits at each department of the county."""


def waiting(at: datetime, types: Types) -> list[Casts]:
    """What waits for the demo's people, with its photos kept; to be put into the tables."""
    scene = set_scene(at=at, within=pad(TOWN))
    work = Work(plan=Plan(cases=0, at=at, within=pad(TOWN), photos=True), scene=scene, types=types)
    pick = Random(f"{at:%Y%m%d}")
    cast: list[Casts] = []
    for spot, mould in moulds(work, scene, pick):
        home = Home(spot, pick.choice(spot.grids), pick.randrange(SPAN // MICRO))
        casts = work.caster.cast(mould, [home])
        if mould.files:
            keep_photos(casts)
        cast.append(casts)
    return cast


def moulds(work: Work, scene: Scene, pick: Random) -> Iterator[tuple[Spot, Mould]]:
    """A history for each piece of work that waits, and where it is. Raises LookupError when one cannot be found."""
    home = next(spot for spot in scene.spots if spot.code == pad(VILLAGE))
    for state, count, source, likes in WAITING:
        for n in range(count):
            spot = home if n < 3 else pick.choice(scene.spots)
            yield spot, _until(work, spot, pick, state, source=source, likes=likes)
    for word in DEPARTMENTS:
        for state, likes in AT_UNITS:
            unit = home.orgs[f"dept:{word}"]
            yield home, _until(work, home, pick, state, source="grid", likes=likes, unit=unit)


def _kind(
    scene: Scene, pick: Random, source: str, likes: tuple[str, ...], *, unit: int | None = None
) -> Kind:
    """About a category (one that routing gives to `unit`) and one of its conditions."""
    offered = list(scene.categories)
    if unit is not None:
        area, day = scene.known.organisations[unit].area, scene.known.calendar.horizon
        for_unit = [
            category
            for category in scene.known.categories.values()
            if (route := scene.known.route("report", category=category.id, area=area, on=day))
            and route.organisation == unit
        ]
        offered = for_unit or offered
    category = pick.choice(offered)
    conditions = scene.known.conditions_of(category.id)
    return Kind(
        source=source,
        category=category,
        condition=pick.choice(conditions).id if conditions else None,
        on_the_spot=False,
        stuck=False,
        likes=frozenset(likes),
        released=source == "resident",
        language=tongue(),
    )


def _until(
    work: Work,
    spot: Spot,
    pick: Random,
    state: str,
    *,
    source: str,
    likes: tuple[str, ...],
    unit: int | None = None,
) -> Mould:
    """A history of the last days that stands in this state now. After some days off no office has left one in this state: then
    one that was worked on in those days. Raises LookupError when there is none even so.
    """
    for rests in (True, *(False,) * 4):
        kind = _kind(work.scene, pick, source, likes, unit=unit)
        for turn in range(80):
            begin = work.plan.at - timedelta(
                hours=1.2 + 1.3 * turn, minutes=pick.randrange(60), seconds=pick.randrange(60)
            )
            found = work.decide(spot, begin, kind, pick, stop=state, rests=rests)
            if found is not None:
                return found
    raise LookupError(f"no history stands in {state} at {work.plan.at}")
