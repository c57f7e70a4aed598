# SPDX-License-Identifier: Apache-2.0
"""claim() and let_go(): "I am working on this", a courtesy between colleagues that lapses by itself; opened(): "I have it open".

It gives no right and bars nobody; it is in no log. What was said lapses after a silent working day, and with the end of the
post or an absence, because readers ask `people.holding` too; what was only opened after minutes, or when the post opens another.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from anlan.base.errors import Conflict, NotAllowed
from anlan.cases.known import Known
from anlan.cases.queries_view import get_view
from anlan.people.holding import claim_ends, is_present
from anlan.people.may import Actor

OPEN = timedelta(minutes=5)
"""So long a case that was opened counts as open."""
TAKE = """
INSERT INTO cases_claim AS held (case_id, post_id, since, lapses_at, said) VALUES (%s, %s, %s, %s, true)
ON CONFLICT (case_id) DO UPDATE SET post_id = EXCLUDED.post_id, lapses_at = EXCLUDED.lapses_at, said = true,
  since = CASE WHEN held.post_id = EXCLUDED.post_id AND held.said THEN held.since ELSE EXCLUDED.since END,
  beside_id = CASE WHEN held.post_id = EXCLUDED.post_id THEN held.beside_id WHEN NOT held.said THEN held.post_id END,
  beside_until = CASE WHEN held.post_id = EXCLUDED.post_id THEN held.beside_until WHEN NOT held.said THEN held.lapses_at END
WHERE held.post_id = EXCLUDED.post_id OR held.lapses_at <= EXCLUDED.since OR held.post_id = %s OR NOT held.said"""
OPENED = """
WITH mine AS (SELECT case_id FROM cases_claim WHERE post_id = %(post)s OR beside_id = %(post)s OR case_id = %(case)s
       ORDER BY case_id FOR UPDATE SKIP LOCKED),
     passed_on AS (UPDATE cases_claim SET post_id = beside_id, since = %(at)s, lapses_at = beside_until, beside_id = NULL, beside_until = NULL
       WHERE case_id IN (SELECT case_id FROM mine) AND post_id = %(post)s AND NOT said AND case_id <> %(case)s AND beside_until > %(at)s
       RETURNING case_id),
     left_now AS (DELETE FROM cases_claim WHERE case_id IN (SELECT case_id FROM mine) AND post_id = %(post)s AND NOT said
       AND case_id <> %(case)s AND (beside_until IS NULL OR beside_until <= %(at)s) RETURNING case_id, lapses_at),
     left_beside AS (UPDATE cases_claim SET beside_id = NULL, beside_until = NULL
       WHERE case_id IN (SELECT case_id FROM mine) AND beside_id = %(post)s AND post_id <> %(post)s AND case_id <> %(case)s
       RETURNING case_id),
     free AS (SELECT id FROM cases_case c WHERE id = %(case)s AND (id IN (SELECT case_id FROM mine)
       OR NOT EXISTS (SELECT FROM cases_claim l WHERE l.case_id = c.id)) FOR KEY SHARE SKIP LOCKED),
     was AS (SELECT beside_id, beside_until FROM cases_claim WHERE case_id = %(case)s),
     beside AS (UPDATE cases_claim SET beside_id = %(post)s, beside_until = %(until)s
       WHERE case_id IN (SELECT id FROM free) AND post_id <> %(post)s AND lapses_at > %(at)s RETURNING case_id),
     opened AS (
INSERT INTO cases_claim AS held (case_id, post_id, since, lapses_at, said) SELECT id, %(post)s, %(at)s, %(until)s, false FROM free
ON CONFLICT (case_id) DO UPDATE SET post_id = EXCLUDED.post_id, lapses_at = EXCLUDED.lapses_at, said = false,
  beside_id = NULLIF(held.beside_id, EXCLUDED.post_id),
  beside_until = CASE WHEN held.beside_id <> EXCLUDED.post_id THEN held.beside_until END,
  since = CASE WHEN held.post_id = EXCLUDED.post_id AND held.lapses_at > EXCLUDED.since THEN held.since ELSE EXCLUDED.since END
WHERE held.lapses_at <= EXCLUDED.since OR (held.post_id = EXCLUDED.post_id AND NOT held.said)
RETURNING case_id, since)
SELECT pg_notify(%(channel)s, case_id::text) FROM (
  SELECT case_id FROM passed_on UNION SELECT case_id FROM left_beside
  UNION SELECT case_id FROM left_now WHERE lapses_at > %(at)s UNION SELECT case_id FROM opened WHERE since = %(at)s
  UNION SELECT case_id FROM beside WHERE NOT EXISTS (SELECT FROM was WHERE beside_id = %(post)s AND beside_until > %(at)s)) changed"""
LET_GO = """
WITH passed_on AS (UPDATE cases_claim SET post_id = beside_id, since = %(at)s, lapses_at = beside_until, said = false, beside_id = NULL,
       beside_until = NULL WHERE case_id = %(case)s AND post_id = %(post)s AND beside_until > %(at)s RETURNING case_id),
     ended AS (DELETE FROM cases_claim WHERE case_id = %(case)s AND post_id = %(post)s
       AND (beside_until IS NULL OR beside_until <= %(at)s) RETURNING case_id)
SELECT pg_notify(%(channel)s, case_id::text) FROM (SELECT case_id FROM passed_on UNION SELECT case_id FROM ended) changed"""
CHANNEL = "anlan_claims"
"""Where each case is named whose claim begins, ends or passes to another post, so that open pages say so at once. What only goes
on is not told, and acts tell nothing here: no act waits for it.
"""
LAPSED = """
SELECT case_id FROM cases_claim WHERE lapses_at > %(after)s AND lapses_at <= %(until)s UNION
SELECT case_id FROM cases_claim WHERE beside_until > %(after)s AND beside_until <= %(until)s"""


def claim(by: Actor, case_id: UUID, *, known: Known, at: datetime) -> datetime:
    """Says that this post works on the case; returns when that lapses.

    Raises NotFound, NotAllowed for a post that can do nothing there, Conflict while a colleague's claim holds.
    """
    view = get_view(by, case_id, known=known, at=at, lines=1)
    if by.post_id is None or not any(action.key != "look" for action in view.actions):
        raise NotAllowed
    held = view.claim
    # The colleague who was seen to be away, not whoever holds it now: several may have seen that.
    gone = held.post if held is not None and not is_present(held.post, at=at) else None
    until = claim_ends(at, calendar=known.calendar)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [case_id, by.post_id, at, until, gone])
        if cursor.rowcount != 1:
            raise Conflict
        _tell(cursor, case_id)
    return until


def opened(by: Actor, case_id: UUID, *, at: datetime) -> None:
    """This post has the case open now, and no other; a colleague who opened it before, or works on it, stays shown and is shown
    this post beside.

    Never in the way: where the case is being changed just now, or a colleague's look at it noted, nothing is.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            OPENED, {"post": by.post_id, "case": case_id, "at": at, "until": at + OPEN, "channel": CHANNEL}
        )


def let_go(by: Actor, case_id: UUID, *, at: datetime) -> None:
    """Takes the post's own claim back; a colleague who has the case open too has it open then."""
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, {"case": case_id, "post": by.post_id, "at": at, "channel": CHANNEL})


def lapsed(after: datetime, until: datetime) -> list[UUID]:
    """Cases whose claim lapsed in (after, until]: nothing is written when that happens, so nobody tells it."""
    with connection.cursor() as cursor:
        cursor.execute(LAPSED, {"after": after, "until": until})
        return [row[0] for row in cursor.fetchall()]


def _tell(cursor: CursorWrapper, case_id: UUID) -> None:
    cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(case_id)])
