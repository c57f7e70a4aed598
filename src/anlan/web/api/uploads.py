# SPDX-License-Identifier: Apache-2.0
"""Uploads before an opening or an action, and downloads of what a case holds."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja.responses import Status

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.ids import read_number
from anlan.base.keys import keyring
from anlan.cases import registry
from anlan.cases.define import Kind, Procedure
from anlan.cases.envelope import Stored
from anlan.cases.pictures import Ready
from anlan.cases.queries import Asked, possible_actions, read_file, read_joined_file
from anlan.cases.queries_view import Reader
from anlan.web.api import shapes
from anlan.web.api.callers import UPLOADS, caller_of, count
from anlan.web.api.door import CODE_HEADER, operation
from anlan.web.api.files import (
    Draft,
    check_form,
    draw_file,
    new_draft,
    read_draft,
    take_file,
    write_reference,
)
from anlan.web.api.sight import Sight, find_sight

FILE = {"file": {"type": "string", "format": "binary"}}
OPENING = {
    "procedure": {"type": "string", "description": "Of the case to be opened."},
    "draft": {"type": "string", "description": "From the first upload of the same opening."},
}


def _form(properties: dict[str, Any], *, required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "required": required, "properties": properties}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


@operation(
    "POST",
    "/attachments",
    to="anyone",
    gives=shapes.Uploaded,
    status=201,
    body=_form(FILE | OPENING, required=["file", "procedure"]),
    tag="attachments",
)
def upload_for_an_opening(request: HttpRequest) -> Status[dict[str, Any]]:
    """Upload a file for a case still to be opened. The answer's reference goes into `files` of the opening."""
    check_form(request)
    caller = caller_of(request)
    count("report files", caller, UPLOADS)
    procedure = registry.newest().get(request.POST.get("procedure", ""))
    if procedure is None:
        raise Invalid(fields={"procedure": _("There is no such procedure.")})
    given = request.POST.get("draft", "")
    draft, key = read_draft(given) if given else new_draft()
    stored, ready = take_file(request, draft.case_id, key, procedure, by=caller.by)
    return Status(201, _uploaded(draft.case_id, stored, ready, draft=draft))


@operation(
    "POST",
    "/cases/{number}/attachments",
    to="anyone",
    gives=shapes.Uploaded,
    status=201,
    body=_form(FILE, required=["file"]),
    headers=[CODE_HEADER],
    tag="attachments",
)
def upload_for_an_action(request: HttpRequest, number: str) -> Status[dict[str, Any]]:
    """Upload a file for an action on a case. Only for who can do an action that takes files."""
    check_form(request)
    count("report files", caller_of(request), UPLOADS)
    sight, reader = find_sight(request, number)
    case = reader.stand.case
    procedure = registry.get_procedure(case.procedure, case.version)
    if not _takes_files(procedure, sight, reader):
        raise NotAllowed
    stored, ready = take_file(request, case.id, keyring().unwrap(reader.stand.key), procedure, by=sight.by)
    return Status(201, _uploaded(case.id, stored, ready, draft=None))


def _takes_files(procedure: Procedure, sight: Sight, reader: Reader) -> bool:
    asked = Asked(
        by=sight.by,
        case=reader.stand.case,
        procedure=procedure,
        known=sight.known,
        at=sight.at,
        parties=reader.parties,
    )
    return any(field.kind is Kind.FILES for action in possible_actions(asked) for field in action.fields)


def _uploaded(case_id: UUID, stored: Stored, ready: Ready, *, draft: Draft | None) -> dict[str, Any]:
    return {
        "reference": write_reference(case_id, stored, draft=draft),
        "draft": draft.text if draft else None,
        "kind": stored.kind,
        "size": stored.size,
        "taken_at": ready.taken_at,
        "point": ready.point,
    }


@operation(
    "GET",
    "/cases/{number}/attachments/{int:n}",
    to="anyone",
    gives=bytes,
    sends="*/*",
    headers=[CODE_HEADER],
    tag="attachments",
)
def download(request: HttpRequest, number: str, n: int) -> HttpResponse:
    """Download a file of a case. Only to who may read its words."""
    sight, _reader = find_sight(request, number)
    file, data = read_file(
        sight.by, sight.case_id, min(n, 2**15 - 1), known=sight.known, at=sight.at, parties=sight.parties
    )
    return draw_file(file, data)


@operation(
    "GET",
    "/cases/{number}/also_reported/{other}/attachments/{int:n}",
    to="token",
    gives=bytes,
    sends="*/*",
    tag="attachments",
)
def download_of_another(request: HttpRequest, number: str, other: str, n: int) -> HttpResponse:
    """Download a file of a report that was merged into a case. Only to who works on the case."""
    sight, _reader = find_sight(request, number)
    try:
        asked = read_number(other)
    except Invalid:
        raise NotFound from None
    file, data = read_joined_file(sight.by, sight.case_id, asked, n, known=sight.known, at=sight.at)
    return draw_file(file, data)
