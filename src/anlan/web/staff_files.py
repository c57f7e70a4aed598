# SPDX-License-Identifier: Apache-2.0
"""A file of a case as staff get it: a picture is shown, a recording played, anything else is a download in which nothing runs; and as they
give one.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from anlan.base.errors import Invalid, NotFound
from anlan.base.keys import CaseKey
from anlan.cases.attachments import store
from anlan.cases.define import Procedure
from anlan.cases.envelope import Stored
from anlan.cases.pictures import make_ready
from anlan.cases.queries import File, find_by_number, read_file, read_joined_file
from anlan.web.files import SHOWN, saved_as
from anlan.web.staff_frame import look_of


def answer_file(request: HttpRequest, number: int, n: int, *, other: int | None = None) -> HttpResponse:
    """File `n` of a case, or of the report `other` that went on in it. Raises Http404 for whoever may not read it."""
    sight = look_of(request)
    by, known, at = sight.by, sight.known, sight.at
    try:
        case_id = find_by_number(by, number, known=known)
        if other is None:
            file, data = read_file(by, case_id, n, known=known, at=at)
        else:
            file, data = read_joined_file(by, case_id, other, n, known=known, at=at)
    except NotFound:
        raise Http404 from None
    return answer_with(file, data, number=number if other is None else other)


def answer_with(file: File, data: bytes, *, number: int) -> HttpResponse:
    """The bytes of a file that somebody may read."""
    shown = file.kind in SHOWN
    answer = HttpResponse(data, content_type=file.kind if shown else "application/octet-stream")
    name = saved_as(file, number=number)
    answer["Content-Disposition"] = (
        "inline" if shown else content_disposition_header(True, name) or "attachment"
    )
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def keep_files(
    uploads: Iterable["UploadedFile[Any]"],
    *,
    sender: str,
    case_id: UUID,
    key: CaseKey,
    procedure: Procedure,
) -> tuple[Stored, ...]:
    """Checks, cleans and stores what was uploaded. Raises Invalid naming the first file that cannot be taken."""
    given = [upload for upload in uploads if upload]
    if len(given) > procedure.most_attachments:
        message = _("Please choose at most %(n)s files.") % {"n": procedure.most_attachments}
        raise Invalid(message, fields={"files": message})
    ready = [
        (make_ready(f.read(), sender=sender, taken=procedure.attachments, name=f.name or ""), f.name or "")
        for f in given
    ]
    return tuple(store(case_id, key, one, name=name) for one, name in ready)
