# SPDX-License-Identifier: Apache-2.0
"""What a person takes along: the files of their case, and all that is kept of it as JSON.

Pictures are shown, everything else is only ever downloaded, and nothing that was uploaded may run: each answer carries a
policy that allows nothing. The JSON holds what this reader may read and not a word more.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.base.ids import show_number
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.cases.queries import File, View, get_view, read_file
from anlan.cases.telling import get_told
from anlan.web.files import SHOWN, saved_as
from anlan.web.front import answer_refusals, language, said
from anlan.web.gate import open_to
from anlan.web.resident import story
from anlan.web.resident.follow import opened

MOST_LINES = 5_000


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def attachment(request: HttpRequest, number: str, n: int) -> HttpResponse:
    """One file of the case."""
    found = opened(request, number)
    if isinstance(found, HttpResponse):
        return found
    file, data = read_file(found.by, found.case_id, n, known=current(), at=now(), parties=found.parties)
    return as_answer(file, data, number=found.number)


def as_answer(file: File, data: bytes, *, number: int) -> HttpResponse:
    """A file as it may be handed out: pictures to look at, recordings to listen to, the rest to keep."""
    shown = file.kind in SHOWN
    answer = HttpResponse(data, content_type=file.kind if shown else "application/octet-stream")
    answer["Content-Disposition"] = (
        content_disposition_header(not shown, saved_as(file, number=number)) or "attachment"
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def download(request: HttpRequest, number: str) -> HttpResponse:
    """Everything of the case that this reader may read."""
    found = opened(request, number)
    if isinstance(found, HttpResponse):
        return found
    at, known = now(), current()
    view = get_view(found.by, found.case_id, known=known, at=at, parties=found.parties, lines=MOST_LINES)
    text = json.dumps(as_data(view, known=known), ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="anlan-{found.number:016d}.json"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def as_data(view: View, *, known: Known) -> dict[str, Any]:
    """The case as plain values, oldest entry first."""
    case, procedure = view.case, view.procedure
    told = get_told(view)
    office = known.organisations.get(case.holder) if case.holder is not None else None
    return {
        "number": show_number(case.number),
        "procedure": said(procedure.words),
        "purpose": said(procedure.purpose),
        "kept_for_years_after_closing": procedure.retention.years,
        "state": said(procedure.state(case.state).public),
        "place": story.place_words(case),
        "with": said(office.words) if office else None,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "entries": [
            {
                "entry": line.seq,
                "at": line.at.isoformat(),
                "received_at": line.received_at.isoformat(),
                "by": story.who(line, view, known=known),
                "what": said(procedure.action(line.action).done),
                "facts": dict(line.outcomes.get("facts", {})),
                "words": [dict(content.values) for content in line.contents if content.values],
            }
            for line in reversed(view.timeline.lines)
        ],
        "older_entries_left_out": view.timeline.older is not None,
        "files": [
            {"file": file.n, "entry": file.seq, "kind": file.kind, "size": file.size, "name": file.name}
            for file in view.files
            if file.readable
        ],
        "contact": [dict(person.contact) for person in view.people if person.contact],
        "told": {"by": str(told.way), "address": told.address},
        "who_looked": [
            {"who": seen.who, "at": seen.at.isoformat(), "why": seen.why}
            for seen in story.seen_by(view, known=known)
        ],
        "language": language(),
    }
