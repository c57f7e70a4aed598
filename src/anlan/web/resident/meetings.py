# SPDX-License-Identifier: Apache-2.0
"""A meeting of one's case as a file for one's own calendar."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.base.errors import NotFound
from anlan.cases.catalogue import current
from anlan.cases.queries import get_view
from anlan.parts.meetings.ics import KIND, as_calendar
from anlan.parts.meetings.reads import meetings_in
from anlan.web.front import answer_refusals
from anlan.web.gate import open_to
from anlan.web.resident.follow import opened

MOST_LINES = 1_000


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def calendar(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """One meeting as a file. What is no meeting that this reader may know of is not there."""
    found = opened(request, number)
    if isinstance(found, HttpResponse):
        return found
    view = get_view(
        found.by, found.case_id, known=current(), at=now(), parties=found.parties, lines=MOST_LINES
    )
    meeting = next((each for each in meetings_in(view) if each.seq == seq), None)
    if meeting is None:
        raise NotFound
    address = request.build_absolute_uri(reverse("resident:case", args=[f"{found.number:016d}"]))
    file = as_calendar(meeting, number=found.number, summary=_("Meeting (Anlan)"), address=address)
    answer = HttpResponse(file, content_type=f"{KIND}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="meeting-{seq}.ics"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
