# SPDX-License-Identifier: Apache-2.0
"""What a demo shows: made-up cases of the last year all over the region, a crowd of them in one street, and some work
waiting in every state for each person whom a guest can be. Everything says that it is made up.

The year comes in pieces, each in one transaction that also notes how far it is (`demo_progress`): a start or a filling that
was killed goes on with the next piece, and none comes twice.
"""

import os
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connections

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases.act import act
from anlan.cases.envelope import Envelope
from anlan.cases.follow import advance, followers
from anlan.cases.journal import number
from anlan.cases.models import Case
from anlan.config.demo_alerts import warn
from anlan.config.demo_assessments import assess
from anlan.config.demo_disputes import tell_disputes
from anlan.config.demo_progress import Progress, find_progress, note_progress
from anlan.config.demo_stories import Stage, look_around, tell_stories
from anlan.config.demo_undelivered import fail_some
from anlan.config.demo_waiting import waiting
from anlan.config.fill import fill, owner_dsn
from anlan.config.fill_cast import block
from anlan.config.fill_copy import column_types, filling
from anlan.config.fill_scene import set_scene
from anlan.config.fill_words import MARK
from anlan.config.fill_work import Plan
from anlan.duty import patrols, roster
from anlan.duty.roster import Hours
from anlan.people.demo import COUNTY, TOWN, VILLAGE, demo_seed
from anlan.people.may import Actor, Role
from anlan.places.codes import code_range, pad
from anlan.procedures.report.models import ReportRecord

EVERYWHERE, IN_COUNTY, IN_TOWN = 18_900, 900, 350
PUBLISHED = 12
"""Summaries at most."""
WALKED = 0.8
"""Of the grids of a village, about so many are walked in a week."""


def seed(*, say: Callable[[str], object]) -> int:
    """Fills the demo's database as far as the first page needs it; how many cases that made. What an earlier start did stays."""
    progress = find_progress()
    if progress is None:
        if Case.objects.exists():
            return 0
        at = now()
        demo_seed(since=(at - timedelta(days=800)).replace(hour=0, minute=0, second=0, microsecond=0), at=at)
        say(f"Making up {EVERYWHERE + IN_COUNTY + IN_TOWN:,} cases of the last year")
        progress = Progress(at=at)
    made = 0
    for n, piece in enumerate(PIECES[progress.first :], progress.first):
        made += piece(progress.at, progress.after_first(n + 1), say)
    connections.close_all()
    if made:
        say(f"{made:,} made-up cases are there")
    return made


def _everywhere(at: datetime, after: Progress, say: Callable[[str], object]) -> int:
    plan = Plan(cases=EVERYWHERE, at=at, per_mould=15)
    shown = _Shown(say, EVERYWHERE)
    return fill(plan, dsn=owner_dsn(), say=say, progress=shown, also=note_progress(after)).cases


def _in_county(at: datetime, after: Progress, say: Callable[[str], object]) -> int:
    plan = Plan(cases=IN_COUNTY, at=at, seed=2, per_mould=3, within=pad(COUNTY), photos=True)
    return fill(plan, dsn=owner_dsn(), say=say, also=note_progress(after)).cases


def _in_town(at: datetime, after: Progress, say: Callable[[str], object]) -> int:
    plan = Plan(cases=IN_TOWN, at=at, seed=3, per_mould=1, within=pad(TOWN), photos=True)
    return fill(plan, dsn=owner_dsn(), say=say, also=note_progress(after)).cases


def _waiting(at: datetime, after: Progress, say: Callable[[str], object]) -> int:
    dsn = owner_dsn()
    types = column_types(dsn)
    cast = waiting(at, types)
    with filling(dsn, types=types, at=at, say=say) as into:
        into.add(block(cast))
        note_progress(after)(into.owner)
    return len(cast)


def _by_hand(at: datetime, after: Progress, say: Callable[[str], object]) -> int:
    """What only the engine itself can make: stories, looks, links between cases, public pages. Nobody is told about it."""
    scene = set_scene(at=at)
    street = next(spot for spot in scene.spots if spot.code == pad(VILLAGE))
    stage = Stage(scene=scene, street=street, at=at)
    say("Telling the stories of the street")
    told = tell_stories(stage)
    told += warn(stage) + assess(stage) + tell_disputes(stage)
    look_around(stage)
    merge_two(stage.actor("town"), at)
    publish_some(stage.actor("town"), at)
    share_duty(stage)
    walk_grids(stage)
    while number(at=at):
        pass
    for one in followers():
        while not one.sends and advance(one):
            pass
    fail_some(stage.actor("town").post_id or 0, at=at)
    with connections["owner"].cursor() as cursor:
        cursor.execute(SEAT_SENDERS)
        note_progress(after)(cursor.connection)
    return told


SEAT_SENDERS = """
UPDATE cases_follower SET position = greatest(position, (SELECT coalesce(max(position), 0) FROM cases_journal)) WHERE sends"""
PIECES = (_everywhere, _in_county, _in_town, _waiting, _by_hand)
"""What has to be there before the first page is shown, in order."""


class _Shown:
    """Progress in tenths, for a start that prints lines."""

    def __init__(self, say: Callable[[str], object], of: int) -> None:
        self.say, self.of, self.told = say, of, 0

    def __call__(self, done: int, of: int) -> None:
        tenth = 10 * done // of
        if tenth > self.told:
            self.told = tenth
            self.say(f"{done:,} of {of:,} cases")


def merge_two(room: Actor, at: datetime) -> None:
    """Two reports of one matter, made one by the town's room through the engine itself; what is urgent stays."""
    one, other = (
        Case.objects.filter(state="reported", holder=room.organisation_id, barred=None)
        .order_by("-urgent", "opened_at", "id")
        .values_list("id", flat=True)[:2]
    )
    _act(other, "merge", room, at, {"into": str(one)})


def publish_some(room: Actor, at: datetime) -> None:
    """Summaries of what is settled, where the reporter has agreed; those with photos wait for a person with the brush."""
    released = ReportRecord.objects.filter(
        released=True,
        pictured=False,
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


def share_duty(stage: Stage) -> None:
    """The street's room is on duty round the clock: one by day, the other by night, at the weekend each a day; nobody longer than that."""
    by, zone = stage.actor("town"), stage.scene.known.calendar.zone
    morning, evening = time(8, 30), time(17, 30)
    one, other = roster.posts_to_enter(by.organisation_id or 0, at=stage.at)[:2]
    for post, hours in (
        (one, Hours(weekdays=range(5), begins=morning, ends=evening)),
        (other, Hours(weekdays=range(5), begins=evening, ends=morning)),
        (one, Hours(weekdays=(5,), begins=morning, ends=morning)),
        (other, Hours(weekdays=(6,), begins=morning, ends=morning)),
    ):
        # Since yesterday: whoever has the night that the demo begins in came on then.
        roster.enter(post.pk, hours, by=by, at=stage.at - timedelta(days=1), zone=zone)


def walk_grids(stage: Stage) -> None:
    """The town's villages walked most of their grids in each of the weeks that are kept, and each week left some out."""
    zone, (low, high) = stage.scene.known.calendar.zone, code_range(pad(TOWN))
    for spot in stage.scene.spots:
        if low <= spot.code < high:
            by = stage.scene.actor(spot.orgs["village"], Role.GRID_WORKER)
            grids = patrols.grids_of(by, at=stage.at)
            for monday in patrols.weeks(at=stage.at, zone=zone):
                pick = Random(f"{spot.code} {monday}")
                walked = [grid.code for grid in grids if pick.random() < WALKED]
                if walked:
                    day = monday + timedelta(days=pick.randrange(7))
                    patrols.walk(walked, day=day, by=by, at=stage.at, zone=zone)


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
