# SPDX-License-Identifier: Apache-2.0
"""A change of divisions among organisations: they end with their place, begin with the new one, and hang below who is over
them now; each that ended has the successors that its place has. One line of the administration log.

Posts end with their organisation. `posts` gives the same people the same posts with the main successor: who sees parties is
granted anew, so that waits for a second person.
"""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid
from anlan.people.changes import Change, Data, Done, offer
from anlan.people.may import Actor
from anlan.people.organisations import end_posts
from anlan.people.seed import LAYERS, load_organisations, upper_of
from anlan.places import find
from anlan.places.codes import LENGTHS
from anlan.places.reform import read_reform, reform_places
from anlan.places.rows import BadFile

END = """
UPDATE people_organisation o SET valid_to = greatest(p.valid_to, o.valid_from + 1)
  FROM places_place p
 WHERE p.id = o.place_id AND p.valid_to IS NOT NULL AND o.valid_to IS NULL AND o.kind <> 'outside_unit'
RETURNING o.id"""

# What moved below another place, and what was below an organisation that ended, goes below the usual one.
HANG = """
UPDATE people_organisation o SET upper_id = found.upper
  FROM (SELECT o.id, {upper} AS upper
          FROM people_organisation o
          JOIN places_placecode c ON c.place_id = o.place_id AND c.valid_to IS NULL
          JOIN people_organisation u ON u.id = o.upper_id
          JOIN places_place up ON up.id = u.place_id
          LEFT JOIN places_placecode uc ON uc.place_id = up.id AND uc.valid_to IS NULL
         WHERE o.kind = %(kind)s AND o.department = %(department)s AND o.valid_to IS NULL
           AND (u.valid_to IS NOT NULL
                OR (c.valid_from = %(day)s AND left(c.code::text, (%(lengths)s::int[])[up.level])
                                            <> left(uc.code::text, (%(lengths)s::int[])[up.level])))) found
 WHERE found.id = o.id AND found.upper <> o.upper_id"""
HANG_OTHERS = """
UPDATE people_organisation o SET upper_id = s.successor_id
  FROM people_organisation u JOIN people_organisationsuccession s ON s.organisation_id = u.id AND s.main
 WHERE u.id = o.upper_id AND u.valid_to IS NOT NULL AND o.valid_to IS NULL AND o.id <> s.successor_id"""

CARRY = """
INSERT INTO people_post (account_id, role, organisation_id, place_id, valid_from, valid_to)
SELECT DISTINCT p.account_id, p.role, n.id, n.place_id, %(at)s::timestamptz, p.valid_to
  FROM people_post p
  JOIN people_organisationsuccession s ON s.organisation_id = p.organisation_id AND s.main
  JOIN people_organisation n ON n.id = s.successor_id
 WHERE p.organisation_id = ANY(%(ended)s) AND p.deputy_for_id IS NULL AND p.valid_from <= %(at)s
   AND (p.valid_to IS NULL OR p.valid_to > %(at)s)
   AND NOT EXISTS (SELECT FROM people_post q WHERE q.account_id = p.account_id AND q.role = p.role
                      AND q.organisation_id = n.id AND (q.valid_to IS NULL OR q.valid_to > %(at)s))"""


def _apply(data: Data, at: datetime) -> Done:
    """Data: text (the file), day, source, posts."""
    day = date.fromisoformat(data["day"])
    if day > at.astimezone(find.ZONE).date():
        raise Invalid(fields={"day": _("A change of divisions is carried out on its day or later.")})
    if not str(data["source"]).strip():
        raise Invalid(fields={"source": _("Please say which notice or decision this rests on.")})
    try:
        places = reform_places(read_reform(data["text"]), day=day, source=data["source"])
    except BadFile as refusal:
        lines = [f"{bad.line}: {bad.why}" if bad.line else bad.why for bad in refusal.bad]
        raise Invalid(fields={"text": "\n".join(lines)}) from None
    with connection.cursor() as cursor:
        cursor.execute(END)
        ended = [row[0] for row in cursor.fetchall()]
    made = load_organisations()
    _hang(day)
    carried = _carry(ended, at=at) if data["posts"] else 0
    posts = end_posts(ended, at=at)
    after: dict[str, Any] = {
        "day": data["day"],
        "source": data["source"],
        "places": {"begun": places.begun, "ended": places.ended, "moved": places.moved},
        "organisations": {"begun": made, "ended": len(ended)},
        "posts": {"ended": posts, "carried": carried},
    }
    return Done(before={"organisations": ended}, after=after)


def _hang(day: date) -> None:
    with connection.cursor() as cursor:
        for layer in LAYERS:
            if layer.uppers:
                cursor.execute(
                    HANG.format(upper=upper_of(layer)),
                    {
                        "kind": str(layer.kind),
                        "department": layer.department,
                        "day": day,
                        "lengths": list(LENGTHS),
                    },
                )
        cursor.execute(HANG_OTHERS)


def _carry(ended: list[int], *, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(CARRY, {"ended": ended, "at": at})
        return int(cursor.rowcount)


def _second(_by: Actor | None, data: Data, _at: datetime) -> bool:
    return bool(data["posts"])


def _check(data: Data, at: datetime) -> None:
    """What waits for a second person is tried first, so that it does not wait in vain."""
    if data["posts"]:
        with transaction.atomic():
            _apply(data, at)
            transaction.set_rollback(True)
        find.forget()


def _nobody(_by: Actor, _data: Data, _at: datetime) -> bool:
    return False


REFORM = Change(key="places.reform", apply=_apply, may_ask=_nobody, second=_second, check=_check)
offer(REFORM)
