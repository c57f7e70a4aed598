# SPDX-License-Identifier: Apache-2.0
"""An offer of help with a task of the public list, in the resident's own words (docs/decisions/offers.md).

It is a report like any other, of a category of its own: the room of the town answers it, its writer follows it with a code,
and it ends, lapses and is erased like the rest. There is no list of who helps, nothing is counted and nothing is won.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anlan.base.clock import now
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.places.codes import Level, pad
from anlan.places.codes import text as written
from anlan.places.find import find_code, full_path
from anlan.places.tree import Spot
from anlan.procedures.report.catalogue import offer_category
from anlan.procedures.report.kinds import OTHER
from anlan.web.drafts import Draft, new_report, problems_with, read_draft
from anlan.web.front import answer_refusals, draw, language
from anlan.web.gate import open_to
from anlan.web.grid_tasks import GridTask, grid_tasks
from anlan.web.resident.before import ask_first
from anlan.web.resident.report import ACTION, PER_NETWORK, PROCEDURE, purpose_of, send
from anlan.web.resident.report_form import ReportForm

ASKED = ("words", "phone")


class OfferForm(ReportForm):
    """The report's form, of which only the words and the phone are asked: place and task are those of the page."""

    drafted = False

    def __init__(
        self,
        task: GridTask,
        spot: Spot,
        *,
        known: Known,
        at: datetime,
        typed: Mapping[str, str],
        judged: bool,
    ) -> None:
        """`typed` is what was sent; it is shown again as it is unless it is to be `judged`."""
        given = {key: typed.get(key, "").replace("\x00", "") for key in ASKED} | {"place": str(spot.id)}
        action = registry.newest()[PROCEDURE].action(ACTION)
        if judged:
            data = QueryDict(mutable=True)
            data.update(given)
            super().__init__(action, known=known, at=at, data=data)
        else:
            super().__init__(action, known=known, at=at, initial=given)
        self.task = task
        words = self.fields["words"]
        words.label = _("What can you do, and when?")
        words.help_text = _("A few words are enough. Please leave out other people's names and phones.")
        words.error_messages["required"] = _("Please say what you can do; a few words are enough.")

    def values(self) -> dict[str, Any]:
        """The words begin with the task, so that whoever reads them knows what is offered."""
        found = super().values()
        begun = _("I can help with this task: %(task)s") % {"task": self.task.name}
        category = offer_category(self.known)
        sorted_as = {"kind": OTHER} if category is None else {"kind": OTHER, "category": category}
        return {**found, **sorted_as, "words": f"{begun}\n{found['words']}"}


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def offer(request: HttpRequest, code: int, n: int) -> HttpResponse:
    """The form for task `n` (from 1) in a village or grid, and its sending."""
    at, known = now(), current()
    spot, task = _asked(code, n, at=at)
    given = read_draft(request)
    draft = given or new_report()
    judged = request.method == "POST" and "back" not in request.POST
    form = OfferForm(task, spot, known=known, at=at, typed=request.POST, judged=judged)
    if judged and given is None:
        form.add_error(
            None, _("This page was open for too long. Your words are kept; please look at it and send again.")
        )
    if not judged or not form.is_valid():
        return _page(request, form, draft, spot, status=422 if judged else 200)
    procedure = registry.newest()[PROCEDURE]
    first = ask_first(request, form, draft, procedure, known=known, at=at, caps=PER_NETWORK)
    if first is not None:
        return first
    return send(
        request, form, draft, at=at, again=lambda status: _page(request, form, draft, spot, status=status)
    )


def _asked(code: int, n: int, *, at: datetime) -> tuple[Spot, GridTask]:
    """Raises Http404 for what is no village or grid of today, or no task."""
    try:
        spot = find_code(pad(str(code)), at=at)
    except ValueError:
        raise Http404 from None
    tasks = grid_tasks()
    if spot is None or spot.level < Level.VILLAGE or not 1 <= n <= len(tasks):
        raise Http404
    return spot, tasks[n - 1]


def _page(request: HttpRequest, form: OfferForm, draft: Draft, spot: Spot, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "task": form.task,
        "draft": draft.text(request),
        "problems": problems_with(form, ()),
        "place": full_path(spot.id, language=language(), skip=1),
        "place_code": written(spot.code),
        "purpose": purpose_of(registry.newest()[PROCEDURE]),
    }
    return draw(request, "resident/offer.html", context, here="public:places", status=status)
