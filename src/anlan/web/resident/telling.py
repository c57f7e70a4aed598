# SPDX-License-Identifier: Apache-2.0
"""How I am told of my case: by SMS, by e-mail, in this browser, at WeChat, or on this page only. Every message leads here."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anlan.base.clock import now
from anlan.base.errors import Invalid, NotFound
from anlan.cases.catalogue import current
from anlan.cases.queries import get_view
from anlan.cases.telling import Told, Way, get_told, set_told
from anlan.people import push
from anlan.people.phones import mask
from anlan.people.rates import Cap, take
from anlan.people.session import network_of
from anlan.people.wechat import WeChat
from anlan.web.front import answer_refusals, draw, language
from anlan.web.gate import open_to
from anlan.web.resident.follow import opened, phone_of
from anlan.web.resident.wechat import in_wechat, leave_for, let_through
from anlan.web.screens import switch

CHANGES = Cap(n=30, per=timedelta(hours=1))
"""From one connection: so that nobody makes Anlan write to strangers."""


class TellingForm(forms.Form):
    """The ways there are for this person, and an address for one of them."""

    way = forms.ChoiceField(
        label=gettext_lazy("How shall we tell you about it?"),
        help_text=gettext_lazy("A message says the number and where it stands, nothing else."),
        widget=forms.RadioSelect,
    )
    address = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("Only for e-mail. Kept encrypted, for this case alone, and erased with it."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    subscription = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, phone: str, account: WeChat | None, there: bool, **named: Any) -> None:
        """`account` is ours at WeChat, `there` that this is WeChat's browser, or that they are told there already."""
        super().__init__(*given, **named)
        self.there = there
        by_wechat = []
        if account:
            by_wechat = [(Way.WECHAT, _("By WeChat, from “%(name)s”") % {"name": account.name})]
            hint = (
                _("First follow “%(name)s” in WeChat. The message says that there is news, not of what.")
                if there
                else _("Open this page in WeChat and follow “%(name)s” there, then choose this.")
            )
            self.fields["way"].widget.hints = {Way.WECHAT: hint % {"name": account.name}}
        by_sms = [(Way.SMS, _("By text message to %(phone)s") % {"phone": mask(phone)})] if phone else []
        self.fields["way"].choices = [  # type: ignore[attr-defined]
            *by_sms,
            (Way.EMAIL, _("By e-mail")),
            *([(Way.PUSH, _("On the screen of this phone or computer"))] if push.offered() else []),
            *by_wechat,
            (Way.PAGE, _("No messages: I look at the page myself")),
        ]

    def clean(self) -> dict[str, Any]:
        """Mail needs an address, in letters that every mail server takes."""
        found: dict[str, Any] = super().clean() or {}
        address = found.get("address") or ""
        if found.get("way") == Way.EMAIL and "address" in found and not (address and address.isascii()):
            self.add_error("address", _("Please give an e-mail address, such as name@example.com."))
        if found.get("way") == Way.PUSH:
            try:
                found["browser"] = push.read_subscription(found["subscription"], language=language())
            except Invalid as invalid:
                self.add_error("way", str(invalid.fields["subscription"]))
        if found.get("way") == Way.WECHAT and not self.there:
            self.add_error(
                "way",
                _("WeChat can only be chosen in WeChat. Please open this page there, or choose another way."),
            )
        return found

    @property
    def told(self) -> Told:
        """What was chosen, once it is valid."""
        way = Way(self.cleaned_data["way"])
        if way is Way.PUSH:
            return Told(way=way, address=self.cleaned_data["browser"].as_text())
        return Told(way=way, address=self.cleaned_data["address"] if way is Way.EMAIL else "")


@open_to("anyone")
@never_cache
@sensitive_post_parameters("address")
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def telling(request: HttpRequest, number: str) -> HttpResponse:
    """Shows how, and changes it."""
    found = opened(request, number)
    if isinstance(found, HttpResponse):
        return found
    view = get_view(found.by, found.case_id, known=current(), at=now(), parties=found.parties)
    phone = phone_of(view)
    if all(person.erased for person in view.people if person.n in view.parties):
        raise NotFound
    told = get_told(view)
    way = Way.PAGE if told.way is Way.SMS and not phone else told.way
    back = reverse("resident:case", args=[f"{found.number:016d}"])
    account: WeChat | None = settings.ANLAN_WECHAT
    form = TellingForm(
        request.POST or None,
        phone=phone,
        account=account,
        there=in_wechat(request) or way is Way.WECHAT,
        initial={"way": way, "address": told.address if way is Way.EMAIL else ""},
    )
    if request.method == "POST" and form.is_valid():
        take("telling", network_of(request), cap=CHANGES, at=now())
        if account and form.cleaned_data["way"] == Way.WECHAT and in_wechat(request):
            return leave_for(request, found.number, account)
        if form.cleaned_data["way"] != Way.WECHAT:  # who is told there, and saves it elsewhere, still is
            set_told(view, form.told)
        messages.success(request, _("Kept. You can change it here at any time."))
        return HttpResponseRedirect(back)
    context = {"form": form, "number": found.number, "back": back, "push": switch()}
    answer = draw(request, "resident/telling.html", context, status=422 if form.errors else 200)
    return let_through(answer, account) if account else answer
