# SPDX-License-Identifier: Apache-2.0
"""Looks: words and parties of somebody else's case, opened for a listed reason and a few hours, or for a call.

Each look is an entry of the case (the `look` or `called` action, so it cannot be taken back) and an access row that the person
and the auditor see: organisation, post, time, reason. A procedure without that action opens nothing to outsiders.
"""

import os
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from anlan.base.errors import Conflict, NotAllowed
from anlan.base.ids import new_id
from anlan.base.prepared import prepared
from anlan.cases import registry
from anlan.cases.act import act
from anlan.cases.checks import CALLED, LOOK
from anlan.cases.envelope import Envelope
from anlan.cases.known import Known
from anlan.cases.queries_view import LOOKS, Look, _look, read_as
from anlan.people.may import Actor

LASTS = {LOOK: timedelta(hours=4), CALLED: timedelta(minutes=15)}
"""How long words stay open, by the action that opened them; after it another look with its own reason is needed."""
WHAT = "words"
PUT = """
INSERT INTO cases_access (case_id, id, organisation_id, post_id, role, at, until, reason, what)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def open_look(
    by: Actor,
    case_id: UUID,
    *,
    reason: str,
    at: datetime,
    known: Known,
    request_id: UUID | None = None,
    action: str = LOOK,
) -> Look:
    """Opens words, files and contacts to the actor's post until the look lapses; a colleague looks for themselves.

    Raises NotFound when the actor does not see the case, NotAllowed when looking is not theirs, Invalid for a reason
    that is not listed. A repetition while a look is open gives the open one; afterwards it is a Conflict, for it would
    open words without an entry that says so.
    """
    if by.kind != "post" or by.organisation_id is None or by.post_id is None or by.role is None:
        raise NotAllowed
    reader = read_as(by, case_id, known=known, at=at)
    case = reader.stand.case
    if not registry.get_procedure(case.procedure, case.version).has(action):
        raise NotAllowed
    if reader.looked:
        return _open_one(by, case_id, at=at)
    with transaction.atomic():
        done = act(
            Envelope(
                case_id=case_id,
                action=action,
                by=by,
                at=at,
                received_at=at,
                request_id=request_id or new_id(),
                salt=os.urandom(16),
                data={"reason": reason},
            )
        )
        if done.again:
            return _open_one(by, case_id, at=at)
        until = at + LASTS[action]
        with connection.cursor() as cursor:
            cursor.execute(
                PUT,
                [case_id, new_id(), by.organisation_id, by.post_id, str(by.role), at, until, reason, WHAT],
            )
    return Look(
        organisation=by.organisation_id,
        post=by.post_id,
        role=str(by.role),
        at=at,
        until=until,
        reason=reason,
        what=WHAT,
    )


def _open_one(by: Actor, case_id: UUID, *, at: datetime) -> Look:
    """The look of the actor's organisation that is open now. Raises Conflict when it has lapsed."""
    for look in looks_at(case_id):
        if look.post == by.post_id and look.until > at:
            return look
    raise Conflict


def looks_at(case_id: UUID) -> tuple[Look, ...]:
    """Who looked at a case, newest first, at most 200. For whoever `get_view` shows them to, and for the auditor."""
    with prepared() as run:
        return tuple(_look(row) for row in run(LOOKS, [case_id]).fetchall())
