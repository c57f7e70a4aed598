# SPDX-License-Identifier: Apache-2.0
"""act_with_papers(): one act with the papers that are made of it, which are set, stored, and written down together with its entry.

A paper's code is 80 bits that only the key of its case gives. It stands in the paper, so nobody who lacks the paper can guess what its
digest is of.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction

from anlan.base.digests import canonical
from anlan.base.errors import Busy, Conflict
from anlan.base.ids import show_code, show_number
from anlan.base.keys import CaseKey, keyring
from anlan.cases.act import Done, act
from anlan.cases.attachments import read, store
from anlan.cases.envelope import Envelope, Stored
from anlan.cases.known import Known, local_day
from anlan.cases.pictures import Ready
from anlan.cases.queries import get_view
from anlan.cases.queries_view import read_as
from anlan.parts.documents.blocks import Document
from anlan.parts.documents.models import Given
from anlan.parts.documents.paper import Occasion, Paper, is_paper_made, papers_of
from anlan.parts.documents.render import as_data, render

PDF = "application/pdf"
INDEX = "document"
MOST_LINES = 5_000
PATH = "verify"
TRIES = 3
HEAD = "SELECT seq FROM cases_case WHERE id = %s FOR UPDATE"
BEFORE = """
SELECT e.outcomes::text FROM cases_request r JOIN cases_entry e ON e.case_id = r.case_id AND e.seq = r.seq
 WHERE r.case_id = %s AND r.request_id = %s"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Papers that are ready: their files, what they fill in, the rows by which they are found, and the entry up to which they know the
    case (None: they were made before).
    """

    files: tuple[Stored, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[Given, ...] = ()
    seq: int | None = None


def act_with_papers(envelope: Envelope, *, known: Known) -> Done:
    """Does it, with the papers that its procedure makes of it: all or nothing. For doors; what makes no paper is done as ever.

    Raises Refused, also when a paper cannot be made.
    """
    for _try in range(TRIES):
        made = make(envelope, known=known)
        if not made.files:
            return act(envelope)
        full = replace(envelope, files=(*envelope.files, *made.files), data={**envelope.data, **made.values})
        with transaction.atomic():
            if made.seq is not None and _head(envelope.case_id) != made.seq:
                continue  # somebody signed while it was set: it would stand without them
            done = act(full)
            Given.objects.bulk_create(made.rows, ignore_conflicts=True)
        return done
    raise Conflict


def make(envelope: Envelope, *, known: Known) -> Made:
    """The papers of this act, of the case as whoever acts reads it. Sent again they are those of the first time. Raises Refused."""
    by, case_id, at = envelope.by, envelope.case_id, envelope.at
    if not is_paper_made(envelope.action):
        return Made()
    parties = (envelope.party,) if envelope.party is not None else ()
    stand = read_as(by, case_id, known=known, at=at, parties=parties).stand
    papers = papers_of(stand.case.procedure, envelope.action)
    if not papers:
        return Made()
    key = keyring().unwrap(stand.key)
    before = _made_before(case_id, envelope.request_id, papers, key)
    if before is not None:
        return before
    view = get_view(by, case_id, known=known, at=at, parties=parties, lines=MOST_LINES)
    occasion = Occasion(
        view=view, values=envelope.data, by=by, known=known, at=at.astimezone(known.calendar.zone)
    )
    made = [_make(paper, occasion, key) for paper in papers]
    return Made(
        files=tuple(stored for stored, _row in made),
        values={
            paper.field: stored.keyed.hex()
            for paper, (stored, _row) in zip(papers, made, strict=True)
            if paper.field
        },
        rows=tuple(row for _stored, row in made if row is not None),
        seq=view.case.seq,
    )


def index_of(code: str) -> bytes:
    """The blind index under which a code, in its plain form, is found."""
    return keyring().index(INDEX, code)


def address_of(code: str) -> str:
    """Where a paper with this plain code is verified; empty where this deployment says no address of its own."""
    return f"{settings.ANLAN_ADDRESS}/{PATH}/{code}" if settings.ANLAN_ADDRESS else ""


def _head(case_id: UUID) -> int:
    """The last entry of the case, which gets none more before this transaction ends. Raises Busy."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(HEAD, [case_id])
        except OperationalError:
            raise Busy from None
        return int(cursor.fetchone()[0])


def _made_before(case_id: UUID, request_id: UUID, papers: tuple[Paper, ...], key: CaseKey) -> Made | None:
    with connection.cursor() as cursor:
        cursor.execute(BEFORE, [case_id, request_id])
        row = cursor.fetchone()
    if row is None:
        return None
    outcomes = json.loads(row[0])
    files = outcomes.get("attachments", ())[-len(papers) :]
    if len(files) < len(papers):
        return None  # it was another act: its repetition is refused as such
    again = [
        (bytes.fromhex(file["keyed"]), read(case_id, key, bytes.fromhex(file["keyed"]))) for file in files
    ]
    return Made(
        files=tuple(
            Stored(keyed=keyed, plain=sha256(data).digest(), kind=PDF, size=len(data))
            for keyed, data in again
        ),
        values={
            paper.field: keyed.hex()
            for paper, (keyed, _data) in zip(papers, again, strict=True)
            if paper.field
        },
    )


def _make(paper: Paper, occasion: Occasion, key: CaseKey) -> tuple[Stored, Given | None]:
    case = occasion.view.case
    document = replace(paper.compose(occasion), number=show_number(case.number))
    code = _code(paper, document, key) if paper.verified else ""
    if code:
        document = replace(document, code=code, address=address_of(code.replace(" ", "")))
    data = render(document)
    title = f"{document.title}（{document.mark}）" if document.mark else document.title
    stored = store(case.id, key, Ready(data=data, kind=PDF), name=f"{title}.pdf", audience=paper.audience)
    if not code:
        return stored, None
    row = Given(
        case_id=case.id,
        keyed=stored.keyed,
        code=index_of(code.replace(" ", "")),
        digest=sha256(data).digest(),
        paper=paper.key,
        organisation_id=occasion.by.organisation_id or case.holder,
        day=local_day(occasion.at, occasion.known.calendar),
    )
    return stored, row


def _code(paper: Paper, document: Document, key: CaseKey) -> str:
    return show_code(key.keyed_digest(canonical([INDEX, paper.key, as_data(document)])))
