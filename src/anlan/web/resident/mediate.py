# SPDX-License-Identifier: Apache-2.0
"""Asking for mediation in plain words: first where, with who mediates there and how to reach them; then what it is about.

No account is needed. What is written is read by the mediator alone; the other side reads what the mediator writes for it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from anlan.base.clock import now
from anlan.base.errors import Conflict, Refused
from anlan.cases import registry
from anlan.cases.act import open_case
from anlan.cases.catalogue import current
from anlan.cases.define import Action
from anlan.cases.queries import get_view, is_opened_with
from anlan.people.may import anonymous
from anlan.people.rates import take
from anlan.people.session import network_of
from anlan.places.codes import Level, pad
from anlan.places.codes import text as written
from anlan.places.find import find_code, full_path
from anlan.places.names import Candidate, narrow
from anlan.places.tree import Spot
from anlan.procedures.mediation.procedure import MEDIATION
from anlan.procedures.mediation.register import mediators_of
from anlan.procedures.mediation.rules_apply import COMMITTEES
from anlan.web import joining
from anlan.web.action_forms import make_envelope
from anlan.web.answers import organisation
from anlan.web.drafts import Draft, new_report, problems_with, read_draft
from anlan.web.front import answer_refusals, draw, emergency_numbers, language, said, visitor, wait
from anlan.web.gate import open_to
from anlan.web.resident.deeds import PartyForm
from anlan.web.resident.grants import grant, note_sent
from anlan.web.resident.report import FIRST, PER_NETWORK, SEARCHES_PER_NETWORK, take_uploads

ASK, HERE = "ask", "resident:disputes"
MOST_PLACES = 12
ORDER = ("words", "want", "other", "kind", "wish", *joining.KEYS, "afraid", "tongue", "many")
"""What hurts comes first, then who is meant and who tells it."""


class ApplyForm(PartyForm):
    """An application as who makes it meets it."""

    own = True


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def disputes(request: HttpRequest) -> HttpResponse:
    """What mediation is, and a search for the place; then who mediates there."""
    at = now()
    where = request.GET.get("where", "").strip().replace("\x00", "")[:200]
    found: Sequence[Candidate] = ()
    if where:
        take("place search", network_of(request), cap=SEARCHES_PER_NETWORK, at=at)
        found = narrow(where, language="zh" if language().startswith("zh") else "en", limit=MOST_PLACES)
    places = [
        {"path": each.path, "url": reverse("resident:apply", args=[written(each.spot.code)])}
        for each in found
        if each.spot.level >= Level.TOWN
    ]
    context = {"where": where, "places": places, "numbers": emergency_numbers()}
    return draw(request, "resident/mediation.html", context, here=HERE)


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def apply_for(request: HttpRequest, code: int) -> HttpResponse:
    """The form for a place, with who mediates there, and its sending."""
    at, known = now(), current()
    spot = _spot(code, at=at)
    procedure = registry.newest()[MEDIATION.key]
    action = procedure.action(ASK)
    if request.method != "POST":
        return _page(request, ApplyForm(action, known=known, at=at), new_report(), spot)
    sent = read_draft(request)
    draft, refused = take_uploads(request, sent or new_report(), procedure, at=at)
    form = ApplyForm(action, known=known, at=at, data=request.POST)
    if sent is None:
        form.add_error(
            None, _("This page was open for too long. Your words are kept; please look at it and send again.")
        )
    if not form.is_valid() or refused:
        return _page(request, form, draft, spot, refused=refused, status=422)
    try:
        _open(request, form, draft, spot, action, at=at)
    except Conflict:
        if not is_opened_with(draft.case_id, draft.request_id):
            raise
    except Refused as error:
        form.show_faults(error)
        return wait(_page(request, form, draft, spot, status=error.status), error)
    case = get_view(anonymous(), draft.case_id, known=known, at=at, parties=(FIRST,)).case
    fresh = grant(request, number=case.number, case_id=case.id, party=FIRST, at=at)
    note_sent(request, number=case.number, case_id=case.id, again=not fresh)
    return HttpResponseRedirect(reverse("resident:sent"))


def _open(
    request: HttpRequest, form: ApplyForm, draft: Draft, spot: Spot, action: Action, *, at: datetime
) -> None:
    by = visitor(request)
    for cap in PER_NETWORK:
        take("report network", network_of(request), cap=cap, at=at)
    open_case(
        make_envelope(
            action.key,
            by=by,
            at=at,
            case_id=draft.case_id,
            request_id=draft.request_id,
            data=form.values(),
            files=draft.files,
            procedure=MEDIATION.key,
            place=spot.id,
            source="resident",
            parties=form.joiners(account_id=by.account_id),
            key=draft.key,
        )
    )


def _spot(code: int, *, at: datetime) -> Spot:
    """Raises Http404 for what is no town, village or grid of today."""
    try:
        spot = find_code(pad(str(code)), at=at)
    except ValueError:
        raise Http404 from None
    if spot is None or spot.level < Level.TOWN:
        raise Http404
    return spot


def offices_at(spot: Spot, *, at: datetime) -> list[dict[str, Any]]:
    """Who mediates for a place, the nearest first, with how to reach them."""
    known = current()
    serving = [
        org
        for org in known.serving(spot.code, on=at.astimezone(known.calendar.zone).date())
        if org.kind in COMMITTEES and not org.department
    ]
    return [
        {
            "name": organisation(known, org.id),
            "phone": org.phone,
            "mediators": mediators_of([org.id], at=at),
        }
        for org in serving
    ]


def _page(
    request: HttpRequest,
    form: ApplyForm,
    draft: Draft,
    spot: Spot,
    *,
    refused: list[Refused] | None = None,
    status: int = 200,
) -> HttpResponse:
    procedure = registry.newest()[MEDIATION.key]
    context: dict[str, Any] = {
        "form": form,
        "fields": [form[key] for key in ORDER if key in form.fields],
        "draft": draft.text(request),
        "place": full_path(spot.id, language=language(), skip=1),
        "offices": offices_at(spot, at=now()),
        "kept": [(file.keyed.hex(), file.name) for file in draft.files],
        "refused": [str(each.message) for each in refused or ()],
        "problems": problems_with(form, refused or ()),
        "most": procedure.most_attachments,
        "accept": ",".join(kind for kind in procedure.attachments if kind.startswith("image/")),
        "purpose": said(procedure.purpose),
        "numbers": emergency_numbers(),
    }
    return draw(request, "resident/mediation_apply.html", context, here=HERE, status=status)
