# SPDX-License-Identifier: Apache-2.0
"""What a person is asked once between writing a report and sending it: to call first in danger, then the rest on one page:
what in the text points at somebody, what their kind of report still needs, whether the like is in hand already, and of a
confidential report whether it is about the very office that would take it.

Each page carries what was typed as hidden fields, so none needs a script and nothing is lost by going back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anlan.base.errors import TooMany
from anlan.cases import registry
from anlan.cases.define import Procedure
from anlan.cases.known import Known
from anlan.cases.personal import find_personal, mask
from anlan.cases.queries import MOST_ALIKE, Alike, alike_in
from anlan.people.rates import Cap, take
from anlan.people.session import network_of
from anlan.places.codes import Level
from anlan.places.find import above, area_of, full_path, get_place
from anlan.procedures.report.catalogue import Meant, meant_by
from anlan.procedures.report.kinds import DANGER_KINDS, call_first
from anlan.web.drafts import Draft
from anlan.web.front import draw, emergency_numbers, language, said
from anlan.web.resident.places import Option, offices_beside
from anlan.web.resident.report_form import ABOUT, FOR, ReportForm

CALLED, CHECKED, CONCERNED, OFFERED, PERSONAL, TOO = (
    "called",
    "checked",
    "concerned",
    "offered",
    "personal",
    "too",
)
TAKE_OUT = "out"
TEXTS = ("words", "address")
"""Questions whose answers are looked through for what points at somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """What is in hand and may be the same, in words, and `why` it is shown; `number` is the newest of the `n` that everybody reads the same
    words of.

    `mark` stands for it on the page of one draft: whoever is offered to join it does not get its number.
    """

    number: int
    mark: str
    words: str
    why: str
    n: int


def ask_first(
    request: HttpRequest,
    form: ReportForm,
    draft: Draft,
    procedure: Procedure,
    *,
    known: Known,
    at: datetime,
    caps: Iterable[Cap],
) -> HttpResponse | None:
    """The page to show before this report is sent; None when all was asked. `form` is valid."""
    if CALLED not in request.POST and in_danger(form) and emergency_numbers():
        context = {
            "numbers": emergency_numbers(),
            "carried": _carried(request, {CALLED}),
            "draft": draft.text(request),
            "form": form,
        }
        return draw(request, "resident/call.html", context, here="resident:new")
    if CHECKED in request.POST:
        return None
    texts = pointing(form)
    questions = form.unanswered()
    alike = in_hand(request, form, draft, procedure, known=known, at=at, caps=caps)
    offers = draft.offers and OFFERED not in request.POST
    beside = perhaps_concerned(form, known=known, at=at)
    if not (texts or alike or offers or beside):
        return None
    own = {
        *((OFFERED, "use_photo") if offers else ()),
        *((CONCERNED,) if beside else ()),
        *(each.name for each in questions),
    }
    context = {
        "draft": draft.text(request),
        "carried": _carried(request, {CHECKED, PERSONAL, TOO, *own}),
        "texts": texts,
        "questions": questions,
        "alike": alike,
        "offers": offers,
        "beside": beside,
        "form": form,
        **(_meeting(form) if alike else {}),
    }
    return draw(request, "resident/before.html", context, here="resident:new")


def in_danger(form: ReportForm) -> bool:
    """Whether what was ticked, chosen or written sounds as if a call were quicker than a report."""
    given = form.cleaned_data
    return bool(
        given.get("danger") or given.get("kind") in DANGER_KINDS or call_first(str(given.get("words") or ""))
    )


def pointing(form: ReportForm) -> list[tuple[str, str, str]]:
    """Of each text that holds a number, a plate or an address of mail: its question, as it is, and without that."""
    found = []
    for key in TEXTS:
        text = str(form.cleaned_data.get(key) or "")
        if find_personal(text, ()):
            found.append((str(form[key].label), text, mask(text, ())))
    return found


def perhaps_concerned(form: ReportForm, *, known: Known, at: datetime) -> list[Option]:
    """The offices of village and town, where somebody wants to stay unknown and has not said that it is about an office: to
    one that it is about, it must not go.
    """
    area = area_of(form.cleaned_data["place_id"], at=at)
    if area is None or not form.cleaned_data.get("confidential") or form.cleaned_data.get("about"):
        return []
    return offices_beside(known, area=area, at=at)


def with_concerned(typed: QueryDict) -> QueryDict:
    """What was typed, as if the office that was named when asked had been named at once."""
    if not typed.get(CONCERNED):
        return typed
    found = typed.copy()
    found["about"], found[ABOUT] = "on", str(typed[CONCERNED])
    return found


def taken_out(data: dict[str, Any]) -> dict[str, Any]:
    """The answers without what points at somebody."""
    return {**data, **{key: mask(data[key], ()) for key in TEXTS if key in data}}


def in_hand(
    request: HttpRequest,
    form: ReportForm,
    draft: Draft,
    procedure: Procedure,
    *,
    known: Known,
    at: datetime,
    caps: Iterable[Cap],
) -> tuple[InHand, ...]:
    """What is in hand already and may be the same, the newest first: of the classes that the report names, where it names any. Who reports for somebody joins them to nothing; of public offices nothing is told, nor to a network that asks again and
    again: its report goes on without it.
    """
    area = area_of(form.cleaned_data["place_id"], at=at)
    if area is None or form.cleaned_data.get("about") or form.cleaned_data.get(FOR):
        return ()
    try:
        for cap in caps:
            take("report alike", network_of(request), cap=cap, at=at)
    except TooMany:
        return ()
    meant = meant_by(str(form.cleaned_data.get("words") or ""))
    found: dict[tuple[str, str], list[int]] = {}
    for each in alike_in(procedure, area, form.cleaned_data.get("kind") or "", known=known):
        why = _why(each, meant, known=known)
        if why:
            found.setdefault((_said(each, known=known, at=at), why), []).append(each.number)
    told = [
        InHand(number=same[0], mark=_mark(draft, same[0]), words=words, why=why, n=len(same))
        for (words, why), same in found.items()
    ]
    return tuple(told[:MOST_ALIKE])


def _mark(draft: Draft, number: int) -> str:
    return salted_hmac("anlan.too", f"{draft.case_id}|{number}", algorithm="sha256").hexdigest()[:32]


def _carried(request: HttpRequest, but: set[str]) -> list[tuple[str, str]]:
    """All that was typed, but for what the page itself asks."""
    left = {*but, "csrfmiddlewaretoken", "draft", "drop", "back"}
    return [
        (key, value.replace("\x00", ""))
        for key, values in request.POST.lists()
        if key not in left
        for value in values
    ]


def _said(each: Alike, *, known: Known, at: datetime) -> str:
    """What the public list says of it too: its class where it has one, how long ago, how far."""
    state = said(registry.get_procedure(each.procedure, each.version).state(each.state).public)
    told = _("%(age)s: %(state)s") % {"age": _age(each, at=at), "state": state}
    category = known.categories.get(each.category) if each.category is not None else None
    return f"{said(category.words)} · {told}" if category else told


def _why(each: Alike, meant: Sequence[Meant], *, known: Known) -> str:
    """Why it is shown: the report names its class, or one of the two has no class yet. Nothing where they are of different classes."""
    category = known.categories.get(each.category) if each.category is not None else None
    if category is None or not meant:
        return _("because it is of the same kind")
    names = (category.words.zh, category.words.en.casefold())
    for one in meant:
        if one.category.zh == category.words.zh or any(one.word in name for name in names):
            return _("because you wrote “%(word)s”") % {"word": one.word}
    return ""


def _age(each: Alike, *, at: datetime) -> str:
    days = (localtime(at).date() - localtime(each.opened_at).date()).days
    if days < 1:
        return _("Reported today")
    return ngettext("Reported yesterday", "Reported %(n)s days ago", days) % {"n": days}


def _meeting(form: ReportForm) -> dict[str, str]:
    """Where and of which kind what is in hand is, and the public list of that kind in that town."""
    place = get_place(form.cleaned_data["place_id"])
    uppers = {spot.level: spot.id for spot in (*above(place.id), place)}
    kind = form.cleaned_data["kind"]
    asked = {"county": uppers.get(Level.COUNTY, ""), "town": uppers.get(Level.TOWN, ""), "kind": kind}
    return {
        "alike_place": full_path(place.id, language=language(), skip=3),
        "alike_kind": dict(form.fields["kind"].choices)[kind],  # type: ignore[attr-defined]
        "alike_list": f"{reverse('public:list')}?{urlencode(asked)}",
    }
