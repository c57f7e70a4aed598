# SPDX-License-Identifier: Apache-2.0
"""Which version of the field app the terminals of a town may take, or must, and how many have which (docs/decisions/field.md).

One deployment serves one version. A terminal keeps the one it has until a row in force opens the served one for its town.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.people.log import record
from anlan.people.may import Actor, may_configure
from anlan.people.models_terminals import AppOpening, AppVersion
from anlan.places import find
from anlan.places.codes import Level, ancestors, level_of

TOWN = 1_000_000
"""Codes of one town."""
LOCK = 0x4F50454E
"""One key for all openings in PostgreSQL's advisory locks: there is nothing yet that the first one for a place could lock."""

COUNTED = f"""
SELECT c.code / {TOWN} * {TOWN}, m.version, count(*)
  FROM people_terminal m JOIN people_token t ON t.id = m.token_id JOIN people_post p ON p.id = t.post_id
  JOIN places_placecode c ON c.place_id = p.place_id AND c.valid_to IS NULL
 WHERE t.ended_at IS NULL AND t.expires_at > %s GROUP BY 1, 2"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a version stands for a town: whether its terminals may take it, and whether one that has an older one must."""

    open: bool
    forced: bool


def standing(served: str, *, has: str, town: int | None, at: datetime) -> Standing:
    """How the served version stands for a terminal of this town that has another. `town` is a padded code; of an unknown one only what
    holds everywhere counts. A version that nobody heard of is older than any.
    """
    known = dict(AppVersion.objects.filter(version__in={served, has}).values_list("version", "first_at"))
    if served not in known:
        # Kept when it is first asked for: from then on it is newer than what was served before.
        AppVersion.objects.bulk_create([AppVersion(version=served, first_at=at)], ignore_conflicts=True)
    return judge(in_force(), served, since=known.get(has), town=town, at=at)


def judge(
    rows: Iterable[AppOpening], served: str, *, since: datetime | None, town: int | None, at: datetime
) -> Standing:
    """The same from all rows in force, for who has what was served `since`."""
    spot = None if town is None else find.find_code(town, at=at)
    around = {None} if spot is None else {None, spot.id, *(upper.id for upper in find.above(spot.id, at=at))}
    near = [row for row in rows if row.place_id in around]
    forced = any(
        row.forced and row.version is not None and (since is None or since < row.version.first_at)
        for row in near
    )
    return Standing(open=forced or any(row.version_id in (None, served) for row in near), forced=forced)


def in_force() -> QuerySet[AppOpening]:
    """All that is opened now, what holds everywhere first."""
    rows = AppOpening.objects.filter(ended_at=None).select_related("version")
    return rows.order_by("place_id", "opened_at", "pk")


def open_version(
    version: str | None, *, place_id: int | None, forced: bool, by: Actor, at: datetime
) -> AppOpening:
    """Lets the terminals of a place, or all, take a version, or (None) each version to come; `forced`: they take it when they next
    open. What was opened there for the same ends. Raises NotAllowed, NotFound, Conflict.
    """
    if not may_configure(by):
        raise NotAllowed
    place = None if place_id is None else find.get_place(place_id, at=at)
    if place is not None and place.level > Level.TOWN:
        raise Conflict(_("A town is the smallest place that a version is opened for."))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        served = None if version is None else AppVersion.objects.filter(pk=version).first()
        if version is not None and served is None:
            raise NotFound
        if forced and served is None:
            raise Conflict(_("Only one version can be required, not each to come."))
        same = in_force().filter(version=served, place=place_id)
        before = same.select_for_update(of=("self",)).first()
        if before is not None:
            if before.forced == forced:
                raise Conflict(_("This is opened there already."))
            same.update(ended_at=at)
        made = AppOpening.objects.create(version=served, place_id=place_id, forced=forced, opened_at=at)
        record(by, "app.open", before=_show(before) if before else None, after=_show(made), at=at)
    return made


def end_opening(opening_id: int, *, by: Actor, at: datetime) -> None:
    """Ends one; terminals that took the version keep it. Raises NotAllowed, NotFound."""
    if not may_configure(by):
        raise NotAllowed
    with transaction.atomic():
        row = AppOpening.objects.select_for_update().filter(pk=opening_id, ended_at=None).first()
        if row is None:
            raise NotFound
        AppOpening.objects.filter(pk=row.pk).update(ended_at=at)
        record(by, "app.close", before=_show(row), after=None, at=at)


def count_versions(*, at: datetime) -> Mapping[int, Counter[str]]:
    """How many terminals that are signed in have which version, by the padded code of their town, or of the wider place of their post."""
    found: dict[int, Counter[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [at])
        for town, version, n in cursor.fetchall():
            found.setdefault(town, Counter())[version] += n
    return found


def town_of(place_id: int, *, at: datetime) -> int | None:
    """The padded code of the town that a place lies in, or of the place where that is wider; None when it has none now."""
    code = find.area_of(place_id, at=at)
    if code is None:
        return None
    return next((each for each in ancestors(code) if level_of(each) is Level.TOWN), code)


def _show(row: AppOpening) -> dict[str, object]:
    return {"id": row.pk, "version": row.version_id, "place": row.place_id, "forced": row.forced}
