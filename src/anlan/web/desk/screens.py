# SPDX-License-Identifier: Apache-2.0
"""Which notices come to the screens of a member of staff, and when those are quiet. From the beginning none comes."""

from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anlan.base.errors import Invalid
from anlan.people import push
from anlan.people.quiet import HOUR, Quiet
from anlan.people.staffding import get_user
from anlan.people.staffpush import (
    PushWish,
    add_browser,
    count_browsers,
    forget_push,
    get_push,
    set_push,
)
from anlan.web.gate import open_to
from anlan.web.screens import switch
from anlan.web.staff_frame import WORKERS, frame, language, look_of

KINDS = (
    ("pressing", gettext_lazy("Alarms, limits, and offices with nobody at work")),
    ("rest", gettext_lazy("New cases, answers and everything else")),
    ("alerts", gettext_lazy("Alerts for the places where I work")),
)
TIME = {"type": "time", "class": "govuk-input--width-10"}


class ScreensForm(forms.Form):
    """What comes, and between which times nothing does."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What comes"), choices=KINDS, widget=forms.CheckboxSelectMultiple, required=False
    )
    start = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        help_text=gettext_lazy(
            "What comes meanwhile is told together afterwards. What is urgent, orange and red alerts, and all while you are on duty come at once. Empty: never quiet."
        ),
        required=False,
        widget=forms.TimeInput(attrs=TIME, format="%H:%M"),
    )
    end = forms.TimeField(
        label=gettext_lazy("until"), required=False, widget=forms.TimeInput(attrs=TIME, format="%H:%M")
    )
    subscription = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Quiet hours have both ends; a browser is one that can be told."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and (found["start"] is None) != (found["end"] is None):
            self.add_error("end", _("Please give both times, or none."))
        if found.get("subscription"):
            try:
                found["browser"] = push.read_subscription(found["subscription"], language=language())
            except Invalid as invalid:
                self.add_error(None, str(invalid.fields["subscription"]))
        return found

    @property
    def wish(self) -> PushWish:
        """What was chosen, once it is valid."""
        given, kinds = self.cleaned_data, self.cleaned_data["kinds"]
        quiet = Quiet(start=_minute(given["start"]), end=_minute(given["end"])) if given["start"] else None
        return PushWish(
            pressing="pressing" in kinds,
            rest="rest" in kinds,
            alerts="alerts" in kinds,
            quiet=quiet,
        )


@open_to("staff", roles=WORKERS)
@never_cache
@sensitive_post_parameters("subscription")
@require_http_methods(["GET", "HEAD", "POST"])
def screens(request: HttpRequest) -> HttpResponse:
    """Shows and changes it, for all posts of this person."""
    account = look_of(request).by.account
    here = HttpResponseRedirect(reverse("desk:screens"))
    if "end_all" in request.POST:
        forget_push(account)
        messages.success(request, _("Nothing comes to any screen any more."))
        return here
    form = ScreensForm(request.POST or None, initial=_initial(get_push(account)))
    if request.method == "POST" and form.is_valid():
        try:
            set_push(account, form.wish)
            if "browser" in form.cleaned_data:
                add_browser(account, form.cleaned_data["browser"])
        except Invalid as invalid:
            form.add_error(None, str(invalid.fields["subscription"]))
        else:
            messages.success(request, _("Kept. You can change it here at any time."))
            return here
    context = {
        **frame(request, here="desk:notices"),
        "form": form,
        "push": switch(),
        "browsers": count_browsers(account),
        "dingtalk": bool(settings.ANLAN_DINGTALK),
        "user": get_user(account) if settings.ANLAN_DINGTALK else "",
    }
    return render(request, "desk/screens.html", context, status=422 if form.errors else 200)


def _initial(wish: PushWish | None) -> dict[str, Any]:
    shown = wish or PushWish(quiet=Quiet(start=22 * HOUR, end=7 * HOUR))
    return {
        "kinds": [key for key, _words in KINDS if getattr(shown, key)],
        "start": _time(shown.quiet.start) if shown.quiet else None,
        "end": _time(shown.quiet.end) if shown.quiet else None,
    }


def _minute(given: time) -> int:
    return given.hour * HOUR + given.minute


def _time(minute: int) -> time:
    return time(*divmod(minute, HOUR))
