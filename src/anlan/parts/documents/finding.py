# SPDX-License-Identifier: Apache-2.0
"""Whether a document is real, for whoever holds it: what its code finds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from anlan.base.errors import NotFound
from anlan.base.ids import read_code
from anlan.base.prepared import prepared
from anlan.cases.define import Words
from anlan.cases.read import read_cases
from anlan.parts.documents.making import index_of
from anlan.parts.documents.models import Given
from anlan.parts.documents.paper import does_stand, paper_of

KEPT = timedelta(days=3653)
"""Ten years: longer than what was agreed can be enforced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """A document that was given out here. `words` name its kind (None: no procedure knows it any more), `good` says whether it still
    stands, `digest` is the SHA-256 of its file in hex.
    """

    words: Words | None
    number: int
    organisation: int | None
    day: date
    good: bool
    digest: str


def find_document(code: str) -> Real:
    """What bears this code, as somebody typed it. Raises NotFound, and Invalid for what is no code."""
    row = Given.objects.filter(code=index_of(read_code(code))).first()
    if row is None:
        raise NotFound
    with prepared() as run:
        case = read_cases(run, [row.case_id])[row.case_id].case
    paper = paper_of(case.procedure, row.paper)
    return Real(
        words=paper.words if paper else None,
        number=case.number,
        organisation=row.organisation_id,
        day=row.day,
        good=does_stand(paper, bytes(row.keyed), case),
        digest=bytes(row.digest).hex(),
    )


def count_lapsed(before: datetime) -> int:
    """Rows of documents that were given out before that."""
    return Given.objects.filter(day__lt=before.date()).count()


def forget_lapsed(before: datetime) -> int:
    """Forgets them; how many."""
    return Given.objects.filter(day__lt=before.date()).delete()[0]
