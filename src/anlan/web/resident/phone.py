# SPDX-License-Identifier: Apache-2.0
"""What the script on a phone asks for: to send a report that waited, to let its photos follow, to be cleared.

A report that waits is sent by itself, so nobody is there to be asked: what the form would ask once more is left out, and
where only a position is known its county takes it. Answers are JSON; each says whether trying again may help.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token, rotate_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anlan.base.clock import now
from anlan.base.errors import Conflict, Invalid, NotFound, Refused
from anlan.base.ids import show_number
from anlan.base.keys import keyring
from anlan.cases import registry
from anlan.cases.act import act
from anlan.cases.catalogue import current
from anlan.cases.queries import FOLLOWING, is_opened_with
from anlan.cases.queries_view import read_as
from anlan.cases.read import Stand
from anlan.people.may import anonymous
from anlan.people.rates import take
from anlan.people.session import leave, network_of, sender_of
from anlan.web.action_forms import make_envelope
from anlan.web.assisted import helped
from anlan.web.drafts import new_deed, new_report, take_files
from anlan.web.files import PHOTOS_FOLLOW
from anlan.web.front import draw, visitor
from anlan.web.gate import open_to
from anlan.web.resident.before import with_concerned
from anlan.web.resident.device import Device, mark_of, of_device, read_device
from anlan.web.resident.places import places_at
from anlan.web.resident.report import (
    FILES_PER_NETWORK,
    FIRST,
    PROCEDURE,
    code_for,
    open_report,
    opening,
    take_uploads,
)
from anlan.web.resident.report_form import ReportForm, point_of
from anlan.web.resident.story import promise_of
from anlan.web.resident.work import work_for


def as_json(view: Any) -> Any:
    """A refusal as problem details, with Retry-After where it knows when."""

    def answered(request: HttpRequest) -> HttpResponse:
        try:
            answer: HttpResponse = view(request)
        except Refused as refused:
            answer = JsonResponse(refused.as_problem(), status=refused.status)
            if refused.retry_after is not None:
                answer["Retry-After"] = str(refused.retry_after)
        return answer

    return answered


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@as_json
def phone(request: HttpRequest) -> HttpResponse:
    """Asked: a token to send with, and who would send. Sent: the report, or `ask` whether it is there already."""
    if request.method != "POST":
        by = visitor(request)
        return JsonResponse({"token": get_token(request), "by": mark_of(by), "work": work_for(by, at=now())})
    device = read_device(request.POST)
    if device is None:
        raise Invalid
    at = now()
    if "ask" not in request.POST:
        try:
            _open(request, device, at=at)
        except Conflict:
            if not is_opened_with(device.case_id, device.request_id):
                raise
    return JsonResponse(_slip(device, at=at))


@open_to("anyone")
@never_cache
@require_POST
@as_json
def photo(request: HttpRequest) -> HttpResponse:
    """One photo that was to follow. Sent again under the same `photo` id it is the same."""
    device, at = read_device(request.POST), now()
    try:
        request_id = UUID(hex=request.POST.get("photo", ""))
    except ValueError:
        raise Invalid from None
    uploads = request.FILES.getlist("files")[:1]
    if device is None or not uploads:
        raise Invalid
    stand = _opened_lately(device, at=at)
    take("report files", network_of(request), cap=FILES_PER_NETWORK, at=at)
    draft, refused = take_files(
        new_deed(device.case_id),
        uploads,
        sender=sender_of(request, visitor(request)),
        key=keyring().unwrap(stand.key),
        procedure=registry.get_procedure(stand.case.procedure, stand.case.version),
    )
    for each in refused:
        raise each
    act(
        make_envelope(
            FOLLOWING,
            by=anonymous(),
            at=at,
            case_id=device.case_id,
            data={},
            request_id=request_id,
            party=FIRST,
            files=draft.files,
            source="resident",
        )
    )
    return JsonResponse({"taken": True})


@open_to("anyone")
@never_cache
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Ends here what this browser may read; what lies on the phone itself goes by its script, and by this answer's header
    where the browser knows it.
    """
    leave(request)
    rotate_token(request)
    answer = HttpResponseRedirect(reverse("resident:cleared"))
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD"])
def cleared(request: HttpRequest) -> HttpResponse:
    """Says that it was done."""
    return draw(request, "resident/cleared.html", {})


def _open(request: HttpRequest, device: Device, *, at: datetime) -> None:
    """Raises Invalid with what the person must still say, and Conflict when the case is there."""
    procedure, known, given, by = (
        registry.newest()[PROCEDURE],
        current(),
        request.POST.copy(),
        visitor(request),
    )
    if given.get("by", "") != mark_of(by):
        by = anonymous()
    draft, refused = take_uploads(request, of_device(new_report(), device), procedure, at=at)
    for each in refused:
        raise each
    point = point_of(given)
    near = (
        places_at(point) if point is not None and not given.get("place") and not given.get("county") else []
    )
    if near:
        given["county"] = str(near[-1].id)
    form = ReportForm(
        opening(procedure, given, draft), known=known, at=at, data=with_concerned(given), draft=draft
    )
    if not form.is_valid():
        raise Invalid(fields={key: " ".join(map(str, errors)) for key, errors in form.errors.items()})
    open_report(request, form, draft, at=at, by=by)


def _opened_lately(device: Device, *, at: datetime) -> Stand:
    """The case, if this device opened it less than a week ago. Raises NotFound."""
    if not is_opened_with(device.case_id, device.request_id):
        raise NotFound
    stand = read_as(anonymous(), device.case_id, known=current(), at=at, parties=(FIRST,)).stand
    if at - stand.case.opened_at > PHOTOS_FOLLOW:
        raise NotFound
    return stand


def _slip(device: Device, *, at: datetime) -> dict[str, Any]:
    """Number, code and promise, ready to be kept on the device until they were read."""
    case = _opened_lately(device, at=at).case
    context = {
        "number_shown": show_number(case.number),
        "code": code_for(case),
        "helped": helped(case),
        "promise": promise_of(case, registry.get_procedure(case.procedure, case.version), known=current()),
        "now": at,
    }
    return {
        "number": f"{case.number:016d}",
        "slip": render_to_string("resident/slip.html", context),
    }
