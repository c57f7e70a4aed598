# SPDX-License-Identifier: Apache-2.0
"""Signing the document of one's case: read it, write one's name, draw it where there is a finger, and say the code that comes by message.

Between the two steps everything travels in the form; nothing of it is trusted, the rule of signing judges it. Without a script one
signs with name and code.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anlan.base.clock import now
from anlan.base.errors import Invalid, Refused, TooMany
from anlan.cases.act import act
from anlan.cases.catalogue import current
from anlan.cases.define import Action, Refusal
from anlan.cases.queries import File, View, get_view
from anlan.parts.signing import rules
from anlan.parts.signing.actions import DIGEST, NAME
from anlan.parts.signing.codes import ByCode
from anlan.parts.signing.drawn import LONGEST
from anlan.parts.signing.provider import Asked, Wish
from anlan.parts.signing.reads import file_of
from anlan.people.phones import mask
from anlan.people.session import network_of
from anlan.web.action_forms import make_envelope
from anlan.web.followed import Followed
from anlan.web.front import answer_refusals, draw, said, wait
from anlan.web.gate import open_to
from anlan.web.panels import panel_of
from anlan.web.resident import story
from anlan.web.resident.follow import address_of, opened

SERVICE = ByCode()
SAY = "say"
LINES = 200
"""Entries that are looked through for the file of the document."""


FIELDS = {"code": "code", "name": "name"}
"""Faults that stand beside what they are about; all others stand above."""


class SignForm(forms.Form):
    """What is signed, and how. `code` is asked for once one was sent."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)
    document = forms.CharField(max_length=DIGEST, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Your name, as your signature"),
        max_length=NAME.longest,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    drawn = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label=gettext_lazy("I have read the whole document and sign it of my own free will."),
        error_messages={"required": gettext_lazy("Please tick this if you want to sign.")},
    )


class CodeForm(SignForm):
    """The same with the code that came."""

    code = forms.CharField(
        label=gettext_lazy("Code from the message"),
        max_length=40,
        help_text=gettext_lazy("Six digits, good for ten minutes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who is to sign what now: `file` is the document, `name` what they called themselves."""

    found: Followed
    view: View
    action: Action
    wish: Wish
    file: File
    name: str


@open_to("anyone")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """Shows the document, sends the code, takes the signature."""
    found = opened(request, number)
    if isinstance(found, HttpResponse):
        return found
    standing = _standing(found)
    if not isinstance(standing, Standing):
        messages.warning(request, standing)
        return HttpResponseRedirect(reverse("resident:case", args=[number]))
    if request.method == "POST" and request.POST.get("document") != standing.wish.document:
        messages.warning(request, said(rules.CHANGED))
        return HttpResponseRedirect(reverse("resident:sign", args=[number]))
    if request.method != "POST":
        given = {"request_id": uuid4(), "document": standing.wish.document, "name": standing.name}
        return _page(request, standing, SignForm(initial=given))
    asks = "code" not in request.POST
    form = SignForm(request.POST) if asks else CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, standing, form, status=422)
    try:
        _check_name(standing, str(form.cleaned_data["name"]))
        if asks:
            return _ask(request, standing, form)
        _sign(request, standing, form)
    except TooMany as refused:
        if not asks:
            form.add_error("code", str(refused.message))
            return wait(_page(request, standing, form, status=refused.status), refused)
        # The code that came a moment ago is still good: it is asked for with all that was entered.
        again = CodeForm(initial=form.cleaned_data)
        return wait(
            _page(request, standing, again, late=str(refused.message), status=refused.status), refused
        )
    except Refused as refused:
        for key, words in (refused.fields or {"": refused.message}).items():
            form.add_error(FIELDS.get(key), str(words))
        return wait(_page(request, standing, form, status=refused.status), refused)
    messages.success(request, _("You have signed the document."))
    return HttpResponseRedirect(reverse("resident:case", args=[number]))


def _standing(found: Followed) -> Standing | str:
    """What this reader is to sign now, else why there is nothing."""
    view = get_view(found.by, found.case_id, known=current(), at=now(), parties=found.parties, lines=LINES)
    action = next((each for each in view.procedure.actions if each.key == rules.SIGN), None)
    if action is None or not view.asked.allows(action):
        return said(rules.NOTHING)
    try:
        party = rules.signer(view.asked.moment(action, {}))
    except Refusal as refusal:
        return said(refusal.words)
    document = view.case.record["document"]
    file = file_of(view, document)
    if file is None:
        return _("The document cannot be opened any more. Please ask the office.")
    contact = next((person.contact for person in view.people if person.n == party), None) or {}
    wish = Wish(
        case_id=found.case_id,
        party=party,
        document=document,
        phone=str(contact.get("phone", "")),
    )
    name = str(contact.get("name", ""))
    return Standing(found=found, view=view, action=action, wish=wish, file=file, name=name)


def _check_name(standing: Standing, name: str) -> None:
    """Nobody signs under another name than the one that the agreement bears. Raises Invalid."""
    if standing.name and "".join(name.split()).casefold() != "".join(standing.name.split()).casefold():
        raise Invalid(
            fields={
                "name": _(
                    "The agreement bears the name %(name)s. Please sign with it; if it is wrong, ask the office to put it right."
                )
                % {"name": standing.name}
            }
        )


def _ask(request: HttpRequest, standing: Standing, form: SignForm) -> HttpResponse:
    """Sends the code, and asks for it with all that was entered."""
    asked = SERVICE.start(standing.wish, network=network_of(request), at=now())
    return _page(request, standing, CodeForm(initial=form.cleaned_data), asked=asked)


def _sign(request: HttpRequest, standing: Standing, form: SignForm) -> None:
    at, given = now(), form.cleaned_data
    proof = SERVICE.judge(standing.wish, given["code"], network=network_of(request), at=at)
    data = {"document": given["document"], "name": given["name"], "proof": proof}
    request_id: UUID = given["request_id"]
    act(
        make_envelope(
            rules.SIGN,
            by=standing.found.by,
            at=at,
            case_id=standing.found.case_id,
            data=data | ({"drawn": given["drawn"]} if given["drawn"] else {}),
            request_id=request_id,
            party=standing.found.party,
            source="resident",
        )
    )


def _page(
    request: HttpRequest,
    standing: Standing,
    form: SignForm,
    *,
    asked: Asked | None = None,
    late: str = "",
    status: int = 200,
) -> HttpResponse:
    view, number = standing.view, standing.found.number
    missing = rules.unsigned(view.procedure, view.case)
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "late": late,
        "wrong": next((address_of(each, number) for each in view.actions if each.key == SAY), ""),
        "file": reverse("resident:file", args=[f"{number:016d}", standing.file.n]),
        "name": standing.file.name or _("the document"),
        "panel": panel_of(view, known=current(), at=now()),
        "signed": len(rules.signers(view.procedure, view.case)) - len(missing),
        "all": len(rules.signers(view.procedure, view.case)),
        "phone": mask(standing.wish.phone) if standing.wish.phone else "",
        "number": number,
        "title": story.title_of(view, known=current()),
        "back": reverse("resident:case", args=[f"{number:016d}"]),
        "word": said(standing.action.words),
    }
    return draw(request, "resident/sign.html", context, status=status)
