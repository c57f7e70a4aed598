# SPDX-License-Identifier: Apache-2.0
"""Links for outside units (water, power, telecom): a post of theirs answers one case without signing in.

The room that routes the case gives it; an entry says so. The secret is shown once and kept as a digest. The link is good for
that one case, while the unit leads it and the post is in force, until it ends by its date or by hand; it is worth the
rights of that post and never more.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.ids import new_id
from anlan.cases import registry
from anlan.cases.act import act
from anlan.cases.envelope import Envelope
from anlan.cases.known import ELSEWHERE, Known
from anlan.cases.may import may
from anlan.cases.models import Invitation
from anlan.cases.projection import Projection
from anlan.cases.queries_view import read_as
from anlan.people.may import CASE_WORKERS, Actor, actor_of
from anlan.people.models import Post

INVITE = "invite"
LEAST, MOST, AFTER = timedelta(days=7), timedelta(days=30), timedelta(days=7)
"""A link lasts until so long after the case is due; at least a week, at most a month."""
BITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The case that a link opens, and as whom."""

    case_id: UUID
    by: Actor


def may_invite(by: Actor, case: Projection, *, known: Known) -> bool:
    """Whether the actor may give the unit that leads this case a link."""
    procedure = registry.get_procedure(case.procedure, case.version)
    return may_end(by, case, known=known) and case.state in procedure.action(INVITE).frm


def may_end(by: Actor, case: Projection, *, known: Known) -> bool:
    """Whether the actor may end links of the unit that leads this case: as long as one opens it, answered or not."""
    procedure = registry.get_procedure(case.procedure, case.version)
    holder = known.organisations.get(case.holder or 0)
    if not procedure.has(INVITE) or holder is None or holder.kind != ELSEWHERE:
        return False
    return may(by, procedure.action(INVITE), case, procedure=procedure.key, parties=(), known=known)


def deals_with_links(by: Actor, case: Projection, *, known: Known, at: datetime) -> bool:
    """Whether the actor may give a link now, or could end one that is good."""
    return may_invite(by, case, known=known) or (
        may_end(by, case, known=known) and _good(case.id, at=at).exists()
    )


def posts_to_invite(case: Projection, *, at: datetime) -> Sequence[Post]:
    """The posts of the unit that leads the case, one of which answers by the link."""
    posts = Post.objects.current(at).select_related("organisation", "account")
    return list(
        posts.filter(
            organisation_id=case.holder or 0, role__in=CASE_WORKERS, account__is_active=True
        ).order_by("pk")
    )


def invite(by: Actor, case_id: UUID, *, post_id: int, known: Known, at: datetime) -> tuple[Invitation, str]:
    """A new link for that post, with its secret. Raises NotFound, NotAllowed, Invalid, and what `act` raises."""
    case = read_as(by, case_id, known=known, at=at).stand.case
    if not may_invite(by, case, known=known) or by.post_id is None:
        raise NotAllowed
    if post_id not in {post.pk for post in posts_to_invite(case, at=at)}:
        raise Invalid(fields={"post": _("Please choose a post of the unit that has the case.")})
    secret = secrets.token_urlsafe(BITS)
    due = (case.due_at or at) + AFTER
    with transaction.atomic():
        act(
            Envelope(
                case_id=case_id,
                action=INVITE,
                by=by,
                at=at,
                received_at=at,
                request_id=new_id(),
                salt=secrets.token_bytes(16),
                data={},
            )
        )
        made = Invitation.objects.create(
            case_id=case_id,
            id=new_id(),
            digest=_digest(secret),
            post_id=post_id,
            made_by=by.post_id,
            made_at=at,
            expires_at=min(max(due, at + LEAST), at + MOST),
        )
    return made, secret


def invitations_in(by: Actor, case_id: UUID, *, known: Known, at: datetime) -> list[Invitation]:
    """The links of a case that are good now, newest first, for whoever may end them. Raises NotFound, NotAllowed."""
    case = read_as(by, case_id, known=known, at=at).stand.case
    if not may_end(by, case, known=known):
        raise NotAllowed
    return list(_good(case_id, at=at).order_by("-made_at"))


def end_invitation(by: Actor, case_id: UUID, id: UUID, *, known: Known, at: datetime) -> None:
    """Ends a link at once. Raises NotFound, NotAllowed."""
    if id not in {one.id for one in invitations_in(by, case_id, known=known, at=at)}:
        raise NotFound
    Invitation.objects.filter(case_id=case_id, id=id).update(ended_at=at)


def find_invited(secret: str, *, known: Known, at: datetime) -> Invited:
    """The case that a secret opens and the post as which it does. Raises NotFound for a link that is not, or no longer, good."""
    row = Invitation.objects.filter(digest=_digest(secret), ended_at=None, expires_at__gt=at).first()
    if row is None:
        raise NotFound
    posts = Post.objects.current(at).select_related("organisation", "account")
    post = posts.filter(pk=row.post_id, account__is_active=True).first()
    if post is None:
        raise NotFound
    by = actor_of(post, at=at)
    case = read_as(by, row.case_id, known=known, at=at).stand.case
    if case.holder != post.organisation_id:
        raise NotFound
    return Invited(case_id=row.case_id, by=by)


def _good(case_id: UUID, *, at: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(case_id=case_id, ended_at=None, expires_at__gt=at)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
