# SPDX-License-Identifier: Apache-2.0
"""What auditors read: who opened words and people, what the boundary refused, and the administration log. Nothing else changes here.

A page of each, newest first. The chain of the log is checked by `anlan verify`; here a reader sees the lines.
"""

import json
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.cases import registry
from anlan.cases.models import Access, Case
from anlan.people.may import Role
from anlan.people.models import AdminLine, BoundaryRefusal, Post
from anlan.web.action_forms import say
from anlan.web.case_drawing import organisation
from anlan.web.gate import open_to
from anlan.web.look.times import say_when
from anlan.web.staff_frame import AUDITORS, Sight, frame, language, look_of, say_post

PAGE = 50
DAYS = 90
"""How far back the looks are listed; an organisation's own are found by its cases."""


@open_to("staff", roles=AUDITORS)
@never_cache
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The three ways in, with how much there is of late."""
    sight = look_of(request)
    context = {
        **frame(request, here="desk:audit"),
        "parts": [
            (_("Who opened words and people"), "desk:looks", _looks(sight).count()),
            (_("What the boundary refused"), "desk:refusals", BoundaryRefusal.objects.count()),
            (_("Administration log"), "desk:log", AdminLine.objects.count()),
        ],
        "days": DAYS,
    }
    return render(request, "desk/audit.html", context)


@open_to("staff", roles=AUDITORS)
@never_cache
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Looks of the last days, of cases in the auditor's places."""
    sight = look_of(request)
    start = _start(request)
    rows = list(_looks(sight).order_by("-at", "-id")[start : start + PAGE + 1])
    cases = {case.pk: case for case in Case.objects.filter(pk__in=[row.case_id for row in rows])}
    reasons = {
        key: say(words)
        for procedure in registry.newest().values()
        for action in procedure.actions
        for key, words in action.reasons
    }
    shown = [
        {
            "when": say_when(row.at, at=sight.at),
            "who": f"{organisation(sight.known, row.organisation_id)} · {Role(row.role).in_language(language())}",
            "what": reasons.get(row.reason, row.reason),
            "number": cases[row.case_id].number if row.case_id in cases else None,
        }
        for row in rows[:PAGE]
    ]
    return _page(request, _("Who opened words and people"), shown, more=len(rows) > PAGE, start=start)


@open_to("staff", roles=AUDITORS)
@never_cache
@require_safe
def refusals(request: HttpRequest) -> HttpResponse:
    """Attempts that the boundary refused: where, which term, which post; not what was typed."""
    sight = look_of(request)
    start = _start(request)
    rows = list(BoundaryRefusal.objects.order_by("-id")[start : start + PAGE + 1])
    posts = _posts(row.post_id for row in rows)
    shown = [
        {
            "when": say_when(row.at, at=sight.at),
            "who": say_post(posts.get(row.post_id)) if row.post_id else _("nobody signed in, or a command"),
            "what": f"“{row.term}” · {row.where}",
            "number": None,
        }
        for row in rows[:PAGE]
    ]
    return _page(request, _("What the boundary refused"), shown, more=len(rows) > PAGE, start=start)


@open_to("staff", roles=AUDITORS)
@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The lines of the administration log, with before and after."""
    sight = look_of(request)
    start = _start(request)
    rows = list(AdminLine.objects.order_by("-seq")[start : start + PAGE + 1])
    posts = _posts(row.post_id for row in rows)
    shown = [
        {
            "when": f"{row.seq} · {say_when(row.at, at=sight.at)}",
            "who": say_post(posts.get(row.post_id)) if row.post_id else _("the operator at the machine"),
            "what": row.what,
            "before": _json(row.before),
            "after": _json(row.after),
            "number": None,
        }
        for row in rows[:PAGE]
    ]
    return _page(request, _("Administration log"), shown, more=len(rows) > PAGE, start=start)


def _page(
    request: HttpRequest, title: str, rows: list[dict[str, Any]], *, more: bool, start: int
) -> HttpResponse:
    context = {
        **frame(request, here="desk:audit"),
        "title": title,
        "rows": rows,
        "older": f"?from={start + PAGE}" if more else "",
        "newer": f"?from={max(0, start - PAGE)}" if start else "",
    }
    return render(request, "desk/audit_rows.html", context)


def _looks(sight: Sight) -> QuerySet[Access]:
    """Looks of late at cases that the auditor sees: in the own places, and not about the own organisation."""
    places = Q(pk__in=())
    for low, high in sight.by.scope:
        places |= Q(area__gte=low, area__lt=high)
    own = sight.known.concerned(sight.by.organisation_id or 0)
    seen = Case.objects.filter(places, Q(barred=None) | ~Q(barred__in=own), pk=OuterRef("case_id"))
    return Access.objects.filter(Exists(seen), at__gte=sight.at - timedelta(days=DAYS))


def _posts(ids: Any) -> dict[int, Post]:
    return {
        post.pk: post
        for post in Post.objects.select_related("organisation").filter(pk__in={i for i in ids if i})
    }


def _start(request: HttpRequest) -> int:
    asked = request.GET.get("from", "")
    return min(int(asked), 100_000) if asked.isdecimal() and len(asked) < 9 else 0


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value is not None else ""
