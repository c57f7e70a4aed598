# SPDX-License-Identifier: Apache-2.0
"""When one will be away: work then goes to colleagues, or to the office above where nobody is left. No reason is asked."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anlan.base.errors import NotAllowed, NotFound, Refused
from anlan.people.grants import end_absence, set_absence
from anlan.people.models import Absence
from anlan.web.gate import open_to
from anlan.web.look.fields import DateBoxes
from anlan.web.staff_frame import WORKERS, Sight, frame, look_of


class Away(forms.Form):
    """The first and the last day away."""

    first = forms.DateField(label=_("First day away"), widget=DateBoxes)
    last = forms.DateField(
        label=_("Last day away"), help_text=_("From the next day on you are back."), widget=DateBoxes
    )


@open_to("staff", roles=WORKERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """The absences of the post in use that are not over, and a form for another."""
    sight = look_of(request)
    today = sight.at.astimezone(sight.known.calendar.zone).date()
    form = Away(request.POST or None, initial={"first": today, "last": today})
    if request.method == "POST" and form.is_valid():
        try:
            _set(form.cleaned_data["first"], form.cleaned_data["last"], sight)
        except Refused as refused:
            form.add_error("last", " ".join(map(str, refused.fields.values())) or str(refused))
        else:
            return HttpResponseRedirect(reverse("desk:away"))
    context = {
        **frame(request),
        "form": form,
        "absences": [_shown(each, sight) for each in _coming(sight)],
    }
    return render(request, "desk/away.html", context, status=422 if form.errors else 200)


@open_to("staff", roles=WORKERS)
@require_POST
def back(request: HttpRequest, absence: int) -> HttpResponse:
    """Ends one of the own absences now, or takes back one that has not begun; another's changes nothing."""
    sight = look_of(request)
    with suppress(NotFound, NotAllowed):
        end_absence(absence, by=sight.by, at=sight.at)
    return HttpResponseRedirect(reverse("desk:away"))


def _set(first: date, last: date, sight: Sight) -> None:
    zone = sight.known.calendar.zone
    set_absence(
        sight.by.post_id or 0,
        since=max(_begins(first, zone), sight.at),
        until=_begins(last + timedelta(days=1), zone),
        by=sight.by,
        at=sight.at,
    )


def _begins(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _coming(sight: Sight) -> list[Absence]:
    return list(Absence.objects.filter(post=sight.by.post_id or 0, until__gt=sight.at).order_by("since"))


def _shown(absence: Absence, sight: Sight) -> dict[str, Any]:
    zone = sight.known.calendar.zone
    return {
        "first": absence.since.astimezone(zone).date(),
        "last": (absence.until - timedelta(microseconds=1)).astimezone(zone).date(),
        "begun": absence.since <= sight.at,
        "url": reverse("desk:back", args=[absence.pk]),
    }
