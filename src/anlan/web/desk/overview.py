# SPDX-License-Identifier: Apache-2.0
"""The overview (驾驶舱): figures of a place and of those below it, each opening the cases that it counts.

Drawn for whatever procedure declares measures. A post sees its own places; auditors see figures and no list.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.errors import Refused
from anlan.cases import registry
from anlan.cases.define import Measure, Procedure
from anlan.cases.known import local_day
from anlan.cases.queries import NOTHING, beginnings
from anlan.indicators.cases import OVERDUE, Asked, cases_behind
from anlan.indicators.reads import below, lag
from anlan.indicators.values import Below, Counted, Period, Ratio, eyes_of, figures_from
from anlan.people.may import Role, covers
from anlan.places import find
from anlan.places.codes import text
from anlan.places.tree import Spot
from anlan.web.action_forms import say
from anlan.web.case_drawing import item_of
from anlan.web.desk.drawn import days_of, map_of_rows, percent, trend_of_days
from anlan.web.gate import open_to
from anlan.web.look.values import Choice
from anlan.web.staff_frame import OVERSEERS, OVERVIEWERS, Sight, frame, language, look_of

LENGTHS = {"7": 7, "30": 30, "365": 365}
MONTH = "month"
USUAL = "30"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What an address asks for: a place of the post's, days, a procedure."""

    place: Spot
    chosen: str
    period: Period
    procedure: Procedure

    def url(self, name: str, **more: object) -> str:
        """The address of a page about the same, or about something else that `more` names."""
        given = {"place": self.place.code, "period": self.chosen, "procedure": self.procedure.key} | more
        return f"{reverse(name)}?{urlencode({key: value for key, value in given.items() if value != ''})}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A figure: what it counts, of how many, as a share; each number with the address of its cases."""

    count: str
    count_url: str
    of: str
    of_url: str
    percent: str
    late: bool = False


@open_to("staff", roles=OVERVIEWERS)
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The place's figures, and a table of the places below it."""
    sight = look_of(request)
    scene = scene_of(request, sight)
    table = _table(scene, sight)
    eyes = eyes_of(sight.by, known=sight.known)
    days = days_of(scene.place, scene.period, scene.procedure, eyes=eyes, at=sight.at)
    headlines = [one for one in scene.procedure.measures if one.headline]
    context = {
        **frame(request, here="desk:overview"),
        "place": scene.place.called(language()),
        "trail": trail(scene, sight),
        "periods": periods(scene),
        "procedures": procedures(scene),
        "first": scene.period.first,
        "last": scene.period.last,
        "heads": [*((say(one.words), say(one.formula)) for one in headlines), late_words()],
        "whole": cells(table.whole, scene, sight, headlines),
        "rows": [
            (
                row.place.called(language()) if row.place else _("No place below is known"),
                scene.url("desk:overview", place=row.place.code) if row.place else "",
                cells(row, scene, sight, headlines),
            )
            for row in table.rows
        ],
        "measures": [
            (say(one.words), say(one.formula), one.source, cell)
            for one, cell in zip(
                scene.procedure.measures,
                cells(table.whole, scene, sight, scene.procedure.measures),
                strict=False,
            )
        ],
        "lag": lag(),
        "map": map_of_rows(
            scene.place,
            table.rows,
            scene.procedure,
            url=lambda place: scene.url("desk:overview", place=place.code),
        ),
        "trend": trend_of_days(days, scene.procedure),
        "wall_url": scene.url("desk:wall"),
        "csv_url": scene.url("desk:overview_csv"),
        "now": sight.at,
    }
    return render(request, "desk/overview.html", context)


@open_to("staff", roles=OVERVIEWERS)
@never_cache
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The table as a file for a spreadsheet: every measure of the place and of those below it."""
    sight = look_of(request)
    scene = scene_of(request, sight)
    found = _table(scene, sight)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"anlan-{text(scene.place.code)}-{scene.period.first}-{scene.period.last}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    out = csv.writer(answer)
    measures = scene.procedure.measures
    heads = [_("Place"), _("Code"), _("From day"), _("To day")]
    for one in measures:
        heads.append(say(one.words))
        if one.of is not None:
            heads += [
                _("%(measure)s: of how many") % {"measure": say(one.words)},
                _("%(measure)s: percent") % {"measure": say(one.words)},
            ]
    out.writerow([*heads, _("Overdue now")])
    for row in (found.whole, *found.rows):
        figures = figures_from(row.counts, measures)
        line: list[object] = [
            _plain(row.place.called(language())) if row.place else _("No place below is known"),
            text(row.place.code) if row.place else "",
            scene.period.first,
            scene.period.last,
        ]
        for one in measures:
            figure = figures[one.key]
            line.append(figure.count)
            if one.of is not None:
                line += [figure.of, "" if figure.percent is None else figure.percent]
        out.writerow([*line, row.overdue])
    return answer


@open_to("staff", roles=OVERSEERS)
@never_cache
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The cases that a number counts, a page at a time."""
    sight = look_of(request)
    scene = scene_of(request, sight)
    fact, only_here = request.GET.get("fact", ""), request.GET.get("here") == "1"
    facts = {one.key: say(one.words) for one in scene.procedure.facts} | {OVERDUE: _("Overdue now")}
    if fact not in facts:
        raise Http404
    asked = Asked(
        place=scene.place,
        fact=fact,
        period=scene.period,
        procedure=scene.procedure.key,
        only_here=only_here,
    )
    after = request.GET.get("after", "")[:1000]
    context: dict[str, Any] = {
        **frame(request, here="desk:overview"),
        "place": scene.place.called(language()),
        "what": facts[fact],
        "standing": fact == OVERDUE or any(one.key == fact and one.standing for one in scene.procedure.facts),
        "only_here": only_here,
        "first": scene.period.first,
        "last": scene.period.last,
        "back": scene.url("desk:overview"),
        "now": sight.at,
    }
    try:
        page = cases_behind(sight.by, asked, known=sight.known, at=sight.at, after=after or None)
    except Refused as refused:
        return render(request, "desk/overview_cases.html", {**context, "refusal": str(refused)}, status=400)
    begins = beginnings(sight.by, [row.id for row in page.rows], known=sight.known)
    more = {"fact": fact, "here": "1" if only_here else ""}
    context |= {
        "items": [
            item_of(
                row,
                url=reverse("desk:case", args=[row.number]),
                sight=sight,
                begins=begins.get(row.id, NOTHING),
            )
            for row in page.rows
        ],
        "hidden": page.hidden,
        "newer": scene.url("desk:overview_cases", **more) if after else "",
        "older": scene.url("desk:overview_cases", **more, after=page.next_cursor) if page.next_cursor else "",
    }
    return render(request, "desk/overview_cases.html", context)


def scene_of(request: HttpRequest, sight: Sight) -> Scene:
    """What the address asks for. What does not exist, or lies outside the post's places, is not found."""
    given = request.GET
    code = given.get("place", "")
    if code:
        spot = find.find_code(int(code), at=sight.at) if code.isdecimal() and len(code) == 15 else None
    else:
        spots = (find.find_code(low, at=sight.at) for low, _high in sight.by.scope)
        spot = min((one for one in spots if one is not None), key=lambda one: one.level, default=None)
    measured = [one for one in registry.newest().values() if one.measures]
    procedure = next((one for one in measured if one.key == given.get("procedure", measured[0].key)), None)
    if spot is None or not covers(sight.by.scope, spot.code) or procedure is None:
        raise Http404
    chosen = given.get("period", USUAL)
    chosen = chosen if chosen in LENGTHS or chosen == MONTH else USUAL
    return Scene(
        place=spot,
        chosen=chosen,
        period=_period(chosen, local_day(sight.at, sight.known.calendar)),
        procedure=procedure,
    )


def _period(chosen: str, today: date) -> Period:
    if chosen == MONTH:
        return Period(first=today.replace(day=1), last=today)
    return Period.of_days(LENGTHS[chosen], last=today)


def _table(scene: Scene, sight: Sight) -> Below:
    return below(
        scene.place,
        scene.period,
        procedure=scene.procedure.key,
        eyes=eyes_of(sight.by, known=sight.known),
        at=sight.at,
    )


def cells(row: Counted, scene: Scene, sight: Sight, measures: Sequence[Measure]) -> list[Cell]:
    """The figures of one row, in the order of the measures, and its overdue cases last."""
    figures = figures_from(row.counts, tuple(measures))
    opens = sight.by.role is not Role.AUDITOR

    def url(fact: str | None, n: int | None) -> str:
        if not opens or not n or fact is None:
            return ""
        where = {"place": row.place.code} if row.place else {"here": "1"}
        return scene.url("desk:overview_cases", fact=fact, **where)

    def cell(one: Measure, figure: Ratio) -> Cell:
        return Cell(
            count=number_format(figure.count, force_grouping=True),
            count_url=url(one.counts, figure.count),
            of="" if figure.of is None else number_format(figure.of, force_grouping=True),
            of_url=url(one.of, figure.of),
            percent="" if figure.percent is None else percent(float(figure.percent)),
        )

    late = Cell(
        count=number_format(row.overdue, force_grouping=True),
        count_url=url(OVERDUE, row.overdue),
        of="",
        of_url="",
        percent="",
        late=row.overdue > 0,
    )
    return [*(cell(one, figures[one.key]) for one in measures), late]


def late_words() -> tuple[str, str]:
    """What is said of overdue cases: counted at this moment, whatever the period."""
    return _("Overdue now"), _("open cases whose next limit has passed, whatever the period")


def trail(scene: Scene, sight: Sight, *, page: str = "desk:overview") -> list[Choice]:
    """The way down to the place, as far up as the post's places reach."""
    above = [one for one in find.above(scene.place.id, at=sight.at) if covers(sight.by.scope, one.code)]
    return [
        Choice(
            word=one.called(language()),
            url=scene.url(page, place=one.code),
            current=one.id == scene.place.id,
        )
        for one in (*above, scene.place)
    ]


def periods(scene: Scene) -> list[Choice]:
    """The periods one can choose, this month among them."""
    words = {
        "7": _("7 days"),
        "30": _("30 days"),
        MONTH: _("This month"),
        "365": _("365 days"),
    }
    return [
        Choice(word=word, url=scene.url("desk:overview", period=key), current=key == scene.chosen)
        for key, word in words.items()
    ]


def procedures(scene: Scene) -> list[Choice]:
    """The procedures that have figures; none to choose where there is one."""
    found = [
        Choice(
            word=say(one.words),
            url=scene.url("desk:overview", procedure=one.key),
            current=one.key == scene.procedure.key,
        )
        for one in registry.newest().values()
        if one.measures
    ]
    return found if len(found) > 1 else []


def _plain(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in {"=", "+", "-", "@", "\t", "\r"} else name
