# SPDX-License-Identifier: Apache-2.0
"""A report made for somebody who calls or stands at the counter: first where, then what."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.web.action_forms import say
from anlan.web.gate import open_to
from anlan.web.look.squares import draw_square
from anlan.web.look.values import Choice
from anlan.web.staff_frame import OPENERS, frame, home_of, look_of
from anlan.web.staff_opening import (
    counter_openings,
    keep_slip,
    office_of,
    open_at,
    places_for,
    take_slip,
    waiting_slip,
)


@open_to("staff", roles=OPENERS)
@never_cache
@require_safe
def choose_place(request: HttpRequest) -> HttpResponse:
    """Place names in whatever is typed lead to a short list with full paths."""
    sight = look_of(request)
    ways = counter_openings(sight)
    keys = [action.key for _procedure, action in ways]
    what = request.GET.get("what", "")
    what = what if what in keys else next(iter(keys), "")
    context = {
        **frame(request, here="desk:open"),
        **places_for(
            request, sight, lambda place: reverse("desk:open_as", args=[place, what]), anywhere=True
        ),
        "what": what,
        "word": next((say(action.words) for _procedure, action in ways if action.key == what), ""),
        "ways": [
            Choice(word=say(action.words), url=f"?what={action.key}", current=action.key == what)
            for _procedure, action in ways
        ],
    }
    return render(request, "desk/choose_place.html", context)


@open_to("staff", roles=OPENERS)
@never_cache
def open_as(request: HttpRequest, place: int, action: str) -> HttpResponse:
    """The form; then what was opened."""
    sight = look_of(request)
    if action not in {each.key for _procedure, each in counter_openings(sight)}:
        raise Http404
    made = open_at(request, sight, place, action)
    if made.done is not None:
        if made.person is None and not made.action.joins:
            messages.success(request, _("Opened."))
            return HttpResponseRedirect(reverse("desk:case", args=[made.done.number]))
        keep_slip(request, made.done, at=sight.at, joined=bool(made.action.joins))
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
    context = {**frame(request), "slip": found, "url": reverse(way, args=[found.number])}
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
    link = request.build_absolute_uri(f"{reverse('resident:follow')}?number={found.number:016d}")
    context = {
        **frame(request),
        "slip": found,
        "code": found.code,
        "link": link,
        "square": draw_square(link),
        "ask": office_of(found.number, sight),
        "now": sight.at,
    }
    return render(request, "desk/slip.html", context)
