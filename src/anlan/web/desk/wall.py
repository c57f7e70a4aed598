# SPDX-License-Identifier: Apache-2.0
"""The wall: few large figures of a place, one map of what lies below it, what is changing, and how it went day by day.

For a screen that many see: counts of cases only, no words, no photo, no party, nobody's name. It draws itself anew by
asking again; that counts as use, so a wall stays on until its session's longest time is over.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.indicators.reads import below, counts, lag
from anlan.indicators.values import Counted, Eyes, Period, eyes_of, figures_from
from anlan.places.codes import code_range
from anlan.places.tree import Spot
from anlan.web.action_forms import say
from anlan.web.alerts import band_of_staff
from anlan.web.desk.drawn import days_of, map_of_rows, mapped, percent, trend_of_days
from anlan.web.desk.overview import Scene, cells, late_words, scene_of, trail
from anlan.web.gate import open_to
from anlan.web.listening import heard_up_to
from anlan.web.staff_frame import OVERVIEWERS, Sight, language, live_of, look_of

WEEK = 7
LEAST, MORE, MOST_CHANGES = 10, Decimal("1.5"), 4
"""What is changing: so many in a week at least, and so many times the week before."""


@open_to("staff", roles=OVERVIEWERS)
@never_cache
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """The wall of the post's place, or of one within it."""
    sight = look_of(request)
    scene = scene_of(request, sight)
    eyes = eyes_of(sight.by, known=sight.known)
    found = below(scene.place, scene.period, procedure=scene.procedure.key, eyes=eyes, at=sight.at)
    days = days_of(scene.place, scene.period, scene.procedure, eyes=eyes, at=sight.at)
    headlines = [one for one in scene.procedure.measures if one.headline]
    names = [*(say(one.words) for one in headlines), late_words()[0]]

    def url(place: Spot) -> str:
        return scene.url("desk:wall", place=place.code)

    context = {
        "now": sight.at,
        "live": live_of(request, sight.by),
        "heard": heard_up_to(),
        "band": band_of_staff(sight.by, at=sight.at, scope=(code_range(scene.place.code),)),
        "name": scene.place.called(language()),
        "days": len(days),
        "lag": lag(),
        "above": trail(scene, sight, page="desk:wall")[:-1],
        "overview_url": scene.url("desk:overview"),
        "figures": list(zip(names, cells(found.whole, scene, sight, headlines), strict=True)),
        "map": map_of_rows(scene.place, found.rows, scene.procedure, url=url),
        "rows": [_row(row, scene, url=url(row.place) if row.place else "") for row in found.rows],
        "late": names[-1],
        "changes": _changes(scene, found.rows, eyes=eyes, sight=sight),
        "trend": trend_of_days(days, scene.procedure),
    }
    return render(request, "desk/wall.html", context)


def _row(row: Counted, scene: Scene, *, url: str) -> tuple[str, str, str, int]:
    """A line of the table: name, address, the share that the map shows, overdue now."""
    measure = mapped(scene.procedure)
    share = figures_from(row.counts, (measure,))[measure.key].percent if measure else None
    name = row.place.called(language()) if row.place else _("No place below is known")
    return name, url, percent(None if share is None else float(share)), row.overdue


def _changes(scene: Scene, rows: Sequence[Counted], *, eyes: Eyes, sight: Sight) -> list[str]:
    """Places where more happens than in the week before, by the first of the headlines; the greatest rise first."""
    places = [row.place for row in rows if row.place is not None]
    measure = scene.procedure.measures[0]
    last = scene.period.last
    new, old = (
        counts(places, Period.of_days(WEEK, last=day), procedure=scene.procedure.key, eyes=eyes, at=sight.at)
        for day in (last, last - timedelta(days=WEEK))
    )
    rises = []
    for place in places:
        now, before = new[place.id][measure.counts], old[place.id][measure.counts]
        if now >= LEAST and now >= before * MORE:
            rises.append((now - before, place, now, before))
    rises.sort(key=lambda rise: -rise[0])
    words = _("%(place)s, %(what)s: %(now)s in 7 days, %(before)s in the 7 before")
    return [
        words
        % {
            "place": place.called(language()),
            "what": say(measure.words),
            "now": f"{now:,}",
            "before": f"{before:,}",
        }
        for _rise, place, now, before in rises[:MOST_CHANGES]
    ]
