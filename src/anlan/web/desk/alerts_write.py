# SPDX-License-Identifier: Apache-2.0
"""Writing an alert or a drill: first which place, then what; changing a draft, and correcting what stands.

Real alerts and drills begin on pages of their own and never turn into each other. A draft travels in the form, so that sending
twice writes one.
"""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from anlan.base.errors import Conflict, NotFound, Refused
from anlan.cases.act import act
from anlan.cases.may import may
from anlan.places import find
from anlan.procedures.alert.procedure import ALERT
from anlan.procedures.alert.standing import Alert, get_numbered, is_in_one
from anlan.procedures.alert.terms import PUBLISHERS, REPLACES
from anlan.web.action_forms import ActionForm, make_envelope, say
from anlan.web.alerts import fill_in, in_charge, need_one
from anlan.web.desk.alerts_again import news_of, read_anew, seen_case
from anlan.web.drafts import new_report, read_draft
from anlan.web.gate import open_to
from anlan.web.staff_frame import Sight, frame, language, look_of
from anlan.web.staff_opening import own_place, places_for

LASTS = timedelta(hours=12)
"""What a form proposes."""
OPENS = {False: "draft", True: "rehearse"}


@open_to("staff", roles=PUBLISHERS)
@never_cache
@require_safe
def alert_place(request: HttpRequest, *, drill: bool) -> HttpResponse:
    """Which place is to be warned."""
    sight = look_of(request)
    name = "desk:write_drill" if drill else "desk:write_alert"
    context = {
        **frame(request),
        **places_for(request, sight, lambda place: reverse(name, args=[place])),
        "word": say(ALERT.action(OPENS[drill]).words),
        "drill": drill,
    }
    return render(request, "desk/alert_place.html", context)


@open_to("staff", roles=PUBLISHERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_alert(request: HttpRequest, place: int, *, drill: bool) -> HttpResponse:
    """The form; then the draft's own page, where somebody releases it."""
    sight = look_of(request)
    spot = own_place(place, sight)
    replaced = _replaced(request.GET.get("corrects", ""), sight, place=place, drill=drill)
    action = ALERT.action(OPENS[drill])
    sent = request.POST if request.method == "POST" else None
    draft = read_draft(request) or new_report()
    form = ActionForm(action, known=sight.known, at=sight.at, data=sent, initial=_proposed(sight, replaced))
    # Which alert it corrects is said by the address.
    form.fields.pop(REPLACES.key)
    need_one(form)
    _say_limits(form)
    status = 200
    if sent is not None:
        try:
            data = fill_in(form.values(), form=form)
            if replaced is not None:
                data[REPLACES.key] = str(replaced.id)
            done = act(
                make_envelope(
                    action.key,
                    by=sight.by,
                    at=sight.at,
                    case_id=draft.case_id,
                    data=data,
                    request_id=draft.request_id,
                    procedure=ALERT.key,
                    place=spot.id,
                    source="office",
                    key=draft.key,
                )
            )
        except Refused as refused:
            form.show_faults(refused)
            status = refused.status
        else:
            return HttpResponseRedirect(reverse("desk:one_alert", args=[done.number]))
    context = {
        **frame(request),
        "form": form,
        "word": say(action.words),
        "path": find.full_path(spot.id, at=sight.at, language=language(), skip=1) or spot.called(language()),
        "drill": drill,
        "corrected": replaced,
        "draft": draft.text(request),
        "back": reverse("desk:one_alert", args=[replaced.number])
        if replaced
        else reverse("desk:drill_place" if drill else "desk:alert_place"),
    }
    return render(request, "desk/alert_write.html", context, status=status)


@open_to("staff", roles=PUBLISHERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_alert(request: HttpRequest, number: int) -> HttpResponse:
    """The draft written anew, by whoever may; they are then the one who wrote it."""
    sight = look_of(request)
    try:
        found = get_numbered(number, drafts=in_charge(sight.by))
    except NotFound:
        raise Http404 from None
    action = ALERT.action("redraft")
    sent = request.POST if request.method == "POST" else None
    if found.state not in action.frm and sent is None:
        raise Http404
    said = _said(found) | {"expect": found.seq}
    form = ActionForm(action, known=sight.known, at=sight.at, data=sent, initial=said)
    need_one(form)
    _say_limits(form)
    status, seen = 200, None
    if sent is not None:
        try:
            act(
                make_envelope(
                    action.key,
                    by=sight.by,
                    at=sight.at,
                    case_id=found.id,
                    data=fill_in(form.values(), form=form),
                    request_id=form.cleaned_data["request_id"],
                    expect=form.cleaned_data["expect"],
                )
            )
        except NotFound:
            raise Http404 from None
        except Conflict as refused:
            found = get_numbered(number, drafts=in_charge(sight.by))
            status, seen = refused.status, form.cleaned_data["expect"]
            form = ActionForm(action, known=sight.known, at=sight.at, data=read_anew(sent, found))
            need_one(form)
            _say_limits(form)
            form.show_faults(refused)
        except Refused as refused:
            form.show_faults(refused)
            status = refused.status
        else:
            return HttpResponseRedirect(reverse("desk:one_alert", args=[number]))
    spot = find.find_place(found.place, at=sight.at)
    context = {
        **frame(request),
        "form": form,
        "word": say(action.words),
        "path": spot.called(language()) if spot else "",
        "drill": found.drill,
        "news": news_of(seen_case(found, sight), sight, seen=seen) if seen is not None else (),
        "back": reverse("desk:one_alert", args=[number]),
    }
    return render(request, "desk/alert_write.html", context, status=status)


def _say_limits(form: ActionForm) -> None:
    """Both ends of what an alert may last, before they are met."""
    form.fields["ends"].help_text = _(
        "It goes by itself then. An alert stands for an hour at least and 14 days at most."
    )


def _replaced(text: str, sight: Sight, *, place: int, drill: bool) -> Alert | None:
    """The alert that the address says it corrects. Raises Http404 for one that does not stand here or is not the post's to end."""
    if not text:
        return None
    try:
        if not (text.isascii() and text.isdecimal() and len(text) <= 16):
            raise NotFound
        found = get_numbered(int(text), drafts=in_charge(sight.by))
    except NotFound:
        raise Http404 from None
    if found.place != place or found.drill is not drill or not found.stands(sight.at):
        raise Http404
    view = seen_case(found, sight)
    withdraw = ALERT.action("revoke")
    if view is None or not may(
        sight.by, withdraw, view.case, procedure=ALERT.key, parties=(), known=sight.known
    ):
        raise Http404
    return found


def _proposed(sight: Sight, replaced: Alert | None) -> dict[str, Any]:
    if replaced is not None:
        return _said(replaced) | {"starts": min(replaced.starts, sight.at)}
    starts = sight.at.replace(minute=0, second=0, microsecond=0)
    return {"starts": starts, "ends": starts + LASTS, "certainty": "likely", "asks": True}


def _said(found: Alert) -> dict[str, Any]:
    """What an alert says, as answers to the questions of a draft."""
    return {
        "kind": found.kind,
        "level": found.level.key,
        "certainty": found.certainty,
        "starts": found.starts,
        "ends": found.ends,
        "asks": found.asks,
        "title_zh": found.title.zh,
        "title_en": "" if is_in_one(found.title) else found.title.en,
        "words_zh": found.words.zh,
        "words_en": "" if is_in_one(found.words) else found.words.en,
    }
