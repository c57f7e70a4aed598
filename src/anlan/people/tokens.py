# SPDX-License-Identifier: Apache-2.0
"""API tokens: a post's own rights, narrowed to a place, procedures and actions, for at most a year.

The token is shown once; only its digest is kept. It ends with its post, its account, its date, or at once by hand.
Administrators and auditors get none. Every token made or ended is a line of the administration log.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.prepared import prepared
from anlan.people.holding import current_post
from anlan.people.log import record
from anlan.people.may import CASE_WORKERS, Actor, actor_of, common, may_manage, narrowed
from anlan.people.models import AdminLine, Organisation, Post, Token
from anlan.places import find

LONGEST = timedelta(days=366)
MARK = "anlan_"
# Asked with every call of the API, so it is one prepared statement; the conditions are those of `Post.objects.current`.
GOOD = """
SELECT t.place_id, t.procedures, t.actions, p.id, p.account_id, p.role, o.id, o.kind, p.place_id
  FROM people_token t
  JOIN people_post p ON p.id = t.post_id
  JOIN people_account a ON a.id = p.account_id
  JOIN people_organisation o ON o.id = p.organisation_id
 WHERE t.digest = $1 AND t.ended_at IS NULL AND t.expires_at > $2 AND a.is_active
   AND p.valid_from <= $2 AND (p.valid_to IS NULL OR p.valid_to > $2)
   AND o.valid_from <= $3 AND (o.valid_to IS NULL OR o.valid_to > $3)"""


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token just made, with its text, shown once."""

    token: Token
    text: str


def make_token(
    post_id: int,
    *,
    label: str,
    procedures: Collection[str],
    actions: Collection[str],
    place_id: int | None = None,
    expires_at: datetime,
    by: Actor,
    at: datetime,
) -> NewToken:
    """A token for one of the actor's own posts. Empty `procedures` or `actions` allow reading nothing and doing nothing.

    Raises NotAllowed, Invalid.
    """
    post = current_post(post_id, account_id=by.account_id or 0, at=at)
    if post is None or post.role not in CASE_WORKERS:
        raise NotAllowed
    if not at < expires_at <= at + LONGEST:
        raise Invalid(fields={"expires_at": _("A token ends within a year.")})
    if not 1 <= len(label.strip()) <= 64:
        raise Invalid(fields={"label": _("Please say what the token is for, in at most 64 characters.")})
    place = place_id or post.place_id
    own = actor_of(post, at=at).scope
    if place_id is not None and not common(own, find.scope(place_id, at=at)):
        raise Invalid(fields={"place": _("The place must lie within the post's.")})
    text = MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = Token.objects.create(
            digest=_digest(text),
            post=post,
            label=label.strip(),
            place_id=place,
            procedures=sorted(procedures),
            actions=sorted(actions),
            made_at=at,
            expires_at=expires_at,
        )
        record(by, "token.make", before=None, after=_show(token), at=at)
    return NewToken(token=token, text=text)


def end_token(token_id: int, *, by: Actor, at: datetime) -> AdminLine:
    """Ends a token at once: its owner does, or a security administrator. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        token = (
            Token.objects.select_for_update(of=("self",)).select_related("post").filter(pk=token_id).first()
        )
        if token is None or token.ended_at is not None:
            raise NotFound
        if by.account_id != token.post.account_id and not may_manage(by, token.post.account_id):
            raise NotAllowed
        token.ended_at = at
        token.save(update_fields=["ended_at"])
        return record(by, "token.end", before=_show(token), after={"token": token.pk, "ended": at}, at=at)


def find_token_actor(text: str, *, at: datetime) -> Actor | None:
    """The narrowed actor of a token's text; None for whatever is not good now."""
    if not text.startswith(MARK) or len(text) > 200:
        return None
    with prepared() as run:
        row = run(GOOD, [_digest(text), at, at.astimezone(find.ZONE).date()]).fetchone()
    if row is None:
        return None
    token_place, procedures, actions, post, account, role, organisation, kind, place = row
    held = Post(
        pk=post,
        account_id=account,
        role=role,
        organisation=Organisation(pk=organisation, kind=kind),
        place_id=place,
    )
    return narrowed(
        actor_of(held, at=at),
        scope=tuple(find.scope(token_place, at=at)),
        procedures=frozenset(procedures),
        actions=frozenset(actions),
    )


def _digest(text: str) -> bytes:
    # 256 random bits need no salt and no slow hash.
    return sha256(text.encode()).digest()


def _show(token: Token) -> dict[str, object]:
    return {
        "token": token.pk,
        "post": token.post_id,
        "place": token.place_id,
        "procedures": token.procedures,
        "actions": token.actions,
        "expires": token.expires_at,
    }
