# SPDX-License-Identifier: Apache-2.0
"""Alerts for a place by text message: a number is proved by a code, and every message holds the link that ends it. No account, no list."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.people.session import network_of
from anlan.people.signin import Sent, check_alert_code, send_alert_code
from anlan.people.texts import end_by_link, find_by_link, follow_by_text, offered
from anlan.places import find
from anlan.places.tree import Spot
from anlan.web.alerts import code_in
from anlan.web.front import answer_refusals, draw, language, quiet, wait
from anlan.web.gate import open_to
from anlan.web.phone_forms import CodeForm, PhoneForm


@open_to("anyone")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def by_text(request: HttpRequest) -> HttpResponse:
    """Asks for the number, sends a code, asks for the code, and from then on texts are sent."""
    given = request.POST if request.method == "POST" else request.GET
    spot = find.find_code(code_in(given.get("place", ""), at=now()) or 0, at=now())
    if spot is None or not offered():
        raise Http404
    if request.method != "POST":
        return _page(request, spot, PhoneForm())
    if "code" in request.POST:
        return _check(request, spot)
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _page(request, spot, form, status=422)
    try:
        sent = send_alert_code(form.cleaned_data["phone"], network=network_of(request), at=now())
    except Refused as refused:
        form.add_error("phone", str(refused.fields.get("phone", refused.message)))
        return wait(_page(request, spot, form, status=refused.status), refused)
    return _page(request, spot, CodeForm(initial={"phone": form.cleaned_data["phone"]}), sent=sent)


def _check(request: HttpRequest, spot: Spot) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, spot, form, status=422)
    at = now()
    try:
        number = check_alert_code(
            form.cleaned_data["phone"], form.cleaned_data["code"], network=network_of(request), at=at
        )
        follow_by_text(spot.id, number, language=language(), at=at)
    except Refused as refused:
        form.add_error("code", str(refused.fields.get("code", refused.message)))
        return wait(_page(request, spot, form, status=refused.status), refused)
    messages.success(
        request,
        _(
            "You get a text message of orange and red alerts for %(place)s, for a year. Each says how to end it."
        )
        % {"place": spot.called(language())},
    )
    return HttpResponseRedirect(f"{reverse('public:alerts')}?place={spot.code}")


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def end(request: HttpRequest, link: str) -> HttpResponse:
    """What the link in a message ends: it is asked first, for phones and carriers open links by themselves."""
    followed = find_by_link(link)
    if request.method == "POST":
        end_by_link(link, at=now())
    spot = find.find_place(followed.place) if followed else None
    context = {
        "followed": followed,
        "where": spot.called(language()) if spot else "",
        "ended": followed is None or request.method == "POST",
    }
    return quiet(draw(request, "public/texts_end.html", context))


def _page(
    request: HttpRequest, spot: Spot, form: forms.Form, *, sent: Sent | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "spot": spot, "where": spot.called(language()), "sent": sent}
    return draw(request, "public/texts.html", context, status=status)
