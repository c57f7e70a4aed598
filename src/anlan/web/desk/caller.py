# SPDX-License-Identifier: Apache-2.0
"""A person who calls or comes without their number: a code to the phone used when reporting opens its cases for this call.

Before the code was said nothing is looked up, so the page answers the same whether the phone has cases or not. What was
opened is listed in this session alone, for as long as its words are open to this post (docs/decisions/assisted.md).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anlan.base.errors import NotFound, Refused
from anlan.base.ids import show_number
from anlan.cases import registry
from anlan.cases.callers import Call, open_call
from anlan.cases.may import HELPED, SEES
from anlan.cases.queries_view import read_as
from anlan.people.signin import Sent, check_call_code, send_call_code
from anlan.web.action_forms import say
from anlan.web.assisted import CONTACT
from anlan.web.case_drawing import place_of
from anlan.web.case_naming import title_in
from anlan.web.front import wait
from anlan.web.gate import open_to
from anlan.web.look.times import say_when
from anlan.web.look.values import Item, Pill, Tone
from anlan.web.staff_frame import CALLED, Sight, frame, home_of, look_of
from anlan.web.staff_lists import Asked, places_below

HERE, OPENED, CALL = "desk:caller", "desk:called", "anlan_call"


class CallerForm(forms.Form):
    """The phone, and where it may have been when that is many places."""

    phone = forms.CharField(
        label=_("Phone that was used when reporting"),
        max_length=30,
        help_text=_(
            "The person says it. A code goes to this phone; nothing is looked up before they say the code."
        ),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    within = forms.ChoiceField(label=_("Where the matter was"), required=False)

    def __init__(self, *given: Any, places: list[tuple[int, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["within"].choices = [(str(code), word) for code, word in places]  # type: ignore[attr-defined]


class CodeForm(CallerForm):
    """The code that the person says; the phone travels along and is kept nowhere between."""

    phone = forms.CharField(max_length=30, widget=forms.HiddenInput)
    within = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code that the person says"),
        max_length=40,
        help_text=_("Six digits, good for ten minutes."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


@open_to("staff", roles=CALLED)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def caller(request: HttpRequest) -> HttpResponse:
    """Asks for the phone and sends the code, then asks for the code and opens."""
    sight = look_of(request)
    places = places_below(Asked(), sight)
    if request.method != "POST":
        return _page(request, CallerForm(places=places))
    if "code" in request.POST:
        return _check(request, sight, CodeForm(request.POST, places=places))
    form = CallerForm(request.POST, places=places)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        sent = send_call_code(form.cleaned_data["phone"], post_id=sight.by.post_id or 0, at=sight.at)
    except Refused as refused:
        form.add_error("phone", str(refused.fields.get("phone", refused.message)))
        return wait(_page(request, form, status=refused.status), refused)
    return _page(request, CodeForm(initial=form.cleaned_data, places=places), sent=sent)


def _check(request: HttpRequest, sight: Sight, form: CodeForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        phone, account = check_call_code(
            given["phone"], given["code"], post_id=sight.by.post_id or 0, at=sight.at
        )
    except Refused as refused:
        form.add_error("code", str(refused.fields.get("code", refused.message)))
        return wait(_page(request, form, status=refused.status), refused)
    call = open_call(
        sight.by,
        phone,
        role="reporter",
        account=account,
        known=sight.known,
        at=sight.at,
        within=int(given["within"]) if given["within"] else None,
    )
    _keep(request, call, post_id=sight.by.post_id)
    return HttpResponseRedirect(reverse(OPENED))


@open_to("staff", roles=CALLED)
@never_cache
@require_safe
def called(request: HttpRequest) -> HttpResponse:
    """The cases of the call that is going on."""
    sight = look_of(request)
    kept = request.session.get(CALL)
    if kept is None or kept["post"] != sight.by.post_id or kept["until"] <= sight.at.timestamp():
        request.session.pop(CALL, None)
        return HttpResponseRedirect(reverse(HERE))
    context = {
        **frame(request, here=HERE),
        "now": sight.at,
        "cases": [each for id in kept["cases"] if (each := _case(UUID(hex=id), sight)) is not None],
        "until": datetime.fromtimestamp(kept["until"], tz=sight.at.tzinfo),
        "closed": kept["closed"],
        "since": datetime.fromtimestamp(kept["since"], tz=sight.at.tzinfo),
    }
    return render(request, "desk/called.html", context)


@open_to("staff", roles=CALLED)
@require_POST
def end_call(request: HttpRequest) -> HttpResponse:
    """The call is over: the list is gone; what was opened closes by itself in time."""
    request.session.pop(CALL, None)
    return HttpResponseRedirect(reverse(HERE))


def _keep(request: HttpRequest, call: Call, *, post_id: int | None) -> None:
    request.session[CALL] = {
        "post": post_id,
        "cases": [each.hex for each in call.cases],
        "until": call.until.timestamp(),
        "closed": call.closed,
        "since": call.since.timestamp(),
    }


def _case(case_id: UUID, sight: Sight) -> Item | None:
    """One case as the list shows it; None where this post sees it no longer."""
    try:
        case = read_as(sight.by, case_id, known=sight.known, at=sight.at).stand.case
    except NotFound:
        return None
    procedure = registry.get_procedure(case.procedure, case.version)
    way = "field:case" if home_of(sight.by) == "field:tasks" else "desk:case"
    state = procedure.state(case.state)
    helpers = case.record.get(CONTACT) == "helper" and case.record.get(HELPED) != SEES
    return Item(
        title=title_in(procedure, case, sight.known),
        url=reverse(way, args=[case.number]),
        under=(
            show_number(case.number),
            place_of(case.place, at=sight.at),
            say_when(case.opened_at, at=sight.at),
        ),
        pill=Pill(word=say(state.words), tone=Tone.NEW if case.open else Tone.DONE),
        warning=gettext("the helper's phone: tell nobody but the person") if helpers else "",
    )


def _page(
    request: HttpRequest, form: CallerForm, *, sent: Sent | None = None, status: int = 200
) -> HttpResponse:
    context = {
        **frame(request, here=HERE),
        "form": form,
        "sent": sent,
        "asks_code": isinstance(form, CodeForm),
    }
    return render(request, "desk/caller.html", context, status=status)
