# SPDX-License-Identifier: Apache-2.0
"""claim() and let_go(): "I am working on this", a courtesy between colleagues that lapses by itself; opened(): "I have it open".

It gives no right and bars nobody; it is in no log. What was said lapses after a silent working day, and with the end of the
post or an absence, because readers ask `people.holding` too; what was only opened after minutes, or when the post opens another.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from anlan.base.errors import Conflict, NotAllowed
from anlan.cases.known import Known
from anlan.cases.queries_view import get_view
from anlan.people.holding import claim_ends, present_among
from anlan.people.may import Actor

OPEN = timedelta(minutes=5)
"""So long a case that was opened counts as open."""
GIVE_UP = """
DELETE FROM cases_claim WHERE case_id = %(case)s AND said AND post_id <> %(post)s AND (lapses_at <= %(at)s OR post_id = %(gone)s)"""
TAKE = """
INSERT INTO cases_claim AS held (case_id, post_id, since, lapses_at, said) VALUES (%(case)s, %(post)s, %(at)s, %(until)s, true)
ON CONFLICT (case_id, post_id) DO UPDATE SET lapses_at = EXCLUDED.lapses_at, said = true,
  since = CASE WHEN held.said AND held.lapses_at > EXCLUDED.since THEN held.since ELSE EXCLUDED.since END"""
# A row of one's own that is locked is being changed by another tab of the same person.
OPENED = """
WITH mine AS (SELECT case_id FROM cases_claim WHERE post_id = %(post)s AND (NOT said OR case_id = %(case)s)
       ORDER BY case_id FOR UPDATE SKIP LOCKED),
     left_now AS (DELETE FROM cases_claim WHERE case_id IN (SELECT case_id FROM mine) AND post_id = %(post)s AND NOT said
       AND case_id <> %(case)s RETURNING case_id, lapses_at),
     over AS (SELECT post_id FROM cases_claim WHERE case_id = %(case)s AND post_id <> %(post)s AND NOT said AND lapses_at <= %(at)s
       ORDER BY post_id FOR UPDATE SKIP LOCKED),
     forgotten AS (DELETE FROM cases_claim WHERE case_id = %(case)s AND post_id IN (SELECT post_id FROM over)),
     free AS (SELECT id FROM cases_case c WHERE id = %(case)s AND (id IN (SELECT case_id FROM mine)
       OR NOT EXISTS (SELECT FROM cases_claim l WHERE l.case_id = c.id AND l.post_id = %(post)s)) FOR KEY SHARE SKIP LOCKED),
     opened AS (
INSERT INTO cases_claim AS held (case_id, post_id, since, lapses_at, said) SELECT id, %(post)s, %(at)s, %(until)s, false FROM free
ON CONFLICT (case_id, post_id) DO UPDATE SET lapses_at = EXCLUDED.lapses_at, said = false,
  since = CASE WHEN held.lapses_at > EXCLUDED.since THEN held.since ELSE EXCLUDED.since END
WHERE NOT held.said OR held.lapses_at <= EXCLUDED.since
RETURNING case_id, since)
SELECT pg_notify(%(channel)s, case_id::text) FROM (
  SELECT case_id FROM left_now WHERE lapses_at > %(at)s UNION SELECT case_id FROM opened WHERE since = %(at)s) changed"""
LET_GO = """
WITH ended AS (DELETE FROM cases_claim WHERE case_id = %(case)s AND post_id = %(post)s AND said RETURNING case_id)
SELECT pg_notify(%(channel)s, case_id::text) FROM ended"""
CHANNEL = "anlan_claims"
"""Where each case is named whose claim begins or ends, so that open pages say so at once. What only goes on is not told, and acts
tell nothing here: no act waits for it.
"""
LAPSED = "SELECT DISTINCT case_id FROM cases_claim WHERE lapses_at > %(after)s AND lapses_at <= %(until)s"


def claim(by: Actor, case_id: UUID, *, known: Known, at: datetime) -> datetime:
    """Says that this post works on the case; returns when that lapses.

    Raises NotFound, NotAllowed for a post that can do nothing there, Conflict while a colleague's claim holds.
    """
    view = get_view(by, case_id, known=known, at=at, lines=1)
    if by.post_id is None or not any(action.key != "look" for action in view.actions):
        raise NotAllowed
    held = next((each.post for each in view.claims if each.said), None)
    # The colleague who was seen to be away, not whoever holds it now: several may have seen that.
    gone = held if held is not None and not present_among([held], at=at) else None
    until = claim_ends(at, calendar=known.calendar)
    asked: dict[str, Any] = {"case": case_id, "post": by.post_id, "at": at, "until": until, "gone": gone}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(GIVE_UP, asked)
            cursor.execute(TAKE, asked)
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(case_id)])
    except IntegrityError as error:  # the index: one works on a case, whoever was first
        raise Conflict from error
    return until


def opened(by: Actor, case_id: UUID, *, at: datetime) -> None:
    """This post has the case open now, and no other; colleagues who have it open, or work on it, stay shown, and each is shown to each.

    Never in the way: where the case is being changed just now, or a colleague's look at it noted, nothing is.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            OPENED, {"post": by.post_id, "case": case_id, "at": at, "until": at + OPEN, "channel": CHANNEL}
        )


def let_go(by: Actor, case_id: UUID, *, at: datetime) -> None:
    """Takes back that this post works on the case; who only has it open goes on having it open."""
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, {"case": case_id, "post": by.post_id, "at": at, "channel": CHANNEL})


def lapsed(after: datetime, until: datetime) -> list[UUID]:
    """Cases whose claim lapsed in (after, until]: nothing is written when that happens, so nobody tells it."""
    with connection.cursor() as cursor:
        cursor.execute(LAPSED, {"after": after, "until": until})
        return [row[0] for row in cursor.fetchall()]
