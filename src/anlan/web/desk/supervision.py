# SPDX-License-Identifier: Apache-2.0
"""What a supervisor looks into below: open cases that are overdue, that units gave back, that were reopened; by place and unit.

Each number opens the desk's own list with that filter. Places come from the tallies, at any size; units are counted where the
place's open cases are few enough, from the county down. Of places and units, never of people.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.cases.queries import OfUnit, by_unit
from anlan.indicators.reads import below, lag
from anlan.indicators.values import Counted, eyes_of
from anlan.web.answers import organisation
from anlan.web.desk.overview import Cell, Scene, scene_of, trail
from anlan.web.gate import open_to
from anlan.web.staff_frame import SUPERVISORS, Sight, frame, language, look_of
from anlan.web.staff_lists import ALL, Asked

OPEN, GAVE_BACK, REOPENED, OVERDUE = "open", "given_back", "reopened", "overdue"
"""Facts that a procedure may declare, and what is overdue, which is counted at this moment."""


@open_to("staff", roles=SUPERVISORS)
@never_cache
@require_safe
def supervision(request: HttpRequest) -> HttpResponse:
    """The place and those below it, then its units."""
    sight = look_of(request)
    scene = scene_of(request, sight)
    table = below(
        scene.place,
        scene.period,
        procedure=scene.procedure.key,
        eyes=eyes_of(sight.by, known=sight.known),
        at=sight.at,
    )
    units = by_unit(sight.by, scene.place.code, procedure=scene.procedure.key, known=sight.known, at=sight.at)
    context: dict[str, Any] = {
        **frame(request, here="desk:supervision"),
        "place": scene.place.called(language()),
        "trail": trail(scene, sight, page="desk:supervision"),
        "lag": lag(),
        "whole": _place_cells(table.whole, scene, sight),
        "rows": [
            (
                row.place.called(language()) if row.place else _("No place below is known"),
                scene.url("desk:supervision", place=row.place.code) if row.place else "",
                _place_cells(row, scene, sight),
            )
            for row in table.rows
        ],
        "units": None
        if units is None
        else [
            (organisation(sight.known, one.unit), _unit_cells(one, scene, sight))
            for one in units
            if one.overdue or one.gave_back or one.reopened
        ],
        "now": sight.at,
    }
    return render(request, "desk/supervision.html", context)


def _cell(n: int, url: str, *, late: bool = False) -> Cell:
    return Cell(
        count=number_format(n, force_grouping=True),
        count_url=url if n else "",
        of="",
        of_url="",
        percent="",
        late=late and n > 0,
    )


def _list(scene: Scene, sight: Sight, **given: object) -> str:
    asked = Asked(whose=ALL, procedure=scene.procedure.key, within=scene.place.code).with_(**given)
    return reverse("desk:inbox") + asked.query(sight=sight)


ASKED: Mapping[str, Mapping[str, object]] = {
    OPEN: {},
    OVERDUE: {"overdue": True},
    GAVE_BACK: {"marked": "returned"},
    REOPENED: {"marked": "reopened"},
}


def _place_cells(row: Counted, scene: Scene, sight: Sight) -> list[Cell]:
    counted = {**row.counts, OVERDUE: row.overdue}

    def url(key: str) -> str:
        if row.place is None:
            return scene.url("desk:overview_cases", fact=key, here="1")
        return _list(scene, sight, within=row.place.code, **ASKED[key])

    return [_cell(counted.get(key, 0), url(key), late=key == OVERDUE) for key in ASKED]


def _unit_cells(one: OfUnit, scene: Scene, sight: Sight) -> list[Cell]:
    return [
        _cell(one.led, _list(scene, sight, unit=one.unit)),
        _cell(one.overdue, _list(scene, sight, unit=one.unit, overdue=True), late=True),
        _cell(one.gave_back, _list(scene, sight, gave_back=one.unit)),
        _cell(one.reopened, _list(scene, sight, unit=one.unit, marked="reopened")),
    ]
