# SPDX-License-Identifier: Apache-2.0
"""What everybody may know: categories, places, organisations, procedures and their forms, and where a point lies."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotFound
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.known import Known, covers, holds_on, local_day
from anlan.places import find
from anlan.places.codes import pad
from anlan.places.codes import text as code_text
from anlan.places.datum import E7, Datum, to_wgs84
from anlan.places.locate import MADE_UP, locate
from anlan.places.names import narrow
from anlan.places.region import region
from anlan.web.api import shapes
from anlan.web.api.bodies import read_degrees
from anlan.web.api.callers import caller_of
from anlan.web.api.door import operation
from anlan.web.api.drawing import ROOT, action_schema, named, place_of, procedure_of
from anlan.web.api.given import check_page_size, find_spot

PAGE = 200
LONGEST = 300


def language() -> str:
    """The reader's language."""
    return get_language() or "zh-hans"


@operation("GET", "/categories", to="anyone", gives=shapes.Categories, tag="catalogue")
def list_the_categories(
    request: HttpRequest, scheme: str | None = None, group: str | None = None
) -> dict[str, Any]:
    """List the categories in force. Each with its registration and closing conditions."""
    known = current()
    found = categories_of(known, day=local_day(caller_of(request).at, known.calendar))
    return {"categories": [c for c in found if scheme in {None, c["scheme"]} and group in {None, c["group"]}]}


def categories_of(known: Known, *, day: date) -> list[dict[str, Any]]:
    """The categories in force on a day."""
    return [
        {
            "id": c.id,
            "scheme": c.scheme,
            "version": c.version,
            "code": c.code,
            "words": named(c.words),
            "group": c.group,
            "urgent": c.urgent,
            "valid_from": c.span[0],
            "valid_to": c.span[1],
            "conditions": [
                {"id": one.id, "words": named(one.words), "closing": named(one.closing)}
                for one in known.conditions_of(c.id)
            ],
        }
        for c in known.categories.values()
        if holds_on(c.span, day)
    ]


@operation("GET", "/places", to="anyone", gives=shapes.Places, tag="places")
def find_places(
    request: HttpRequest, q: str = "", within: str | None = None, size: int = 40
) -> dict[str, Any]:
    """Find places by the names in a text. Characters, pinyin, initials or English; without `q` the widest places."""
    at = caller_of(request).at
    if len(q) > LONGEST or "\x00" in q:
        raise Invalid(fields={"q": _("This cannot be read. Please check it.")})
    check_page_size(size, most=100)
    inside = find_spot(within, at=at) if within is not None else None
    if q.strip():
        spots = [
            c.spot for c in narrow(q, within=inside.code if inside else None, language=language(), limit=size)
        ]
    else:
        spots = list(find.children(inside.id if inside else None, at=at))[:size]
    return {"places": [place_of(spot, language=language()) for spot in spots]}


@operation("GET", "/places/{code}", to="anyone", gives=shapes.PlaceWith, tag="places")
def read_a_place(request: HttpRequest, code: str) -> dict[str, Any]:
    """Read a place. With the places directly below it; under an old code, the place that answers for it now."""
    at = caller_of(request).at
    try:
        padded = pad(code)
        spot = find.holder(padded, at=at) if find.was_code(padded, at=at) else find.find_code(padded, at=at)
    except ValueError:
        raise NotFound from None
    if spot is None:
        raise NotFound
    below = find.children(spot.id, at=at)
    return place_of(spot, language=language()) | {
        "children": [place_of(each, language=language()) for each in below]
    }


@operation("GET", "/locate", to="anyone", gives=shapes.Located, tag="places")
def locate_a_point(request: HttpRequest, lng: str, lat: str, crs: Datum = Datum.WGS84) -> dict[str, Any]:  # noqa: ARG001 - django-ninja names it
    """Find the county of a point. Whole units of 1e-7 degree; below the county only candidates, made up, not surveyed."""
    x, y = read_degrees(lng, name="lng", most=180 * E7), read_degrees(lat, name="lat", most=90 * E7)
    try:
        x, y = to_wgs84(x, y, datum=region().datum(crs))
    except ValueError:
        raise Invalid(fields={"crs": _("Positions of this kind are not taken here.")}) from None
    found = locate(x, y)
    return {
        "place": place_of(found.place, language=language()),
        "candidates": [
            place_of(near.spot, language=language()) | {"metres": near.metres} for near in found.candidates
        ],
        "note": str(MADE_UP),
        "lng": x,
        "lat": y,
    }


@operation("GET", "/organisations", to="anyone", gives=shapes.Organisations, tag="catalogue")
def list_the_organisations(
    request: HttpRequest, within: str | None = None, kind: str | None = None, after: int = 0, size: int = PAGE
) -> dict[str, Any]:
    """List organisations. By id; `within` a place and everything in it."""
    at, known = caller_of(request).at, current()
    check_page_size(size, most=PAGE)
    inside = find_spot(within, at=at).code if within is not None else 0
    day = local_day(at, known.calendar)
    found = [
        o
        for o in known.organisations.values()
        if o.id > after and holds_on(o.span, day) and kind in {None, o.kind} and covers(inside, o.area)
    ]
    found.sort(key=lambda o: o.id)
    following = None
    if len(found) > size:
        given = request.GET.dict() | {"after": str(found[size - 1].id)}
        following = f"{ROOT}/organisations?{urlencode(given)}"
    return {
        "organisations": [
            {
                "id": o.id,
                "key": o.key,
                "kind": o.kind,
                "department": o.department,
                "words": named(o.words),
                "area": code_text(o.area) if o.area else "",
                "upper": o.upper,
                "phone": o.phone,
            }
            for o in found[:size]
        ],
        "next": following,
    }


@operation("GET", "/procedures", to="anyone", gives=shapes.Procedures, tag="procedures")
def list_the_procedures(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - django-ninja names it
    """List the procedures. Each in the version in which new cases open."""
    return {"procedures": [procedure_of(one) for one in registry.newest().values()]}


@operation("GET", "/procedures/{key}", to="anyone", gives=shapes.ProcedureOf, tag="procedures")
def read_a_procedure(request: HttpRequest, key: str) -> dict[str, Any]:  # noqa: ARG001 - django-ninja names it
    """Read a procedure. States, actions, and who may do them."""
    procedure = registry.newest().get(key)
    if procedure is None:
        raise NotFound
    return procedure_of(procedure)


@operation(
    "GET",
    "/procedures/{key}/versions/{int:version}/actions/{action}",
    to="anyone",
    gives=dict[str, Any],
    tag="procedures",
)
def read_an_action(request: HttpRequest, key: str, version: int, action: str) -> HttpResponse:  # noqa: ARG001 - django-ninja names it
    """Read the JSON Schema of an action's data. Drawn from the declaration."""
    procedure = registry.by_version().get((key, version))
    if procedure is None:
        raise NotFound
    try:
        declared = procedure.action(action)
    except KeyError:
        raise NotFound from None
    schema = action_schema(procedure, declared, language=language())
    return HttpResponse(msgspec.json.encode(schema), content_type="application/schema+json")
