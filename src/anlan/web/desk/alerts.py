# SPDX-License-Identifier: Apache-2.0
"""Alerts at the desk: those of the post's places, one with who has read it, and what may be done with it.

Everybody on the staff reads what was released; whether a post may release, change or withdraw is the engine's question, asked
before a button is shown and again when it is pressed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.base.errors import Conflict, Invalid, NotFound, Refused
from anlan.cases.act import act
from anlan.cases.may import may
from anlan.cases.queries import View
from anlan.people.may import Actor, Role
from anlan.places import find
from anlan.places.codes import code_range
from anlan.procedures.alert import answers
from anlan.procedures.alert.procedure import ALERT, DRAFTING
from anlan.procedures.alert.standing import Alert, correction_of, get_numbered, lately, released_of
from anlan.procedures.alert.terms import PLACE, REPLACES
from anlan.web.action_forms import make_envelope, say
from anlan.web.alerts import (
    Warned,
    band_of_staff,
    code_in,
    facts_of,
    in_charge,
    needs_second,
    warned,
)
from anlan.web.desk.alerts_again import news_of, read_anew, seen_case
from anlan.web.gate import open_to
from anlan.web.staff_frame import Sight, frame, language, look_of


class Naming(forms.Form):
    """The name of the place that is about to be warned, typed once more; a drill needs none. What is released is what was read
    (`expect`); the same request sent twice is done once.
    """

    request_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    expect = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(max_length=100, required=False)

    def __init__(self, found: Alert, data: Any = None) -> None:
        """The question as the declaration words it."""
        super().__init__(data, initial={"request_id": uuid4(), "expect": found.seq})
        if found.drill:
            del self.fields["name"]
            return
        self.fields["name"].label = say(PLACE.words)
        self.fields["name"].help_text = say(PLACE.hint) if PLACE.hint else ""


@open_to("staff")
@never_cache
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """The alerts of the post's places; drills in a part of their own."""
    sight = look_of(request)
    try:
        real, drills = (_listed(request, sight, drills=drills) for drills in (False, True))
    except Invalid:
        return HttpResponseRedirect(reverse("desk:alerts"))
    context = {
        **frame(request),
        "now": sight.at,
        "alerts": real,
        "drills": drills,
        "writes": may_write(sight.by, sight),
    }
    return render(request, "desk/alerts.html", context)


@open_to("staff")
@never_cache
@require_safe
def alerts_now(request: HttpRequest) -> HttpResponse:
    """The band alone, for a page that stands open."""
    sight = look_of(request)
    code = code_in(request.GET.get("place", ""), at=sight.at)
    band = band_of_staff(sight.by, at=sight.at, scope=(code_range(code),) if code is not None else None)
    return render(request, "look/parts/alerts.html", {"band": band, "now": sight.at})


@open_to("staff")
@never_cache
@require_safe
def alert(request: HttpRequest, number: int) -> HttpResponse:
    """One alert: its words in both languages, how it came to be, who has read it, what can be done."""
    sight = look_of(request)
    return _draw(request, _found(number, sight), sight)


@open_to("staff")
@require_POST
def confirm_alert(request: HttpRequest, number: int) -> HttpResponse:
    """The post has read it."""
    sight = look_of(request)
    found = _found(number, sight)
    try:
        answers.confirm(found, by=sight.by, at=sight.at)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Thank you. That you have read it is counted for your place."))
    return HttpResponseRedirect(reverse("desk:one_alert", args=[number]))


@open_to("staff")
@never_cache
@require_POST
def issue_alert(request: HttpRequest, number: int) -> HttpResponse:
    """Releases it: for a real one the place's name is typed."""
    sight = look_of(request)
    found = _found(number, sight)
    form = Naming(found, request.POST)
    data: dict[str, Any] = {}
    if not form.is_valid():
        return _draw(request, found, sight, naming=form, status=422)
    spot = find.find_place(found.place, at=sight.at)
    if spot is not None and _same(form.cleaned_data.get("name", ""), spot.name, spot.name_en):
        data[PLACE.key] = spot.id
    if found.replaces is not None:
        data[REPLACES.key] = str(found.replaces.case_id)
    refused = _do("issue", found, sight, data, form)
    if isinstance(refused, Conflict):
        return _read_again(request, number, sight, refused, seen=form.cleaned_data["expect"])
    if refused is not None:
        wrong = refused.fields.get(PLACE.key)
        form.add_error("name" if wrong else None, str(wrong or refused))
        return _draw(request, found, sight, naming=form, status=refused.status)
    messages.success(request, _("It is released: whoever is concerned sees it now."))
    return HttpResponseRedirect(reverse("desk:one_alert", args=[number]))


@open_to("staff")
@require_POST
def discard_alert(request: HttpRequest, number: int) -> HttpResponse:
    """The draft is not released."""
    sight = look_of(request)
    found = _found(number, sight)
    form = Naming(found, request.POST)
    refused = _do("discard", found, sight, {}, form) if form.is_valid() else Invalid()
    if refused is not None:
        messages.warning(request, str(refused))
        return HttpResponseRedirect(reverse("desk:one_alert", args=[number]))
    messages.success(request, _("The draft was put away. It was shown to nobody."))
    return HttpResponseRedirect(reverse("desk:alerts"))


def _listed(request: HttpRequest, sight: Sight, *, drills: bool) -> dict[str, Any]:
    """A page of alerts, or of drills; the other list stays at its beginning. Raises Invalid."""
    key = "drills" if drills else "after"
    after, here = request.GET.get(key, ""), reverse("desk:alerts")
    found = lately(sight.by.scope, drills=drills, drafts=in_charge(sight.by), at=sight.at, after=after)
    return {
        "rows": [
            warned(each, at=sight.at, url=reverse("desk:one_alert", args=[each.number]))
            for each in found.alerts
        ],
        "first": here if after else "",
        "older": f"{here}?{urlencode({key: found.more})}" if found.more else "",
    }


def may_write(by: Actor, sight: Sight) -> bool:
    """Whether this post warns anybody."""
    return bool(by.scope) and may(by, DRAFTING, None, procedure=ALERT.key, parties=(), known=sight.known)


def _found(number: int, sight: Sight) -> Alert:
    try:
        return get_numbered(number, drafts=in_charge(sight.by))
    except NotFound:
        raise Http404 from None


def _same(typed: str, *names: str) -> bool:
    """Whether a name was typed, whatever its case and the spaces around it."""
    return " ".join(typed.split()).casefold() in {name.casefold() for name in names if name}


def _do(action: str, found: Alert, sight: Sight, data: Mapping[str, Any], form: Naming) -> Refused | None:
    """Acts upon what the form says was read; what it was refused with."""
    try:
        act(
            make_envelope(
                action,
                by=sight.by,
                at=sight.at,
                case_id=found.id,
                data=data,
                request_id=form.cleaned_data["request_id"],
                expect=form.cleaned_data["expect"],
            )
        )
    except Refused as refused:
        return refused
    return None


def _read_again(
    request: HttpRequest, number: int, sight: Sight, refused: Conflict, *, seen: int | None
) -> HttpResponse:
    """It was changed while it was read: what is new, and the same form with what was typed."""
    found = _found(number, sight)
    if found.state not in ALERT.action("issue").frm:
        messages.warning(request, str(refused))
        return HttpResponseRedirect(reverse("desk:one_alert", args=[number]))
    form = Naming(found, read_anew(request.POST, found))
    form.add_error(
        None, _("It was changed after you opened it. Please read it as it stands now, then release it.")
    )
    return _draw(request, found, sight, naming=form, seen=seen, status=409)


def _allowed(view: View | None, sight: Sight) -> frozenset[str]:
    """What permission and state allow, whatever the rules say."""
    if view is None:
        return frozenset()
    return frozenset(
        each.key
        for each in ALERT.actions
        if view.case.state in each.frm
        and may(sight.by, each, view.case, procedure=ALERT.key, parties=(), known=sight.known)
    )


def _beside(other: Alert | None, sight: Sight) -> Warned | None:
    """Another alert that the page of one leads to."""
    if other is None:
        return None
    return warned(other, at=sight.at, url=reverse("desk:one_alert", args=[other.number]))


def _shown(found: Alert, sight: Sight) -> Any:
    return warned(found, at=sight.at, url="", ask=bool(answers.awaited(sight.by, [found], at=sight.at)))


def _draw(
    request: HttpRequest,
    found: Alert,
    sight: Sight,
    *,
    naming: Naming | None = None,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    view = seen_case(found, sight)
    allowed = _allowed(view, sight)
    why = view.asked.why_in_vain(ALERT.action("issue")) if view is not None and "issue" in allowed else None
    counted = answers.answers(found, at=sight.at) if view is not None and found.issued is not None else []
    shown = _shown(found, sight)
    replaced = found.replaces.case_id if found.replaces is not None else None
    older = released_of([replaced]).get(replaced) if replaced is not None else None
    context = {
        **frame(request),
        "now": sight.at,
        "one": shown,
        "both": sorted(
            [
                ("zh-Hans", _said(found, "zh-hans")),
                *([] if found.in_one else [("en", _said(found, "en"))]),
            ],
            key=lambda said: said[0][:2] != language()[:2],
        ),
        "facts": facts_of(found, known=sight.known),
        "course": _course(view, sight),
        "found": found,
        "older": _beside(older, sight),
        "newer": _beside(correction_of(found), sight),
        "second": needs_second(found),
        "vain": say(why) if why is not None else "",
        "can": allowed,
        "naming": naming or Naming(found),
        "form": naming,
        "news": news_of(view, sight, seen=seen),
        "counted": [_line(each) for each in counted],
        "confirmed": answers.is_asked(sight.by, found, at=sight.at) and not shown.ask,
        "corrects": "revoke" in allowed and found.stands(sight.at) and may_write(sight.by, sight),
    }
    return render(request, "desk/alert.html", context, status=status)


def _said(found: Alert, code: str) -> dict[str, str]:
    return {key: getattr(found, key).in_language(code) for key in ("title", "words", "why")}


def _line(each: answers.Answered) -> dict[str, Any]:
    return {
        "name": each.place.called(language()) if each.place is not None else _("The place itself"),
        "asked": each.asked,
        "confirmed": each.confirmed,
        "percent": f"{each.confirmed * 100 // each.asked}%" if each.asked else "–",
        "readers": each.readers,
    }


def _course(view: View | None, sight: Sight) -> list[tuple[datetime, str, str]]:
    """What was done by which office and role, never by whom: for colleagues who see the case."""
    found = []
    for line in reversed(view.timeline.lines if view is not None else ()):
        office = sight.known.organisations.get(line.organisation or 0)
        who = " · ".join(
            [
                say(office.words) if office else "",
                Role(line.role).in_language(language()) if line.role else "",
            ]
        )
        found.append((line.at, say(ALERT.action(line.action).done), who.strip(" ·")))
    return found
