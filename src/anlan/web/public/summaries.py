# SPDX-License-Identifier: Apache-2.0
"""How it went: summaries that staff wrote and their persons released, as a list and each on a page of its own.

Photos only as copies on which staff blurred what is nobody's to release. Not for search engines, because what is taken back is
gone at once.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.base.errors import NotFound
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.cases.queries import (
    PublicStep,
    Summary,
    get_summary,
    public_list,
    read_summary_photo,
    summaries_of,
)
from anlan.web.front import answer_refusals, draw, quiet, said
from anlan.web.gate import open_to
from anlan.web.kinds import outcome_words
from anlan.web.look.values import Photo
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
    return quiet(draw(request, "public/summaries.html", context, here=HERE))


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
        return quiet(draw(request, "public/taken_off.html", {}, status=404))
    context = {
        **_written(found, known=known),
        "published_on": found.published_on,
        "steps": [_step(each, found, known=known) for each in steps],
        "photos": [
            Photo(words=_("Photo %(n)s") % {"n": n}, url=url, small=url)
            for n in range(1, found.photos + 1)
            for url in (reverse("public:photo", args=[code, n]),)
        ],
    }
    return quiet(draw(request, "public/summary.html", context))


@open_to("anyone")
@never_cache
@require_safe
def photo(request: HttpRequest, code: str, n: int) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """A photo of a summary: the copy that was made for everybody, as long as its page is there."""
    try:
        data = read_summary_photo(code, n, known=current(), at=now())
    except NotFound:
        return quiet(HttpResponse(status=404))
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return quiet(answer)


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
