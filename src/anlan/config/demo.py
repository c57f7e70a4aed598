# SPDX-License-Identifier: Apache-2.0
"""What a demo shows: made-up cases of the last year all over the region, a crowd of them in one street, and some work
waiting in every state for each person whom a guest can be. Everything says that it is made up.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connections

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases.act import act
from anlan.cases.envelope import Envelope
from anlan.cases.models import Case
from anlan.config.fill import fill, owner_dsn
from anlan.config.fill_cast import Casts, block
from anlan.config.fill_copy import column_types, filling
from anlan.config.fill_forms import MICRO, Mould
from anlan.config.fill_mould import SPAN
from anlan.config.fill_scene import Home, Scene, Spot, set_scene
from anlan.config.fill_tell import Kind
from anlan.config.fill_words import MARK
from anlan.config.fill_work import Plan, Work, keep_photos
from anlan.people.demo import COUNTY, TOWN, VILLAGE, demo_seed
from anlan.people.may import Actor
from anlan.people.seed import DEPARTMENTS
from anlan.places.codes import pad
from anlan.procedures.report.models import ReportRecord

EVERYWHERE, IN_COUNTY, IN_TOWN = 18_900, 900, 350
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
PUBLISHED = 12
"""Summaries at most."""


def seed(*, say: Callable[[str], object]) -> int:
    """Fills the demo's database, once; how many cases there are. A start that was killed in between begins again."""
    at = now()
    dsn = owner_dsn()
    if Case.objects.exists():
        return 0
    demo_seed(since=(at - timedelta(days=800)).replace(hour=0, minute=0, second=0, microsecond=0), at=at)
    say(f"Making up {EVERYWHERE + IN_COUNTY + IN_TOWN:,} cases of the last year")
    shown = _Shown(say, EVERYWHERE)
    fill(Plan(cases=EVERYWHERE, at=at, per_mould=60), dsn=dsn, say=say, progress=shown)
    fill(
        Plan(cases=IN_COUNTY, at=at, seed=2, per_mould=10, within=pad(COUNTY), photos=True), dsn=dsn, say=say
    )
    fill(Plan(cases=IN_TOWN, at=at, seed=3, per_mould=6, within=pad(TOWN), photos=True), dsn=dsn, say=say)
    waiting = _wait(at, dsn, say)
    say(f"{EVERYWHERE + IN_COUNTY + IN_TOWN + waiting:,} made-up cases are there")
    connections.close_all()
    return EVERYWHERE + IN_COUNTY + IN_TOWN + waiting


class _Shown:
    """Progress in tenths, for a start that prints lines."""

    def __init__(self, say: Callable[[str], object], of: int) -> None:
        self.say, self.of, self.told = say, of, 0

    def __call__(self, done: int, of: int) -> None:
        tenth = 10 * done // of
        if tenth > self.told:
            self.told = tenth
            self.say(f"{done:,} of {of:,} cases")


def _wait(at: datetime, dsn: str, say: Callable[[str], object]) -> int:
    """Casts what waits for the demo's people; how many."""
    scene, types = set_scene(at=at, within=pad(TOWN)), column_types(dsn)
    work = Work(plan=Plan(cases=0, at=at, within=pad(TOWN), photos=True), scene=scene, types=types)
    pick = Random(f"{at:%Y%m%d}")
    waiting: list[Casts] = []
    for spot, mould in _moulds(work, scene, pick):
        home = Home(spot, pick.choice(spot.grids), pick.randrange(SPAN // MICRO))
        casts = work.caster.cast(mould, [home])
        if mould.files:
            keep_photos(casts)
        waiting.append(casts)
    with filling(dsn, types=types, at=at, say=say) as into:
        into.add(block(waiting))
    street = next(spot for spot in scene.spots if spot.code == pad(VILLAGE))
    room = scene.actor(street.orgs["town"])
    merge_two(room, at)
    publish_some(room, at)
    return len(waiting)


def merge_two(room: Actor, at: datetime) -> None:
    """Two reports of one matter, made one by the town's room through the engine itself; what is urgent stays."""
    one, other = (
        Case.objects.filter(state="reported", holder=room.organisation_id, barred=None)
        .order_by("-urgent", "opened_at", "id")
        .values_list("id", flat=True)[:2]
    )
    _act(other, "merge", room, at, {"into": str(one)})


def publish_some(room: Actor, at: datetime) -> None:
    """Summaries of what is settled, where the reporter has agreed."""
    released = ReportRecord.objects.filter(
        released=True,
        case__state="closed",
        case__barred=None,
        case__assignments__role="room",
        case__assignments__organisation=room.organisation_id,
        case__assignments__until_seq=None,
    )
    for record in released.select_related("case__category").order_by("case_id")[:PUBLISHED]:
        about = record.case.category.name if record.case.category else ""
        words = f"有居民反映{about}的问题，承办单位到现场处理，网格员核实后办结。{MARK}"
        _act(record.case_id, "publish", room, at, {"summary": words})


def _act(case_id: UUID, action: str, by: Actor, at: datetime, data: Mapping[str, Any]) -> None:
    act(
        Envelope(
            case_id=case_id,
            action=action,
            by=by,
            at=at,
            received_at=at,
            request_id=new_id(),
            salt=os.urandom(16),
            data=data,
        )
    )


def _moulds(work: Work, scene: Scene, pick: Random) -> Iterator[tuple[Spot, Mould]]:
    home = next(spot for spot in scene.spots if spot.code == pad(VILLAGE))
    for state, count, source, likes in WAITING:
        for n in range(count):
            spot = home if n < 3 else pick.choice(scene.spots)
            mould = _until(work, spot, _kind(scene, pick, source, likes), pick, state)
            if mould is not None:
                yield spot, mould
    for word in DEPARTMENTS:
        for state, likes in AT_UNITS:
            kind = _kind(scene, pick, "grid", likes, unit=home.orgs[f"dept:{word}"])
            mould = _until(work, home, kind, pick, state)
            if mould is not None:
                yield home, mould


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
    )


def _until(work: Work, spot: Spot, kind: Kind, pick: Random, state: str) -> Mould | None:
    """A history of the last days that stands in this state now."""
    for turn in range(80):
        begin = work.plan.at - timedelta(
            hours=1.2 + 1.3 * turn, minutes=pick.randrange(60), seconds=pick.randrange(60)
        )
        found = work.decide(spot, begin, kind, pick, stop=state)
        if found is not None:
            return found
    return None
