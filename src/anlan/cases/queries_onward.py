# SPDX-License-Identifier: Apache-2.0
"""What becomes of a matter that goes on in another case, for the parties of the one that ended: state, outcome, answer.

Nothing of the other case's parties: neither their words nor their files, and nothing in the answer that points at one of them,
or at others who reported the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from anlan.base.keys import Unreadable, keyring
from anlan.base.prepared import Run, prepared
from anlan.cases import registry
from anlan.cases.around import people_around
from anlan.cases.define import Kind, Procedure
from anlan.cases.onward import last_of
from anlan.cases.personal import mask
from anlan.cases.projection import Projection
from anlan.cases.queries_view import View
from anlan.cases.sealed import open_content

ANSWER = "answer"
"""The question whose answer tells the parties what was done."""

ANSWERS = """
SELECT c.key, e.seq, e.at, p.organisation_id, t.n, t.audience, t.sealed
  FROM cases_case c
  JOIN cases_entry e ON e.case_id = c.id AND e.action = ANY($2)
  JOIN cases_content t ON t.case_id = e.case_id AND t.seq = e.seq AND t.sealed IS NOT NULL AND t.audience = ANY($3)
  LEFT JOIN people_post p ON p.id = CASE WHEN e.actor LIKE 'post:%' THEN substr(e.actor, 6)::bigint END
 WHERE c.id = $1 ORDER BY e.seq DESC LIMIT 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the office wrote when it reported the outcome."""

    words: str
    at: datetime
    organisation: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """The case in which a matter goes on."""

    case: Projection
    procedure: Procedure
    answer: Answer | None


def get_onward(view: View) -> Onward | None:
    """What became of a case that a party reads; None for anybody else, and when it did not go on in another."""
    if not view.parties or not view.procedure.state(view.case.state).goes_on:
        return None
    main = last_of(view.case, view.asked.others)
    if main is None or main.id == view.case.id:
        return None
    with prepared() as run:
        procedure = registry.get_procedure(main.procedure, main.version)
        told = {
            action.key: field.audience
            for action in procedure.actions
            for field in action.fields
            if field.key == ANSWER and field.kind is Kind.LONG_TEXT
        }
        audiences = sorted({str(audience) for audience in told.values()} & view.reads)
        row = run(ANSWERS, [main.id, sorted(told), audiences]).fetchone()
        answer = _answer(run, row, main.id) if row is not None else None
    return Onward(
        case=main,
        procedure=procedure,
        answer=answer,
    )


def _answer(run: Run, row: Sequence[Any], case_id: UUID) -> Answer | None:
    wrapped, seq, at, organisation, n, audience, sealed = row
    try:
        key = keyring().unwrap(bytes(wrapped))
        values = open_content(case_id, seq, n, audience, key=key, sealed=sealed)
        people = people_around(run, case_id)
    except Unreadable:
        return None
    return Answer(words=mask(str(values.get(ANSWER, "")), people), at=at, organisation=organisation)
