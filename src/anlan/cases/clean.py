# SPDX-License-Identifier: Apache-2.0
"""Cleaning what an action was given, field by field, by the declaration. Pure; nothing a person typed is altered
beyond trimming, and every fault is told at once, by field.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid
from anlan.cases.define import Field, Kind
from anlan.cases.known import Known
from anlan.places.calendars import Limit, Unit

LONGEST_LIMIT = 999
"""Of whatever unit: some years, so that the calendar's century never ends before a limit does."""
MOST_STRANGE = 20
"""Unknown names that are told; who sent more has enough to go by."""
EMPTY: tuple[object, ...] = (None, "", [], ())
MISSING = _("Please fill this in.")
MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


class Fault(Exception):  # noqa: N818 - caught here and turned into words
    """One field's fault, in words."""

    def __init__(self, words: Any) -> None:
        super().__init__(str(words))
        self.words = words


def clean(fields: tuple[Field, ...], data: Mapping[str, Any], *, known: Known) -> dict[str, Any]:
    """The values of `fields` in `data`; unknown keys are refused so that a misspelt one is not lost.

    Raises Invalid with one message per field.
    """
    faults: dict[str, Any] = {}
    found: dict[str, Any] = {}
    names = {field.key for field in fields}
    for key in islice((key for key in data if key not in names), MOST_STRANGE):
        faults[key] = _("This action has no such field.")
    for field in fields:
        value = data.get(field.key)
        if isinstance(value, str):
            value = value.strip() if says_something(value) else ""
        if value in EMPTY:
            if field.required:
                faults[field.key] = MISSING
            continue
        try:
            found[field.key] = CLEANERS[field.kind](field, value, known)
        except Fault as fault:
            faults[field.key] = fault.words
        except (ValueError, TypeError, KeyError, OverflowError, AttributeError):
            faults[field.key] = _("This cannot be read. Please check it.")
    if faults:
        raise Invalid(fields=faults)
    return found


def says_something(text: str) -> bool:
    """Whether a text has anything to see: more than spaces and signs that have no form of their own."""
    # A character that cannot be kept is a fault to be told, not an empty answer.
    return any(unicodedata.category(each)[0] in "LNPS" or each == "\x00" for each in text)


def _text(field: Field, value: Any, known: Known) -> str:
    if not isinstance(value, str):
        raise TypeError
    if "\x00" in value:
        raise Fault(_("This holds a character that cannot be kept. Please remove it."))
    if len(value) < field.shortest:
        raise Fault(_("Please write at least %(n)s characters.") % {"n": field.shortest})
    if len(value) > field.longest:
        raise Fault(_("Please shorten this to %(n)s characters.") % {"n": field.longest})
    value.encode()
    return value.replace("\r\n", "\n")


def _choice(field: Field, value: Any, known: Known) -> str:
    if value not in {key for key, _words in field.choices}:
        raise Fault(_("Please choose one of the answers."))
    return str(value)


def _yes_no(field: Field, value: Any, known: Known) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "0": False}
    said = value if isinstance(value, bool) else words[value]
    if field.required and not said:
        raise Fault(MISSING)  # what must be said is a yes
    return said


def _whole(field: Field, value: Any, known: Known) -> int:
    if isinstance(value, (bool, float)):
        raise TypeError
    number = int(value)
    low, high = field.low, field.high
    if (low is not None and number < low) or (high is not None and number > high) or abs(number) > 2**53:
        raise Fault(
            _("Please give a whole number between %(low)s and %(high)s.") % {"low": low, "high": high}
        )
    return number


def _money(field: Field, value: Any, known: Known) -> int:
    """Hundredths; a text is read as people write it: 1,234.50."""
    if not isinstance(value, str):
        return _whole(field, value, known)
    plain = value.replace(",", "").replace("，", "").strip().removeprefix("¥").removesuffix("元").strip()
    if not MONEY.fullmatch(plain):
        raise Fault(_("Please give an amount in yuan, such as 1200 or 1200.50."))
    whole, _point, part = plain.partition(".")
    return _whole(field, int(whole) * 100 + int(part.ljust(2, "0") or 0), known)


def _date(field: Field, value: Any, known: Known) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()


def _moment(field: Field, value: Any, known: Known) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if at.tzinfo is None:
        at = at.replace(tzinfo=known.calendar.zone)
    return at.astimezone(UTC)


def _organisation(field: Field, value: Any, known: Known) -> int:
    number = _whole(field, value, known)
    if number not in known.organisations:
        raise Fault(_("There is no such organisation."))
    return number


def _organisations(field: Field, value: Any, known: Known) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)) or len(value) > 20:
        raise TypeError
    return tuple(dict.fromkeys(_organisation(field, one, known) for one in value))


def _category(field: Field, value: Any, known: Known) -> int:
    number = _whole(field, value, known)
    if number not in known.categories:
        raise Fault(_("There is no such category."))
    return number


def _condition(field: Field, value: Any, known: Known) -> int:
    number = _whole(field, value, known)
    if number not in known.conditions:
        raise Fault(_("There is no such condition."))
    return number


def _point(field: Field, value: Any, known: Known) -> dict[str, int]:
    lng, lat = value["lng"], value["lat"]
    if isinstance(lng, float) or isinstance(lat, float) or set(value) - {"lng", "lat", "metres"}:
        raise TypeError
    if abs(int(lng)) > 1_800_000_000 or abs(int(lat)) > 900_000_000:
        raise Fault(_("This position is not on the map."))
    point = {"lng": int(lng), "lat": int(lat)}
    if "metres" in value:
        point["metres"] = min(max(int(value["metres"]), 0), 100_000)
    return point


def _case(field: Field, value: Any, known: Known) -> str:
    return str(value if isinstance(value, UUID) else UUID(str(value)))


def _limit(field: Field, value: Any, known: Known) -> Limit:
    if isinstance(value, Limit):
        return value
    n = _whole(field, value["n"], known)
    if not 1 <= n <= LONGEST_LIMIT:
        raise Fault(
            _("Please give a whole number between %(low)s and %(high)s.") % {"low": 1, "high": LONGEST_LIMIT}
        )
    return Limit(n=n, unit=Unit(value["unit"]))


CLEANERS: Mapping[Kind, Callable[[Field, Any, Known], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.WHOLE_NUMBER: _whole,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.ORGANISATION: _organisation,
    Kind.ORGANISATIONS: _organisations,
    Kind.CATEGORY: _category,
    Kind.CONDITION: _condition,
    Kind.PLACE: _whole,
    Kind.POINT: _point,
    Kind.CASE: _case,
    Kind.PARTY: _whole,
    Kind.ITEM: _whole,
    Kind.POST: _whole,
    Kind.LIMIT: _limit,
    Kind.FILES: _text,
}


def as_words(value: Any) -> Any:
    """A cleaned value as it is written into an entry or a content."""
    if isinstance(value, Limit):
        return {"n": value.n, "unit": str(value.unit)}
    if isinstance(value, tuple):
        return [as_words(one) for one in value]
    return value
