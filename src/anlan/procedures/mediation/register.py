# SPDX-License-Identifier: Apache-2.0
"""The register of mediators as people choose from it: what somebody is called in their office, what they know, which languages they speak.

Their office keeps it, and alone sees how many open cases each has: who is asked next, never how anybody works.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anlan.base.boundary import check_words
from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused
from anlan.cases.may import MEDIATOR, RECUSED
from anlan.cases.projection import Projection
from anlan.people.log import record
from anlan.people.may import Actor, Role
from anlan.people.models import Post
from anlan.procedures.mediation.models import MediationRecord, Mediator
from anlan.procedures.mediation.terms import KINDS

KEEPERS = frozenset({Role.DISPATCHER, Role.COUNTY_DISPATCHER, Role.VILLAGE_CLERK, Role.MEDIATOR})
"""Roles that see their office's register; a mediator changes only what it says of them."""
MOST_LANGUAGES, LONGEST_LANGUAGE, LONGEST_HOURS = 8, 20, 80
NOTHING = Q(kinds=[], languages=[], hours="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One mediator of an office."""

    post: int
    name: str
    kinds: Sequence[str]
    languages: Sequence[str]
    hours: str

    @property
    def words(self) -> str:
        """In one line."""
        return " · ".join(
            filter(None, (self.name, "、".join(self.kinds), "、".join(self.languages), self.hours))
        )


def mediators_of(organisations: Iterable[int], *, at: datetime) -> list[Known]:
    """Who mediates in these offices at that instant, with what the register says of them."""
    posts = list(
        Post.objects.current(at)
        .filter(organisation_id__in=list(organisations), role=Role.MEDIATOR, account__is_active=True)
        .order_by("organisation_id", "pk")
    )
    rows = Mediator.objects.in_bulk([post.pk for post in posts])
    kinds = {key: words.in_language(get_language() or "zh") for key, words in KINDS}
    found = []
    for n, post in enumerate(posts, start=1):
        row = rows.get(post.pk)
        found.append(
            Known(
                post=post.pk,
                name=post.published_name or _("Mediator %(n)s") % {"n": n},
                kinds=[kinds[key] for key in row.kinds if key in kinds] if row else (),
                languages=row.languages if row else (),
                hours=row.hours if row else "",
            )
        )
    return found


def offered_posts(case: Projection, *, at: datetime) -> list[tuple[str, str]]:
    """The mediators of the office that has the case, but those whom somebody would not have, in whatever post, for a form."""
    people = Post.objects.filter(pk__in=case.record.get(RECUSED) or ()).values("account")
    recused = set(Post.objects.filter(account__in=people).values_list("pk", flat=True))
    there = mediators_of([case.room] if case.room is not None else [], at=at)
    return [(str(one.post), one.words) for one in there if one.post not in recused]


def post_words(post_id: int) -> str:
    """What a post is called; its number where it is no more."""
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        return str(post_id)
    return post.published_name or str(post)


def mediator_in(case: Projection) -> str:
    """Who mediates in this case; empty as long as nobody does."""
    post = case.record.get(MEDIATOR)
    return post_words(post) if post is not None else ""


def is_gone(case: Projection, *, at: datetime) -> bool:
    """Whether somebody was chosen to mediate and is no mediator of that office any more."""
    post = case.record.get(MEDIATOR)
    return (
        post is not None and case.room is not None and not posts_of(case.room, at=at).filter(pk=post).exists()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the register says of a mediator: kinds of dispute by their keys, languages, and hours in words."""

    kinds: Sequence[str] = ()
    languages: Sequence[str] = ()
    hours: str = ""


def posts_of(organisation: int, *, at: datetime) -> QuerySet[Post]:
    """Who mediates in an office now, in the order of their names."""
    posts = Post.objects.current(at).select_related("account")
    return posts.filter(organisation=organisation, role=Role.MEDIATOR, account__is_active=True).order_by(
        "account__name", "pk"
    )


def may_keep(by: Actor, post: Post) -> bool:
    """Whether this post changes what the register says of that one."""
    if by.kind != "post" or by.role not in KEEPERS or by.organisation_id != post.organisation_id:
        return False
    return by.role is not Role.MEDIATOR or by.post_id == post.pk


def said_of(post_id: int) -> Said:
    """What the register says; nothing where nobody has said anything yet."""
    row = Mediator.objects.filter(pk=post_id).first()
    return _said(row) if row else Said()


def say_of(post_id: int, said: Said, *, by: Actor, at: datetime) -> None:
    """Changes what the register says of a mediator of one's own office, with a line of the administration log.

    Raises NotFound, NotAllowed; Invalid or BoundaryRefused, by field, for words that do not belong there.
    """
    post = posts_of(by.organisation_id or 0, at=at).filter(pk=post_id).first()
    if post is None:
        raise NotFound
    if not may_keep(by, post):
        raise NotAllowed
    _check(said)
    with transaction.atomic():
        Post.objects.select_for_update(no_key=True).get(pk=post_id)  # one change at a time
        before = said_of(post_id)
        if asdict(before) == asdict(said):
            return
        Mediator.objects.update_or_create(
            post_id=post_id,
            defaults={"kinds": list(said.kinds), "languages": list(said.languages), "hours": said.hours},
        )
        record(
            by,
            "mediator.change",
            before={"post": post_id, **asdict(before)},
            after={"post": post_id, **asdict(said)},
            at=at,
        )


def open_cases(posts: Iterable[int]) -> Mapping[int, int]:
    """How many open cases each of these mediators has; for their office alone, kept nowhere."""
    open_ones = MediationRecord.objects.filter(
        mediator__in=list(posts), case__closed_at=None, case__barred=None
    )
    return dict(open_ones.values_list("mediator").annotate(Count("pk")).order_by("mediator"))


def count_lapsed(*, before: datetime) -> int:
    """Of how many posts that ended before then the register still says something."""
    return _lapsed(before).count()


def forget_lapsed(*, before: datetime) -> int:
    """It says nothing of them any more; of how many."""
    return _lapsed(before).update(kinds=[], languages=[], hours="")


def _lapsed(before: datetime) -> QuerySet[Mediator]:
    ended = Post.objects.filter(valid_to__lt=before).values("pk")
    return Mediator.objects.filter(post_id__in=ended).exclude(NOTHING)


def _said(row: Mediator) -> Said:
    return Said(kinds=tuple(row.kinds), languages=tuple(row.languages), hours=row.hours)


def _check(said: Said) -> None:
    known = {key for key, _words in KINDS}
    if not set(said.kinds) <= known:
        raise Invalid(fields={"kinds": _("Please choose kinds of dispute from the list.")})
    if len(said.languages) > MOST_LANGUAGES or any(len(each) > LONGEST_LANGUAGE for each in said.languages):
        raise Invalid(
            fields={
                "languages": _("Up to 8 languages, each by its name: %(example)s.")
                % {"example": "普通话、杭州话"}
            }
        )
    if len(said.hours) > LONGEST_HOURS:
        raise Invalid(fields={"hours": _("Please say it in up to 80 characters.")})
    for key, texts in (("languages", said.languages), ("hours", (said.hours,))):
        for text in texts:
            try:
                check_words(text, where="register of mediators")
            except Refused as refused:
                raise Invalid(fields={key: refused.message}) from None
