# SPDX-License-Identifier: Apache-2.0
"""Versions of the field app: which this deployment serves, what phones ask about it, and for which towns an administrator opens it."""

import json
from collections import Counter
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anlan import __version__
from anlan.base.errors import NotAllowed, NotFound, Refused
from anlan.people import rollout
from anlan.people.may import Role
from anlan.people.models_terminals import AppVersion
from anlan.places import codes, find
from anlan.places.codes import Level
from anlan.places.tree import Spot
from anlan.web.field.words import words
from anlan.web.gate import open_to
from anlan.web.look.storage import kept_names
from anlan.web.staff_frame import frame, language, look_of

FILES = ("page.css", "field.css", "page.js", "field.js", "sign.svg", "sign-192.png", "sign-512.png")
DEMO = ("demo.css", "demo.js")
PAGE = Path(__file__).parent / "templates" / "field" / "app.html"
ADMINISTRATOR = (str(Role.SYSTEM_ADMIN),)
LONGEST = 32


def kept_files() -> tuple[str, ...]:
    """What the app's worker keeps beside its page."""
    return FILES + (DEMO if settings.ANLAN_DEMO else ())


def served() -> str:
    """The version that this deployment serves: its release, and what its page, words and files come to."""
    return _version(tuple(kept_names().get(name, "") for name in (*kept_files(), "field-worker.js")))


@lru_cache(maxsize=8)
def _version(files: tuple[str, ...]) -> str:
    made_of = [PAGE.read_text(encoding="utf-8"), *files]
    for tongue, _name in settings.LANGUAGES:
        with override(tongue):
            made_of.append(json.dumps(words(), ensure_ascii=False))
    return f"{__version__}-{sha256(chr(0).join(made_of).encode()).hexdigest()[:8]}"


@open_to("anyone")
@never_cache
@require_safe
def version(request: HttpRequest) -> JsonResponse:
    """Which version is served, and whether a phone of this town may or must take it. It tells its town and version, not whose it is."""
    town, has = request.GET.get("town", ""), request.GET.get("has", "")
    try:
        code = codes.pad(town)
    except ValueError:
        code = None
    mine = served()
    has = has if has.isascii() and has.isprintable() and len(has) <= LONGEST else ""
    found = rollout.standing(mine, has=has, town=code, at=look_of(request).at)
    return JsonResponse({"version": mine, "open": found.open, "forced": found.forced})


@open_to("staff", roles=ADMINISTRATOR)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: HttpRequest) -> HttpResponse:
    """How many terminals have which version, by place; a version is opened here for the place that is looked at."""
    sight, mine = look_of(request), served()
    spot = _place(request.GET.get("place", ""), at=sight.at)
    if request.method == "POST":
        every = request.POST.get("what") == "every"
        try:
            rollout.open_version(
                None if every else mine,
                place_id=spot.id if spot else None,
                forced=request.POST.get("what") == "forced",
                by=sight.by,
                at=sight.at,
            )
        except NotAllowed:
            raise PermissionDenied from None
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Opened."))
        return HttpResponseRedirect(_url(spot))
    rollout.standing(mine, has="", town=None, at=sight.at)  # served from now on, if nobody asked before
    rows = list(rollout.in_force())
    counted = rollout.count_versions(at=sight.at)
    below = find.children(spot.id if spot else None, at=sight.at) if _has_towns(spot) else ()
    above = [] if spot is None else [*find.above(spot.id, at=sight.at), spot]
    context = {
        **frame(request, here="field:versions"),
        "served": mine,
        "since": AppVersion.objects.get(pk=mine).first_at,
        "place": spot.called(language()) if spot else _("Everywhere"),
        "trail": [
            {
                "word": each.called(language()) if each else _("Everywhere"),
                "url": _url(each),
                "current": each is spot,
            }
            for each in [None, *above]
        ],
        "whole": _row(counted, spot, mine),
        "rows": [
            {
                "name": each.called(language()),
                "url": _url(each),
                "has": _row(counted, each, mine),
                "stands": rollout.judge(rows, mine, since=None, town=each.code, at=sight.at),
            }
            for each in below
        ],
        "stands": rollout.judge(rows, mine, since=None, town=spot.code if spot else None, at=sight.at),
        "every": any(row.version_id is None and row.place_id == (spot.id if spot else None) for row in rows),
        "openings": [
            {
                "id": row.pk,
                "version": row.version_id,
                "place": find.full_path(row.place_id, language=language(), skip=1) if row.place_id else "",
                "forced": row.forced,
                "since": row.opened_at,
            }
            for row in rows
        ],
    }
    return render(request, "field/versions.html", context)


@open_to("staff", roles=ADMINISTRATOR)
@require_POST
def close(request: HttpRequest, opening: int) -> HttpResponse:
    """Ends one; who took the version keeps it."""
    sight = look_of(request)
    try:
        rollout.end_opening(opening, by=sight.by, at=sight.at)
    except NotAllowed:
        raise PermissionDenied from None
    except NotFound:
        pass
    return HttpResponseRedirect(reverse("field:versions"))


def _place(text: str, *, at: datetime) -> Spot | None:
    """The place that is looked at, down to a town; None is everywhere. Raises Http404."""
    if not text:
        return None
    spot = find.find_place(int(text), at=at) if text.isdecimal() and len(text) <= LONGEST // 2 else None
    if spot is None or spot.level > Level.TOWN:
        raise Http404
    return spot


def _has_towns(spot: Spot | None) -> bool:
    return spot is None or spot.level < Level.TOWN


def _url(spot: Spot | None) -> str:
    return reverse("field:versions") + (f"?place={spot.id}" if spot else "")


def _row(counted: Any, spot: Spot | None, mine: str) -> dict[str, Any]:
    """Terminals of a place: all, with the served version, and the others by version."""
    low, high = codes.code_range(spot.code) if spot else (0, 10**codes.DIGITS)
    found = sum((n for code, n in counted.items() if low <= code < high), Counter[str]())
    others = [(version, n) for version, n in found.most_common() if version != mine]
    return {
        "all": found.total(),
        "now": found[mine],
        "others": others,
        "older": sum(n for _version, n in others),
    }
