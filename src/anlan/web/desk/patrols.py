# SPDX-License-Identifier: Apache-2.0
"""Which grids were walked, by week: grid by grid for the office that walks, in numbers of places above it. Nobody is named."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.duty import patrols as walked
from anlan.places import find
from anlan.places.tree import Spot
from anlan.web.gate import open_to
from anlan.web.look.times import say_week
from anlan.web.look.values import Choice
from anlan.web.staff_frame import FIELD, OVERSEERS, Sight, frame, language, look_of


@open_to("staff", roles=(*FIELD, *OVERSEERS))
@never_cache
@require_safe
def patrols(request: HttpRequest) -> HttpResponse:
    """The weeks that are kept."""
    sight = look_of(request)
    weeks = walked.weeks(at=sight.at, zone=sight.known.calendar.zone)
    said = [say_week(monday, this=weeks[0]) for monday in weeks]
    context = frame(request) | {"weeks": said}
    if walked.walks_itself(sight.by, at=sight.at):
        context |= _own(sight, weeks)
    if sight.by.role in walked.ABOVE:
        context |= _above(request, sight, weeks)
    return render(request, "desk/patrols.html", context)


def _own(sight: Sight, weeks: list[date]) -> dict[str, Any]:
    grids = walked.grids_of(sight.by, at=sight.at)
    found = walked.own_weeks(sight.by, grids, first=weeks)
    rows = [
        (spot.called(language()), [monday in found.get(spot.id, ()) for monday in weeks]) for spot in grids
    ]
    return {"own": rows, "walks": True}


def _above(request: HttpRequest, sight: Sight, weeks: list[date]) -> dict[str, Any]:
    place, week = _place(request.GET.get("place", ""), sight), request.GET.get("week", "")
    chosen = next((monday for monday in weeks if monday.isoformat() == week), weeks[0])
    rows = walked.coverage(place, by=sight.by, week=chosen, at=sight.at)
    above = [each for each in find.above(place.id, at=sight.at) if walked.may_oversee(sight.by, each)]
    return {
        "oversees": True,
        "place": place.called(language()),
        "trail": [
            {"word": each.called(language()), "url": _url(each, chosen), "current": each is place}
            for each in (*above, place)
        ],
        "which": [
            Choice(word=say_week(monday, this=weeks[0]), url=_url(place, monday), current=monday == chosen)
            for monday in weeks
        ],
        "rows": [
            {
                "name": row.place.called(language()),
                "url": _url(row.place, chosen) if walked.may_oversee(sight.by, row.place) else "",
                "walked": row.walked,
                "left": row.grids - row.walked,
            }
            for row in rows
        ],
        "whole": {
            "walked": sum(row.walked for row in rows),
            "left": sum(row.grids - row.walked for row in rows),
        },
        "fewest": walked.FEWEST,
    }


def _place(text: str, sight: Sight) -> Spot:
    """The place that is looked at, at first one's own. Raises Http404, PermissionDenied."""
    if text:
        spot = find.find_place(int(text), at=sight.at) if text.isdecimal() and len(text) <= 12 else None
    else:
        spot = find.find_code(sight.by.scope[0][0], at=sight.at) if sight.by.scope else None
    if spot is None:
        raise Http404
    if not walked.may_oversee(sight.by, spot):
        raise PermissionDenied
    return spot


def _url(place: Spot, week: date) -> str:
    return f"{reverse('desk:patrols')}?place={place.id}&week={week.isoformat()}"
