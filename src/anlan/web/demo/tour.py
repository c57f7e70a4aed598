# SPDX-License-Identifier: Apache-2.0
"""The guided tour: eight stops in five minutes, each opening as the right person at the right page."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.cases.checks import Rows
from anlan.cases.models import Case
from anlan.cases.verify import Chunk, verify
from anlan.people.demo import TOWN
from anlan.places.codes import code_range, pad
from anlan.web.demo.views import in_demo
from anlan.web.gate import open_to
from anlan.web.look.demo import WORDS

ALTERED = 2
"""The line of a case that the tour alters on its copy: the first that an office wrote."""

CURL = """\
curl -sS http://127.0.0.1:8000/api/v1/cases -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(python3 -c 'import uuid; print(uuid.uuid4())')" \\
  -d '{"procedure": "report", "place": "330106004066", "data": {"words": "文三路路口有一个深坑"}}'"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A button of a stop: as whom it opens which page. `jump` moves the clock on instead, and stays there."""

    word: Any
    guest: str = ""
    page: str = ""
    jump: str = ""

    @property
    def who(self) -> Any:
        """As whom, in words."""
        return WORDS.get(self.guest, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """One stop. `code` is a command to copy; `alters` shows an alteration on a copy."""

    title: Any
    words: Any
    ways: tuple[Way, ...] = ()
    code: str = ""
    alters: bool = False


STOPS = (
    Stop(
        title=_("The province on the wall"),
        words=_(
            "Figures, a map and what is changing. Press a place to go down to its grids; as the supervisor each number opens exactly its cases."
        ),
        ways=(
            Way(word=_("The wall of the province"), guest="auditor", page="/desk/wall"),
            Way(
                word=_("The overview, with cases behind each number"),
                guest="supervisor",
                page="/desk/overview",
            ),
        ),
    ),
    Stop(
        title=_("A report from a phone"),
        words=_(
            "No account needed. Choose 文三社区 as the place. What you get: a number, who has it, and by when."
        ),
        ways=(Way(word=_("Report something"), guest="resident", page="/report"),),
    ),
    Stop(
        title=_("It is on the town's desk"),
        words=_(
            "With why it came here, the limit, and what may be the same. Enter does what the rules propose and opens the next; for ten seconds U takes it back."
        ),
        ways=(Way(word=_("The town's desk"), guest="dispatcher", page="/desk/?state=reported"),),
    ),
    Stop(
        title=_("A grid worker settles it"),
        words=_(
            "On a phone, with one hand: what is given to the village, what is to be checked, and reporting what was settled on the spot."
        ),
        ways=(Way(word=_("The grid worker's tasks"), guest="grid_worker", page="/field/"),),
    ),
    Stop(
        title=_("The clock jumps over a holiday"),
        words=_(
            "Open a case at the desk: its limit is explained day by day. Then move the clock: what is overdue is told to the level above."
        ),
        ways=(
            Way(word=_("Cases due soonest"), guest="dispatcher", page="/desk/"),
            Way(word=_("Past the next holiday"), jump="holiday"),
            Way(word=_("What the supervisor is told"), guest="supervisor", page="/desk/notices"),
        ),
    ),
    Stop(
        title=_("Who looked at my information"),
        words=_(
            "Open one of the reports: it says which office looked at it, when and why. The auditor sees the same looks by post and reason."
        ),
        ways=(
            Way(word=_("My reports"), guest="resident", page="/mine"),
            Way(word=_("All looks"), guest="auditor", page="/desk/audit"),
        ),
    ),
    Stop(
        title=_("One line is altered"),
        words=_(
            "One entry of a case is changed on a copy in memory, and the copy is verified: the case and the line are named. On the whole database the same is done by this command:"
        ),
        code=".venv/bin/anlan verify",
        alters=True,
    ),
    Stop(
        title=_("The same report by a program"),
        words=_(
            "Everything that people do here, programs can do, with the same rules. The page of the API says what is asked and answered."
        ),
        ways=(Way(word=_("The API, described"), guest="developer", page="/api/v1/docs"),),
        code=CURL,
    ),
)


@open_to("anyone")
@in_demo
@never_cache
@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    """All stops on one page."""
    return render(request, "demo/tour.html", {"stops": STOPS})


@open_to("anyone")
@in_demo
@never_cache
@require_POST
def alter(request: HttpRequest) -> HttpResponse:
    """Verifies one case as it is, and a copy of it in which a line was altered; nothing is written."""
    low, high = code_range(pad(TOWN))
    cases = Case.objects.filter(area__gte=low, area__lt=high, seq__gte=ALTERED)
    case = cases.order_by("-opened_at").first()
    if case is None:
        raise Http404
    piece = Chunk(ids=(case.pk,))
    context = {
        "case": case,
        "line": ALTERED,
        "whole": verify(piece).broken,
        "altered": verify(piece, alter=_alter).broken,
    }
    return render(request, "demo/altered.html", context)


def _alter(rows: Rows) -> None:
    entry = rows.entries[ALTERED - 1]
    rows.entries[ALTERED - 1] = replace(entry, at=entry.at - timedelta(days=1))
