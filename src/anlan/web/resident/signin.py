# SPDX-License-Identifier: Apache-2.0
"""Residents sign in with a phone number and a one-time code, and see their own reports. No password, no name.

The answer is the same for numbers that are known and that are not. A number that was unused for half a year begins anew:
its older reports open with their follow code only.
"""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.base.ids import show_number
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.define import Procedure
from anlan.cases.inbox import Told, unread_by
from anlan.cases.known import Known
from anlan.cases.queries import Row, own_cases
from anlan.people.session import enter_resident, leave, network_of
from anlan.people.signin import Sent, check_code, send_code
from anlan.places.find import full_path
from anlan.web.alerts import band_of_place
from anlan.web.front import answer_refusals, draw, language, said, visitor, wait
from anlan.web.gate import open_to
from anlan.web.kinds import say_own
from anlan.web.look.times import say_when
from anlan.web.look.values import Item, Pill, Tone
from anlan.web.phone_forms import CodeForm, PhoneForm

HERE, MINE = "resident:sign_in", "resident:mine"


@open_to("anyone")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def sign_in(request: HttpRequest) -> HttpResponse:
    """Asks for the number, sends a code, asks for the code, opens the session."""
    goal = request.POST.get("next", request.GET.get("next", ""))
    if request.method != "POST":
        if visitor(request).kind == "resident":
            return HttpResponseRedirect(reverse(MINE))
        return _phone_page(request, PhoneForm(), goal)
    if "code" in request.POST:
        return _check(request, goal)
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _phone_page(request, form, goal, status=422)
    try:
        sent = send_code(form.cleaned_data["phone"], network=network_of(request), at=now())
    except Refused as refused:
        form.add_error("phone", str(refused.fields.get("phone", refused.message)))
        return wait(_phone_page(request, form, goal, status=refused.status), refused)
    typed = CodeForm(initial={"phone": form.cleaned_data["phone"]})
    return _code_page(request, typed, goal, sent=sent)


def _check(request: HttpRequest, goal: str) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, form, goal, status=422)
    try:
        arrived = check_code(
            form.cleaned_data["phone"], form.cleaned_data["code"], network=network_of(request), at=now()
        )
    except Refused as refused:
        form.add_error("code", str(refused.fields.get("code", refused.message)))
        return wait(_code_page(request, form, goal, status=refused.status), refused)
    enter_resident(request, arrived.account_id, at=now())
    if arrived.fresh:
        messages.info(
            request,
            _(
                "This is the first sign-in with this number, or the first for long. Earlier cases open with number and code."
            ),
        )
    return HttpResponseRedirect(_safe(request, goal) or reverse(MINE))


@open_to("anyone")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session and forgets what was open in this browser."""
    leave(request)
    rotate_token(request)  # drafts of this browser end with it
    return HttpResponseRedirect("/")


@open_to("resident")
@never_cache
@require_safe
@answer_refusals
def mine(request: HttpRequest) -> HttpResponse:
    """The reports of this number, newest first."""
    at, known = now(), current()
    by = visitor(request)
    page = own_cases(by.account, known=known, at=at, after=request.GET.get("after"))
    here = reverse(MINE)
    context = {
        "band": band_of_place(None, at=at),
        "news": [_news(told, known=known, at=at) for told in unread_by(by.account)],
        "items": [_item(row, known=known) for row in page.rows],
        "older": f"{here}?after={page.next_cursor}" if page.next_cursor else "",
        "first": here if request.GET.get("after") else "",
    }
    return draw(request, "resident/mine.html", context, here=MINE)


def _news(told: Told, *, known: Known, at: datetime) -> Item:
    """What happened last in a case since its person looked; it is read when they open the case."""
    procedure = registry.get_procedure(told.procedure, told.version)
    notice = next((each for each in procedure.notices if each.key == told.key), None)
    more = ngettext("and %(n)s more", "and %(n)s more", told.n - 1) % {"n": told.n - 1} if told.n > 1 else ""
    return Item(
        title=said(notice.words) if notice else _("Something happened"),
        url=reverse("resident:case", args=[f"{told.number:016d}"]),
        under=tuple(
            each
            for each in (
                _title(procedure, told.category, told.kind, known=known),
                show_number(told.number),
                say_when(told.at, at=at),
                more,
            )
            if each
        ),
        pill=Pill(word=_("new"), tone=Tone.NEW),
    )


def _title(procedure: Procedure, category: int | None, kind: object, *, known: Known) -> str:
    found = known.categories.get(category) if category is not None else None
    return said(found.words) if found else say_own(procedure, kind) or said(procedure.words)


def _item(row: Row, *, known: Known) -> Item:
    procedure = registry.get_procedure(row.procedure, row.version)
    state = procedure.state(row.state)
    return Item(
        title=_title(procedure, row.category, row.kind, known=known),
        url=reverse("resident:case", args=[f"{row.number:016d}"]),
        under=(
            show_number(row.number),
            full_path(row.place, language=language(), skip=2),
            say_when(row.opened_at, at=now()),
        ),
        pill=Pill(word=said(state.public), tone=Tone.NEW if row.open else Tone.DONE),
    )


def _phone_page(request: HttpRequest, form: PhoneForm, goal: str, *, status: int = 200) -> HttpResponse:
    return draw(request, "resident/sign_in.html", {"form": form, "next": goal}, here=HERE, status=status)


def _code_page(
    request: HttpRequest, form: CodeForm, goal: str, *, sent: Sent | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "next": goal, "sent": sent}
    return draw(request, "resident/code.html", context, here=HERE, status=status)


def _safe(request: HttpRequest, goal: str) -> str:
    fits = url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return goal if goal and fits else ""
