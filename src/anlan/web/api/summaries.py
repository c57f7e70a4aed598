# SPDX-License-Identifier: Apache-2.0
"""Released summaries as open data: what the public pages show, for everybody, without a token."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.cases.queries import (
    PublicFilters,
    Summary,
    get_summary,
    public_list,
    read_summary_photo,
    summaries_of,
)
from anlan.places.codes import text as code_text
from anlan.web.api import shapes
from anlan.web.api.callers import caller_of
from anlan.web.api.door import operation
from anlan.web.api.drawing import ROOT, named
from anlan.web.api.files import draw_photo
from anlan.web.api.given import check_page_size, find_spot
from anlan.web.kinds import outcome_words


@operation("GET", "/summaries", to="anyone", gives=shapes.Summaries, tag="summaries")
def list_the_summaries(  # noqa: PLR0917 - django-ninja names them
    request: HttpRequest,
    within: str | None = None,
    group: str | None = None,
    category: int | None = None,
    after: str | None = None,
    size: int = 25,
) -> dict[str, Any]:
    """List released summaries. Of settled cases, the newest first; taken back, a summary is gone at once."""
    at, known = caller_of(request).at, current()
    check_page_size(size, most=100)
    filters = PublicFilters(
        within=find_spot(within, at=at).code if within else None,
        group=group,
        category=category,
        with_page=True,
    )
    page = public_list(known=known, at=at, filters=filters, after=after or None, size=size)
    following = None
    if page.next_cursor:
        following = f"{ROOT}/summaries?{urlencode(request.GET.dict() | {'after': page.next_cursor})}"
    return {"summaries": [summary_of(each, known=known) for each in summaries_of(page)], "next": following}


@operation("GET", "/summaries/{code}", to="anyone", gives=shapes.SummaryWith, tag="summaries")
def read_a_summary(request: HttpRequest, code: str) -> dict[str, Any]:
    """Read a released summary. With the days on which its case came to each stage."""
    known = current()
    found, steps = get_summary(code, known=known, at=caller_of(request).at)
    procedure = registry.get_procedure(found.row.procedure, found.row.version)
    return summary_of(found, known=known) | {
        "steps": [
            {
                "stage": step.stage,
                "words": named(next(s for s in procedure.states if s.stage == step.stage).public),
                "on": step.on,
                "organisation": step.organisation,
            }
            for step in steps
        ]
    }


@operation(
    "GET", "/summaries/{code}/photos/{int:n}", to="anyone", gives=bytes, sends="image/jpeg", tag="summaries"
)
def read_a_summary_photo(request: HttpRequest, code: str, n: int) -> HttpResponse:
    """Download a photo of a released summary. The blurred copy that its page shows, never the original."""
    return draw_photo(read_summary_photo(code, n, known=current(), at=caller_of(request).at))


def summary_of(found: Summary, *, known: Known) -> dict[str, Any]:
    """A summary as plain values."""
    row = found.row
    procedure = registry.get_procedure(row.procedure, row.version)
    category = known.categories.get(row.category) if row.category is not None else None
    words = outcome_words(procedure, found.outcome)
    return {
        "id": row.page,
        "url": f"{ROOT}/summaries/{row.page}",
        "procedure": row.procedure,
        "category": row.category,
        "title": named(category.words if category else procedure.words),
        "town": code_text(row.town),
        "organisation": row.organisation,
        "outcome": found.outcome,
        "outcome_words": named(words) if words else None,
        "opened_on": row.opened_on,
        "closed_on": row.closed_on,
        "published_on": found.published_on,
        "summary": found.words,
        "photos": [f"{ROOT}/summaries/{row.page}/photos/{n}" for n in range(1, found.photos + 1)],
    }
