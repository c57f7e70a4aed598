# SPDX-License-Identifier: Apache-2.0
"""How it went: summaries that staff wrote and their persons released, as a list and each on a page of its own.

No photo: faces and number plates in pictures are nobody's to release. Not for search engines, because what is taken back is
gone at once.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.base.errors import NotFound
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.cases.queries import PublicStep, Summary, get_summary, public_list, summaries_of
from anlan.web.front import answer_refusals, draw, said
from anlan.web.gate import open_to
from anlan.web.kinds import outcome_words
from anlan.web.public.views import around, filters_of, given_in, published

HERE = "public:summaries"


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def summaries(request: HttpRequest) -> HttpResponse:
    """The summaries, the newest first, by pages."""
    at, known = now(), current()
    given = given_in(request)
    filters = filters_of(given, at=at, with_page=True)
    page = public_list(known=known, at=at, filters=filters, after=request.GET.get("after"), size=10)
    context = {
        **around(request, HERE, given, page),
        "rows": [_written(each, known=known) for each in summaries_of(page)],
    }
    return _quiet(draw(request, "public/summaries.html", context, here=HERE))


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def summary(request: HttpRequest, code: str) -> HttpResponse:
    """One summary with the course of its case."""
    known = current()
    try:
        found, steps = get_summary(code, known=known, at=now())
    except NotFound:
        return _quiet(draw(request, "public/taken_off.html", {}, status=404))
    context = {
        **_written(found, known=known),
        "published_on": found.published_on,
        "steps": [_step(each, found, known=known) for each in steps],
    }
    return _quiet(draw(request, "public/summary.html", context))


def _written(found: Summary, *, known: Known) -> dict[str, object]:
    procedure = registry.get_procedure(found.row.procedure, found.row.version)
    outcome = outcome_words(procedure, found.outcome)
    return {
        "one": published(found.row, known=known),
        "words": found.words,
        "outcome": said(outcome) if outcome else "",
    }


def _step(step: PublicStep, found: Summary, *, known: Known) -> dict[str, object]:
    procedure = registry.get_procedure(found.row.procedure, found.row.version)
    office = known.organisations.get(step.organisation) if step.organisation is not None else None
    state = next(state for state in procedure.states if state.stage == step.stage)
    return {
        "word": said(state.public),
        "on": step.on,
        "office": said(office.words) if office else "",
    }


def _quiet(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
