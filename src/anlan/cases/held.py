# SPDX-License-Identifier: Apache-2.0
"""hold(), undo(), send_due(): acts that wait a moment on the server, so that whoever did them may take them back.

Nothing of a held act has happened: no entry, no notice. It is judged when it is held, so that a person hears at once what
cannot be, and judged again when it is done, by whoever the post is then. A row is deleted in the transaction that does it,
under the id of its request, so it is done once whoever is killed; what is refused in the end stays for its post, with words.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from anlan.base.errors import Busy, Conflict, Invalid, NotAllowed, Refused
from anlan.base.ids import new_id
from anlan.base.keys import Unreadable, aad, keyring
from anlan.cases.act import act_many
from anlan.cases.decide import decide
from anlan.cases.envelope import Envelope
from anlan.cases.load import load
from anlan.people.holding import current_posts
from anlan.people.may import Actor, actor_of

BATCH = 100
LANGUAGES = {"zh": "zh-hans", "en": "en"}

WAITING = "SELECT case_id, id FROM cases_heldact WHERE case_id = ANY(%s) AND why IS NULL"
KEEP = """
INSERT INTO cases_heldact (case_id, id, batch, post_id, action, expect, sealed, held_at, due_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
DUE = """
SELECT h.case_id, h.id, h.post_id, h.action, h.expect, h.sealed, c.key FROM cases_heldact h
  JOIN cases_case c ON c.id = h.case_id
 WHERE h.due_at <= %s AND h.why IS NULL AND (%s::uuid IS NULL OR h.batch = %s)
 ORDER BY h.due_at, h.case_id LIMIT %s FOR UPDATE OF h SKIP LOCKED"""
DONE = "DELETE FROM cases_heldact h USING unnest(%s::uuid[], %s::uuid[]) d(c, i) WHERE h.case_id = d.c AND h.id = d.i"
REFUSED = "UPDATE cases_heldact SET why = %s WHERE case_id = %s AND id = %s"
LISTED = """
SELECT h.case_id, h.id, h.batch, h.post_id, h.action, h.due_at, h.why, c.number, c.procedure, c.version
  FROM cases_heldact h JOIN cases_case c ON c.id = h.case_id"""
UNDO = """
DELETE FROM cases_heldact h USING cases_case c
 WHERE c.id = h.case_id AND h.post_id = %s AND h.batch = %s AND h.why IS NULL RETURNING c.number"""
HURRY = "UPDATE cases_heldact SET due_at = %s WHERE post_id = %s AND batch = %s AND why IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One held act as pages show it. `why` in both languages once it was refused: it waits no longer."""

    case_id: UUID
    id: UUID
    batch: UUID
    post: int
    action: str
    due_at: datetime
    why: Mapping[str, str] | None
    number: int
    procedure: str
    version: int


def hold(envelopes: Sequence[Envelope], *, batch: UUID, until: datetime) -> list[Refused | None]:
    """Keeps each act until `until`; None where it is kept, or was done already, else why it cannot be done.

    One act waits for a case at a time. Acts with files are not held. Raises ValueError for those.
    """
    if any(envelope.files for envelope in envelopes):
        raise ValueError("an act with files is done at once")
    try:
        with transaction.atomic():
            return _keep(envelopes, batch=batch, until=until)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) not in ("55P03", "40P01", "57014"):
            raise
        return [Busy() for _each in envelopes]


def _keep(envelopes: Sequence[Envelope], *, batch: UUID, until: datetime) -> list[Refused | None]:
    there = load(envelopes)
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [[envelope.case_id for envelope in envelopes]])
        waiting: dict[UUID, UUID] = dict(cursor.fetchall())
        answers: list[Refused | None] = []
        for envelope in envelopes:
            name = envelope.case_id, envelope.request_id
            if name in there.requests or waiting.get(envelope.case_id) == envelope.request_id:
                answers.append(None)
                continue
            try:
                if envelope.case_id in waiting:
                    raise Conflict(_("Something is on its way for this case already."))
                decide(there.loaded, envelope)
            except Refused as refused:
                answers.append(refused)
                continue
            key = keyring().unwrap(there.keys[envelope.case_id])
            sealed = key.seal(msgspec.json.encode(dict(envelope.data)), aad=_place(*name))
            rest = (envelope.action, envelope.expect, sealed, envelope.at, until)
            cursor.execute(KEEP, [*name, batch, envelope.by.post_id, *rest])
            waiting[envelope.case_id] = envelope.request_id
            answers.append(None)
    return answers


def send_due(*, at: datetime, batch: UUID | None = None, most: int = BATCH) -> int:
    """Does what is due, of one batch or of all; returns how many were done or refused. What is busy stays for the next time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(DUE, [at, batch, batch, most])
        rows = cursor.fetchall()
        posts = {post.pk: post for post in current_posts({row[2] for row in rows}, at=at)} if rows else {}
        names: list[tuple[UUID, UUID]] = []
        envelopes: list[Envelope] = []
        refused: list[tuple[UUID, UUID, Refused]] = []
        for case_id, id, post, action, expect, sealed, key in rows:
            try:
                if post not in posts:
                    raise NotAllowed
                data = _read(case_id, id, sealed, key)
            except Refused as why:
                refused.append((case_id, id, why))
                continue
            names.append((case_id, id))
            envelopes.append(
                Envelope(
                    case_id=case_id,
                    action=action,
                    by=actor_of(posts[post], at=at),
                    at=at,
                    received_at=at,
                    request_id=id,
                    salt=os.urandom(16),
                    data=data,
                    expect=expect,
                    spares=(new_id(), new_id()),
                )
            )
        answers = list(zip(names, act_many(envelopes), strict=True)) if envelopes else []
        done = [name for name, answer in answers if not isinstance(answer, Refused)]
        refused += [
            (*name, answer)
            for name, answer in answers
            if isinstance(answer, Refused) and not isinstance(answer, Busy)
        ]
        if done:
            cursor.execute(DONE, [[case_id for case_id, _id in done], [id for _case, id in done]])
        for case_id, id, no in refused:
            cursor.execute(REFUSED, [msgspec.json.encode(say_why(no)).decode(), case_id, id])
    return len(done) + len(refused)


def say_why(refused: Refused) -> dict[str, str]:
    """A refusal in each language, with what it says of fields: nobody knows yet who will read it."""
    found = {}
    for key, code in LANGUAGES.items():
        with override(code):
            found[key] = " ".join(dict.fromkeys([str(refused), *map(str, refused.fields.values())]))
    return found


def undo(by: Actor, batch: UUID) -> list[int]:
    """Takes back what still waits of a batch of this post; the numbers of its cases. Waits for whoever is doing it."""
    with connection.cursor() as cursor:
        cursor.execute(UNDO, [by.post_id, batch])
        return [row[0] for row in cursor.fetchall()]


def send_now(by: Actor, batch: UUID, *, at: datetime) -> int:
    """Does this post's batch at once."""
    with connection.cursor() as cursor:
        cursor.execute(HURRY, [at, by.post_id, batch])
        mine = cursor.rowcount
    return send_due(at=at, batch=batch) if mine else 0


def put_away(by: Actor, id: UUID) -> None:
    """This post has read why its act was refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM cases_heldact WHERE post_id = %s AND id = %s AND why IS NOT NULL", [by.post_id, id]
        )


def held_by(by: Actor, *, most: int = BATCH) -> list[Held]:
    """What this post has on its way or was refused, newest first."""
    return _listed(
        f"{LISTED} WHERE h.post_id = %s ORDER BY h.held_at DESC, h.case_id LIMIT %s", by.post_id, most
    )


def held_on(case_id: UUID) -> Held | None:
    """What is on its way for a case, whoever's. Asks not who sees the case."""
    found = _listed(f"{LISTED} WHERE h.case_id = %s AND h.why IS NULL", case_id)
    return found[0] if found else None


def read_held(by: Actor, case_id: UUID, id: UUID) -> Mapping[str, Any] | None:
    """What this post had entered in an act that was refused, to go on from; None when it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.sealed, c.key FROM cases_heldact h JOIN cases_case c ON c.id = h.case_id"
            " WHERE h.case_id = %s AND h.id = %s AND h.post_id = %s AND h.why IS NOT NULL",
            [case_id, id, by.post_id],
        )
        row = cursor.fetchone()
    try:
        return _read(case_id, id, *row) if row else None
    except Refused:
        return None


def _listed(statement: str, *given: Any) -> list[Held]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [
            Held(
                case_id=row[0],
                id=row[1],
                batch=row[2],
                post=row[3],
                action=row[4],
                due_at=row[5],
                why=msgspec.json.decode(row[6]) if row[6] else None,
                number=row[7],
                procedure=row[8],
                version=row[9],
            )
            for row in cursor.fetchall()
        ]


def _read(case_id: UUID, id: UUID, sealed: bytes, key: bytes) -> dict[str, Any]:
    try:
        plain = keyring().unwrap(bytes(key)).open(bytes(sealed), aad=_place(case_id, id))
    except Unreadable:
        raise Invalid from None
    found: dict[str, Any] = msgspec.json.decode(plain)
    return found


def _place(case_id: UUID, id: UUID) -> bytes:
    return aad(case_id, "held", 0, id.hex)
