# SPDX-License-Identifier: Apache-2.0
"""What a procedure draws of its own on the page of a case: its panel, and the words for what it names by number. Handed over by config, so
that no door knows procedures.

A panel is a template and the function that says what it shows: only what this reader's `View` holds. It stands on the desk's page of
a case and where a party follows it. Words for items are what a form offers, and what stands in the timeline instead of their number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anlan.cases.define import Action, Field, Kind
from anlan.cases.known import Known
from anlan.cases.queries import View, get_view
from anlan.web.look.times import say_day, say_money, say_when

MOST_LINES = 5_000
"""Entries that are looked through for what stands."""
Part = str | datetime | date | int
"""A bit of what an item is called by: words in the reader's language, an instant, a day, or money in hundredths."""
Items = Mapping[str, Mapping[int, tuple[Part, ...]]]
"""By the key of the field that asks for one of them: each with its number."""


class Shows(Protocol):
    """What a panel's template shows for one reader; empty where there is nothing to see."""

    def __call__(self, view: View, *, known: Known, at: datetime) -> Mapping[str, Any]:
        """For this view of the case."""


class Calls(Protocol):
    """What this procedure names by number, as far as the view's reader may know; `people` says who is who."""

    def __call__(self, view: View, *, people: Mapping[int, str]) -> Items:
        """For this view of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a procedure brings: the template of its panel, what that shows, what it names by number, and the actions whose entries it
    `reads` for both: however long a case has become, these are few.
    """

    template: str
    shows: Shows
    calls: Calls | None = None
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A template, included with `shown` under the name ``panel``."""

    template: str
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What has a number in a case, in the reader's words: its people, and by field the items that one may mean."""

    people: Mapping[int, str] = field(default_factory=dict)
    items: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def say(self, asked: Field, number: int) -> str:
        """The words for what an answer names; empty for an item that this reader knows nothing of."""
        if asked.kind is Kind.PARTY:
            return self.people.get(number) or _("person %(n)s of the case") % {"n": number}
        return self.items.get(asked.key, {}).get(number, "")


_own: dict[str, Own] = {}


def set_panels(given: Mapping[str, Own]) -> None:
    """By the key of the procedure. Called once, when Django is ready."""
    _own.clear()
    _own.update(given)


def panel_of(view: View, *, known: Known, at: datetime) -> Panel | None:
    """The panel of a case for whoever reads it; None where its procedure has none or nothing for this reader."""
    own = _own.get(view.procedure.key)
    shown = own.shows(_whole(view, own, known=known, at=at), known=known, at=at) if own is not None else {}
    return Panel(template=own.template, shown=shown) if own is not None and shown else None


def names_any(action: Action) -> bool:
    """Whether an answer of it names somebody or something of the case by number."""
    return any(asked.kind in {Kind.PARTY, Kind.ITEM} for asked in action.fields)


def named_in(view: View, *, known: Known, at: datetime) -> Named:
    """The words for whatever has a number in this case."""
    people = _people(view)
    own = _own.get(view.procedure.key)
    if own is None or own.calls is None:
        return Named(people=people)
    found = own.calls(_whole(view, own, known=known, at=at), people=people)
    return Named(
        people=people,
        items={
            key: {
                n: " · ".join(_said(part, at=at) for part in parts if part != "") for n, parts in rows.items()
            }
            for key, rows in found.items()
        },
    )


def _said(part: Part, *, at: datetime) -> str:
    if isinstance(part, datetime):
        return say_when(part, at=at, near_words=False)
    if isinstance(part, date):
        return _("by %(day)s") % {"day": say_day(part, today=at.date())}
    return say_money(part) if isinstance(part, int) else part


def _people(view: View) -> dict[int, str]:
    """The people by what they are in the case: with their name where it may be read, else with their number where a role has several."""
    tongue = get_language() or "zh"
    roles = {key: words.in_language(tongue) for key, words in view.procedure.parties}
    taken = list(view.case.parties.values())
    names = {person.n: str((person.contact or {}).get("name") or "") for person in view.people}
    found = {}
    for n, role in view.case.parties.items():
        more = names.get(n) or (str(n) if taken.count(role) > 1 else "")
        found[n] = " ".join(filter(None, (roles.get(role, ""), more)))
    return found


def _whole(view: View, own: Own, *, known: Known, at: datetime) -> View:
    """With all entries that this reads: what stands may have been entered before the page of the timeline begins."""
    lines = view.timeline.lines
    if view.timeline.older is None and lines and lines[0].seq == view.case.seq:
        return view
    fresh = get_view(
        view.asked.by,
        view.case.id,
        known=known,
        at=at,
        parties=view.parties,
        lines=MOST_LINES,
        only=own.reads,
    )
    return replace(view, timeline=fresh.timeline)
