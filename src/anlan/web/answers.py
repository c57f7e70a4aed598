# SPDX-License-Identifier: Apache-2.0
"""One answer of a form as people read it, whoever they are."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anlan.cases.define import Field, Kind
from anlan.cases.known import Known
from anlan.places.calendars import Limit, Unit
from anlan.procedures.mediation.register import post_words
from anlan.web.action_forms import say
from anlan.web.look.times import say_day, say_limit, say_money, say_when
from anlan.web.panels import Named


def organisation(known: Known, organisation_id: int | None) -> str:
    """An organisation's name, or nothing."""
    org = known.organisations.get(organisation_id or 0)
    return say(org.words) if org else ""


def in_a_row(words: Iterable[str]) -> str:
    """A list within a line, as the reader's language writes one."""
    return pgettext("between the items of a list", ", ").join(words)


def say_answer(field: Field, value: Any, *, known: Known, at: datetime, named: Named | None = None) -> str:
    """The answer in the reader's words, with what is `named` by a number in the case; empty for what is shown elsewhere: positions, files, other cases, and what is for programs:
    a text or number that nobody was asked for.
    """
    if field.kind in {Kind.TEXT, Kind.WHOLE_NUMBER} and not field.asked:
        return ""
    match field.kind:
        case Kind.CHOICE:
            return next((say(words) for key, words in field.choices if key == value), str(value))
        case Kind.YES_NO:
            return _("yes") if value else _("no")
        case Kind.ORGANISATION:
            return organisation(known, value)
        case Kind.ORGANISATIONS:
            return in_a_row(organisation(known, each) for each in value)
        case Kind.CATEGORY:
            category = known.categories.get(value)
            return say(category.words) if category else ""
        case Kind.CONDITION:
            condition = known.conditions.get(value)
            return say(condition.words) if condition else ""
        case Kind.POST:
            return post_words(value)
        case Kind.PARTY | Kind.ITEM:
            return (named or Named()).say(field, value)
        case Kind.MONEY:
            return say_money(value)
        case Kind.LIMIT:
            return say_limit(Limit(n=value["n"], unit=Unit(value["unit"])))
        case Kind.DATE:
            return say_day(date.fromisoformat(value), today=at.date())
        case Kind.MOMENT:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return say_when(moment, at=at)
        case Kind.POINT | Kind.CASE | Kind.FILES:
            return ""
        case _:
            return str(value)


def say_value(field: Field, value: Any, *, known: Known, at: datetime, named: Named | None = None) -> str:
    """One answer as who gave it reads it: what they ticked in its own words, their own position, days with their date."""
    match field.kind:
        case Kind.YES_NO:
            return say(field.words)
        case Kind.MOMENT:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
            return say_when(moment, at=at, near_words=False)
        case Kind.POINT:
            return f"{value['lat'] / 1e7:.5f}, {value['lng'] / 1e7:.5f}"
        case _:
            return say_answer(field, value, known=known, at=at, named=named)
