# SPDX-License-Identifier: Apache-2.0
"""claim() and let_go(): "I am working on this", a courtesy between colleagues that lapses by itself.

It gives no right and bars nobody; it is in no log. It lapses after a silent working day, and with the end of the post
or an absence, because readers ask `people.holding` too.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from anlan.base.errors import Conflict, NotAllowed
from anlan.cases.known import Known
from anlan.cases.queries_view import get_view
from anlan.people.holding import claim_ends, is_present
from anlan.people.may import Actor

TAKE = """
INSERT INTO cases_claim AS held (case_id, post_id, since, lapses_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (case_id) DO UPDATE SET post_id = EXCLUDED.post_id, lapses_at = EXCLUDED.lapses_at,
  since = CASE WHEN held.post_id = EXCLUDED.post_id THEN held.since ELSE EXCLUDED.since END
WHERE held.post_id = EXCLUDED.post_id OR held.lapses_at <= EXCLUDED.since OR held.post_id = %s"""


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
    return until


def let_go(by: Actor, case_id: UUID) -> None:
    """Takes the post's own claim back."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_claim WHERE case_id = %s AND post_id = %s", [case_id, by.post_id])
