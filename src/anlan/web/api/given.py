# SPDX-License-Identifier: Apache-2.0
"""What was sent, in the engine's terms: place codes as places, case numbers as ids, shifted points in WGS-84.

Only spelling is changed here; whether a value may stand is the engine's to judge.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, Refused
from anlan.base.ids import read_number
from anlan.cases.define import Action, Field, Kind
from anlan.cases.known import Known
from anlan.cases.queries import find_by_number
from anlan.people.may import Actor
from anlan.places.codes import pad
from anlan.places.datum import Datum, to_wgs84
from anlan.places.find import find_code, was_code
from anlan.places.region import region
from anlan.places.tree import Spot


def find_spot(code: str, *, at: datetime) -> Spot:
    """The place that has this code now. Raises Invalid."""
    try:
        spot = find_code(pad(code), at=at)
    except ValueError:
        raise Invalid(fields={"place": _("This is not a place code: 2, 4, 6, 9, 12 or 15 digits.")}) from None
    if spot is None:
        raise Invalid(fields={"place": _("There is no such place now.")})
    return spot


def find_area(code: str, *, at: datetime) -> int:
    """The padded code of a place that is or was: for reading, an old code keeps what was settled under it. Raises Invalid."""
    try:
        padded = pad(code)
    except ValueError:
        return find_spot(code, at=at).code
    return padded if was_code(padded, at=at) else find_spot(code, at=at).code


def clean_data(
    action: Action, data: Mapping[str, Any], *, by: Actor, known: Callable[[], Known]
) -> dict[str, Any]:
    """What was sent, in the engine's terms: points in WGS-84, numbers of cases that `by` sees as ids; only these need
    what is `known`. Raises Invalid.
    """
    found = dict(data)
    for field in action.fields:
        value = found.get(field.key)
        if value is None:
            continue
        if field.kind is Kind.FILES:
            raise Invalid(fields={field.key: _("Files go beside data, in files, by their references.")})
        if field.kind is Kind.CASE:
            found[field.key] = _case_named(field, value, by, known())
        elif field.kind is Kind.POINT and isinstance(value, dict):
            found[field.key] = read_point(field, value)
    return found


def _case_named(field: Field, value: Any, by: Actor, known: Known) -> str:
    try:
        number = read_number(value if isinstance(value, str) else "")
        return str(find_by_number(by, number, known=known))
    except Refused as refused:
        raise Invalid(fields={field.key: refused.message}) from None


def check_page_size(size: int, *, most: int) -> None:
    """Whether a page of so many can be given. Raises Invalid."""
    if not 1 <= size <= most:
        raise Invalid(
            fields={
                "size": _("Please give a whole number between %(low)s and %(high)s.")
                % {"low": 1, "high": most}
            }
        )


def read_point(field: Field, value: Mapping[str, Any]) -> dict[str, Any]:
    """A position in WGS-84, whichever way it was sent. Raises Invalid."""
    rest = dict(value)
    crs = rest.pop("crs", Datum.WGS84)
    try:
        lng, lat = to_wgs84(rest["lng"], rest["lat"], datum=region().datum(crs))
    except (ValueError, TypeError, KeyError, OverflowError):
        raise Invalid(
            fields={field.key: _("This position cannot be read: whole lng and lat of 1e-7 degree, and crs.")}
        ) from None
    return rest | {"lng": lng, "lat": lat}
