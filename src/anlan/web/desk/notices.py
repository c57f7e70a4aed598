# SPDX-License-Identifier: Apache-2.0
"""What the organisation was told: its in-app inbox, newest first; opening one marks it read and shows its case."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.base.errors import Invalid
from anlan.cases import registry
from anlan.cases.queries_cursor import read_cursor, read_id, read_moment, write_cursor
from anlan.web.action_forms import say
from anlan.web.case_drawing import title_of
from anlan.web.gate import open_to
from anlan.web.look.times import say_when
from anlan.web.staff_acting import find_view
from anlan.web.staff_frame import WORKERS, Sight, frame, look_of

PAGE = 30
INBOX = """
SELECT n.case_id, n.id, n.key, n.seq, n.at, n.read_at, c.number, c.procedure, c.version, c.category_id, c.condition_id
  FROM cases_notice n JOIN cases_case c ON c.id = n.case_id
 WHERE n.organisation_id = %s AND (n.at, n.id) < (%s, %s::uuid)
   AND (c.barred IS NULL OR c.barred <> ALL(%s))
 ORDER BY n.at DESC, n.id DESC LIMIT %s"""
LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"
READ = "UPDATE cases_notice SET read_at = %s WHERE organisation_id = %s AND case_id = %s AND seq = %s AND read_at IS NULL"


@open_to("staff", roles=WORKERS)
@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """A page of the inbox."""
    sight = look_of(request)
    of = ("notices", sight.by.organisation_id)
    after: tuple[datetime, Any] = (sight.at, LAST)
    if request.GET.get("after"):
        try:
            moment, last = read_cursor(of, request.GET["after"])
        except Invalid:
            return HttpResponseRedirect(reverse("desk:notices"))
        after = read_moment(moment), read_id(last)
    rows = _rows(sight, after)
    older = write_cursor(of, [rows[PAGE - 1][4], rows[PAGE - 1][1]]) if len(rows) > PAGE else ""
    context = {
        **frame(request, here="desk:notices"),
        "notices": [_shown(row, sight) for row in rows[:PAGE]],
        "older": f"?after={older}" if older else "",
        "newer": reverse("desk:notices") if request.GET.get("after") else "",
    }
    return render(request, "desk/notices.html", context)


@open_to("staff", roles=WORKERS)
@require_POST
def read(request: HttpRequest, number: int, seq: int) -> HttpResponse:
    """Marks what a case's entry told as read, and goes to the case."""
    sight = look_of(request)
    view = find_view(sight, number)
    with connection.cursor() as cursor:
        cursor.execute(READ, [sight.at, sight.by.organisation_id, view.case.id, seq])
    return HttpResponseRedirect(reverse("desk:case", args=[number]))


def _rows(sight: Sight, after: tuple[datetime, Any]) -> list[Any]:
    lineage = list(sight.known.lineage(sight.by.organisation_id or 0))
    with connection.cursor() as cursor:
        cursor.execute(INBOX, [sight.by.organisation_id, *after, lineage, PAGE + 1])
        return list(cursor.fetchall())


def _shown(row: Any, sight: Sight) -> dict[str, Any]:
    _case, _id, key, seq, at, read_at, number, procedure_key, version, category, condition = row
    procedure = registry.get_procedure(procedure_key, version)
    notice = next((each for each in procedure.notices if each.key == key), None)
    return {
        "word": say(notice.words) if notice else key,
        "title": title_of(procedure, category=category, condition=condition, known=sight.known),
        "number": number,
        "seq": seq,
        "when": say_when(at, at=sight.at),
        "new": read_at is None,
        "url": reverse("desk:notice", args=[number, seq]),
        "state": _("new") if read_at is None else "",
    }
