# SPDX-License-Identifier: Apache-2.0
"""Reporting: one form, sent once. No account, no script and no phone number are needed.

Nothing typed is lost on a refusal, and files that were taken stay taken. The draft in the form makes sending twice the
same as sending once. After it: number, follow code, who has it and by when.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anlan.base.clock import now
from anlan.base.errors import Conflict, Invalid, NotFound, Refused, TooMany
from anlan.base.ids import show_number
from anlan.base.keys import keyring
from anlan.cases import registry
from anlan.cases.act import open_case
from anlan.cases.catalogue import current
from anlan.cases.define import Action, Procedure
from anlan.cases.envelope import NewParty
from anlan.cases.may import HELPED, SEES
from anlan.cases.projection import Projection
from anlan.cases.queries import find_case_id, follow_code_of, get_view, is_opened_with
from anlan.people.may import Actor, anonymous
from anlan.people.rates import Cap, take
from anlan.people.session import network_of, sender_of
from anlan.places.region import region
from anlan.procedures.report.catalogue import offer_category, plain_kinds
from anlan.procedures.report.kinds import CALL_FIRST
from anlan.procedures.report.procedure import REPORT
from anlan.web.action_forms import make_envelope
from anlan.web.assisted import helped
from anlan.web.drafts import Draft, new_report, problems_with, read_draft, take_files
from anlan.web.files import SOUNDS
from anlan.web.front import answer_refusals, draw, emergency_numbers, hotline, language, visitor, wait
from anlan.web.gate import open_to
from anlan.web.look.fields import options
from anlan.web.look.squares import draw_square
from anlan.web.resident.before import PERSONAL, TAKE_OUT, TOO, ask_first, in_hand, taken_out, with_concerned
from anlan.web.resident.device import mark_of, of_device, read_device
from anlan.web.resident.grants import find_followed, grant, just_sent, note_sent
from anlan.web.resident.report_form import FOR, PROPOSED, SEALED, ReportForm, point_of, typed_in
from anlan.web.resident.story import promise_of
from anlan.web.resident.work import Flooded, ask_for_work, work_for

PROCEDURE, ACTION, SPOKEN, JOIN, ROLE = REPORT.key, "open", "speak", "open_too", "reporter"
HELPING = "open_for"
FIRST, SECOND = 1, 2
"""Who a report is of is its first party, its opening the first entry. Who reported for them is its second, where they may read on."""
PER_NETWORK = (Cap(n=60, per=timedelta(hours=1)), Cap(n=300, per=timedelta(days=1)))
"""Reports from one connection: a whole estate may share one."""
PER_NUMBER = (Cap(n=10, per=timedelta(hours=1)), Cap(n=30, per=timedelta(days=1)))
FILES_PER_NETWORK = Cap(n=600, per=timedelta(hours=1))
SEARCHES_PER_NETWORK = Cap(n=300, per=timedelta(minutes=10))


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def report(request: HttpRequest) -> HttpResponse:
    """The form, and its sending."""
    at, known = now(), current()
    procedure = registry.newest()[PROCEDURE]
    action = procedure.action(ACTION)
    if request.method != "POST":
        # From a place's own page one comes with that place.
        form = ReportForm(action, known=known, at=at, initial={"place": request.GET.get("place", "")})
        return _page(request, form, new_report(), procedure)
    draft, device = read_draft(request), read_device(request.POST)
    lost = draft is None and device is None
    draft = of_device(draft or new_report(), device)
    draft, refused = take_uploads(request, draft, procedure, at=at)
    finding = next(
        (name for name in ("find", "find_office", "find_kind", "back") if name in request.POST), ""
    )
    if finding:
        form = ReportForm(action, known=known, at=at, initial=typed_in(request.POST), draft=draft)
        return _page(request, form, draft, procedure, refused=refused, found=finding)
    form = ReportForm(
        opening(procedure, request.POST, draft),
        known=known,
        at=at,
        data=with_concerned(request.POST),
        draft=draft,
    )
    if lost:
        form.add_error(
            None,
            _(
                "This page was open for too long. Your words are kept; please choose your photos again and send."
            ),
        )
    if form.is_valid() and not refused:
        first = ask_first(request, form, draft, procedure, known=known, at=at, caps=PER_NETWORK)
        if first is not None:
            return first
        return send(
            request,
            form,
            draft,
            at=at,
            again=lambda status: _page(request, form, draft, procedure, status=status),
        )
    return _page(request, form, draft, procedure, refused=refused, status=422)


@open_to("anyone")
@never_cache
@require_POST
@answer_refusals
def find_places(request: HttpRequest) -> HttpResponse:
    """The list of places, or of offices, alone, for the script: what the form itself draws without one."""
    at = now()
    take("place search", network_of(request), cap=SEARCHES_PER_NETWORK, at=at)
    action = registry.newest()[PROCEDURE].action(ACTION)
    draft = of_device(new_report(), read_device(request.POST))
    form = ReportForm(action, known=current(), at=at, initial=typed_in(request.POST), draft=draft)
    found = "find_office" if "find_office" in request.POST else "find"
    part = "resident/offices.html" if found == "find_office" else "resident/places.html"
    return render(request, part, {"form": form, "found": found})


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def sent(request: HttpRequest) -> HttpResponse:
    """What to keep: number and follow code. Only in the browser that sent it; the code for a short time only."""
    at, known = now(), current()
    slip = just_sent(request, at=at)
    if slip is None:
        return HttpResponseRedirect(reverse("resident:follow"))
    url = reverse("resident:case", args=[f"{slip.number:016d}"])
    if not slip.left:
        try:
            find_followed(request, slip.number, known=known, at=at)
        except NotFound:
            return HttpResponseRedirect(reverse("resident:follow"))
        return draw(
            request,
            "resident/sent_before.html",
            {"number": slip.number, "address": f"{slip.number:016d}", "url": url},
        )
    view = get_view(anonymous(), slip.case_id, known=known, at=at, parties=(FIRST,))
    link = request.build_absolute_uri(f"{reverse('resident:follow')}?number={slip.number:016d}")
    context = {
        "number_shown": show_number(slip.number),
        "code": code_for(view.case),
        "helped": helped(view.case),
        "offered": view.case.category is not None and view.case.category == offer_category(known),
        "dispute": view.case.procedure != PROCEDURE,
        "promise": promise_of(view.case, view.procedure, known=known),
        "photos": sum(file.seq == FIRST for file in view.files),
        "url": url,
        "link": link,
        "square": draw_square(link),
        "hotline": hotline(),
    }
    answer = draw(request, "resident/sent.html", context)
    # A page left open on a shared phone does not show the code for longer either; without script too.
    answer["Refresh"] = str(slip.left + 1)
    return answer


def send(
    request: HttpRequest,
    form: ReportForm,
    draft: Draft,
    *,
    at: datetime,
    again: Callable[[int], HttpResponse],
) -> HttpResponse:
    """Opens the case and leads to its slip; a refusal is drawn by `again`, with all that was typed."""
    try:
        open_report(request, form, draft, at=at)
        return _go_on(request, draft, at=at)
    except Conflict:
        if is_opened_with(draft.case_id, draft.request_id):
            messages.warning(
                request, _("This report had been received already. To add something, follow it.")
            )
            return _go_on(request, draft, at=at)
        form.add_error(None, str(Conflict().message))
        return again(422)
    except Flooded as error:
        form.add_error(None, str(error))
        return wait(again(error.status), error)
    except TooMany as error:
        form.add_error(
            None,
            _(
                "Many reports came from this connection just now. Your words are kept: please send again later."
            ),
        )
        return wait(again(error.status), error)
    except Refused as error:
        form.show_faults(error)
        return wait(again(error.status), error)


def take_uploads(
    request: HttpRequest, draft: Draft, procedure: Procedure, *, at: datetime
) -> tuple[Draft, list[Refused]]:
    """The draft with the files that came along, without those that are to be left out."""
    draft = draft.without(request.POST.getlist("drop"))
    uploads = [each for each in request.FILES.getlist("files") if each]
    if not uploads:
        return draft, []
    try:
        take("report files", network_of(request), cap=FILES_PER_NETWORK, at=at, uses=len(uploads))
    except TooMany as error:
        return draft, [error]
    sender, key = sender_of(request, visitor(request)), keyring().unwrap(draft.key)
    return take_files(draft, uploads, sender=sender, key=key, procedure=procedure)


def opening(procedure: Procedure, posted: Mapping[str, str], draft: Draft) -> Action:
    """How it is reported: for somebody else, in words, else in a recording where one came along."""
    if FOR in posted:
        return procedure.action(HELPING)
    spoken = any(file.kind.startswith(SOUNDS) for file in draft.files)
    return procedure.action(SPOKEN if spoken and not posted.get("words", "").strip() else ACTION)


def open_report(
    request: HttpRequest, form: ReportForm, draft: Draft, *, at: datetime, by: Actor | None = None
) -> None:
    """Opens the case, as the visitor unless somebody else is meant by `by`. Raises Refused."""
    by, sealed = by or visitor(request), form.cleaned_data.get(SEALED)
    phone = (sealed.get("phone") or sealed.get("call") if sealed else form.cleaned_data.get("phone")) or ""
    for cap in PER_NETWORK:
        take("report network", network_of(request), cap=cap, at=at)
    ask_for_work(request.POST.get("work", ""), draft.case_id, by=by, at=at)
    for cap in PER_NUMBER if phone else ():
        take("report number", phone, cap=cap, at=at)
    data = form.values()
    if request.POST.get(PERSONAL) == TAKE_OUT:
        data = taken_out(data)
    point = point_of(request.POST)
    if form.cleaned_data.get("use_photo"):
        data |= draft.said(form.action, at=at)
    if point is not None:
        data["point"] = point
    action = form.action.key
    if TOO in request.POST and sealed is None:
        action, data = JOIN, _joining(request, form, draft, data, at=at)
    open_case(
        make_envelope(
            action,
            by=by,
            at=at,
            case_id=draft.case_id,
            request_id=draft.request_id,
            data=data,
            files=draft.files,
            procedure=PROCEDURE,
            place=form.cleaned_data["place_id"],
            source="resident",
            parties=(NewParty(role=ROLE, contact=_contact(phone), account_id=by.account_id),)
            if sealed is None
            else _helping(by, sealed, reads=bool(data.get("helper_sees"))),
            key=draft.key,
        )
    )


def _joining(
    request: HttpRequest, form: ReportForm, draft: Draft, data: dict[str, Any], *, at: datetime
) -> dict[str, Any]:
    """What joins a report in hand: only one of those that were offered. Raises Refused."""
    procedure = registry.newest()[PROCEDURE]
    offered = in_hand(request, form, draft, procedure, known=current(), at=at, caps=PER_NETWORK)
    number = next((each.number for each in offered if each.mark == request.POST[TOO]), None)
    if number is None:
        raise Invalid(_("This one can no longer be joined. Please send yours on its own."))
    asked = {field.key for field in procedure.action(JOIN).fields}
    return {"into": str(find_case_id(number)), **{key: data[key] for key in data if key in asked}}


def _helping(by: Actor, sealed: dict[str, str], *, reads: bool) -> tuple[NewParty, ...]:
    """The person, and whoever reports for them, if they may read on: nothing else ties these two."""
    person = NewParty(role=ROLE, contact=sealed)
    return (person, NewParty(role=HELPED, account_id=by.account_id)) if reads else (person,)


def reads_as(case: Projection) -> int | None:
    """The party as which who sent it may read it; None where the person, for whom it was sent, does not allow it."""
    return {"": FIRST, SEES: SECOND}.get(case.record.get(HELPED, ""))


def code_for(case: Projection) -> str | None:
    """The follow code to be shown to who sent it: their own, or the person's, to be handed over by who may read on."""
    return follow_code_of(case.id, FIRST) if reads_as(case) is not None else None


def _contact(phone: str) -> dict[str, str]:
    tongue = "zh" if language().startswith("zh") else "en"
    return {"phone": phone, "language": tongue} if phone else {}


def _go_on(request: HttpRequest, draft: Draft, *, at: datetime) -> HttpResponse:
    """To the slip. The draft is signed and was given to this browser alone, or made by the device that has its secret: either
    proves who opened the case.
    """
    case = get_view(anonymous(), draft.case_id, known=current(), at=at, parties=(FIRST,)).case
    party = reads_as(case)
    granted = party is None or grant(request, number=case.number, case_id=case.id, party=party, at=at)
    note_sent(request, number=case.number, case_id=case.id, again=not granted)
    return HttpResponseRedirect(reverse("resident:sent"))


def _page(
    request: HttpRequest,
    form: ReportForm,
    draft: Draft,
    procedure: Procedure,
    *,
    refused: list[Refused] | None = None,
    found: str = "",
    status: int = 200,
) -> HttpResponse:
    context = form_context(form, draft, procedure, refused=refused, found=found) | {
        "draft": draft.text(request),
        "by": mark_of(visitor(request)),
        "work": json.dumps(work) if (work := work_for(visitor(request), at=now())) else "",
        "again": request.method == "POST",
    }
    return draw(request, "resident/report.html", context, here="resident:new", status=status)


def purpose_of(procedure: Procedure) -> str:
    """What is written is kept for, as the region says it, else the procedure."""
    told = region().legal_text("purpose").in_language(language())
    return told or procedure.purpose.in_language(language())


def form_context(
    form: ReportForm,
    draft: Draft,
    procedure: Procedure,
    *,
    refused: list[Refused] | None = None,
    found: str = "",
) -> dict[str, Any]:
    """What the form shows, whoever reads it."""
    return {
        "form": form,
        "kept": [(file.keyed.hex(), file.name) for file in draft.files],
        "refused": [str(each.message) for each in refused or ()],
        "problems": problems_with(form, refused or ()),
        "found": found,
        "kinds": list(options(form["kind"])) if "kind" in form.fields else [],
        "kind_words": "|".join(f"{kind.key}={';'.join(kind.hints)}" for kind in plain_kinds()),
        "kind_note": PROPOSED,
        "numbers": emergency_numbers(),
        "offers": form.offers,
        "call_words": ";".join(CALL_FIRST),
        "purpose": purpose_of(procedure),
        "most": procedure.most_attachments,
        "accept": ",".join(kind for kind in procedure.attachments if kind.startswith("image/")),
    }
