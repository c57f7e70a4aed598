# SPDX-License-Identifier: Apache-2.0
"""What auditors read: who opened words and people and what is unusual in it, what the boundary refused, and the
administration log. Nothing is changed here.

A page of each, newest first. The chain of the log is checked by `anlan verify`; here a reader sees the lines.
"""

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.cases import registry
from anlan.cases.models import Access, Case
from anlan.cases.queries_audit import DAYS, EARLY, LATE, MANY, TIMES, by_post, by_reason, looks_for, sample
from anlan.people.configuration_words import say_change, say_term, say_where
from anlan.people.may import Role
from anlan.people.models import AdminLine, BoundaryRefusal, Post
from anlan.web.action_forms import say
from anlan.web.answers import organisation
from anlan.web.gate import open_to
from anlan.web.look.times import say_when
from anlan.web.staff_frame import AUDITORS, Sight, frame, language, look_of, say_post

PAGE = 50


@open_to("staff", roles=AUDITORS)
@never_cache
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Looks by post and by reason, what is unusual, and the ways to the rest."""
    sight = look_of(request)
    looked = looks_for(sight.by, known=sight.known, at=sight.at)
    posts = by_post(looked, calendar=sight.known.calendar)
    several = Counter((one.organisation, one.role) for one in posts)
    seen: Counter[tuple[int, str]] = Counter()
    rows = []
    for one in posts:
        key = one.organisation, one.role
        seen[key] += 1
        who = f"{organisation(sight.known, one.organisation)} · {Role(one.role).in_language(language())}"
        rows.append((f"{who} ({seen[key]})" if several[key] > 1 else who, one))
    said = reasons()
    context = {
        **frame(request, here="desk:audit"),
        "posts": rows[:PAGE],
        "others": max(0, len(rows) - PAGE),
        "reasons": [(said.get(key, key), key, n) for key, n in by_reason(looked)],
        "total": sum(one.looks for one in posts),
        "outside": sum(one.outside for one in posts),
        "parts": [
            (_("What the boundary refused"), "desk:refusals", BoundaryRefusal.objects.count()),
            (_("Administration log"), "desk:log", AdminLine.objects.count()),
        ],
        "days": DAYS,
        "rule": {"many": MANY, "times": TIMES, "early": EARLY, "late": LATE},
    }
    return render(request, "desk/audit.html", context)


@open_to("staff", roles=AUDITORS)
@never_cache
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Looks of the last days, of cases in the auditor's places; of one post, for one reason or outside hours, if asked for."""
    sight = look_of(request)
    start = _start(request)
    given = {key: request.GET.get(key, "").replace("\x00", "")[:64] for key in ("post", "reason", "outside")}
    asked = {key: text for key, text in given.items() if text}
    post = int(asked["post"]) if asked.get("post", "").isdecimal() and len(asked["post"]) < 18 else None
    found = looks_for(
        sight.by,
        known=sight.known,
        at=sight.at,
        post=post,
        reason=asked.get("reason", ""),
        outside="outside" in asked,
    )
    rows = list(found.order_by("-at", "-id")[start : start + PAGE + 1])
    title = _("Who opened words and people")
    return _page(request, title, _shown(rows[:PAGE], sight), more=len(rows) > PAGE, start=start, asked=asked)


@open_to("staff", roles=AUDITORS)
@never_cache
@require_safe
def drawn(request: HttpRequest) -> HttpResponse:
    """A sample of the looks, drawn by lot; the number of the draw draws it again."""
    sight = look_of(request)
    asked = request.GET.get("draw", "")
    draw = int(asked) if asked.isdecimal() and len(asked) < 9 else secrets.randbelow(1_000_000)
    rows = sample(looks_for(sight.by, known=sight.known, at=sight.at), draw)
    context = {
        **frame(request, here="desk:audit"),
        "title": _("A sample of the looks"),
        "rows": _shown(rows, sight),
        "draw": draw,
    }
    return render(request, "desk/audit_rows.html", context)


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
            "what": f"{say_term(row.term)} · {say_where(row.where)}",
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
            "what": say_change(row.what),
            "before": _json(row.before),
            "after": _json(row.after),
            "number": None,
        }
        for row in rows[:PAGE]
    ]
    return _page(request, _("Administration log"), shown, more=len(rows) > PAGE, start=start)


def _page(
    request: HttpRequest,
    title: str,
    rows: list[dict[str, Any]],
    *,
    more: bool,
    start: int,
    asked: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    def page(begin: int) -> str:
        return "?" + urlencode({**asked, "from": begin})

    context = {
        **frame(request, here="desk:audit"),
        "title": title,
        "rows": rows,
        "older": page(start + PAGE) if more else "",
        "newer": page(max(0, start - PAGE)) if start else "",
    }
    return render(request, "desk/audit_rows.html", context)


def reasons() -> dict[str, str]:
    """The listed reasons for looks, in words."""
    return {
        key: say(words)
        for procedure in registry.newest().values()
        for action in procedure.actions
        for key, words in action.reasons
    }


def _shown(rows: list[Access], sight: Sight) -> list[dict[str, Any]]:
    cases = {case.pk: case for case in Case.objects.filter(pk__in=[row.case_id for row in rows])}
    said = reasons()
    return [
        {
            "when": say_when(row.at, at=sight.at),
            "who": f"{organisation(sight.known, row.organisation_id)} · {Role(row.role).in_language(language())}",
            "what": said.get(row.reason, row.reason),
            "number": cases[row.case_id].number if row.case_id in cases else None,
        }
        for row in rows
    ]


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
