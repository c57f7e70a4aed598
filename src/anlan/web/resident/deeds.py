# SPDX-License-Identifier: Apache-2.0
"""What a person does with their own case: any action the declaration gives to parties, drawn from its fields.

A refused form comes back with all that was in it and the files that were taken; the draft in it makes sending twice the
same as sending once.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.base.keys import keyring
from anlan.cases.catalogue import current
from anlan.cases.define import Action, Field, Kind
from anlan.cases.known import Known
from anlan.cases.queries import View, get_view
from anlan.cases.queries_view import read_as
from anlan.parts.documents.making import act_with_papers
from anlan.parts.signing.rules import SIGN
from anlan.people.rates import Cap, take
from anlan.people.session import network_of, sender_of
from anlan.web.action_forms import ActionForm, make_envelope
from anlan.web.drafts import Draft, new_deed, problems_with, read_draft, take_files
from anlan.web.followed import Followed
from anlan.web.front import answer_refusals, draw, said, visitor, wait
from anlan.web.gate import open_to
from anlan.web.panels import named_in, names_any
from anlan.web.resident import story
from anlan.web.resident.follow import opened
from anlan.web.resident.report import FILES_PER_NETWORK, PER_NETWORK

FEW = 10
"""Whole numbers of so few values are offered as radios."""
WARNINGS = {"erase", "withdraw"}
DEEDS_PER_CASE = Cap(n=60, per=PER_NETWORK[0].per)


class PartyForm(ActionForm):
    """An action's fields as a resident meets them."""

    def _field(self, field: Field) -> forms.Field:
        low, high = field.low, field.high
        if field.kind is Kind.WHOLE_NUMBER and low is not None and high is not None and high - low < FEW:
            return forms.ChoiceField(
                label=said(field.words),
                required=False,
                choices=[(str(n), _on_scale(n, low, high)) for n in range(high, low - 1, -1)],
                widget=forms.RadioSelect,
            )
        made = super()._field(field)
        if field.kind is Kind.YES_NO:
            made.label = said(field.words)
        return made


def _on_scale(n: int, low: int, high: int) -> str:
    if n == high:
        return _("%(n)s, the best") % {"n": n}
    return _("%(n)s, the worst") % {"n": n} if n == low else str(n)


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def deed(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """The form of one action, and its doing."""
    found = opened(request, number)
    if isinstance(found, HttpResponse):
        return found
    if action == SIGN:
        return HttpResponseRedirect(reverse("resident:sign", args=[number]))
    at, known = now(), current()
    view = get_view(found.by, found.case_id, known=known, at=at, parties=found.parties)
    declared = next((each for each in view.actions if each.key == action), None)
    if declared is None:
        messages.warning(request, _why_not(action, view))
        return HttpResponseRedirect(reverse("resident:case", args=[number]))
    if request.method != "POST":
        form = _form(declared, view, known=known, at=at)
        return _page(request, form, new_deed(found.case_id), view)
    draft = read_draft(request, case_id=found.case_id) or new_deed(found.case_id)
    draft, refused = _with_files(request, draft, view, found)
    form = _form(declared, view, known=known, at=at, data=request.POST)
    if form.is_valid() and not refused:
        try:
            # Each for themselves: nobody keeps the other side from what it may do.
            take("party deeds", f"{found.case_id.hex}:{view.parties}", cap=DEEDS_PER_CASE, at=at)
            act_with_papers(
                make_envelope(
                    action,
                    by=found.by,
                    at=at,
                    case_id=found.case_id,
                    data=form.values(),
                    request_id=draft.request_id,
                    expect=form.cleaned_data.get("expect"),
                    party=found.party,
                    files=draft.files,
                    source="resident",
                ),
                known=known,
            )
        except Refused as error:
            form.show_faults(error)
            answer = _page(request, form, draft, view, status=error.status)
            return wait(answer, error)
        messages.success(request, _("We have received it, thank you."))
        return HttpResponseRedirect(reverse("resident:case", args=[number]))
    return _page(request, form, draft, view, refused=refused, status=422)


def _form(
    declared: Action, view: View, *, known: Known, at: datetime, data: QueryDict | None = None
) -> PartyForm:
    named = named_in(view, known=known, at=at) if names_any(declared) else None
    return PartyForm(declared, known=known, at=at, case=view.case, asked=view.asked, named=named, data=data)


def _with_files(
    request: HttpRequest, draft: Draft, view: View, found: Followed
) -> tuple[Draft, list[Refused]]:
    draft = draft.without(request.POST.getlist("drop"))
    uploads = [each for each in request.FILES.getlist("files") if each]
    if not uploads:
        return draft, []
    at = now()
    try:
        take("report files", network_of(request), cap=FILES_PER_NETWORK, at=at, uses=len(uploads))
    except Refused as error:
        return draft, [error]
    reader = read_as(found.by, found.case_id, known=current(), at=at, parties=found.parties)
    sender, key = sender_of(request, visitor(request)), keyring().unwrap(reader.stand.key)
    return take_files(draft, uploads, sender=sender, key=key, procedure=view.procedure)


def takes_files(action: Action) -> bool:
    """Whether the action has a field for files."""
    return any(field.kind is Kind.FILES for field in action.fields)


def _why_not(key: str, view: View) -> str:
    """Why what an older page offered cannot be done."""
    asked = view.asked
    action = next((each for each in view.procedure.actions if each.key == key and asked.allows(each)), None)
    why = asked.why_in_vain(action) if action is not None else None
    return said(why) if why else _("This can no longer be done: see below how it stands now.")


def _page(
    request: HttpRequest,
    form: ActionForm,
    draft: Draft,
    view: View,
    *,
    refused: list[Refused] | None = None,
    status: int = 200,
) -> HttpResponse:
    action, known, number = form.action, current(), view.case.number
    context: dict[str, Any] = {
        "form": form,
        "fields": [form[field.key] for field in action.fields if field.kind is not Kind.FILES],
        "draft": draft.text(request),
        "action": action.key,
        "word": said(action.words),
        "question": story.question_of(view) if action.key == "answer" else "",
        "warned": action.key in WARNINGS,
        "files": takes_files(action),
        "kept": [(file.keyed.hex(), file.name) for file in draft.files],
        "refused": [str(each.message) for each in refused or ()],
        "problems": problems_with(form, refused or ()),
        "most": view.procedure.most_attachments,
        "accept": ",".join(kind for kind in view.procedure.attachments if kind.startswith("image/")),
        "number": number,
        "title": story.title_of(view, known=known),
        "back": reverse("resident:case", args=[f"{number:016d}"]),
    }
    return draw(request, "resident/deed.html", context, status=status)
