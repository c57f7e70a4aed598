# SPDX-License-Identifier: Apache-2.0
"""API tokens of one's own posts: made here, shown once, ended here. What a token may do is never more than its post may."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anlan.base.errors import NotAllowed, NotFound, Refused
from anlan.cases import registry
from anlan.people.may import Actor
from anlan.people.models import Post, Token
from anlan.people.tokens import end_token, make_token
from anlan.places import find
from anlan.web.action_forms import say
from anlan.web.gate import open_to
from anlan.web.look.times import say_when
from anlan.web.staff_frame import WORKERS, Sight, frame, language, look_of

LASTS = ((30, _("30 days")), (90, _("90 days")), (365, _("a year")))


class NewToken(forms.Form):
    """What a new token is for, and how little it may do."""

    label = forms.CharField(
        label=_("What is it for?"),
        help_text=_("For example the name of the system that will call."),
        max_length=64,
    )
    procedures = forms.MultipleChoiceField(
        label=_("It may read"), widget=forms.CheckboxSelectMultiple, required=False
    )
    actions = forms.MultipleChoiceField(
        label=_("It may do"),
        help_text=_("Leave all empty for a token that only reads."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    place = forms.TypedChoiceField(
        label=_("Only for the place"), coerce=int, empty_value=None, required=False
    )
    days = forms.TypedChoiceField(label=_("It ends after"), choices=LASTS, coerce=int, initial=90)

    def __init__(self, by: Actor, *given: Any, at: datetime, **named: Any) -> None:
        """Offers what the post `by` itself may do, for all its places or one of those below."""
        super().__init__(*given, **named)
        newest = registry.newest()
        post = Post.objects.get(pk=by.post_id or 0)
        # An outside unit has no places of its own to choose from.
        below = find.children(post.place_id, at=at) if by.scope else ()
        choices: dict[str, Sequence[tuple[object, Any]]] = {
            "place": [
                ("", _("all places of the post")),
                *((spot.id, spot.called(language())) for spot in below),
            ],
            "procedures": [(key, say(one.words)) for key, one in newest.items()],
            "actions": [
                (action.key, say(action.words))
                for one in newest.values()
                for action in one.actions
                if action.on_screen and any(by.role in who.roles for who in action.by)
            ],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]


@open_to("staff", roles=WORKERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of the post in use, and a form for another; a new one's text is in this one answer and nowhere else."""
    sight = look_of(request)
    form = NewToken(
        sight.by, request.POST or None, at=sight.at, initial={"procedures": list(registry.newest())}
    )
    text, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                text = _made(form.cleaned_data, sight)
            except Refused as refused:
                form.add_error(None, " ".join(map(str, refused.fields.values())) or str(refused))
            else:
                status = 201
    context = {
        **frame(request),
        "form": None if text else form,
        "text": text,
        "tokens": [_shown(each, sight) for each in _own(sight.by)],
    }
    return render(request, "desk/tokens.html", context, status=status)


@open_to("staff", roles=WORKERS)
@require_POST
def end(request: HttpRequest, token: int) -> HttpResponse:
    """Ends one of the own tokens at once; one that is another's, or ended already, changes nothing."""
    sight = look_of(request)
    with suppress(NotFound, NotAllowed):
        end_token(token, by=sight.by, at=sight.at)
    return HttpResponseRedirect(reverse("desk:tokens"))


def _made(given: dict[str, Any], sight: Sight) -> str:
    return make_token(
        sight.by.post_id or 0,
        label=given["label"],
        procedures=given["procedures"],
        actions=given["actions"],
        place_id=given["place"],
        expires_at=sight.at + timedelta(days=given["days"]),
        by=sight.by,
        at=sight.at,
    ).text


def _own(by: Actor) -> list[Token]:
    return list(Token.objects.filter(post=by.post_id or 0, ended_at=None).order_by("-made_at"))


def _shown(token: Token, sight: Sight) -> dict[str, Any]:
    words = {action.key: say(action.words) for one in registry.newest().values() for action in one.actions}
    return {
        "label": token.label,
        "place": find.full_path(token.place_id, at=sight.at, language=language(), skip=1),
        "does": [words.get(key, key) for key in token.actions],
        "made": say_when(token.made_at, at=sight.at),
        "ends": say_when(token.expires_at, at=sight.at),
        "over": token.expires_at <= sight.at,
        "url": reverse("desk:end_token", args=[token.pk]),
    }
