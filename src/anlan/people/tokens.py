# SPDX-License-Identifier: Apache-2.0
"""API tokens: a post's own rights, narrowed to a place, procedures and actions, for at most a year.

The token is shown once; only its digest is kept. It ends with its post, its account, its date, or at once by hand.
Administrators and auditors get none. Staff make their own; the operator's wait for a second person. Every token asked
for, made or ended is a line of the administration log.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.prepared import prepared
from anlan.people.changes import Change, Data, Done, always, change_configuration, never, offer
from anlan.people.holding import current_post
from anlan.people.log import record
from anlan.people.may import CASE_WORKERS, Actor, actor_of, common, may_manage, narrowed
from anlan.people.models import AdminLine, Organisation, Post, Token
from anlan.people.models_push import StaffBrowser
from anlan.places import find

LONGEST = timedelta(days=366)
MARK = "anlan_"
# Asked with every call of the API, so it is one prepared statement; the conditions are those of `Post.objects.current`.
COLUMNS = """
SELECT t.digest, t.place_id, t.procedures, t.actions, p.id, p.account_id, p.role, o.id, o.kind, p.place_id
  FROM people_token t
  JOIN people_post p ON p.id = t.post_id
  JOIN people_account a ON a.id = p.account_id
  JOIN people_organisation o ON o.id = p.organisation_id
 WHERE t.ended_at IS NULL AND t.expires_at > $2 AND a.is_active
   AND p.valid_from <= $2 AND (p.valid_to IS NULL OR p.valid_to > $2)
   AND o.valid_from <= $3 AND (o.valid_to IS NULL OR o.valid_to > $3)"""
GOOD = f"{COLUMNS} AND t.digest = $1"
GOOD_OF_MANY = f"{COLUMNS} AND t.digest = ANY($1::bytea[])"


class Asked(TypedDict):
    """What is asked of a token. Empty `procedures` or `actions` allow reading nothing and doing nothing."""

    label: str
    procedures: Collection[str]
    actions: Collection[str]
    place_id: NotRequired[int | None]
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token just made, with its text, shown once."""

    token: Token
    text: str


def make_token(post_id: int, *, by: Actor, at: datetime, **asked: Unpack[Asked]) -> NewToken:
    """A token for one of the actor's own posts. Raises NotAllowed, Invalid."""
    if current_post(post_id, account_id=by.account, at=at) is None:
        raise NotAllowed
    text, data = _wish(post_id, **asked)
    _check(data, at)
    with transaction.atomic():
        token = _create(data, at=at)
        record(by, MAKE.key, before=None, after=_show(token), at=at)
    return NewToken(token=token, text=text)


def ask_token(post_id: int, *, at: datetime, **asked: Unpack[Asked]) -> str:
    """The text of a token for anybody's post, asked for by the operator: good once an administrator has approved it.

    Raises NotAllowed, Invalid.
    """
    text, data = _wish(post_id, **asked)
    change_configuration(MAKE.key, data, by=None, at=at)
    return text


def _wish(
    post_id: int,
    *,
    label: str,
    procedures: Collection[str],
    actions: Collection[str],
    place_id: int | None = None,
    expires_at: datetime,
) -> tuple[str, dict[str, Any]]:
    """A new text, and what is asked for it; the text itself is in neither log nor database."""
    text = MARK + secrets.token_urlsafe(32)
    return text, {
        "digest": digest_of(text).hex(),
        "post": post_id,
        "label": label.strip(),
        "procedures": sorted(procedures),
        "actions": sorted(actions),
        "place": place_id,
        "expires": expires_at.isoformat(),
    }


def _check(data: Data, at: datetime) -> None:
    post = _post(data, at)
    if not at < datetime.fromisoformat(data["expires"]) <= at + LONGEST:
        raise Invalid(fields={"expires_at": _("A token ends within a year.")})
    if not 1 <= len(data["label"]) <= 64:
        raise Invalid(fields={"label": _("Please say what the token is for, in at most 64 characters.")})
    place = data["place"]
    if place is not None and not common(actor_of(post, at=at).scope, find.scope(place, at=at)):
        raise Invalid(fields={"place": _("The place must lie within the post's.")})


def _post(data: Data, at: datetime) -> Post:
    post = Post.objects.current(at).select_related("organisation").filter(pk=data["post"]).first()
    if post is None or post.role not in CASE_WORKERS:
        raise NotAllowed
    return post


def _create(data: Data, *, at: datetime) -> Token:
    post = _post(data, at)
    return Token.objects.create(
        digest=bytes.fromhex(data["digest"]),
        post=post,
        label=data["label"],
        place_id=data["place"] or post.place_id,
        procedures=data["procedures"],
        actions=data["actions"],
        made_at=at,
        expires_at=datetime.fromisoformat(data["expires"]),
    )


def _owner(data: Data) -> int | None:
    return Post.objects.filter(pk=data["post"]).values_list("account_id", flat=True).first()


MAKE = Change(
    key="token.make",
    apply=lambda data, at: Done(before=None, after=_show(_create(data, at=at))),
    may_ask=never,  # posts make their own without asking
    second=always,
    about=_owner,
    check=_check,
    configures=False,
)
offer(MAKE)


def end_token(token_id: int, *, by: Actor | None, at: datetime) -> AdminLine:
    """Ends a token at once: its owner does, a security administrator, or the operator (None). Raises NotAllowed, NotFound."""
    with transaction.atomic():
        token = (
            Token.objects.select_for_update(of=("self",)).select_related("post").filter(pk=token_id).first()
        )
        if token is None or token.ended_at is not None:
            raise NotFound
        may_end(token, by=by)
        token.ended_at = at
        token.save(update_fields=["ended_at"])
        StaffBrowser.objects.filter(token=token).delete()
        return record(by, "token.end", before=_show(token), after={"token": token.pk, "ended": at}, at=at)


def may_end(token: Token, *, by: Actor | None) -> None:
    """Whether somebody may end the token. Raises NotAllowed."""
    owner = token.post.account_id
    if by is not None and by.account_id != owner and not may_manage(by, owner):
        raise NotAllowed


def find_token_actor(text: str, *, at: datetime) -> Actor | None:
    """The narrowed actor of a token's text; None for whatever is not good now."""
    if not text.startswith(MARK) or len(text) > 200:
        return None
    with prepared() as run:
        row = run(GOOD, [digest_of(text), at, at.astimezone(find.ZONE).date()]).fetchone()
    return None if row is None else _narrowed(row, at)


def find_token_actors(digests: Iterable[bytes], *, at: datetime) -> dict[bytes, Actor]:
    """The narrowed actors of many tokens, by digest; whatever is not good now is left out. For a door that keeps a connection
    open and asks again and again.
    """
    wanted = list(set(digests))
    if not wanted:
        return {}
    with prepared() as run:
        rows = run(GOOD_OF_MANY, [wanted, at, at.astimezone(find.ZONE).date()]).fetchall()
    return {bytes(row[0]): _narrowed(row, at) for row in rows}


def _narrowed(row: Sequence[Any], at: datetime) -> Actor:
    _digest, token_place, procedures, actions, post, account, role, organisation, kind, place = row
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


def digest_of(text: str) -> bytes:
    """By which a token is found."""
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
