# SPDX-License-Identifier: Apache-2.0
"""The room's page of links for the outside unit that leads a case: give one, see which are good, end one."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anlan.base.errors import NotAllowed, NotFound, Refused
from anlan.cases.invitations import end_invitation, invitations_in, invite, may_invite, posts_to_invite
from anlan.people.models import Post
from anlan.web.gate import open_to
from anlan.web.staff_acting import find_view
from anlan.web.staff_frame import READERS, Sight, frame, look_of, say_post


class InviteForm(forms.Form):
    """Which post of the unit answers by the link."""

    post = forms.TypedChoiceField(
        coerce=int, widget=forms.RadioSelect, label=gettext_lazy("Who answers by this link")
    )

    def __init__(self, posts: list[Post], data: Any = None) -> None:
        """With one post there is nothing to choose."""
        super().__init__(data, initial={"post": posts[0].pk} if len(posts) == 1 else None)
        field = self.fields["post"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(post.pk, f"{post.account.name} · {say_post(post)}") for post in posts]


@open_to("staff", roles=READERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, number: int) -> HttpResponse:
    """The links that are good; a POST gives a new one, whose address is shown this once."""
    sight = look_of(request)
    view = find_view(sight, number)
    gives = may_invite(sight.by, view.case, known=sight.known)
    posts = list(posts_to_invite(view.case, at=sight.at))
    form, address, status = InviteForm(posts, request.POST or None), "", 200
    try:
        if request.method == "POST" and form.is_valid():
            post = form.cleaned_data["post"]
            _made, secret = invite(sight.by, view.case.id, post_id=post, known=sight.known, at=sight.at)
            address = request.build_absolute_uri(reverse("unit:case", args=[secret]))
        good = invitations_in(sight.by, view.case.id, known=sight.known, at=sight.at)
    except (NotAllowed, NotFound):
        raise Http404 from None
    except Refused as refused:
        form.add_error(None, str(refused.message))
        good = invitations_in(sight.by, view.case.id, known=sight.known, at=sight.at)
    if form.errors:
        status = 422
    context = {
        **frame(request, here="desk:inbox"),
        "now": sight.at,
        "case": view.case,
        "form": form,
        "gives": gives,
        "posts": posts,
        "address": address,
        "links": _shown(good, posts),
    }
    return render(request, "desk/invite.html", context, status=status)


@open_to("staff", roles=READERS)
@require_POST
def end(request: HttpRequest, number: int, id: UUID) -> HttpResponse:
    """Ends a link at once."""
    sight: Sight = look_of(request)
    view = find_view(sight, number)
    try:
        end_invitation(sight.by, view.case.id, id, known=sight.known, at=sight.at)
    except (NotAllowed, NotFound):
        raise Http404 from None
    messages.success(request, _("The link is no longer good."))
    return HttpResponseRedirect(reverse("desk:invite", args=[number]))


def _shown(good: list[Any], posts: list[Post]) -> list[dict[str, Any]]:
    named = {post.pk: say_post(post) for post in posts}
    return [
        {"id": one.id, "who": named.get(one.post_id, ""), "made_at": one.made_at, "until": one.expires_at}
        for one in good
    ]
