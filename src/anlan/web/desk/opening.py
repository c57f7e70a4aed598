# SPDX-License-Identifier: Apache-2.0
"""A report made for somebody who calls or stands at the counter: first where, then what."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.cases.queries import follow_code_of
from anlan.places.names import narrow
from anlan.web.action_forms import say
from anlan.web.gate import open_to
from anlan.web.staff_frame import OPENERS, frame, language, look_of
from anlan.web.staff_opening import for_somebody, open_at, openings


@open_to("staff", roles=OPENERS)
@never_cache
@require_safe
def choose_place(request: HttpRequest) -> HttpResponse:
    """Place names in whatever is typed lead to a short list with full paths."""
    where = request.GET.get("where", "").strip()[:200]
    found = narrow(where, language="zh" if language().startswith("zh") else "en", limit=12) if where else ()
    context = {
        **frame(request, here="desk:open"),
        "where": where,
        "places": [
            {"path": each.path, "url": reverse("desk:open_at", args=[each.spot.id])} for each in found
        ],
        "asked": bool(where),
    }
    return render(request, "desk/choose_place.html", context)


@open_to("staff", roles=OPENERS)
@never_cache
def report(request: HttpRequest, place: int) -> HttpResponse:
    """The form, or what was opened: its number, and the code for the person."""
    sight = look_of(request)
    action = next((action for _procedure, action in openings(sight) if for_somebody(action)), None)
    if action is None:
        raise Http404
    made = open_at(request, sight, place, action.key)
    if made.done is not None:
        code = follow_code_of(made.done.case_id, 1)
        context = {
            **frame(request, here="desk:open"),
            "number": made.done.number,
            "code": code,
            "url": reverse("desk:case", args=[made.done.number]),
        }
        return render(request, "desk/opened.html", context)
    context = {
        **frame(request, here="desk:open"),
        "made": made,
        "form": made.form,
        "person": made.person,
        "word": say(made.action.words),
    }
    return render(request, "desk/open.html", context, status=made.status)
