# SPDX-License-Identifier: Apache-2.0
"""What the suggested categories are worth: measured on cases that were not learnt from, shown to whoever relies on them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.cases import registry
from anlan.parts.suggestions.learn import STEPS
from anlan.parts.suggestions.suggest import newest, worth_of
from anlan.web.action_forms import say
from anlan.web.gate import open_to
from anlan.web.staff_frame import frame


@open_to("staff")
@never_cache
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """One table a procedure: right at first, among three, and what the most frequent answer alone would reach."""
    shown = []
    for key, procedure in registry.newest().items():
        row = newest(key)
        if row is None:
            continue
        worth = worth_of(row)
        steps = [
            (f"{step * 100 // STEPS}–{(step + 1) * 100 // STEPS}%", right, said, _share(right, said))
            for step, (said, right) in enumerate(worth.steps)
            if said
        ]
        measured = [
            (_("The first suggestion is right"), worth.first),
            (_("It is among the first three"), worth.among_three),
            (_("Always the most frequent category, for comparison"), worth.guess),
        ]
        shown.append(
            {
                "name": say(procedure.words),
                "row": row,
                "measured": [(word, n, worth.held_out, _share(n, worth.held_out)) for word, n in measured],
                "steps": steps,
            }
        )
    return render(request, "desk/suggestions.html", frame(request) | {"shown": shown})


def _share(n: int, of: int) -> str:
    return f"{n / of:.1%}" if of else "–"
