# SPDX-License-Identifier: Apache-2.0
"""What the overview and the wall draw of their figures: a map of the places below, and lines over the days."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from anlan.cases.define import Measure, Procedure
from anlan.indicators.reads import daily, is_standing
from anlan.indicators.values import Counted, Day, Eyes, Period, figures_from
from anlan.places.tree import Spot
from anlan.web.action_forms import say
from anlan.web.look.maps import Area, Choropleth, map_below
from anlan.web.look.trends import Series, Trend, trend_of
from anlan.web.staff_frame import language

LINES = 2


def mapped(procedure: Procedure) -> Measure | None:
    """The measure that the map shows: the first share among the headlines, which large and small places have alike."""
    return next((one for one in procedure.measures if one.headline and one.of is not None), None)


def map_of_rows(
    place: Spot, rows: Sequence[Counted], procedure: Procedure, *, url: Callable[[Spot], str]
) -> Choropleth | None:
    """The places below, each a link; None where the procedure has no share to show."""
    measure = mapped(procedure)
    if measure is None:
        return None
    areas = []
    for row in rows:
        share = figures_from(row.counts, (measure,))[measure.key].percent
        if row.place is not None:
            areas.append(
                Area(
                    code=row.place.code,
                    name=row.place.called(language()),
                    shown=percent(None if share is None else float(share)),
                    value=None if share is None else float(share),
                    url=url(row.place),
                )
            )
    return map_below(place.code, areas, title=say(measure.words), measure="", say=percent)


def percent(value: float | None) -> str:
    """A share as it is shown; a dash of nothing."""
    return "–" if value is None else f"{value:.1f}%"


def days_of(place: Spot, period: Period, procedure: Procedure, *, eyes: Eyes, at: datetime) -> list[Day]:
    """Every day of the period with the counts that the lines show."""
    facts = [one.counts for one in _counted(procedure)]
    return daily(place, period, facts=facts, procedure=procedure.key, eyes=eyes, at=at)


def trend_of_days(days: Sequence[Day], procedure: Procedure) -> Trend | None:
    """The lines over these days; None where the procedure counts nothing by the day."""
    if not _counted(procedure):
        return None
    return trend_of(
        _("Day by day"),
        [each.day for each in days],
        [
            Series(name=say(one.words), values=[each.counts[one.counts] for each in days])
            for one in _counted(procedure)
        ],
        today=days[-1].day,
    )


def _counted(procedure: Procedure) -> list[Measure]:
    """The first plain counts that fall on a day: of the headlines, or of all where none of these is one."""
    plain = [
        one for one in procedure.measures if one.of is None and not is_standing(procedure.key, one.counts)
    ]
    return ([one for one in plain if one.headline] or plain)[:LINES]
