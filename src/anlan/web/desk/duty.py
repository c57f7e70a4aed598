# SPDX-License-Identifier: Apache-2.0
"""Who is on duty in one's own office: the days ahead for everybody there, and the roster for whoever keeps it."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anlan.base.errors import NotAllowed, NotFound, Refused
from anlan.duty import roster
from anlan.duty.models import Shift
from anlan.people.may import Role
from anlan.people.models import Post
from anlan.people.staffmail import is_reached
from anlan.web.gate import open_to
from anlan.web.look.fields import DateBoxes
from anlan.web.look.times import weekday
from anlan.web.staff_frame import WORKERS, Sight, frame, language, look_of

DAYS = 7
MONDAY = date(2024, 1, 1)
TIME = {"type": "time", "class": "govuk-input--width-10"}
HOUR = "%H:%M"
REMOVED = "anlan_shift_removed"
"""In the session: the shift that was just taken out, until the next page is shown."""


def _weekdays() -> list[tuple[int, str]]:
    return [(n, weekday(MONDAY + timedelta(days=n))) for n in range(7)]


class ShiftForm(forms.Form):
    """Who, from when to when, and on which days."""

    post = forms.TypedChoiceField(label=_("Who"), coerce=int)
    begins = forms.TimeField(
        label=_("Shift begins at"), widget=forms.TimeInput(attrs=TIME, format=HOUR), initial="08:30"
    )
    ends = forms.TimeField(
        label=_("Shift ends at"),
        help_text=_("An end before the beginning is on the next day."),
        widget=forms.TimeInput(attrs=TIME, format=HOUR),
        initial="17:30",
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Each week on"),
        choices=_weekdays,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    day = forms.DateField(
        label=_("Or on one day alone"),
        help_text=_(
            "Who is entered for a day alone stands in place of the whole week's pattern on that day."
        ),
        required=False,
        widget=DateBoxes,
    )

    def __init__(self, *given: Any, posts: list[Post], **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["post"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", "—"), *((post.pk, _name(post)) for post in posts)]

    def clean(self) -> dict[str, Any]:
        """Either days of the week or one day."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(found["weekdays"]) == bool(found["day"]):
            self.add_error("weekdays", gettext("Please choose days of the week, or one day alone."))
        return found


@open_to("staff", roles=WORKERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest) -> HttpResponse:
    """The roster of the office of the post in use; whoever keeps it enters a shift here."""
    sight = look_of(request)
    office, keeps = sight.by.organisation_id or 0, roster.may_keep(sight.by, at=sight.at)
    if request.method == "POST" and not keeps:
        raise PermissionDenied
    posts = list(roster.posts_to_enter(office, at=sight.at)) if keeps else []
    form = ShiftForm(request.POST or None, posts=posts)
    if request.method == "POST" and form.is_valid():
        try:
            _enter(form.cleaned_data, sight)
        except Refused as refused:
            if not refused.fields:
                form.add_error(None, str(refused))
            for key, words in refused.fields.items():
                form.add_error(key, str(words))
        else:
            back = "back" in request.POST
            messages.success(
                request, gettext("The shift is on the roster again.") if back else gettext("Entered.")
            )
            return HttpResponseRedirect(reverse("desk:duty"))
    context = {
        **frame(request),
        **_ahead(sight),
        "removed": request.session.pop(REMOVED, None) if keeps else None,
        "keeps": keeps,
        "form": form,
        "shifts": _entered(sight) if keeps else [],
    }
    return render(request, "desk/duty.html", context, status=422 if form.errors else 200)


@open_to("staff", roles=WORKERS)
@require_POST
def remove(request: HttpRequest, shift: int) -> HttpResponse:
    """Takes a shift of the own office out; the next page says so and offers to put it back. One that is gone already changes nothing."""
    sight = look_of(request)
    try:
        gone = roster.remove(shift, by=sight.by, at=sight.at, zone=sight.known.calendar.zone)
    except NotAllowed:
        raise PermissionDenied from None
    except NotFound:
        messages.warning(request, gettext("It was taken out already."))
    else:
        request.session[REMOVED] = _given(gone)
    return HttpResponseRedirect(reverse("desk:duty"))


def _enter(given: dict[str, Any], sight: Sight) -> None:
    hours = roster.Hours(
        weekdays=given["weekdays"], day=given["day"], begins=given["begins"], ends=given["ends"]
    )
    roster.enter(given["post"], hours, by=sight.by, at=sight.at, zone=sight.known.calendar.zone)


def _ahead(sight: Sight) -> dict[str, Any]:
    """Who is on duty now, and day by day; last night's shift is still on in the morning."""
    zone = sight.known.calendar.zone
    office, today = sight.by.organisation_id or 0, sight.at.astimezone(zone).date()
    watches = roster.watches(office, first=today - roster.DAY, days=DAYS + 1, at=sight.at, zone=zone)
    present = roster.on_duty([office], at=sight.at, zone=zone)
    on = [
        watch
        for watch in watches
        if watch.since <= sight.at < watch.until and (office, watch.post.account_id) in present
    ]
    coming = [watch for watch in watches if watch.since.date() >= today]
    return {
        "on": [{"name": _name(watch.post), "until": watch.until} for watch in on],
        "unreached": any(watch.post.account_id == sight.by.account_id for watch in watches)
        and not is_reached(sight.by.account),
        "days": [
            {
                "day": day,
                "watches": [
                    {
                        "name": _name(watch.post),
                        "begins": watch.since.time(),
                        "ends": watch.until.time(),
                        "overnight": watch.until.date() > day,
                    }
                    for watch in own
                ],
            }
            for day, own in groupby(coming, key=lambda watch: watch.since.date())
        ],
    }


def _entered(sight: Sight) -> list[dict[str, Any]]:
    """The roster by person and hours, each with the days on which it holds."""
    shifts = roster.shifts_of(sight.by.organisation_id or 0, at=sight.at, zone=sight.known.calendar.zone)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for shift in shifts:
        of = shift.post_id, shift.begins, shift.ends
        own = found.setdefault(
            of, {"name": _name(shift.post), "begins": shift.begins, "ends": shift.ends, "days": []}
        )
        on = "" if shift.weekday is None else weekday(MONDAY + timedelta(days=shift.weekday))
        url = reverse("desk:remove_shift", args=[shift.pk])
        own["days"].append({"weekday": on, "day": shift.first, "url": url})
    return list(found.values())


def _given(shift: Shift) -> dict[str, Any]:
    """What was taken out, in words, and as it would be entered again."""
    day = shift.first if shift.weekday is None else None
    on = "" if shift.weekday is None else weekday(MONDAY + timedelta(days=shift.weekday))
    begins, ends = shift.begins.strftime(HOUR), shift.ends.strftime(HOUR)
    again = {"post": shift.post_id, "begins": begins, "ends": ends}
    if day is None:
        again["weekdays"] = shift.weekday
    else:
        again |= {"day_year": day.year, "day_month": day.month, "day_day": day.day}
    return {
        "name": _name(shift.post),
        "hours": f"{on or (day.isoformat() if day else '')} {begins}–{ends}",
        "again": list(again.items()),
    }


def _name(post: Post) -> str:
    return f"{post.account.name} · {Role(post.role).in_language(language())}"
