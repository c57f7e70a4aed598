# SPDX-License-Identifier: Apache-2.0
"""The register of mediators as people choose from it: what somebody is called in their office, what they know, which languages they speak."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anlan.cases.may import MEDIATOR
from anlan.cases.projection import Projection
from anlan.people.may import Role
from anlan.people.models import Post
from anlan.procedures.mediation.models import Mediator
from anlan.procedures.mediation.terms import KINDS


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
    """The mediators of the office that has the case, but those whom somebody would not have, for a form."""
    recused = case.record.get("recused") or ()
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
