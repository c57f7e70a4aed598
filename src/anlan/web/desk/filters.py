# SPDX-License-Identifier: Apache-2.0
"""Filters of the list that a post keeps by name: shown among its queues, seen by nobody else."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.base.boundary import check_words
from anlan.base.errors import Refused
from anlan.web.desk.models import SavedFilter
from anlan.web.gate import open_to
from anlan.web.look.values import Queue
from anlan.web.staff_frame import READERS, Sight, frame, look_of
from anlan.web.staff_lists import Asked, read_asked

MOST = 20
LONGEST = 30


@open_to("staff", roles=READERS)
@never_cache
@require_safe
def filters(request: HttpRequest) -> HttpResponse:
    """The post's own filters, to be removed."""
    sight = look_of(request)
    rows = [
        {"name": each.name, "url": reverse("desk:inbox") + each.query, "id": each.pk}
        for each in kept_by(sight)
    ]
    return render(request, "desk/filters.html", {**frame(request), "filters": rows})


@open_to("staff", roles=READERS)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keeps the filter that the address names; words searched for are never kept."""
    sight = look_of(request)
    query = plain_query(read_asked(request.GET, sight), sight)
    try:
        name = forms.CharField(max_length=LONGEST).clean(request.POST.get("name"))
        check_words(name, where="saved filter")
    except forms.ValidationError:
        messages.warning(
            request, _("Please give the filter a name of at most %(n)s characters.") % {"n": LONGEST}
        )
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        mine = SavedFilter.objects.filter(post_id=sight.by.post_id or 0)
        mine.filter(name=name).delete()
        if mine.count() >= MOST:
            messages.warning(
                request, _("More than %(n)s filters help nobody. Please remove one first.") % {"n": MOST}
            )
            return HttpResponseRedirect(reverse("desk:filters"))
        SavedFilter.objects.create(post_id=sight.by.post_id or 0, name=name, query=query)
    return HttpResponseRedirect(reverse("desk:inbox") + query)


@open_to("staff", roles=READERS)
@require_POST
def remove(request: HttpRequest, kept: int) -> HttpResponse:
    """Removes one of the post's own."""
    SavedFilter.objects.filter(post_id=look_of(request).by.post_id or 0, pk=kept).delete()
    return HttpResponseRedirect(reverse("desk:filters"))


def kept_by(sight: Sight) -> list[SavedFilter]:
    """This post's filters, oldest first."""
    return list(SavedFilter.objects.filter(post_id=sight.by.post_id or 0).order_by("pk")[:MOST])


def plain_query(asked: Asked, sight: Sight) -> str:
    """The address's query from the first page on, without words."""
    return asked.with_(words="").query(sight=sight)


def saved_queues(asked: Asked, sight: Sight, *, base: str) -> list[Queue]:
    """The post's filters as lines of the first column."""
    here = plain_query(asked, sight)
    return [
        Queue(word=each.name, url=base + each.query, current=not asked.words and each.query == here)
        for each in kept_by(sight)
    ]
