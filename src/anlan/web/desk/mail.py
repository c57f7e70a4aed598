# SPDX-License-Identifier: Apache-2.0
"""Which notices of one's offices come by mail, at once or as one mail a day. From the beginning none does."""

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

from anlan.people.staffmail import MailWish, When, get_wish, set_wish
from anlan.web.gate import open_to
from anlan.web.staff_frame import WORKERS, frame, look_of

CHOICES = (
    (When.NEVER, gettext_lazy("In the inbox only")),
    (When.DAILY, gettext_lazy("One mail each morning, with how many wait")),
    (When.NOW, gettext_lazy("By mail at once")),
)


class MailForm(forms.Form):
    """How soon, of what time says and of what people do; and where to."""

    pressing = forms.ChoiceField(
        label=gettext_lazy("Alarms, limits, and offices with nobody at work"),
        choices=CHOICES,
        widget=forms.RadioSelect,
    )
    rest = forms.ChoiceField(
        label=gettext_lazy("New cases, answers and everything else"),
        choices=CHOICES,
        widget=forms.RadioSelect,
    )
    address = forms.EmailField(
        label=gettext_lazy("Your e-mail address at work"),
        help_text=gettext_lazy("Kept encrypted, seen by nobody, and forgotten when nothing comes by mail."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Mail needs an address, in letters that every mail server takes."""
        found: dict[str, Any] = super().clean() or {}
        wanted = {found.get("pressing"), found.get("rest")} & {When.NOW, When.DAILY}
        address = found.get("address", "") or ""
        if wanted and "address" in found and not (address and address.isascii()):
            self.add_error("address", _("Please give an e-mail address, such as name@example.com."))
        return found


@open_to("staff", roles=WORKERS)
@never_cache
@sensitive_post_parameters("address")
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Shows and changes it, for all posts of this person."""
    account = look_of(request).by.account
    wish = get_wish(account)
    before = {"pressing": wish.pressing, "rest": wish.rest, "address": wish.address}
    form = MailForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        set_wish(
            account,
            MailWish(address=given["address"], pressing=When(given["pressing"]), rest=When(given["rest"])),
        )
        messages.success(request, _("Kept. You can change it here at any time."))
        return HttpResponseRedirect(reverse("desk:notices"))
    context = {
        **frame(request, here="desk:notices"),
        "form": form,
        "sends": bool(settings.ANLAN_MAIL) or settings.ANLAN_DEMO,
    }
    return render(request, "desk/mail.html", context, status=422 if form.errors else 200)
