# SPDX-License-Identifier: Apache-2.0
"""My place: who works in a grid or village and how to reach them, which offices serve it, what is published there.

For everybody, without an account. Of a worker only the name and phone of work that an administrator published; of
cases and figures only what is public anyway. What is not surveyed is drawn as a sketch that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.queries import PublicFilters, public_list
from anlan.indicators.public import kept_figures, month_before, public_measures
from anlan.indicators.values import Ratio
from anlan.people import push, texts
from anlan.people.holding import published_workers
from anlan.people.models import Organisation, OrganisationKind, Post
from anlan.people.rates import Cap, take
from anlan.people.session import network_of
from anlan.places import find
from anlan.places.codes import Level, pad
from anlan.places.codes import text as written
from anlan.places.locate import MADE_UP
from anlan.places.names import narrow
from anlan.places.region import region
from anlan.places.tree import Spot
from anlan.procedures.report.procedure import REPORT
from anlan.web.action_forms import say
from anlan.web.alerts import band_of_place
from anlan.web.front import answer_refusals, draw, hotline, language
from anlan.web.gate import open_to
from anlan.web.grid_tasks import grid_tasks
from anlan.web.look.maps import Area, Choropleth, map_below
from anlan.web.public.views import published

FOUND, LATEST = 12, 5
SEARCHES = Cap(n=300, per=timedelta(minutes=10))
"""Of one connection, together with the searches of the report's form."""
SERVING = (
    OrganisationKind.VILLAGE_COMMITTEE,
    OrganisationKind.TOWN_ROOM,
    OrganisationKind.COUNTY_CENTRE,
    OrganisationKind.COUNTY_DEPARTMENT,
)
OVERSEEING = (OrganisationKind.TOWN_ROOM, OrganisationKind.COUNTY_CENTRE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A place to go to, and who works there where that is published."""

    name: str
    url: str
    note: str = ""
    workers: Sequence[Post] = ()


@open_to("anyone")
@require_safe
@answer_refusals
def choose(request: HttpRequest) -> HttpResponse:
    """Finds a place by typed words, or by going down from the widest."""
    at = now()
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found: list[Way] = []
    if typed:
        take("place search", network_of(request), cap=SEARCHES, at=at)
        found = [
            Way(name=each.path, url=_page(each.spot), note=_note(each.spot))
            for each in narrow(typed, language=language(), limit=FOUND)
        ]
    tops = find.children(None, at=at)
    spot = tops[0] if len(tops) == 1 else None
    below = find.children(spot.id, at=at) if spot else tops
    context = {
        "typed": typed,
        "found": found,
        "ways": [_way(each) for each in below],
        "map": _map(spot, below, title=_("Where are you?")) if spot else None,
    }
    return draw(request, "public/places.html", context, here="public:places")


@open_to("anyone")
@require_safe
@answer_refusals
def place(request: HttpRequest, code: int) -> HttpResponse:
    """One place."""
    at = now()
    try:
        padded = pad(str(code))
    except ValueError:
        raise Http404 from None
    spot = find.find_code(padded, at=at)
    if spot is None:
        heir = find.holder(padded, at=at) if find.was_code(padded, at=at) else None
        if heir is None:
            raise Http404
        return HttpResponseRedirect(_page(heir))
    line = (*find.above(spot.id, at=at), spot)
    below = find.children(spot.id, at=at)
    offices = _offices(line, at=at)
    context = {
        "spot": spot,
        "tells": push.offered() or texts.offered(),
        "band": band_of_place(spot.code, at=at),
        "name": spot.called(language()),
        "note": _note(spot),
        "above": [_way(each) for each in line[:-1]],
        "tops_url": reverse("public:places"),
        "ways": _ways(below, at=at),
        "grid": spot.level is Level.GRID,
        "map": _place_map(spot, line, below, at=at),
        "workers": _workers(spot, line, at=at),
        "working": spot.level >= Level.VILLAGE,
        "offices": offices,
        "overseer": next((office for office in offices if office.kind in OVERSEEING and office.phone), None),
        "hotline": hotline(),
        "report_url": f"{reverse('resident:new')}?{urlencode({'place': spot.id})}",
        "tasks": [
            (task, reverse("resident:offer", args=[written(spot.code), n]))
            for n, task in enumerate(grid_tasks(), start=1)
        ]
        if spot.level >= Level.VILLAGE
        else [],
        "tasks_source": region().legal_text("grid_tasks_source").in_language(language()),
        **_published(line, at=at),
    }
    return draw(request, "public/place.html", context, here="public:places")


def _page(spot: Spot) -> str:
    return reverse("public:place", args=[written(spot.code)])


def _note(spot: Spot) -> str:
    return str(MADE_UP) if spot.made_up else ""


def _way(spot: Spot, workers: Sequence[Post] = ()) -> Way:
    return Way(name=spot.called(language()), url=_page(spot), note=_note(spot), workers=workers)


def _ways(below: Sequence[Spot], *, at: datetime) -> list[Way]:
    """The places below, grids with those who work in them alone."""
    grids = [spot.id for spot in below if spot.level is Level.GRID]
    workers: dict[int, list[Post]] = {}
    for post in published_workers(grids, at=at) if grids else ():
        workers.setdefault(post.place_id, []).append(post)
    return [_way(spot, workers.get(spot.id, ())) for spot in below]


def _workers(spot: Spot, line: Sequence[Spot], *, at: datetime) -> list[Post]:
    """Who works in the whole village; in a grid whoever has it alone stands first."""
    if spot.level < Level.VILLAGE:
        return []
    places = [each.id for each in line if each.level >= Level.VILLAGE]
    return sorted(published_workers(places, at=at), key=lambda post: post.place_id != spot.id)


def _place_map(spot: Spot, line: Sequence[Spot], below: Sequence[Spot], *, at: datetime) -> Choropleth:
    """What lies below; of a grid, where it lies in its village."""
    name = spot.called(language())
    if spot.level is not Level.GRID:
        return _map(spot, below, title=_("Below %(place)s") % {"place": name} if below else name)
    village = line[-2]
    title = _("%(grid)s in %(village)s") % {"grid": name, "village": village.called(language())}
    return _map(village, find.children(village.id, at=at), title=title, chosen=spot)


def _map(upper: Spot, below: Sequence[Spot], *, title: str, chosen: Spot | None = None) -> Choropleth:
    areas = [
        Area(code=each.code, name=each.called(language()), shown="", url=_page(each), current=each == chosen)
        for each in below
    ]
    return map_below(upper.code, areas, title=title, measure="", say=str)


def _offices(line: Sequence[Spot], *, at: datetime) -> list[Organisation]:
    """The offices of a place and of those above it, the nearest first; departments where a phone of them is known."""
    day = at.astimezone(find.ZONE).date()
    rows = Organisation.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        place_id__in=[spot.id for spot in line],
        kind__in=SERVING,
        valid_from__lte=day,
    )
    shown = [row for row in rows if row.phone or row.kind != OrganisationKind.COUNTY_DEPARTMENT]
    order = [str(kind) for kind in SERVING]
    return sorted(shown, key=lambda row: (order.index(row.kind), row.key))


def _figures(within: Spot, *, at: datetime) -> dict[str, Any]:
    """Last month's figures as everybody may be told them."""
    told = kept_figures(within, procedure=REPORT.key, at=at)
    return {
        "month": month_before(at.astimezone(find.ZONE).date()).first,
        "figures": [(say(one.words), _told(told[one.key])) for one in public_measures(REPORT.key)],
    }


def _told(ratio: Ratio | None) -> str:
    if ratio is None:
        return _("not told, because too few")
    if ratio.of is None:
        return f"{ratio.count:,}"
    return _("%(percent)s%% (of %(of)s)") % {
        "percent": f"{float(ratio.percent or 0):.1f}",
        "of": f"{ratio.of:,}",
    }


def _published(line: Sequence[Spot], *, at: datetime) -> dict[str, Any]:
    """The newest of the public list in the town, or in the place itself from the county up."""
    known = current()
    within = next((spot for spot in reversed(line) if spot.level <= Level.TOWN), line[0])
    page = public_list(known=known, at=at, filters=PublicFilters(within=within.code), size=LATEST)
    asked = {spot.level.name.lower(): spot.id for spot in line if spot.level in {Level.COUNTY, Level.TOWN}}
    return {
        "within": within.called(language()),
        **_figures(within, at=at),
        "rows": [published(row, known=known) for row in page.rows],
        "list_url": f"{reverse('public:list')}?{urlencode(asked)}",
    }
