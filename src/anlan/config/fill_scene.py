# SPDX-License-Identifier: Apache-2.0
"""The stage on which made-up histories play: villages with the organisations and posts that answer for them.

Read once from the database and shared by all filling processes; nothing here writes.
"""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import NamedTuple

from django.db import connection

from anlan.cases.catalogue import current
from anlan.cases.known import Category, Known, covers, holds_on, local_day
from anlan.config.fill_year import COAST, IN_STORM
from anlan.people.holding import WORKING
from anlan.people.may import Actor, Role
from anlan.places.codes import Level, code_range
from anlan.places.find import tree
from anlan.places.tree import Spot as PlaceRow

WORKER_OF: Mapping[str, Role] = {
    "village_committee": Role.GRID_WORKER,
    "town_room": Role.DISPATCHER,
    "county_centre": Role.COUNTY_DISPATCHER,
    "county_department": Role.HANDLER,
    "city_supervision": Role.SUPERVISOR,
    "province_supervision": Role.SUPERVISOR,
}
"""Who acts for each kind of organisation in made-up histories."""

POSTS = """
SELECT p.organisation_id, p.role, min(p.id) FROM people_post p JOIN people_account a ON a.id = p.account_id
 WHERE p.role = ANY(%s) AND a.is_active AND p.valid_to IS NULL GROUP BY 1, 2"""

COUNTY = 10**9
"""What a village's code is divided by to have its county's."""

# Reports of a built-up place outnumber those of a village in the hills.
CROWDED = {"街道": 6, "镇": 3, "乡": 1}
COMMON = {"rubbish": 30, "street": 26, "road": 12, "facility": 9, "site": 5, "water": 5, "green": 4, "building": 3,
          "noise": 3, "danger": 2, "market": 1}  # fmt: skip
"""How often each plain kind occurs, of about a hundred."""
OFTEN = {"E02-01": 180, "E01-36": 70, "E01-10": 70, "E01-11": 60, "E01-12": 50, "E04-10": 40, "E01-13": 35, "E04-05": 30,
         "E04-06": 25, "P01-37": 25, "P03-05": 25, "E01-35": 20}  # fmt: skip
"""Single categories that occur most, of a thousand: posters, piles and rubbish lead (Tianmen 2016), though not by half."""
REST = 370
"""Of a thousand, those of all other categories, by their kinds."""


class Ground(NamedTuple):
    """A grid, or the village itself: where a case lies."""

    place: int
    area: int
    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A village with what histories there need. `orgs` names organisations by their part: village, town, county,
    city, province, and ``dept:<word>``. `names` are those of its path, in both languages, the widest place first.
    """

    code: int
    ground: Ground
    town_name: str
    names: tuple[str, ...]
    grids: Sequence[Ground]
    orgs: Mapping[str, int]
    parts: Mapping[int, str]

    @property
    def name(self) -> str:
        """The village's own name."""
        return self.ground.name


class Home(NamedTuple):
    """Where and when a cast begins: `after` in microseconds from the beginning of its mould."""

    spot: Spot
    ground: Ground
    after: int


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything a filling process reads: configuration, places by how often something happens there, posts."""

    known: Known
    spots: tuple[Spot, ...]
    posts: Mapping[tuple[int, str], int]
    active: frozenset[int]
    categories: tuple[Category, ...]
    coast: tuple[Spot, ...]
    _places: tuple[int, ...] = field(repr=False)
    _coast: tuple[int, ...] = field(repr=False)
    _kinds: tuple[int, ...] = field(repr=False)

    def place(self, pick: Random) -> Spot:
        """A village, the crowded ones more often."""
        return self.places(pick, 1)[0]

    def places(self, pick: Random, n: int, *, storm: bool = False) -> list[Spot]:
        """So many villages, the crowded ones more often; in a storm those of the coast."""
        spots, weights = (self.coast, self._coast) if storm else (self.spots, self._places)
        return pick.choices(spots, cum_weights=weights, k=n)

    def category(self, pick: Random, *, storm: bool = False) -> Category:
        """A category, the common ones more often; in a storm what it brings."""
        if storm:
            found = [c for c in self.categories if c.code in IN_STORM]
            return pick.choices(found, [IN_STORM[c.code] for c in found])[0]
        return self.categories[bisect(self._kinds, pick.randrange(self._kinds[-1]))]

    def actor(self, organisation: int, role: Role | None = None) -> Actor:
        """The post that acts for an organisation. Raises LookupError where there is none."""
        org = self.known.organisations[organisation]
        role = role or WORKER_OF[org.kind]
        post = self.posts.get((organisation, str(role)))
        if post is None:
            raise LookupError(f"{org.key} has no {role}")
        return Actor(
            kind="post",
            account_id=0,
            post_id=post,
            role=role,
            organisation_id=organisation,
            organisation_kind=org.kind,
            scope=(code_range(org.area),),
        )


def set_scene(*, at: datetime, within: int | None = None) -> Scene:
    """Reads the scene; `within` keeps the villages of one place. Only villages where everybody above is at work are
    on it: elsewhere work would go to somebody else. Raises LookupError when there is none.
    """
    known = current()
    with connection.cursor() as cursor:
        cursor.execute(POSTS, [list(WORKING)])
        posts = {(organisation, role): post for organisation, role, post in cursor.fetchall()}
    at_work = frozenset(organisation for organisation, _role in posts)
    # Limits and routes of one place would not hold in another, so such places are left to real cases.
    own = {row.area for row in known.limits if row.area} | {row.area for row in known.routes if row.area}
    ready = tuple(
        s
        for s in _villages(known, at, within)
        if all(_works(known, posts, o) for o in s.orgs.values()) and not any(covers(a, s.code) for a in own)
    )
    if not ready:
        raise LookupError(
            "no village has a post in every organisation above it: load the demo's people first"
        )
    offered = tuple(
        c
        for c in known.categories.values()
        if COMMON.get(c.group)
        and known.conditions_of(c.id)
        and known.route("report", category=c.id, area=ready[0].code, on=local_day(at, known.calendar))
    )
    rest = {kind: sum(c.group == kind and c.code not in OFTEN for c in offered) for kind in COMMON}
    coast = tuple(s for s in ready if s.code // COUNTY in COAST)
    return Scene(
        known=known,
        spots=ready,
        posts=posts,
        active=at_work,
        categories=offered,
        coast=coast,
        _places=tuple(accumulate(map(_crowd, ready))),
        _coast=tuple(accumulate(map(_crowd, coast))),
        _kinds=tuple(
            accumulate(
                100 * OFTEN[c.code] if c.code in OFTEN else REST * COMMON[c.group] // rest[c.group]
                for c in offered
            )
        ),
    )


def _crowd(spot: Spot) -> int:
    """How much happens in a village, beside others."""
    town = spot.town_name
    return (1 + len(spot.grids)) * CROWDED.get(town[-2:], CROWDED.get(town[-1:], 1))


def _works(known: Known, posts: Mapping[tuple[int, str], int], organisation: int) -> bool:
    return (organisation, str(WORKER_OF[known.organisations[organisation].kind])) in posts


PARTS = {
    "village_committee": "village",
    "town_room": "town",
    "county_centre": "county",
    "city_supervision": "city",
    "province_supervision": "province",
}


def _villages(known: Known, at: datetime, within: int | None) -> list[Spot]:
    """Every village, of one place or of all, with its grids and the organisations of its path, in the order of the codes."""
    day = local_day(at, known.calendar)
    parts: dict[int, dict[str, int]] = {}
    for org in known.organisations.values():
        if org.kind in WORKER_OF and holds_on(org.span, day):
            parts.setdefault(org.area, {})[PARTS.get(org.kind, f"dept:{org.department}")] = org.id
    found: list[Spot] = []
    path: dict[Level, tuple[PlaceRow, dict[str, int]]] = {}
    grids: list[Ground] = []
    for row in tree().each(within=within):
        if row.valid_to is not None:
            continue
        ground = Ground(row.id, row.code, row.name, row.name_en)
        if row.level is Level.GRID:
            grids.append(ground)
            continue
        path = {level: held for level, held in path.items() if level < row.level}
        path[row.level] = row, parts.get(row.code, {})
        if row.level is not Level.VILLAGE or "village" not in path[row.level][1]:
            continue
        orgs = {part: org for _row, held in path.values() for part, org in held.items()}
        # The list is filled after the village is made: its grids follow it in the order of the codes.
        grids = []
        found.append(
            Spot(
                code=row.code,
                ground=ground,
                town_name=path[Level.TOWN][0].name if Level.TOWN in path else "",
                names=tuple(name for above, _held in path.values() for name in (above.name, above.name_en)),
                grids=grids,
                orgs=orgs,
                parts={org: part for part, org in orgs.items()},
            )
        )
    return found
