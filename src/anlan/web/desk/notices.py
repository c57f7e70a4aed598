# SPDX-License-Identifier: Apache-2.0
"""What the organisation was told: its in-app inbox, newest first; opening one marks it read and shows its case."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.base.errors import Invalid
from anlan.cases import registry
from anlan.cases.inbox import Told, list_notices, mark_read
from anlan.web.action_forms import say
from anlan.web.case_naming import title_of
from anlan.web.gate import open_to
from anlan.web.look.times import say_when
from anlan.web.staff_acting import find_view
from anlan.web.staff_frame import WORKERS, Sight, frame, look_of


@open_to("staff", roles=WORKERS)
@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """A page of the inbox."""
    sight = look_of(request)
    after = request.GET.get("after") or None
    try:
        told, more = list_notices(sight.by, known=sight.known, after=after)
    except Invalid:
        return HttpResponseRedirect(reverse("desk:notices"))
    context = {
        **frame(request, here="desk:notices"),
        "notices": [_shown(each, sight) for each in told],
        "older": f"?after={more}" if more else "",
        "newer": reverse("desk:notices") if after else "",
    }
    return render(request, "desk/notices.html", context)


@open_to("staff", roles=WORKERS)
@require_POST
def read(request: HttpRequest, number: int, seq: int) -> HttpResponse:
    """Marks what a case's entry told as read, and goes to the case."""
    sight = look_of(request)
    view = find_view(sight, number)
    mark_read(sight.by, view.case.id, seq, at=sight.at)
    return HttpResponseRedirect(reverse("desk:case", args=[number]))


def _shown(told: Told, sight: Sight) -> dict[str, Any]:
    procedure = registry.get_procedure(told.procedure, told.version)
    notice = next((each for each in procedure.notices if each.key == told.key), None)
    return {
        "word": say(notice.words) if notice else told.key,
        "title": title_of(
            procedure,
            category=told.category,
            condition=told.condition,
            kind=told.kind,
            known=sight.known,
        ),
        "number": told.number,
        "when": say_when(told.at, at=sight.at),
        "new": told.read_at is None,
        "url": reverse("desk:notice", args=[told.number, told.seq]),
        "state": _("new") if told.read_at is None else "",
    }
