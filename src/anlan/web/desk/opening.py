# SPDX-License-Identifier: Apache-2.0
"""A report made for somebody who calls or stands at the counter: first where, then what."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.places.names import narrow
from anlan.web.action_forms import say
from anlan.web.assisted import for_somebody
from anlan.web.gate import open_to
from anlan.web.look.squares import draw_square
from anlan.web.staff_frame import OPENERS, frame, home_of, language, look_of
from anlan.web.staff_opening import (
    keep_slip,
    office_of,
    open_at,
    openings,
    own_places,
    take_slip,
    waiting_slip,
)


@open_to("staff", roles=OPENERS)
@never_cache
@require_safe
def choose_place(request: HttpRequest) -> HttpResponse:
    """Place names in whatever is typed lead to a short list with full paths."""
    sight = look_of(request)
    where = request.GET.get("where", "").strip()[:200]
    found = narrow(where, language="zh" if language().startswith("zh") else "en", limit=12) if where else ()
    context = {
        **frame(request, here="desk:open"),
        "where": where,
        "places": [
            {"path": each.path, "url": reverse("desk:open_at", args=[each.spot.id])} for each in found
        ],
        "asked": bool(where),
        "own": [(name, reverse("desk:open_at", args=[place])) for place, name in own_places(sight)],
    }
    return render(request, "desk/choose_place.html", context)


@open_to("staff", roles=OPENERS)
@never_cache
def report(request: HttpRequest, place: int) -> HttpResponse:
    """The form; then what was opened."""
    sight = look_of(request)
    action = next((action for _procedure, action in openings(sight) if for_somebody(action)), None)
    if action is None:
        raise Http404
    made = open_at(request, sight, place, action.key)
    if made.done is not None:
        keep_slip(request, made.done, at=sight.at)
        return HttpResponseRedirect(reverse("desk:opened"))
    context = {
        **frame(request, here="desk:open"),
        "made": made,
        "form": made.form,
        "person": made.person,
        "word": say(made.action.words),
    }
    return render(request, "desk/open.html", context, status=made.status)


@open_to("staff", roles=OPENERS)
@never_cache
@require_safe
def opened(request: HttpRequest) -> HttpResponse:
    """What was opened for somebody: its number, and the way to the slip that is theirs."""
    sight = look_of(request)
    found = waiting_slip(request, at=sight.at)
    if found is None:
        return HttpResponseRedirect(reverse(home_of(sight.by)))
    way = "field:case" if home_of(sight.by) == "field:tasks" else "desk:case"
    context = {**frame(request, here="desk:open"), "number": found[0], "url": reverse(way, args=[found[0]])}
    return render(request, "desk/opened.html", context)


@open_to("staff", roles=OPENERS)
@never_cache
@require_POST
def slip(request: HttpRequest) -> HttpResponse:
    """The slip for the person, once: to print and hand over, or to read out."""
    sight = look_of(request)
    found = take_slip(request, at=sight.at)
    if found is None:
        messages.warning(request, _("The slip was shown already. It cannot be shown again."))
        return HttpResponseRedirect(reverse(home_of(sight.by)))
    number, code = found
    link = request.build_absolute_uri(f"{reverse('resident:follow')}?number={number:016d}")
    context = {
        **frame(request),
        "number": number,
        "code": code,
        "link": link,
        "square": draw_square(link),
        "office": office_of(number, sight),
        "now": sight.at,
    }
    return render(request, "desk/slip.html", context)
