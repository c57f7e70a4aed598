# SPDX-License-Identifier: Apache-2.0
"""Looks as an auditor reads them: by post and reason, what is unusual about a post's own days, a sample that can be drawn again.

Of the auditor's places only, and nothing about their own office. Posts are compared with themselves, never with each other.
"""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate

from anlan.cases.known import Known
from anlan.cases.models import Access, Case
from anlan.people.may import Actor
from anlan.places.calendars import WorkCalendar

DAYS = 90
"""How far back looks are listed; an organisation's own are found by its cases."""
LATE, EARLY = 20, 7
"""From the one hour to the other nobody is expected to look; nor on a day off."""
MANY, TIMES = 10, 3
"""A day of a post is unusual with more than so many looks, when that is more than so many times its usual day."""
SAMPLE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLooks:
    """Looks of one post: how many, at how many cases, how many outside hours, and its fullest day against its usual one."""

    post: int
    organisation: int
    role: str
    looks: int
    cases: int
    outside: int
    fullest: int
    usual: int

    @property
    def many(self) -> bool:
        """Whether its fullest day is far above its usual one."""
        return self.fullest > MANY and self.fullest > TIMES * self.usual


def looks_for(
    by: Actor, *, known: Known, at: datetime, post: int | None = None, reason: str = "", outside: bool = False
) -> QuerySet[Access]:
    """Looks of the last `DAYS` days at cases in the auditor's places that are not about the auditor's own office, in no
    order; those of one post, for one reason, or outside hours only, if asked for.
    """
    places = Q(pk__in=())
    for low, high in by.scope:
        places |= Q(area__gte=low, area__lt=high)
    own = known.concerned(by.organisation_id or 0)
    seen = Case.objects.filter(places, Q(barred=None) | ~Q(barred__in=own), pk=OuterRef("case_id"))
    found = Access.objects.filter(Exists(seen), at__gte=at - timedelta(days=DAYS))
    if post is not None:
        found = found.filter(post_id=post)
    if reason:
        found = found.filter(reason=reason)
    return _outside(found, known.calendar, at=at) if outside else found


def by_post(looks: QuerySet[Access], *, calendar: WorkCalendar) -> list[PostLooks]:
    """Each post's looks, most looks first."""
    cases = {
        row["post_id"]: row["cases"]
        for row in looks.values("post_id").annotate(cases=Count("case_id", distinct=True))
    }
    days: dict[tuple[int, int, str], Counter[date]] = defaultdict(Counter)
    outside: Counter[tuple[int, int, str]] = Counter()
    zone = calendar.zone
    by_hour = (
        looks.annotate(day=TruncDate("at", tzinfo=zone), hour=ExtractHour("at", tzinfo=zone))
        .values("post_id", "organisation_id", "role", "day", "hour")
        .annotate(n=Count("id"))
        .order_by()
    )
    for row in by_hour:
        key = row["post_id"], row["organisation_id"], row["role"]
        days[key][row["day"]] += row["n"]
        if is_outside(row["day"], row["hour"], calendar):
            outside[key] += row["n"]
    found = [
        PostLooks(
            post=key[0],
            organisation=key[1],
            role=key[2],
            looks=each.total(),
            cases=cases[key[0]],
            outside=outside[key],
            fullest=max(each.values()),
            usual=int(median(each.values())),
        )
        for key, each in days.items()
    ]
    return sorted(found, key=lambda one: (-one.looks, one.post))


def by_reason(looks: QuerySet[Access]) -> list[tuple[str, int]]:
    """How many looks for each reason, most first."""
    return [
        (row["reason"], row["n"])
        for row in looks.values("reason").annotate(n=Count("id")).order_by("-n", "reason")
    ]


def sample(looks: QuerySet[Access], draw: int, *, n: int = SAMPLE) -> list[Access]:
    """`n` looks drawn by lot. The same looks and the same number of the draw give the same sample, so it can be checked."""
    ids = looks.values_list("case_id", "id")
    drawn = sorted(ids, key=lambda pk: hashlib.sha256(f"{draw}:{pk[1]}".encode()).digest())[:n]
    rows = {
        row.id: row
        for row in Access.objects.filter(
            id__in=[id for _case, id in drawn], case_id__in=[case for case, _id in drawn]
        )
    }
    return [rows[id] for _case, id in drawn]


def is_outside(day: date, hour: int, calendar: WorkCalendar) -> bool:
    """Whether a look in this hour is outside the hours in which one is expected."""
    return hour < EARLY or hour >= LATE or not calendar.works(day)


def _outside(looks: QuerySet[Access], calendar: WorkCalendar, *, at: datetime) -> QuerySet[Access]:
    zone = calendar.zone
    days = (at.astimezone(zone).date() - timedelta(days=n) for n in range(DAYS + 1))
    off = [day for day in days if not calendar.works(day)]
    dated = looks.annotate(day=TruncDate("at", tzinfo=zone), hour=ExtractHour("at", tzinfo=zone))
    return dated.filter(Q(hour__lt=EARLY) | Q(hour__gte=LATE) | Q(day__in=off))
