# SPDX-License-Identifier: Apache-2.0
"""The guided tour's own pages: all stops, the altered copy, and the report by a program."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from msgspec.structs import replace

from anlan.cases.checks import Rows
from anlan.cases.models import Case
from anlan.cases.verify import Chunk, verify
from anlan.people.demo import TOWN, VILLAGE
from anlan.places.codes import code_range, pad
from anlan.web.demo.views import go_on, in_demo
from anlan.web.gate import open_to
from anlan.web.look.tour import STOP, STOPS, stop_of

ALTERED = 2
"""The line of a case that the tour alters on its copy: the first that an office wrote."""

CURL = """\
curl -sS {site}/api/v1/cases -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(python3 -c 'import uuid; print(uuid.uuid4())')" \\
  -d '{{"procedure": "report", "place": "{village}", "data": {{"words": "文三路路口有一个深坑"}}}}'"""


@open_to("anyone")
@in_demo
@never_cache
@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    """All stops on one page; who comes here is at none of them."""
    request.session.pop(STOP, None)
    return render(request, "demo/tour.html", {"stops": STOPS})


@open_to("anyone")
@in_demo
@never_cache
@require_safe
def stop(request: HttpRequest) -> HttpResponse:
    """The line of the stop that a guest is at: the field app asks for it, since its page is kept by phones and knows of no guest."""
    return render(request, "look/parts/stop.html", {"stop": stop_of(request)})


@open_to("anyone")
@in_demo
@never_cache
@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The command that reports something, to copy."""
    site = f"{request.scheme}://{request.get_host()}"
    return render(request, "demo/program.html", {"code": CURL.format(site=site, village=VILLAGE)})


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
    go_on(request)
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
