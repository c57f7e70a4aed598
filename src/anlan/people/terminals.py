# SPDX-License-Identifier: Apache-2.0
"""Terminals: field apps that a post signed in on. Each has a token of its own, so each can be ended, and told to erase what it holds.

What is kept says whether phones are up to date and whether acts wait on one, never where a phone is or when its person worked.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotFound
from anlan.base.prepared import prepared
from anlan.people.log import record
from anlan.people.may import Actor
from anlan.people.models import AdminLine, Terminal
from anlan.people.tokens import digest_of, end_token, make_token, may_end
from anlan.places.find import ZONE

LASTS = timedelta(days=90)
"""After it the person signs in again; what waits on the phone waits on."""
MOST = 5
"""Terminals of one post that are signed in; a further one takes the place of the one heard longest ago."""
LABEL = "terminal"
MOST_WAITING = 1_000_000

HEARD = """
UPDATE people_terminal m SET heard_on = $2, waiting = $3, version = $4 FROM people_token t
 WHERE t.digest = $1 AND m.token_id = t.id AND (m.heard_on, m.waiting, m.version) IS DISTINCT FROM ($2, $3, $4)"""
ENDED = """
SELECT m.id, m.erase_at IS NOT NULL, t.expires_at > $2 OR t.ended_at IS NOT NULL
  FROM people_terminal m JOIN people_token t ON t.id = m.token_id WHERE t.digest = $1"""
IS_ONE = "SELECT FROM people_terminal m JOIN people_token t ON t.id = m.token_id WHERE t.digest = $1"
TOLD = "UPDATE people_terminal SET told_at = $2 WHERE id = $1 AND told_at IS NULL"


class Ended(StrEnum):
    """Why a terminal's token is good no more: `EXPIRED` wants a new sign-in, `REVOKED` stops work, `ERASE` takes all there is to read."""

    EXPIRED = "expired"
    REVOKED = "revoked"
    ERASE = "erase"


@dataclass(frozen=True, kw_only=True)
class NewTerminal:
    """A terminal just registered, with the text of its token, told once."""

    terminal: Terminal
    text: str


def register(
    post_id: int,
    *,
    version: str,
    procedures: Collection[str],
    actions: Collection[str],
    by: Actor,
    at: datetime,
) -> NewTerminal:
    """Signs in a field app for one of the actor's own posts. With MOST there already, the one heard longest ago is ended: a phone that
    was lost or set up anew must not keep its person from working. Raises NotAllowed, Invalid.
    """
    _check_version(version)
    with transaction.atomic():
        made = make_token(
            post_id,
            label=LABEL,
            procedures=procedures,
            actions=actions,
            expires_at=at + LASTS,
            by=by,
            at=at,
        )
        signed_in = Terminal.objects.filter(
            token__post_id=post_id, token__ended_at=None, token__expires_at__gt=at
        ).order_by("-heard_on", "-token_id")
        for too_many in signed_in[MOST - 1 :]:
            end_token(too_many.token_id, by=by, at=at)
        terminal = Terminal.objects.create(
            id=uuid.uuid4(), token=made.token, version=version, heard_on=at.astimezone(ZONE).date()
        )
    return NewTerminal(terminal=terminal, text=made.text)


def note_pull(text: str, *, version: str, waiting: int, at: datetime) -> None:
    """What a terminal says when it pulls: its version, and how many acts it has still to send. Another token's word is for nobody."""
    _check_version(version)
    if not 0 <= waiting <= MOST_WAITING:
        raise Invalid(fields={"waiting": _("This is no number of acts.")})
    with prepared() as run:
        run(HEARD, [digest_of(text), at.astimezone(ZONE).date(), waiting, version])


def is_terminal(text: str) -> bool:
    """Whether this is a terminal's token, and not one that was made for a program."""
    with prepared() as run:
        return run(IS_ONE, [digest_of(text)]).fetchone() is not None


def sign_out(text: str, *, by: Actor, at: datetime) -> None:
    """Ends the terminal whose token this is: its person signed out on it. Raises NotFound."""
    terminal = Terminal.objects.filter(token__digest=digest_of(text)).only("pk", "token_id").first()
    if terminal is None:
        raise NotFound
    end_token(terminal.token_id, by=by, at=at)


def revoke(terminal_id: uuid.UUID, *, by: Actor | None, at: datetime) -> AdminLine:
    """Ends a terminal at once: its owner does, or a security administrator. Raises NotAllowed, NotFound."""
    return end_token(_terminal(terminal_id).token_id, by=by, at=at)


def erase(terminal_id: uuid.UUID, *, by: Actor | None, at: datetime) -> AdminLine:
    """Ends a terminal and tells it, when it next asks, to erase what it holds. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        terminal = _terminal(terminal_id)
        if terminal.erase_at is not None:
            raise NotFound
        may_end(terminal.token, by=by)
        if terminal.token.ended_at is None:
            end_token(terminal.token_id, by=by, at=at)
        terminal.erase_at = at
        terminal.save(update_fields=["erase_at"])
        return record(by, "terminal.erase", before=None, after={"terminal": str(terminal.pk)}, at=at)


def why_ended(text: str, *, at: datetime) -> Ended | None:
    """What to tell whoever shows a terminal's token that is not good now; None for any other text. That it must erase is noted."""
    with prepared() as run:
        row = run(ENDED, [digest_of(text), at]).fetchone()
        if row is None:
            return None
        if row[1]:
            run(TOLD, [row[0], at])
            return Ended.ERASE
    return Ended.REVOKED if row[2] else Ended.EXPIRED


def _check_version(version: str) -> None:
    if not 1 <= len(version) <= 32 or not version.isascii() or not version.isprintable():
        raise Invalid(fields={"version": _("Please give the version of the app, in at most 32 characters.")})


def _terminal(terminal_id: uuid.UUID) -> Terminal:
    terminal = Terminal.objects.select_related("token__post").filter(pk=terminal_id).first()
    if terminal is None:
        raise NotFound
    return terminal
