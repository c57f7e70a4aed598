# SPDX-License-Identifier: Apache-2.0
"""Grids that were walked, and the outlines by which a phone finds out which it walked. Where somebody is, no phone says."""

from datetime import date
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from anlan.base.errors import Invalid
from anlan.duty import patrols
from anlan.places import codes
from anlan.places.find import ZONE
from anlan.web.api.bodies import read_body
from anlan.web.api.callers import caller_of, terminal_of
from anlan.web.api.door import operation


class Walked(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Grids that were walked on a day, by their codes."""

    day: date
    places: list[str]


class Noted(Schema):
    """How many of them are within the post's reach; none of a day that is no longer kept."""

    noted: int


class OutlineOf(Schema):
    """A grid's rings, of longitude and latitude in turn, in whole units of 1e-5 degree, WGS-84, each closed. A point is in the grid where a
    line from it crosses the rings an odd number of times.
    """

    code: str
    rings: list[list[int]]


class Outlines(Schema):
    """Surveyed grids of the reach; others have no outline."""

    outlines: list[OutlineOf]


@operation("POST", "/patrols", to="token", gives=Noted, body=Walked, tag="sync")
def say_what_was_walked(request: HttpRequest) -> dict[str, Any]:
    """Say which grids were walked. Kept for 30 days by grid, day and office, without who it was; said again it changes nothing, so it needs
    no key.
    """
    caller, given = terminal_of(request), read_body(request, Walked)
    try:
        places = [codes.pad(each) for each in given.places[: patrols.MOST + 1]]
    except ValueError:
        raise Invalid(fields={"places": _("This is no code of a place.")}) from None
    return {"noted": patrols.walk(places, day=given.day, by=caller.by, at=caller.at, zone=ZONE)}


@operation("GET", "/sync/outlines", to="token", gives=Outlines, tag="sync")
def read_outlines(request: HttpRequest) -> HttpResponse:
    """Get the outlines of the reach's grids. They change with the kit."""
    found = patrols.outlines(caller_of(request).by.scope)
    told = {"outlines": [{"code": codes.text(code), "rings": rings} for code, rings in found]}
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")
