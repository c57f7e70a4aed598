# SPDX-License-Identifier: Apache-2.0
"""Who is at work: posts in force and present, organisations with somebody at work, and where work goes without.

A case belongs to an organisation, never only to a person. Everything here answers for one instant, for many
organisations at once; one statement each. Nothing here says what a person did or where they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from anlan.base.prepared import prepared
from anlan.people.may import CASE_WORKERS, Role
from anlan.people.models import NOTHING, Post
from anlan.places import find
from anlan.places.calendars import Limit, Unit, WorkCalendar

WORKING = sorted(CASE_WORKERS)

ACTIVE = """
SELECT asked.id FROM unnest($1::int[]) AS asked(id)
 WHERE EXISTS (
   SELECT FROM people_post p
     JOIN people_account a ON a.id = p.account_id
     JOIN people_organisation o ON o.id = p.organisation_id
    WHERE p.organisation_id = asked.id AND p.role = ANY($2::text[]) AND a.is_active
      AND p.valid_from <= $3 AND (p.valid_to IS NULL OR p.valid_to > $3)
      AND o.valid_from <= $4 AND (o.valid_to IS NULL OR o.valid_to > $4)
      AND NOT EXISTS (SELECT FROM people_absence b WHERE b.post_id = p.id AND b.since <= $3 AND b.until > $3))
"""

HELD = """
SELECT p.id, p.organisation_id, p.role, p.place_id = ANY($1::int[]) AND o.kind <> 'outside_unit',
       NOT EXISTS (SELECT FROM people_absence b WHERE b.post_id = p.id AND b.since <= $4 AND b.until > $4)
  FROM people_post p
  JOIN people_account a ON a.id = p.account_id
  JOIN people_organisation o ON o.id = p.organisation_id
 WHERE p.role = ANY($3::text[]) AND a.is_active
   AND p.valid_from <= $4 AND (p.valid_to IS NULL OR p.valid_to > $4)
   AND o.valid_from <= $5 AND (o.valid_to IS NULL OR o.valid_to > $5)
   AND (p.organisation_id = ANY($2::int[]) OR (p.place_id = ANY($1::int[]) AND o.kind <> 'outside_unit'))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPost:
    """A post in force. `in_places`: its place is one of those asked for, and it works by its place; `present`: its person is."""

    id: int
    organisation: int
    role: str
    in_places: bool
    present: bool


def held_posts(
    *, places: Iterable[int], organisations: Iterable[int], roles: Iterable[str], at: datetime
) -> list[HeldPost]:
    """The posts of these roles in force at `at` that are for one of these very places or in one of these organisations."""
    with prepared() as run:
        day = at.astimezone(find.ZONE).date()
        rows = run(HELD, [list(places), list(organisations), [str(role) for role in roles], at, day])
        return [
            HeldPost(id=row[0], organisation=row[1], role=row[2], in_places=row[3], present=row[4])
            for row in rows
        ]


def active_organisations(ids: Iterable[int], *, at: datetime) -> frozenset[int]:
    """Of these organisations, those that exist at `at` and have a working post whose person is present."""
    wanted = sorted(set(ids))
    if not wanted:
        return frozenset()
    with prepared() as run:
        day = at.astimezone(find.ZONE).date()
        return frozenset(row[0] for row in run(ACTIVE, [wanted, WORKING, at, day]))


def organisation_active(organisation_id: int, *, at: datetime) -> bool:
    """Whether somebody is at work there."""
    return bool(active_organisations([organisation_id], at=at))


def idle_organisations(ids: Iterable[int], *, at: datetime, calendar: WorkCalendar) -> frozenset[int]:
    """Of these organisations, those with nobody at work at `at` nor a working day later: a day off moves no work."""
    wanted = frozenset(ids)
    idle = wanted - active_organisations(wanted, at=at)
    return idle - active_organisations(idle, at=claim_ends(at, calendar=calendar))


def current_post(post_id: int, *, account_id: int, at: datetime) -> Post | None:
    """The post, if it is this account's and in force."""
    posts = Post.objects.current(at).select_related("organisation", "account")
    return posts.filter(pk=post_id, account_id=account_id).first()


def current_posts(ids: Iterable[int], *, at: datetime) -> QuerySet[Post]:
    """Those of these posts that are in force."""
    return Post.objects.current(at).select_related("organisation").filter(pk__in=set(ids))


def posts_of(*accounts: int, at: datetime) -> QuerySet[Post]:
    """The posts among which these people may switch."""
    posts = Post.objects.current(at).select_related("account", "organisation")
    return posts.filter(account_id__in=accounts).order_by("pk")


def published_workers(place_ids: Iterable[int], *, at: datetime) -> list[Post]:
    """Grid workers' posts in force for these very places, of whom a name or phone of work is published."""
    posts = Post.objects.current(at).filter(role=Role.GRID_WORKER, place_id__in=list(place_ids))
    return list(posts.exclude(published_name=NOTHING, published_phone=NOTHING).order_by("pk"))


def present_among(ids: Iterable[int], *, at: datetime) -> frozenset[int]:
    """Of these posts, those in force whose person is not absent."""
    return frozenset(Post.objects.present(at).filter(pk__in=set(ids)).values_list("pk", flat=True))


def claim_ends(last_act_at: datetime, *, calendar: WorkCalendar) -> datetime:
    """When a claim lapses if its post stays silent: one working day after its last act."""
    return calendar.add(last_act_at, Limit(n=1, unit=Unit.WORKING_DAY)).at
