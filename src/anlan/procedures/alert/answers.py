# SPDX-License-Identifier: Apache-2.0
"""Who has read an alert: posts where it warns, each once, and a count of residents. Told by place, of nobody by name.

A post confirms for where it works, whether or not it sees the case; nothing of it is an entry. Of residents a number is kept
for the place below the alert's that they read it for, and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Conflict, NotAllowed
from anlan.base.prepared import prepared
from anlan.people.may import Actor
from anlan.places import find
from anlan.places.codes import Level, code_range, level_of
from anlan.places.tree import Spot
from anlan.procedures.alert.standing import Alert
from anlan.procedures.alert.terms import WARNED

PUT = "INSERT INTO alert_acknowledgement (case_id, post_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
READ = """
INSERT INTO alert_readers AS r (case_id, area, n) VALUES ($1, $2, 1)
ON CONFLICT (case_id, area) DO UPDATE SET n = r.n + 1"""
MINE = "SELECT case_id FROM alert_acknowledgement WHERE post_id = $1 AND case_id = ANY($2::uuid[])"
COUNTED = """
SELECT (c.code / $4) * $4, count(*), count(k.post_id)
  FROM places_placecode c
  JOIN people_post p ON p.place_id = c.place_id
  JOIN people_account a ON a.id = p.account_id
  LEFT JOIN alert_acknowledgement k ON k.case_id = $1 AND k.post_id = p.id
 WHERE c.code >= $2 AND c.code < $3 AND c.valid_from <= $7 AND (c.valid_to IS NULL OR c.valid_to > $7)
   AND p.role = ANY($5::text[]) AND a.is_active AND p.valid_from <= $6 AND (p.valid_to IS NULL OR p.valid_to > $6)
 GROUP BY 1"""
READERS = "SELECT area, n FROM alert_readers WHERE case_id = $1"
LAPSED = "k.case_id IN (SELECT r.case_id FROM alert_record r WHERE r.ends < $1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """In one place: how many posts are asked, how many confirmed, how many residents said that they read it. `place` None: in
    the alert's own place, not in one below it.
    """

    place: Spot | None
    asked: int
    confirmed: int
    readers: int


def is_asked(by: Actor, alert: Alert, *, at: datetime) -> bool:
    """Whether this post is one of those that an alert asks: it works where the alert warns."""
    low, high = code_range(alert.area)
    return (
        alert.asks
        and alert.stands(at)
        and by.kind == "post"
        and str(by.role) in WARNED
        and bool(by.scope)
        and all(low <= start and end <= high for start, end in by.scope)
    )


def confirm(alert: Alert, *, by: Actor, at: datetime) -> None:
    """This post has read it; once more changes nothing. Raises NotAllowed, Conflict when it stands no longer."""
    if not alert.stands(at):
        raise Conflict(_("This alert is no longer in force."))
    if not is_asked(by, alert, at=at):
        raise NotAllowed
    with prepared() as run:
        run(PUT, [alert.id, by.post_id, at])


def confirmed(by: Actor, alerts: Iterable[Alert]) -> frozenset[UUID]:
    """Which of these alerts this post has confirmed."""
    ids = [alert.id for alert in alerts]
    if not ids:
        return frozenset()
    with prepared() as run:
        return frozenset(row[0] for row in run(MINE, [by.post_id, ids]))


def awaited(by: Actor, alerts: Iterable[Alert], *, at: datetime) -> frozenset[UUID]:
    """Which of these alerts ask this post whether it has read them, and have not been told."""
    asked = [alert for alert in alerts if is_asked(by, alert, at=at)]
    return frozenset(alert.id for alert in asked) - confirmed(by, asked)


def count_reader(alert: Alert, *, area: int, at: datetime) -> None:
    """A resident somewhere in the place coded `area` has read it. Raises Conflict when it stands no longer."""
    if not alert.stands(at):
        raise Conflict(_("This alert is no longer in force."))
    low, high = code_range(alert.area)
    below = next((each.code for each in _below(alert, at=at) if _holds(each, area)), alert.area)
    with prepared() as run:
        run(READ, [alert.id, below if low <= area < high else alert.area])


def answers(alert: Alert, *, at: datetime) -> list[Answered]:
    """The whole first, then by the places below, as far down as villages: below those a number would be one person."""
    low, high = code_range(alert.area)
    below = _below(alert, at=at)
    width = max((end - start for start, end in (code_range(each.code) for each in below)), default=high - low)
    day = at.astimezone(find.ZONE).date()
    with prepared() as run:
        rows = run(COUNTED, [alert.id, low, high, width, list(WARNED), at, day]).fetchall()
        readers = dict(run(READERS, [alert.id]).fetchall())
    found = {
        each.code: Answered(place=each, asked=0, confirmed=0, readers=readers.get(each.code, 0))
        for each in below
    }
    own = Answered(
        place=None, asked=0, confirmed=0, readers=sum(n for area, n in readers.items() if area not in found)
    )
    for code, asked, agreed in rows:
        here = found.get(code) if code != low or not below else None
        added = _more(here or own, asked, agreed)
        if here is None:
            own = added
        else:
            found[code] = added
    parts = [own, *found.values()]
    whole = Answered(
        place=find.find_code(alert.area, at=at),
        asked=sum(part.asked for part in parts),
        confirmed=sum(part.confirmed for part in parts),
        readers=sum(part.readers for part in parts),
    )
    return [whole, *(part for part in parts if below and (part.asked or part.readers))]


def count_lapsed(before: datetime) -> int:
    """How many confirmations are of alerts that ended before."""
    with prepared() as run:
        return sum(
            n for (n,) in run(f"SELECT count(*) FROM alert_acknowledgement k WHERE {LAPSED}", [before])
        )


def forget_lapsed(before: datetime) -> int:
    """Deletes them; how many."""
    with prepared() as run:
        return run(f"DELETE FROM alert_acknowledgement k WHERE {LAPSED}", [before]).rowcount


def _below(alert: Alert, *, at: datetime) -> tuple[Spot, ...]:
    return find.children(alert.place, at=at) if level_of(alert.area) < Level.VILLAGE else ()


def _holds(spot: Spot, area: int) -> bool:
    low, high = code_range(spot.code)
    return low <= area < high


def _more(one: Answered, asked: int, agreed: int) -> Answered:
    return Answered(
        place=one.place, asked=one.asked + asked, confirmed=one.confirmed + agreed, readers=one.readers
    )
