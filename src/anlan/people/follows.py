# SPDX-License-Identifier: Apache-2.0
"""Browsers that are warned of what is coming in a place, without an account. Nobody is shown who follows what, nor how many do.

A follow lasts a year, is taken up again on the same page, and ends when its person or the push service says so.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from anlan.base.keys import Unreadable, keyring
from anlan.base.prepared import prepared
from anlan.people.models_push import PlaceFollow
from anlan.people.push import Subscription
from anlan.places.codes import ancestors, code_range
from anlan.places.find import ZONE

LASTS = timedelta(days=365)
PURPOSE = "place follow"

# One row a follow, whatever codes its place had.
OF_PLACES = """
SELECT f.id, f.key, f.sealed FROM {table} f
 WHERE f.id > $1 AND f.until >= $6 AND EXISTS (SELECT FROM places_placecode c WHERE c.place_id = f.place_id
   AND (c.code >= $2 AND c.code < $3 OR c.code = ANY($4::bigint[])))
 ORDER BY f.id LIMIT $5"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """One browser that is to be warned: its row, and what it gave."""

    id: bytes
    given: str


def follow_place(place_id: int, given: Subscription, *, at: datetime) -> None:
    """This browser is warned of what is coming in a place, for a year from now; again begins the year anew."""
    id = _id(place_id, given)
    wrapped, sealed = keyring().seal_alone(given.as_text().encode(), aad=_aad(id))
    PlaceFollow.objects.update_or_create(
        id=id,
        defaults={
            "place_id": place_id,
            "key": wrapped,
            "sealed": sealed,
            "until": day_of(at + LASTS),
        },
    )


def follows_place(place_id: int, given: Subscription, *, at: datetime) -> bool:
    """Whether this browser is warned of what is coming there; it asks about itself."""
    return PlaceFollow.objects.filter(pk=_id(place_id, given), until__gte=day_of(at)).exists()


def leave_place(place_id: int, given: Subscription) -> None:
    """It wants no more warnings of there."""
    end_follow(_id(place_id, given))


def end_follow(id: bytes) -> None:
    """Its push service knows it no longer."""
    PlaceFollow.objects.filter(pk=id).delete()


def following(
    table: str, area: int, *, after: bytes, most: int, at: datetime
) -> list[tuple[bytes, bytes, bytes]]:
    """Id, key and what is sealed of the next rows, by id, of a table of follows that are of a place in the one coded `area`, or of one
    around it.
    """
    low, high = code_range(area)
    statement = OF_PLACES.format(table=table)
    with prepared() as run:
        rows = run(statement, [after, low, high, list(ancestors(area)), most, day_of(at)]).fetchall()
    return [(bytes(id), bytes(key), bytes(sealed)) for id, key, sealed in rows]


def followers(area: int, *, after: bytes, most: int, at: datetime) -> list[Follower]:
    """The next browsers, by id, that follow a place in the one coded `area`, or one around it."""
    rows = following("people_placefollow", area, after=after, most=most, at=at)
    return [Follower(id=id, given=_open(id, key, sealed)) for id, key, sealed in rows]


def find_follower(id: bytes, *, at: datetime) -> Follower | None:
    """One of them, if it follows still."""
    row = PlaceFollow.objects.filter(pk=id, until__gte=day_of(at)).first()
    return Follower(id=id, given=_open(id, row.key, row.sealed)) if row else None


def count_lapsed(before: datetime) -> int:
    """How many follows have ended."""
    return PlaceFollow.objects.filter(until__lt=day_of(before)).count()


def forget_lapsed(before: datetime) -> int:
    """Deletes them; how many."""
    return PlaceFollow.objects.filter(until__lt=day_of(before)).delete()[0]


def _open(id: bytes, key: bytes | memoryview, sealed: bytes | memoryview) -> str:
    """What a browser gave; nothing where the ring lacks its key, which is no fault of the others."""
    try:
        return keyring().open_alone(key, sealed, aad=_aad(id)).decode()
    except Unreadable:
        return ""


def day_of(at: datetime) -> date:
    """The last day of a follow is whole."""
    return at.astimezone(ZONE).date()


def _id(place_id: int, given: Subscription) -> bytes:
    return keyring().index(PURPOSE, f"{place_id}|{given.endpoint}")


def _aad(id: bytes) -> bytes:
    return b"people_placefollow|sealed|" + id
