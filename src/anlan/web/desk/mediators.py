# SPDX-License-Identifier: Apache-2.0
"""The mediators of one's own office: what the register says of each, and how many open cases they have, so that who appoints can spread
them. In the order of names; no figure of this page is kept, exported or shown to another office.
"""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from anlan.base.errors import Refused
from anlan.people.models import Post
from anlan.procedures.mediation import register
from anlan.procedures.mediation.terms import KINDS
from anlan.web.gate import open_to
from anlan.web.staff_frame import MEDIATING, Sight, frame, language, look_of

BETWEEN = re.compile(r"[\s,，、;；/]+")
"""What people write between languages."""


def _kinds() -> list[tuple[str, str]]:
    return [(key, words.in_language(language())) for key, words in KINDS]


class SaidForm(forms.Form):
    """What the register says of one mediator."""

    kinds = forms.MultipleChoiceField(
        label=_("Kinds of dispute they know"),
        choices=_kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.CharField(
        label=_("Languages and dialects"),
        help_text=_("With a comma between them. Parties choose by it."),
        required=False,
        max_length=200,
    )
    hours = forms.CharField(
        label=_("When they are there"),
        help_text=_("Days and hours in a few words."),
        required=False,
        max_length=register.LONGEST_HOURS,
    )

    def said(self) -> register.Said:
        """As the register keeps it: no language twice."""
        given = self.cleaned_data
        named = filter(None, BETWEEN.split(given["languages"]))
        return register.Said(
            kinds=tuple(given["kinds"]), languages=tuple(dict.fromkeys(named)), hours=given["hours"]
        )


@open_to("staff", roles=MEDIATING)
@never_cache
@require_safe
def mediators(request: HttpRequest) -> HttpResponse:
    """All of them, with what is said of each."""
    sight = look_of(request)
    office = sight.by.organisation_id or 0
    known = {each.post: each for each in register.mediators_of([office], at=sight.at)}
    there = [post for post in register.posts_of(office, at=sight.at) if post.pk in known]
    held = register.open_cases(known)
    rows = [
        {
            "name": post.account.name,
            "known": known[post.pk],
            "held": held.get(post.pk, 0),
            "url": reverse("desk:mediator", args=[post.pk]) if register.may_keep(sight.by, post) else "",
        }
        for post in there
    ]
    return render(request, "desk/mediators.html", {**frame(request), "mediators": rows})


@open_to("staff", roles=MEDIATING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mediator(request: HttpRequest, post: int) -> HttpResponse:
    """The form of one, and its keeping."""
    sight = look_of(request)
    found = _post(post, sight)
    said = register.said_of(post)
    shown = {"kinds": said.kinds, "languages": "、".join(said.languages), "hours": said.hours}
    form = SaidForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_bound and form.is_valid():
        try:
            register.say_of(post, form.said(), by=sight.by, at=sight.at)
        except Refused as refused:
            _show(refused, form)
        else:
            messages.success(request, gettext("Saved."))
            return HttpResponseRedirect(reverse("desk:mediators"))
    context: dict[str, Any] = {**frame(request), "form": form, "name": found.account.name}
    return render(request, "desk/mediator.html", context, status=422 if form.errors else 200)


def _post(post: int, sight: Sight) -> Post:
    """A mediator of this office. Raises Http404, PermissionDenied."""
    found = register.posts_of(sight.by.organisation_id or 0, at=sight.at).filter(pk=post).first()
    if found is None:
        raise Http404
    if not register.may_keep(sight.by, found):
        raise PermissionDenied
    return found


def _show(refused: Refused, form: forms.Form) -> None:
    if not refused.fields:
        form.add_error(None, str(refused))
    for key, words in refused.fields.items():
        form.add_error(key, str(words))
