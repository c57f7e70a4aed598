# SPDX-License-Identifier: Apache-2.0
"""What is on its way from this post and can still be taken back, and what came back refused: the strip below the columns."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.base.ids import show_number
from anlan.cases import registry
from anlan.cases.held import Held, held_by, put_away, send_now, undo
from anlan.web.action_forms import say
from anlan.web.gate import open_to
from anlan.web.staff_frame import READERS, Sight, language, look_of
from anlan.web.staff_lists import read_asked

SHOWN = 5
"""Lines of each sort that the strip shows at once; the others follow as these go."""


@open_to("staff", roles=READERS)
@never_cache
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """The strip as it is now."""
    sight = look_of(request)
    query = read_asked(request.GET, sight).query(sight=sight)
    return render(request, "desk/held.html", {"held": strip(held_by(sight.by), sight, query=query)})


@open_to("staff", roles=READERS)
@require_POST
def change(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Takes a batch back, does it at once, or puts the refusal of one act away."""
    sight = look_of(request)
    query = read_asked(request.GET, sight).query(sight=sight)
    what = request.POST.get("what", "")
    numbers: list[int] = []
    if what == "away":
        put_away(sight.by, batch)
    elif what == "now":
        send_now(sight.by, batch, at=sight.at)
    else:
        numbers = undo(sight.by, batch)
        if numbers:
            messages.info(request, _("Taken back: nothing was sent."))
        else:
            messages.warning(request, _("It had left already, so it could not be taken back."))
    if len(numbers) == 1:
        return HttpResponseRedirect(reverse("desk:case", args=numbers) + query)
    at = request.POST.get("at", "")
    here = [int(at)] if at.isdecimal() and len(at) <= 16 else []
    return HttpResponseRedirect(reverse("desk:case" if here else "desk:inbox", args=here) + query)


def strip(rows: Sequence[Held], sight: Sight, *, query: str) -> dict[str, Any]:
    """Context of the strip for what `held_by` gave: batches on their way, what came back, the numbers that wait, and when to
    look again.
    """
    waiting = [row for row in rows if row.why is None]
    batches: dict[UUID, list[Held]] = {}
    for row in waiting:
        batches.setdefault(row.batch, []).append(row)
    lines = [_on_its_way(batch, each, sight) for batch, each in batches.items()]
    seconds = [line["left"] for line in lines]
    return {
        "lines": lines[:SHOWN],
        "back": [_came_back(row, query) for row in rows if row.why is not None][:SHOWN],
        "numbers": ",".join(str(row.number) for row in waiting),
        "again": min(seconds) + 2 if seconds else 0,
        "query": query,
    }


def leaving(rows: Iterable[Held]) -> frozenset[int]:
    """The numbers of the cases for which something is on its way."""
    return frozenset(row.number for row in rows if row.why is None)


def _on_its_way(batch: UUID, rows: list[Held], sight: Sight) -> dict[str, Any]:
    left = max(0, round((rows[0].due_at - sight.at).total_seconds()))
    return {
        "batch": batch,
        "word": _word(rows[0]),
        "about": _about(rows),
        "left": left,
        "left_words": ngettext("%(n)d second", "%(n)d seconds", left) % {"n": left},
    }


def _came_back(row: Held, query: str) -> dict[str, Any]:
    way = reverse("desk:do", args=[row.number, row.action]) + (query or "?")
    return {
        "id": row.id,
        "word": _word(row),
        "number": row.number,
        "why": (row.why or {}).get("zh" if language().startswith("zh") else "en", ""),
        "case": reverse("desk:case", args=[row.number]) + query,
        "url": f"{way}{'&' if query else ''}held={row.id}",
    }


def _word(row: Held) -> str:
    return say(registry.get_procedure(row.procedure, row.version).action(row.action).words)


def _about(rows: Iterable[Held]) -> str:
    numbers = [row.number for row in rows]
    if len(numbers) == 1:
        return show_number(numbers[0])
    return ngettext("%(n)d case", "%(n)d cases", len(numbers)) % {"n": len(numbers)}
