# SPDX-License-Identifier: Apache-2.0
"""Cases as a phone carries them: their page for many at once, in two round trips, with the last lines of each and the first.

What a lost phone must not hold is left out, whatever its post may read: contacts, and who looked at what.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from anlan.base.keys import keyring
from anlan.base.prepared import Run, prepared
from anlan.cases import onward, registry
from anlan.cases.known import Known
from anlan.cases.may import TALKS_FROM, sees
from anlan.cases.queries_actions import Asked, possible_actions
from anlan.cases.queries_cursor import write_cursor
from anlan.cases.queries_view import FACTS, LINES, Person, Reader, Timeline, View, _line, files_of, reader_of
from anlan.cases.read import ask_cases, by_case, stood
from anlan.people.may import Actor

LOOKED = "SELECT DISTINCT case_id FROM cases_access WHERE case_id = ANY($1) AND post_id = $2 AND until > $3"
OPENED = "SELECT case_id FROM cases_entry WHERE case_id = ANY($1) AND seq = 1 AND actor = $2"
ENTRY = """
SELECT o.id, e.seq, e.at, e.received_at, e.actor, p.organisation_id, p.role, e.action, e.from_state, e.to_state, e.audience,
       e.outcomes,
       (SELECT json_agg(json_build_array(t.n, t.audience, encode(t.sealed, 'hex')) ORDER BY t.n)
          FROM cases_content t WHERE t.case_id = e.case_id AND t.seq = e.seq)
  FROM unnest($1::uuid[], $2::text[], $3::integer[]) o(id, shown, talks)
 CROSS JOIN LATERAL (
   SELECT * FROM cases_entry f WHERE f.case_id = o.id AND f.audience = ANY(string_to_array(o.shown, ','))
      AND (f.audience <> 'offer' OR f.seq >= o.talks) {which}) e
  LEFT JOIN people_post p ON p.id = CASE WHEN e.actor LIKE 'post:%' THEN substr(e.actor, 6)::bigint END
 ORDER BY o.id, e.seq DESC"""
LAST = ENTRY.format(which="ORDER BY f.seq DESC LIMIT $4")
FIRST = ENTRY.format(which="AND f.seq = 1")
"""What was told, of cases that have more lines than a page."""
FILES = """
SELECT case_id, n, seq, kind, size, audience, sealed_name, erased, keyed FROM cases_attachment
 WHERE case_id = ANY($1) AND seq > 0 ORDER BY n"""
PEOPLE = "SELECT case_id, n, role, sealed IS NULL FROM cases_party WHERE case_id = ANY($1) ORDER BY n"


def read_carried(by: Actor, ids: Sequence[UUID], *, known: Known, at: datetime) -> dict[UUID, View]:
    """Those of these cases that the post sees, each with its last lines and the one that opened it."""
    if not ids:
        return {}
    with prepared() as run:
        readers = _readers(run, by, list(ids), known=known, at=at)
        seen = list(readers)
        shown = [",".join(sorted(one.reads | {str(a) for a in FACTS})) for one in readers.values()]
        talks = [one.stand.case.record.get(TALKS_FROM) or 0 for one in readers.values()]
        with run.connection.pipeline():
            last = run(LAST, [seen, shown, talks, LINES + 1])
            files, people = run(FILES, [seen]), run(PEOPLE, [seen])
            linked = run(onward.LINKED_MANY, [[id for id, one in readers.items() if one.stand.case.links]])
        lines, papers, parties, links = by_case(last), by_case(files), by_case(people), by_case(linked)
        long = [n for n, id in enumerate(seen) if len(lines.get(id, ())) > LINES]
        asked = [[each[n] for n in long] for each in (seen, shown, talks)]
        firsts = by_case(run(FIRST, asked)) if long else {}
    return {
        id: _view(
            reader,
            (lines.get(id, []), firsts.get(id, [])),
            papers.get(id, []),
            parties.get(id, []),
            links.get(id, []),
            known=known,
            at=at,
        )
        for id, reader in readers.items()
    }


def _readers(run: Run, by: Actor, ids: list[UUID], *, known: Known, at: datetime) -> dict[UUID, Reader]:
    with run.connection.pipeline():
        cases = ask_cases(run, ids)
        looks = run(LOOKED, [ids, by.post_id, at])
        openings = run(OPENED, [ids, f"post:{by.post_id}"])
    looked, opened = {row[0] for row in looks}, {row[0] for row in openings}
    return {
        id: reader_of(by, stand, parties=(), looked=id in looked, opened=id in opened, known=known)
        for id, stand in stood(cases).items()
        if sees(by, stand.case, parties=(), known=known)
    }


def _view(
    reader: Reader,
    told: tuple[Sequence[Any], Sequence[Any]],
    files: Sequence[Any],
    people: Sequence[Any],
    linked: Sequence[Any],
    *,
    known: Known,
    at: datetime,
) -> View:
    case, (lines, first) = reader.stand.case, told
    key = keyring().unwrap(reader.stand.key)
    procedure = registry.get_procedure(case.procedure, case.version)
    asked = Asked(by=reader.by, case=case, procedure=procedure, known=known, at=at)
    older = write_cursor(("timeline", str(case.id)), [lines[LINES - 1][0]]) if len(lines) > LINES else None
    return View(
        case=case,
        procedure=procedure,
        parties=(),
        reads=reader.reads,
        looked=reader.looked,
        timeline=Timeline(
            lines=tuple(_line(row, reader, key) for row in (*lines[:LINES], *first)), older=older
        ),
        files=files_of(files, reader, key),
        people=tuple(Person(n=n, role=role, contact=None, erased=erased) for n, role, erased in people),
        linked=onward.in_force(case, linked),
        looks=(),
        actions=possible_actions(asked),
        claims=(),
        asked=asked,
    )
