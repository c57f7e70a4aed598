# SPDX-License-Identifier: Apache-2.0
"""Public figures as open data: what the pages tell of a place, for everybody, without a token."""

from datetime import date

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from anlan.base.errors import Invalid, NotFound
from anlan.cases import registry
from anlan.indicators.public import KEPT, kept_figures, month_before, public_measures
from anlan.places import find
from anlan.web.api import shapes
from anlan.web.api.callers import caller_of
from anlan.web.api.door import operation
from anlan.web.api.drawing import named, place_of
from anlan.web.api.given import find_spot


class Figure(Schema):
    """A public figure: `count`, `of` so many, `percent` as a text. All null while it is not told: it, or another that could be
    computed from it, is under ten.
    """

    key: str
    words: shapes.Named
    formula: shapes.Named
    count: int | None
    of: int | None
    percent: str | None


class FiguresOf(Schema):
    """Public figures of a place and a calendar month that has ended."""

    place: shapes.PlaceOf
    procedure: str
    first: date
    last: date
    figures: list[Figure]


@operation("GET", "/figures", to="anyone", gives=FiguresOf, tag="figures")
def read_the_figures(
    request: HttpRequest, within: str | None = None, procedure: str | None = None
) -> HttpResponse:
    """Read the public figures of a place. Of towns and wider places, of the calendar month that ended last; none under ten,
    nor one from which such a one follows. Without `within` of the whole region. To be kept for an hour.
    """
    at = caller_of(request).at
    measured = {key: one for key, one in registry.newest().items() if one.measures}
    key = next(iter(measured)) if procedure is None else procedure
    if key not in measured:
        raise Invalid(fields={"procedure": _("There is no such procedure.")})
    place = find_spot(within, at=at) if within is not None else next(iter(find.children(None, at=at)), None)
    if place is None:
        raise NotFound
    period = month_before(at.astimezone(find.ZONE).date())
    told = kept_figures(place, procedure=key, at=at)
    answer = HttpResponse(
        msgspec.json.encode({
            "place": place_of(place, language=get_language() or ""),
            "procedure": key,
            "first": period.first,
            "last": period.last,
            "figures": [
                {
                    "key": one.key,
                    "words": named(one.words),
                    "formula": named(one.formula),
                    "count": ratio and ratio.count,
                    "of": ratio and ratio.of,
                    "percent": str(ratio.percent) if ratio and ratio.percent is not None else None,
                }
                for one in public_measures(key)
                for ratio in [told[one.key]]
            ],
        }),
        content_type="application/json",
    )  # fmt: skip
    answer["Cache-Control"] = f"public, max-age={KEPT.seconds}"
    return answer
