# SPDX-License-Identifier: Apache-2.0
"""What was said in the reports that went on in a case, for whoever works on it: words and photos, nothing of who said it.

They are read where they were written, so what is erased there is gone here. Who has a part in the case now reads them as
they read its own words; who only looked at the case with a reason looks at the other for itself. Nobody reads what is
about their own office, nor a token what lies outside its places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from anlan.base.errors import NotFound
from anlan.base.keys import keyring
from anlan.base.prepared import Run, prepared
from anlan.cases import attachments, registry
from anlan.cases.define import Audience, Procedure
from anlan.cases.known import Known
from anlan.cases.may import CONFIDENTIAL, SHARED, is_barred, may_reach, may_see, sees
from anlan.cases.onward import gone_into
from anlan.cases.projection import Projection, changed
from anlan.cases.queries_view import File, Line, Reader, _file, _line, read_as
from anlan.cases.read import Stand, by_case, read_cases
from anlan.people.may import Actor

MOST = 20
"""Of so many reports, the latest, the words are shown; of each the first and so many more entries."""
LOOKED = "SELECT DISTINCT case_id FROM cases_access WHERE case_id = ANY($1) AND post_id = $2 AND until > $3"
SAID = """
SELECT o.id, e.seq, e.at, e.received_at, e.actor, NULL, NULL, e.action, e.from_state, e.to_state, e.audience, e.outcomes,
       (SELECT json_agg(json_build_array(t.n, t.audience, encode(t.sealed, 'hex')) ORDER BY t.n)
          FROM cases_content t WHERE t.case_id = e.case_id AND t.seq = e.seq)
  FROM unnest($1::uuid[]) o(id)
 CROSS JOIN LATERAL (
   (SELECT * FROM cases_entry f WHERE f.case_id = o.id AND f.seq = 1)
   UNION ALL
   (SELECT * FROM cases_entry s WHERE s.case_id = o.id AND s.seq > 1 AND s.actor LIKE 'party:%' ORDER BY s.seq DESC LIMIT $2)
 ) e ORDER BY e.seq"""
FILES = """
SELECT case_id, n, seq, kind, size, audience, sealed_name, erased, keyed FROM cases_attachment
 WHERE case_id = ANY($1) AND seq > 0 ORDER BY n"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A report that went on in a case. `readable` says whether its words are this reader's, `visible` whether its own page is."""

    case: Projection
    procedure: Procedure
    lines: tuple[Line, ...]
    files: tuple[File, ...]
    readable: bool
    visible: bool


def get_joined(by: Actor, case: Projection, *, known: Known, at: datetime) -> tuple[Joined, ...]:
    """What else was reported of the matter of a case that this post sees, the latest first. Nothing for residents."""
    if by.kind != "post" or not case.links:
        return ()
    with prepared() as run:
        readers = _readers(run, by, case, known=known, at=at)
        ids = list(readers)
        if not ids:
            return ()
        with run.connection.pipeline():
            said, kept = run(SAID, [ids, MOST]), run(FILES, [ids])
        lines, files = by_case(said.fetchall()), by_case(kept.fetchall())
    return tuple(
        _joined(reader, lines.get(one, ()), files.get(one, ()), known=known)
        for one, reader in readers.items()
    )


def count_joined(case: Projection) -> int:
    """How many other reports of the same matter go on in this case: how many more ask for it."""
    if not case.links:
        return 0
    with prepared() as run:
        return len(gone_into(run, [case.id]).get(case.id, ()))


def read_joined_file(
    by: Actor, case_id: UUID, number: int, n: int, *, known: Known, at: datetime
) -> tuple[File, bytes]:
    """A file of a report that went on in this case. Raises NotFound when there is none that this post may read."""
    case = read_as(by, case_id, known=known, at=at).stand.case
    if by.kind != "post":
        raise NotFound
    with prepared() as run:
        readers = _readers(run, by, case, known=known, at=at).values()
        reader = next((each for each in readers if each.stand.case.number == number), None)
        if reader is None:
            raise NotFound
        other = reader.stand.case.id
        row = next((row[1:] for row in run(FILES, [[other]]).fetchall() if row[1] == n), None)
    if row is None or row[6] or row[4] not in reader.reads:
        raise NotFound
    key = keyring().unwrap(reader.stand.key)
    return _file(row, reader, key), attachments.read(other, key, bytes(row[7]))


def _readers(run: Run, by: Actor, case: Projection, *, known: Known, at: datetime) -> dict[UUID, Reader]:
    """The reports that went on in this case, the latest first, each with what the post may read of it."""
    found = gone_into(run, [case.id]).get(case.id)
    if not found:
        return {}
    stands = read_cases(run, list(found))
    looked = {one for (one,) in run(LOOKED, [list(found), by.post_id, at])} if by.post_id else set()
    latest = sorted(stands.values(), key=lambda each: (each.case.opened_at, each.case.id), reverse=True)
    return {
        stand.case.id: _reader(by, case, stand, looked=stand.case.id in looked, known=known)
        for stand in latest[:MOST]
    }


def _reader(by: Actor, main: Projection, stand: Stand, *, looked: bool, known: Known) -> Reader:
    other = stand.case
    through = may_reach(by, other.area) and not is_barred(by, other, known=known)
    # What was said in confidence opens as its own report says, not as the one in which it goes on.
    said = {key: other.record.get(key) for key in (CONFIDENTIAL, SHARED)}
    main = changed(main, {"record": {**main.record, **said}})
    reads = frozenset(
        str(audience)
        for audience in Audience
        if may_see(by, audience, other, parties=(), looked=looked, known=known)
        or (through and may_see(by, audience, main, parties=(), looked=False, known=known))
    )
    return Reader(stand=stand, by=by, parties=(), looked=looked, reads=reads)


def _joined(reader: Reader, lines: Sequence[Any], files: Sequence[Any], *, known: Known) -> Joined:
    case, key = reader.stand.case, keyring().unwrap(reader.stand.key)
    return Joined(
        case=case,
        procedure=registry.get_procedure(case.procedure, case.version),
        lines=tuple(_line(row, reader, key) for row in lines),
        files=tuple(_file(row, reader, key) for row in files),
        readable=str(Audience.REPORTER) in reader.reads,
        visible=sees(reader.by, case, parties=(), known=known),
    )
