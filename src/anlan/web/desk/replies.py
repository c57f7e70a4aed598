# SPDX-License-Identifier: Apache-2.0
"""Canned replies: what an organisation often tells residents, put into a form by a choice and changed there as needed."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from anlan.base.boundary import check_words
from anlan.base.errors import Refused
from anlan.cases.define import Action, Audience, Kind
from anlan.web.desk.models import CannedReply
from anlan.web.gate import open_to
from anlan.web.staff_frame import WORKERS, Sight, frame, look_of

MOST = 60


class ReplyForm(forms.Form):
    """A reply in the languages that residents read."""

    title = forms.CharField(label=_("Title, for colleagues"), max_length=40)
    words_zh = forms.CharField(label=_("Words in Chinese"), max_length=1000, widget=forms.Textarea)
    words_en = forms.CharField(
        label=_("Words in English (optional)"), max_length=2000, required=False, widget=forms.Textarea
    )

    def clean(self) -> dict[str, Any]:
        """Raises what the boundary says, at its field."""
        for key, text in list(self.cleaned_data.items()):
            try:
                check_words(text, where="canned reply")
            except Refused as refused:
                self.add_error(key, str(refused))
        return self.cleaned_data


@open_to("staff", roles=WORKERS)
@never_cache
def replies(request: HttpRequest) -> HttpResponse:
    """The organisation's replies, and a form for another."""
    sight = look_of(request)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    rows = replies_of(sight)
    if form.is_bound and form.is_valid():
        if len(rows) < MOST:
            CannedReply.objects.create(organisation_id=sight.by.organisation_id or 0, **form.cleaned_data)
            return HttpResponseRedirect(reverse("desk:replies"))
        form.add_error(None, _("There are enough. Please remove one first."))
    context = {**frame(request), "replies": rows, "form": form}
    return render(request, "desk/replies.html", context, status=422 if form.errors else 200)


@open_to("staff", roles=WORKERS)
@require_POST
def remove(request: HttpRequest, reply: int) -> HttpResponse:
    """Removes one of the organisation's own."""
    CannedReply.objects.filter(organisation_id=look_of(request).by.organisation_id or 0, pk=reply).delete()
    return HttpResponseRedirect(reverse("desk:replies"))


def replies_of(sight: Sight) -> list[CannedReply]:
    """The replies of this post's organisation."""
    return list(
        CannedReply.objects.filter(organisation_id=sight.by.organisation_id or 0).order_by("title", "pk")[
            :MOST
        ]
    )


def told_field(action: Action) -> str:
    """The field of an action whose words the reporter reads, if it asks for such."""
    fields = (each for each in action.fields if each.kind is Kind.LONG_TEXT)
    return next((each.key for each in fields if each.audience is Audience.REPORTER), "")


def choices(action: Action, sight: Sight) -> dict[str, Any]:
    """Context of the choice: each reply once for each language it has."""
    into = told_field(action)
    if not into or action.key == "look":
        return {}
    found = [
        (f"{each.pk}.{code}", f"{each.title} ({language})" if each.words_en else each.title, words)
        for each in replies_of(sight)
        for code, language, words in (("zh", "中文", each.words_zh), ("en", "English", each.words_en))
        if words
    ]
    return {"replies": found, "replies_into": f"id_{action.key}_{into}"}


def inserted(given: QueryDict, action: Action, sight: Sight) -> QueryDict:
    """What was sent, with the reply that it names behind its words, to be drawn again."""
    into, chosen = told_field(action), given.get("reply", "")
    words = {value: words for value, _title, words in choices(action, sight).get("replies", ())}
    sent = given.copy()
    sent["refresh"] = "1"
    if into and chosen in words:
        sent[into] = "\n".join(part for part in (given.get(into, "").strip(), words[chosen]) if part)
    return sent
