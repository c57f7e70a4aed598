# SPDX-License-Identifier: Apache-2.0
"""An office's roster: a pattern of the week, and days of their own that stand in its place (docs/decisions/duty.md).

Seen by the office alone, and kept by whoever answers for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.duty.models import Shift
from anlan.people.holding import WORKING
from anlan.people.may import Actor, Role
from anlan.people.models import Organisation, Post

DAY = timedelta(days=1)
MOST = 200
"""Shifts that an office may have at once."""
HEADS = frozenset({Role.DISPATCHER, Role.COUNTY_DISPATCHER, Role.SUPERVISOR})
"""Roles that answer for their office; where it has none, those of ITSELF do."""
ITSELF = frozenset({Role.HANDLER, Role.VILLAGE_CLERK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One post's shift from one instant up to another."""

    post: Post
    since: datetime
    until: datetime


def on_duty(organisations: Iterable[int], *, at: datetime, zone: tzinfo) -> frozenset[tuple[int, int]]:
    """Organisation and account of whoever is on duty there and not away."""
    shifts: dict[int, list[Shift]] = {}
    today = at.astimezone(zone).date()
    for each in _in_force(today - DAY, today).filter(organisation__in=sorted(set(organisations))):
        shifts.setdefault(each.organisation_id, []).append(each)
    posts = {
        watch.post.pk
        for own in shifts.values()
        for watch in _watches(own, [today - DAY, today], zone=zone)
        if watch.since <= at < watch.until
    }
    present = Post.objects.present(at).filter(pk__in=posts) if posts else Post.objects.none()
    return frozenset(present.values_list("organisation_id", "account_id"))


def watches(organisation: int, *, first: date, days: int, at: datetime, zone: tzinfo) -> list[Watch]:
    """Who of an office has which shift on these days, in order of time."""
    own = list(_in_force(first, first + (days - 1) * DAY).filter(organisation=organisation))
    posts = set(Post.objects.current(at).filter(organisation=organisation).values_list("pk", flat=True))
    found = _watches(own, [first + n * DAY for n in range(days)], zone=zone)
    return sorted(
        (each for each in found if each.post.pk in posts), key=lambda each: (each.since, each.until)
    )


def shifts_of(organisation: int, *, at: datetime, zone: tzinfo) -> QuerySet[Shift]:
    """What of an office's roster is in force or to come: the week first, then the days."""
    today = at.astimezone(zone).date()
    shifts = Shift.objects.select_related("post__account").filter(
        Q(last__isnull=True) | Q(last__gte=today),
        organisation=organisation,
        post__in=Post.objects.current(at),
    )
    return shifts.order_by("weekday", "first", "begins", "pk")


def posts_to_enter(organisation: int, *, at: datetime) -> QuerySet[Post]:
    """Whom an office may enter."""
    posts = Post.objects.current(at).select_related("account")
    return posts.filter(organisation=organisation, role__in=WORKING).order_by("account__name", "pk")


def may_keep(by: Actor, *, at: datetime) -> bool:
    """Whether this post keeps its office's roster."""
    if by.kind != "post" or by.role is None or by.organisation_id is None:
        return False
    if by.role in HEADS:
        return True
    heads = Post.objects.current(at).filter(organisation=by.organisation_id, role__in=HEADS)
    return by.role in ITSELF and not heads.exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """On which days of the week, or on which one day, from when to when."""

    weekdays: Sequence[int] = ()
    day: date | None = None
    begins: time
    ends: time


def enter(post_id: int, hours: Hours, *, by: Actor, at: datetime, zone: tzinfo) -> None:
    """Enters a post; hours that begin at the same time on the same days are changed. Raises NotAllowed, Invalid."""
    if not may_keep(by, at=at):
        raise NotAllowed
    organisation, today = by.organisation_id or 0, at.astimezone(zone).date()
    if hours.day is not None and hours.day < today:
        raise Invalid(fields={"day": _("This day is over.")})
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation)  # one change at a time
        if not posts_to_enter(organisation, at=at).filter(pk=post_id).exists():
            raise Invalid(fields={"post": _("This post is not one of your office.")})
        now = shifts_of(organisation, at=at, zone=zone)
        if now.count() + max(len(hours.weekdays), 1) > MOST:
            raise Invalid(_("The roster is full. Please remove something first."))
        for weekday in sorted(set(hours.weekdays)) if hours.day is None else (None,):
            same = now.filter(post=post_id, weekday=weekday, begins=hours.begins)
            if hours.day is not None:
                same = same.filter(first=hours.day)
            if not same.update(ends=hours.ends):
                Shift.objects.update_or_create(
                    organisation_id=organisation,
                    post_id=post_id,
                    weekday=weekday,
                    first=hours.day or today,
                    begins=hours.begins,
                    defaults={"ends": hours.ends, "last": hours.day},
                )


def remove(shift_id: int, *, by: Actor, at: datetime, zone: tzinfo) -> Shift:
    """Takes a shift out from today on, and says what it was. Raises NotAllowed, NotFound."""
    if not may_keep(by, at=at):
        raise NotAllowed
    own = shifts_of(by.organisation_id or 0, at=at, zone=zone)
    shift = own.filter(pk=shift_id).first()
    if shift is None:
        raise NotFound
    today = at.astimezone(zone).date()
    if shift.first >= today:
        shift.delete()
    else:
        shift.last = today - DAY
        shift.save(update_fields=["last"])
    return shift


def count_lapsed(*, before: datetime) -> int:
    """How many shifts ended before then, or their posts did."""
    return _lapsed(before).count()


def forget_lapsed(*, before: datetime) -> int:
    """Erases them; how many."""
    return _lapsed(before).delete()[0]


def _lapsed(before: datetime) -> QuerySet[Shift]:
    return Shift.objects.filter(Q(last__lt=before.date()) | Q(post__valid_to__lt=before))


def _in_force(first: date, last: date) -> QuerySet[Shift]:
    shifts = Shift.objects.select_related("post__account")
    return shifts.filter(Q(last__isnull=True) | Q(last__gte=first), first__lte=last)


def _watches(shifts: Sequence[Shift], days: Iterable[date], *, zone: tzinfo) -> Iterable[Watch]:
    """The shifts of one office that begin on these days; a day of its own follows its own shifts alone."""
    for day in days:
        single = [each for each in shifts if each.weekday is None and each.first == day]
        weekly = [
            each
            for each in shifts
            if each.weekday == day.weekday() and each.first <= day and (each.last is None or each.last >= day)
        ]
        for each in single or weekly:
            until = day if each.ends > each.begins else day + DAY
            yield Watch(
                post=each.post,
                since=datetime.combine(day, each.begins, tzinfo=zone),
                until=datetime.combine(until, each.ends, tzinfo=zone),
            )
