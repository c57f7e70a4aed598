# SPDX-License-Identifier: Apache-2.0
"""The first page, and the public list: category or plain kind, town, state, dates and organisation, and nothing else of any case.

No number, no words, no point; a link where a summary was released (`summaries`). The list is not for search engines: what is taken off it after its months is gone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.cases.queries import PublicFilters, PublicPage, PublicRow, public_list
from anlan.places.codes import Level
from anlan.places.find import children, counties, find_code, find_place, full_path
from anlan.procedures.report.kinds import KINDS
from anlan.web.alerts import band_of_place
from anlan.web.front import answer_refusals, draw, language, level_name, numbers_to_call, quiet, said
from anlan.web.gate import open_to
from anlan.web.kinds import say_chosen
from anlan.web.look.values import Pill, Tone

HERE = "public:list"


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """One line of the list, in the reader's words."""

    title: str
    pill: Pill
    town: str
    opened_on: date
    closed_on: date | None
    office: str
    url: str

    @property
    def took(self) -> int:
        """Days from the report to its closing."""
        return (self.closed_on - self.opened_on).days if self.closed_on else 0


class Narrow(forms.Form):
    """What the list is narrowed to. What cannot be read is left out, not refused: it is only an address."""

    county = forms.ChoiceField(required=False)
    town = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, given: dict[str, str]) -> None:
        """The towns offered are those of the county chosen."""
        super().__init__(initial=given)
        at = now()
        everywhere = ("", _("All"))
        rows = [
            (upper.called(language()), [(str(each.id), each.called(language())) for each in below])
            for upper, below in counties(at=at)
        ]
        for name, level in (("county", Level.COUNTY), ("town", Level.TOWN)):
            self.fields[name].label = level_name(level)
        self.fields["county"].choices = [everywhere, *rows]  # type: ignore[attr-defined]
        self.narrower = given.get("county", "") != ""
        if self.narrower:
            towns = children(int(given["county"]), at=at)
            below = [(str(each.id), each.called(language())) for each in towns]
            self.fields["town"].choices = [everywhere, *below]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            everywhere,
            *((key, said(words)) for key, words in KINDS),
        ]


@open_to("anyone")
@require_safe
@answer_refusals
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here, and whom to call when waiting would be wrong."""
    context = {"numbers": numbers_to_call(), "staff": _staff(), "band": band_of_place(None, at=now())}
    return draw(request, "public/home.html", context)


@open_to("anyone")
@require_safe
@answer_refusals
def listed(request: HttpRequest) -> HttpResponse:
    """The public list, by pages."""
    at, known = now(), current()
    given = given_in(request)
    filters = filters_of(given, at=at)
    page = public_list(known=known, at=at, filters=filters, after=request.GET.get("after"))
    context = {
        **around(request, HERE, given, page),
        "rows": [published(row, known=known) for row in page.rows],
    }
    return quiet(draw(request, "public/list.html", context, here=HERE))


def filters_of(given: dict[str, str], *, at: datetime, with_page: bool = False) -> PublicFilters:
    """What the address asks for."""
    within = int(given.get("town") or given.get("county") or 0) or None
    spot = find_place(within, at=at) if within is not None else None
    return PublicFilters(within=spot.code if spot else None, group=given.get("kind"), with_page=with_page)


def around(request: HttpRequest, name: str, given: dict[str, str], page: PublicPage) -> dict[str, Any]:
    """What stands around the lines of a public list: the filters, and the ways to other pages."""
    here = reverse(name)
    return {
        "form": None,
        "here": here,
        "narrow": Narrow(given),
        "narrowed": _said_of(given),
        "older": f"{here}?{urlencode({**given, 'after': page.next_cursor})}" if page.next_cursor else "",
        "first": f"{here}?{urlencode(given)}" if request.GET.get("after") else "",
    }


def given_in(request: HttpRequest) -> dict[str, str]:
    """The filters of the address that name something there is."""
    at = now()
    found: dict[str, str] = {}
    for key, level in (("county", Level.COUNTY), ("town", Level.TOWN)):
        text = request.GET.get(key, "")
        if text.isascii() and text.isdecimal() and len(text) <= 9:
            spot = find_place(int(text), at=at)
            if spot is not None and spot.level is level:
                found[key] = text
    if "town" in found and "county" in found:
        town = find_place(int(found["town"]), at=at)
        if town is None or str(town.parent_id) != found["county"]:
            del found["town"]
    elif "town" in found:
        del found["town"]
    kind = request.GET.get("kind", "")
    if kind in dict(KINDS):
        found["kind"] = kind
    return found


def published(row: PublicRow, *, known: Known) -> Published:
    """A line in the reader's words."""
    procedure = registry.get_procedure(row.procedure, row.version)
    category = known.categories.get(row.category) if row.category is not None else None
    town = find_code(row.town, at=row.opened_on)
    office = known.organisations.get(row.organisation) if row.organisation is not None else None
    return Published(
        title=said(category.words)
        if category
        else say_chosen(procedure, row.kind) or _("Kind not decided yet"),
        pill=Pill(word=said(procedure.state(row.state).public), tone=Tone.NEW if row.open else Tone.DONE),
        town=full_path(town.id, at=row.opened_on, language=language(), skip=1) if town else "",
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        office=said(office.words) if office else "",
        url=reverse("public:summary", args=[row.page]) if row.page else "",
    )


def _said_of(given: dict[str, str]) -> list[str]:
    """What the list is narrowed to, in words."""
    places = [int(given[key]) for key in ("county", "town") if key in given]
    names = [spot.called(language()) for each in places if (spot := find_place(each))]
    kind = dict(KINDS).get(given.get("kind", ""))
    return [*names, *([said(kind)] if kind else [])]


def _staff() -> str:
    """Where staff sign in, if this deployment has a desk."""
    try:
        return reverse("desk:sign_in")
    except NoReverseMatch:
        return ""
