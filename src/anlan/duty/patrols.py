# SPDX-License-Identifier: Apache-2.0
"""Grids that were walked: said by whoever walks, kept for 30 days without who it was, read by week (docs/decisions/patrols.md).

Their own office reads it grid by grid. Above, only how many grids of a place were walked, and of no place so small that a number
would be somebody.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

import shapely
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotAllowed
from anlan.duty.models import Patrol
from anlan.people.may import Actor, Role, Scope, covers
from anlan.people.models import Post
from anlan.places import find
from anlan.places.codes import DIGITS, Level, code_range
from anlan.places.tree import Spot

WALKERS = frozenset({Role.GRID_WORKER, Role.VILLAGE_CLERK})
ABOVE = frozenset({Role.DISPATCHER, Role.COUNTY_DISPATCHER, Role.SUPERVISOR})
KEPT = timedelta(days=30)
WEEK = timedelta(days=7)
WEEKS = 4
MOST = 200
"""Grids of one patrol, and of an office's own page."""
FEWEST = 3
"""Grids that a place must have for its number to be shown above its office."""
NEAR = 500
"""An outline for a phone may be off by this much, in 1e-7 degree: about five metres."""
ROUGHLY = 100
"""Outlines travel in whole units of 1e-5 degree: about a metre."""
SPAN = 10 ** (DIGITS - 12)
"""Codes of one village."""

GRIDS = f"""
SELECT c.code / {SPAN} * {SPAN}, count(*), count(w.place_id)
  FROM places_placecode c JOIN places_place p ON p.id = c.place_id AND p.level = {int(Level.GRID)}
  LEFT JOIN (SELECT DISTINCT place_id FROM duty_patrol WHERE day >= %s AND day < %s) w ON w.place_id = p.id
 WHERE c.valid_to IS NULL AND c.code >= %s AND c.code < %s GROUP BY 1"""
OUTLINES = f"""
SELECT c.code, b.shape FROM places_boundary b
  JOIN places_place p ON p.id = b.place_id AND p.level = {int(Level.GRID)}
  JOIN places_placecode c ON c.place_id = p.id AND c.valid_to IS NULL
 WHERE b.surveyed AND c.code >= %s AND c.code < %s ORDER BY c.code LIMIT {MOST}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of the grids of a place how many were walked in a week."""

    place: Spot
    walked: int
    grids: int


def walk(codes: Collection[int], *, day: date, by: Actor, at: datetime, zone: tzinfo) -> int:
    """Notes that these grids were walked; how many there are of them in the actor's reach. Said again it changes nothing; of a day that is no
    longer kept, or grids that are not theirs any more, nothing is noted. Raises NotAllowed, Invalid.
    """
    if by.kind != "post" or by.role not in WALKERS or by.organisation_id is None or by.actions == frozenset():
        raise NotAllowed
    if not 1 <= len(set(codes)) <= MOST:
        raise Invalid(fields={"places": _("Please name at least one grid, and not too many.")})
    today = at.astimezone(zone).date()
    found = [
        spot
        for code in sorted(set(codes))
        if covers(by.scope, code) and (spot := find.find_code(code, at=at)) and spot.level is Level.GRID
    ]
    if day <= today - KEPT:
        return 0
    # A phone whose clock is ahead cannot have walked tomorrow.
    rows = [
        Patrol(place_id=spot.id, day=min(day, today), organisation_id=by.organisation_id) for spot in found
    ]
    Patrol.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def grids_of(by: Actor, *, at: datetime) -> list[Spot]:
    """The grids of a reach in the order of their codes; none where they are too many for one person."""
    level: list[Spot] = [spot for low, _high in by.scope if (spot := find.find_code(low, at=at)) is not None]
    found: list[Spot] = []
    while level and len(found) + len(level) <= MOST:
        found += [spot for spot in level if spot.level is Level.GRID]
        level = [below for spot in level for below in find.children(spot.id, at=at)]
    return [] if level else sorted(found, key=lambda spot: spot.code)


def weeks(*, at: datetime, zone: tzinfo) -> list[date]:
    """The Mondays of the weeks that are kept in full, and of this one, the present first."""
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return [monday - n * WEEK for n in range(WEEKS)]


def walks_itself(by: Actor, *, at: datetime) -> bool:
    """Whether this post's own office walks grids: then it reads grid by grid."""
    posts = Post.objects.current(at).filter(organisation=by.organisation_id, role=Role.GRID_WORKER)
    return by.role in WALKERS or (by.role in ABOVE and posts.exists())


def own_weeks(by: Actor, grids: Sequence[Spot], *, first: Sequence[date]) -> dict[int, set[date]]:
    """By place, in which of these weeks somebody of the actor's own office walked it."""
    rows = Patrol.objects.filter(
        organisation=by.organisation_id, place__in=[spot.id for spot in grids], day__gte=min(first)
    )
    found: dict[int, set[date]] = {}
    for place, day in rows.values_list("place_id", "day"):
        found.setdefault(place, set()).add(day - timedelta(days=day.weekday()))
    return found


def may_oversee(by: Actor, place: Spot) -> bool:
    """Whether this post reads the numbers of a place: its own or one in it, down to a town."""
    return (
        by.kind == "post" and by.role in ABOVE and place.level <= Level.TOWN and covers(by.scope, place.code)
    )


def coverage(place: Spot, *, by: Actor, week: date, at: datetime) -> list[Coverage]:
    """The places below with how many of their grids were walked in the week that begins then; those with fewer than FEWEST are left out
    and are in no sum. Raises NotAllowed.
    """
    if not may_oversee(by, place):
        raise NotAllowed
    low, high = code_range(place.code)
    with connection.cursor() as cursor:
        cursor.execute(GRIDS, [week, week + WEEK, low, high])
        villages = [(code, n, walked) for code, n, walked in cursor.fetchall() if n >= FEWEST]
    found = []
    for below in find.children(place.id, at=at):
        start, end = code_range(below.code)
        inside = [(n, walked) for code, n, walked in villages if start <= code < end]
        if inside:
            grids, walked = (sum(each) for each in zip(*inside, strict=True))
            found.append(Coverage(place=below, walked=walked, grids=grids))
    return found


def outlines(scope: Scope) -> list[tuple[int, list[list[int]]]]:
    """Surveyed outlines of grids in a reach, simplified: rings, outer and inner alike, of longitude and latitude in turn, 1e-5 degree.
    What is not surveyed has none.
    """
    found = []
    with connection.cursor() as cursor:
        for low, high in scope:
            cursor.execute(OUTLINES, [low, high])
            found += [(code, list(_rings(bytes(shape)))) for code, shape in cursor.fetchall()]
    return found[:MOST]


def count_lapsed(*, before: datetime) -> int:
    """How many rows are of days before."""
    return _lapsed(before).count()


def forget_lapsed(*, before: datetime) -> int:
    """Erases them; how many."""
    return _lapsed(before).delete()[0]


def _lapsed(before: datetime) -> QuerySet[Patrol]:
    return Patrol.objects.filter(day__lt=before.date())


def _rings(shape: bytes) -> Iterable[list[int]]:
    # A point is inside where a line from it crosses all rings together an odd number of times, so holes need no mark.
    simple = shapely.from_wkb(shape).simplify(NEAR)
    for part in getattr(simple, "geoms", [simple]):
        for ring in (part.exterior, *part.interiors):
            yield [round(each / ROUGHLY) for point in ring.coords for each in point[:2]]
