# SPDX-License-Identifier: Apache-2.0
"""The public pages of cases: the summary that staff wrote once the person allowed it, the outcome, and the course by days.

Only what the public list shows, the outcome, the words that were written for everybody, and the photos made for it. Taken back, reopened, erased or
too long ago, a page is not there, the same as one that never was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.db import connection

from anlan.base.errors import NotFound
from anlan.base.keys import Unreadable, keyring
from anlan.cases import attachments, registry
from anlan.cases.known import Known
from anlan.cases.queries_columns import kind_told
from anlan.cases.queries_public import PublicFilters, PublicPage, PublicRow, as_public, may_be_public
from anlan.cases.sealed import open_content
from anlan.places.find import ZONE

OUTCOME = "outcome"
"""The typed column, and the question of the action that reports an outcome, which say how a case came out."""
SUMMARY = "summary"
"""The question whose answer everybody reads."""
MOST_STEPS = 500

ONE = """
SELECT procedure, version, category_id, {kind}, area, state, open, opened_at, closed_at, holder_id, published_as, published_at, id
  FROM cases_case y WHERE published_as = %s AND {shown}"""
WORDS = """
SELECT c.published_as, c.published_at, c.id, c.key, {outcome}, t.seq, t.n, t.audience, t.sealed,
       ARRAY(SELECT a.keyed FROM cases_attachment a WHERE a.case_id = c.id AND a.seq = t.seq AND a.audience = 'public'
                AND a.kind = 'image/jpeg' AND NOT a.erased ORDER BY a.n)
  FROM cases_case c JOIN LATERAL (
    SELECT t.seq, t.n, t.audience, t.sealed FROM cases_content t
      JOIN cases_entry e ON e.case_id = t.case_id AND e.seq = t.seq
     WHERE t.case_id = c.id AND t.audience = 'public' AND e.outcomes ? 'published' AND t.sealed IS NOT NULL
     ORDER BY t.seq DESC LIMIT 1) t ON true
 WHERE c.published_as = ANY(%s)"""
MOVES = """
SELECT e.at, e.to_state,
       (SELECT a.organisation_id FROM cases_assignment a
         WHERE a.case_id = e.case_id AND a.role = 'lead' AND a.since_seq <= e.seq
           AND (a.until_seq IS NULL OR a.until_seq > e.seq) LIMIT 1)
  FROM cases_entry e WHERE e.case_id = %s AND e.from_state <> e.to_state ORDER BY e.seq DESC LIMIT %s"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What everybody reads of one case."""

    row: PublicRow
    words: str
    outcome: str
    published_on: date
    photos: int
    """How many photos stand beside the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What was published of one case, with what its photos are read by."""

    case_id: UUID
    key: bytes
    words: str
    outcome: str
    on: date
    photos: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicStep:
    """On which day a case came to a stage of its declaration, and which organisation had it then."""

    stage: str
    on: date
    organisation: int | None


def summaries_of(page: PublicPage) -> tuple[Summary, ...]:
    """What was written of the cases of a page of the public list, in its order."""
    found = _written([row.page for row in page.rows if row.page is not None])
    return tuple(_summary(row, found[row.page]) for row in page.rows if row.page in found)


def _summary(row: PublicRow, written: _Written) -> Summary:
    return Summary(
        row=row,
        words=written.words,
        outcome=written.outcome,
        published_on=written.on,
        photos=len(written.photos),
    )


def get_summary(code: str, *, known: Known, at: datetime) -> tuple[Summary, tuple[PublicStep, ...]]:
    """One public page with its course. Raises NotFound."""
    row, written = _shown(code, known=known, at=at)
    return _summary(row, written), _course(written.case_id, row)


def read_summary_photo(code: str, n: int, *, known: Known, at: datetime) -> bytes:
    """Photo `n` (from 1) of a public page, as long as the page is there: the copy made for it. Raises NotFound."""
    _row, written = _shown(code, known=known, at=at)
    if not 1 <= n <= len(written.photos):
        raise NotFound
    return attachments.read(written.case_id, keyring().unwrap(written.key), written.photos[n - 1])


def _shown(code: str, *, known: Known, at: datetime) -> tuple[PublicRow, _Written]:
    """What everybody may see now under this address. Raises NotFound."""
    shown, values = may_be_public(PublicFilters(), at, known=known)
    row = None
    if shown and code.isascii() and code.isalnum():
        with connection.cursor() as cursor:
            cursor.execute(ONE.format(kind=kind_told(registry.recorded(), "y"), shown=shown), [code, *values])
            row = cursor.fetchone()
    written = _written([code]) if row is not None else {}
    if row is None or code not in written:
        raise NotFound
    return as_public(row), written[code]


def _written(codes: Sequence[str]) -> dict[str, _Written]:
    """What was published, by address; without what cannot be read."""
    if not codes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(WORDS.format(outcome=_outcome_told(registry.recorded())), [list(codes)])
        rows = cursor.fetchall()
    found: dict[str, _Written] = {}
    for code, published_at, case_id, key, outcome, seq, n, audience, sealed, photos in rows:
        try:
            values = open_content(case_id, seq, n, audience, key=keyring().unwrap(bytes(key)), sealed=sealed)
        except Unreadable:
            continue
        found[code] = _Written(
            case_id=case_id,
            key=bytes(key),
            words=str(values.get(SUMMARY, "")),
            outcome=outcome or "",
            on=published_at.astimezone(ZONE).date(),
            photos=tuple(bytes(keyed) for keyed in photos),
        )
    return found


@cache
def _outcome_told(recorded: tuple[str, ...]) -> str:
    """SQL for the outcome of a case `c`, from the typed columns of its procedure."""
    told = "".join(
        f" WHEN '{procedure}' THEN (SELECT r.outcome FROM {registry.record_table(procedure)} r WHERE r.case_id = c.id)"
        for procedure in recorded
        if OUTCOME in registry.record_columns(procedure)
    )
    return f"CASE c.procedure{told} END" if told else "NULL"


def _course(case_id: UUID, row: PublicRow) -> tuple[PublicStep, ...]:
    """The first day of each stage, and the last of the present one; a stage that was passed over is left out."""
    procedure = registry.get_procedure(row.procedure, row.version)
    with connection.cursor() as cursor:
        cursor.execute(MOVES, [case_id, MOST_STEPS])
        moves = cursor.fetchall()
    now = procedure.state(row.state).stage
    first: dict[str, PublicStep] = {}
    for at, state, organisation in reversed(moves):
        stage = procedure.state(state).stage
        if stage and (stage not in first or stage == now):
            first[stage] = PublicStep(stage=stage, on=at.astimezone(ZONE).date(), organisation=organisation)
    order = dict.fromkeys(state.stage for state in procedure.states if state.stage in first)
    return tuple(first[stage] for stage in order)
