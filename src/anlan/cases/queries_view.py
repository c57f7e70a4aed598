# SPDX-License-Identifier: Apache-2.0
"""The page of one case, in three round trips: what it is, its timeline by pages, words as far as the actor may read.

A higher post sees a case's facts; words, files and contacts are decrypted only where `may.may_see` says so, and what
is held back is said, not hidden. A case that the actor may not see is not there.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from anlan.base.errors import NotFound
from anlan.base.keys import CaseKey, Unreadable, aad, keyring
from anlan.base.prepared import Run, prepared
from anlan.cases import attachments, onward, registry
from anlan.cases.define import Action, Audience, Procedure
from anlan.cases.effects import LinkKind
from anlan.cases.known import Known
from anlan.cases.may import CONFIDENTIAL, NARROW, SIDES, TALKS_FROM, may_see, sees
from anlan.cases.projection import Projection
from anlan.cases.queries_actions import Asked, possible_actions
from anlan.cases.queries_cursor import read_cursor, write_cursor
from anlan.cases.read import Stand, read_cases
from anlan.cases.sealed import open_contact, open_content
from anlan.people.may import Actor

LINES = 50
"""Entries of one page of a timeline."""
FACTS = (Audience.PUBLIC, Audience.REPORTER, Audience.OFFICE)
"""Audiences whose entries, without their words, are facts to every post that sees the case."""
UNTOLD = NARROW | {Audience.OFFER}
"""Audiences of which nobody else hears that there is anything, not even a file."""

OWN = "SELECT n FROM case_account WHERE case_id = $1 AND account_id = $2 ORDER BY n"
LOOKED = "SELECT 1 FROM cases_access WHERE case_id = $1 AND post_id = $2 AND until > $3 LIMIT 1"
OPENED = "SELECT 1 FROM cases_entry WHERE case_id = $1 AND seq = 1 AND actor = $2"
CLAIMS = """
SELECT post_id, since, lapses_at, said FROM cases_claim WHERE case_id = $1 AND lapses_at > $2 ORDER BY said DESC, since, post_id"""
LOOKS = """
SELECT organisation_id, post_id, role, at, until, reason, what FROM cases_access WHERE case_id = $1
 ORDER BY at DESC, id DESC LIMIT 200"""
FILES = """
SELECT n, seq, kind, size, audience, sealed_name, erased, keyed FROM cases_attachment
 WHERE case_id = $1 AND seq > 0 ORDER BY n"""
PEOPLE = "SELECT n, role, sealed FROM cases_party WHERE case_id = $1 ORDER BY n"
TIMELINE = """
WITH page AS (
  SELECT * FROM cases_entry WHERE case_id = $1 AND seq < $2 AND audience = ANY($3) AND (audience <> 'offer' OR seq >= $5)
     AND (cardinality($6::text[]) = 0 OR action = ANY($6))
   ORDER BY seq DESC LIMIT $4)
SELECT e.seq, e.at, e.received_at, e.actor, p.organisation_id, p.role, e.action, e.from_state, e.to_state, e.audience,
       e.outcomes,
       (SELECT json_agg(json_build_array(t.n, t.audience, encode(t.sealed, 'hex')) ORDER BY t.n)
          FROM cases_content t WHERE t.case_id = e.case_id AND t.seq = e.seq)
  FROM page e
  LEFT JOIN people_post p ON p.id = CASE WHEN e.actor LIKE 'post:%' THEN substr(e.actor, 6)::bigint END
 ORDER BY e.seq DESC"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Words and data for one audience. `values` None: they are not the actor's to read, or (`erased`) gone."""

    audience: str
    values: Mapping[str, Any] | None
    erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry as it is shown. `actor` is ``post:<id>``, ``party:<n>`` or ``system``; a post's organisation and role
    stand beside it.
    """

    seq: int
    at: datetime
    received_at: datetime
    actor: str
    organisation: int | None
    role: str | None
    action: str
    frm: str
    to: str
    audience: str
    outcomes: Mapping[str, Any]
    contents: tuple[Content, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A page of entries, newest first; `older` is the cursor of the next page, None at the first entry."""

    lines: tuple[Line, ...]
    older: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the case. `name` None: none was given, or it is not the actor's to read (`readable` says which)."""

    n: int
    seq: int
    kind: str
    size: int
    audience: str
    name: str | None
    readable: bool
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A party of the case; `contact` None: not the actor's to read, or erased."""

    n: int
    role: str
    contact: Mapping[str, Any] | None
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody of an organisation looked at words and parties, when and why."""

    organisation: int
    post: int
    role: str
    at: datetime
    until: datetime
    reason: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedBy:
    """A post that works on the case now, or (not `said`) has it open."""

    post: int
    since: datetime
    lapses_at: datetime
    said: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The page of one case for one actor. `reads` are the audiences whose words the actor may read; `linked` the
    numbers of the cases that links in force name, each once, by link number; `actions` what the actor can do now, who is `asked`;
    `claims` for a post: who works on it first, then who has it open, the longest first.
    """

    case: Projection
    procedure: Procedure
    parties: tuple[int, ...]
    reads: frozenset[str]
    looked: bool
    timeline: Timeline
    files: tuple[File, ...]
    people: tuple[Person, ...]
    linked: Mapping[int, int]
    looks: tuple[Look, ...]
    actions: tuple[Action, ...]
    claims: tuple[ClaimedBy, ...]
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A case with who reads it: what every part of the page is judged by."""

    stand: Stand
    by: Actor
    parties: tuple[int, ...]
    looked: bool
    reads: frozenset[str]

    @property
    def contacts(self) -> bool:
        """Whether contacts of other parties open: to who leads or routes the case, and by a look; of a confidential one by a
        look alone.
        """
        if self.by.kind == "system" or self.looked:
            return True
        if self.stand.case.record.get(CONFIDENTIAL):
            return False
        own = self.by.organisation_id
        working = {
            a.organisation
            for a in self.stand.case.assigned.values()
            if a.until_seq is None and a.role != "assist"
        }
        return not self.parties and own is not None and own in working


def get_view(
    by: Actor,
    case_id: UUID,
    *,
    known: Known,
    at: datetime,
    parties: tuple[int, ...] = (),
    before: str | None = None,
    lines: int = LINES,
    only: tuple[str, ...] = (),
) -> View:
    """The page of a case. `parties` are those that a follow code proved; `before` a cursor of the timeline, which has all entries or
    `only` those of some actions.

    Raises NotFound when there is no such case for this actor, Invalid for a strange cursor.
    """
    last = int(read_cursor(("timeline", str(case_id)), before)[0]) if before else 2**31 - 1
    with prepared() as run:
        reader = _read(run, by, case_id, parties, known=known, at=at)
        case = reader.stand.case
        with run.connection.pipeline():
            shown = reader.reads if reader.parties else reader.reads | {str(a) for a in FACTS}
            talks = case.record.get(TALKS_FROM) or 0
            entries = run(TIMELINE, [case_id, last, sorted(shown), lines + 1, talks, list(only)])
            files = run(FILES, [case_id])
            people = run(PEOPLE, [case_id])
            linked = run(onward.LINKED, [case_id]) if case.links else None
            looks = run(LOOKS, [case_id])
            claims = run(CLAIMS, [case_id, at])
        rows = entries.fetchall()
        held = claims.fetchall()
        found_files, found_people, found_looks = files.fetchall(), people.fetchall(), looks.fetchall()
        others = onward.read_others(run, case)
        numbers = onward.in_force(case, linked.fetchall()) if linked is not None else {}
    key = keyring().unwrap(reader.stand.key)
    procedure = registry.get_procedure(case.procedure, case.version)
    told = bool(reader.parties) or by.kind == "system" or by.role == "auditor" or reader.contacts
    asked = Asked(
        by=by, case=case, procedure=procedure, known=known, at=at, parties=reader.parties, others=others
    )
    return View(
        case=case,
        procedure=procedure,
        parties=reader.parties,
        reads=reader.reads,
        looked=reader.looked,
        timeline=Timeline(
            lines=tuple(_line(row, reader, key) for row in rows[:lines]),
            older=write_cursor(("timeline", str(case_id)), [rows[lines - 1][0]])
            if len(rows) > lines
            else None,
        ),
        files=files_of(found_files, reader, key),
        people=tuple(_person(row, reader, key) for row in found_people),
        # What a case came from may be somebody else's.
        linked=numbers if not reader.parties else _own(numbers, case),
        looks=tuple(_look(row) for row in found_looks) if told else (),
        actions=possible_actions(asked),
        claims=tuple(
            ClaimedBy(post=post, since=since, lapses_at=lapses_at, said=said)
            for post, since, lapses_at, said in (held if by.kind == "post" else ())
        ),
        asked=asked,
    )


def _own(numbers: Mapping[int, int], case: Projection) -> dict[int, int]:
    return {n: number for n, number in numbers.items() if case.links[n].kind != LinkKind.FOLLOWS_FROM}


def read_file(
    by: Actor, case_id: UUID, n: int, *, known: Known, at: datetime, parties: tuple[int, ...] = ()
) -> tuple[File, bytes]:
    """A file and its bytes. Raises NotFound when there is none that this actor may read."""
    with prepared() as run:
        reader = _read(run, by, case_id, parties, known=known, at=at)
        row = next((row for row in run(FILES, [case_id]).fetchall() if row[0] == n), None)
    if row is None or row[6] or row[4] not in reader.reads:
        raise NotFound
    key = keyring().unwrap(reader.stand.key)
    return _file(row, reader, key), attachments.read(case_id, key, bytes(row[7]))


def read_as(by: Actor, case_id: UUID, *, known: Known, at: datetime, parties: tuple[int, ...] = ()) -> Reader:
    """The case and what the actor may read of it. Raises NotFound."""
    with prepared() as run:
        return _read(run, by, case_id, parties, known=known, at=at)


def _read(
    run: Run, by: Actor, case_id: UUID, parties: tuple[int, ...], *, known: Known, at: datetime
) -> Reader:
    own: tuple[int, ...] = ()
    with run.connection.pipeline():
        mine = run(OWN, [case_id, by.account_id]) if by.kind == "resident" else None
        open_look = run(LOOKED, [case_id, by.post_id, at]) if by.post_id is not None else None
        first = run(OPENED, [case_id, f"post:{by.post_id}"]) if by.post_id is not None else None
        stands = read_cases(run, [case_id])
    if mine is not None:
        own = tuple(row[0] for row in mine.fetchall())
    stand = stands.get(case_id)
    if stand is None:
        raise NotFound
    case = stand.case
    held = tuple(sorted({*own, *(n for n in parties if n in case.parties)}))
    if not sees(by, case, parties=held, known=known):
        raise NotFound
    looked = open_look is not None and open_look.fetchone() is not None
    opened = first is not None and first.fetchone() is not None
    return reader_of(by, stand, parties=held, looked=looked, opened=opened, known=known)


def reader_of(
    by: Actor, stand: Stand, *, parties: tuple[int, ...], looked: bool, opened: bool, known: Known
) -> Reader:
    """What somebody who sees the case may read of it."""
    reads = frozenset(
        str(audience)
        for audience in Audience
        if may_see(by, audience, stand.case, parties=parties, looked=looked, known=known, opened=opened)
    )
    return Reader(stand=stand, by=by, parties=parties, looked=looked, reads=reads)


def _line(row: Sequence[Any], reader: Reader, key: CaseKey) -> Line:
    seq = row[0]
    return Line(
        seq=seq,
        at=row[1],
        received_at=row[2],
        actor=row[3],
        organisation=row[4],
        role=row[5],
        action=row[6],
        frm=row[7],
        to=row[8],
        audience=row[9],
        outcomes=row[10] if isinstance(row[10], dict) else msgspec.json.decode(row[10]),
        contents=tuple(_content(seq, one, reader, key) for one in row[11] or ()),
    )


def _content(seq: int, row: Sequence[Any], reader: Reader, key: CaseKey) -> Content:
    n, audience, sealed = row
    if sealed is None:
        return Content(audience=audience, values=None, erased=True)
    if audience not in reader.reads:
        return Content(audience=audience, values=None)
    values = None
    with suppress(Unreadable):
        values = open_content(reader.stand.case.id, seq, n, audience, key=key, sealed=bytes.fromhex(sealed))
    return Content(audience=audience, values=values)


def files_of(rows: Iterable[Sequence[Any]], reader: Reader, key: CaseKey) -> tuple[File, ...]:
    """Those that the reader may know of."""
    return tuple(_file(row, reader, key) for row in rows if row[4] in reader.reads or row[4] not in UNTOLD)


def _file(row: Sequence[Any], reader: Reader, key: CaseKey) -> File:
    n, seq, kind, size, audience, sealed_name, erased, _keyed = row
    readable = audience in reader.reads and not erased
    name = None
    if readable and sealed_name is not None:
        try:
            place = aad(reader.stand.case.id, "attachment", n, "name")
            name = key.open(bytes(sealed_name), aad=place).decode()
        except Unreadable:
            name = None
    return File(
        n=n, seq=seq, kind=kind, size=size, audience=audience, name=name, readable=readable, erased=erased
    )


def _person(row: Sequence[Any], reader: Reader, key: CaseKey) -> Person:
    n, role, sealed = row
    # Who is at odds with somebody is known to them and to who mediates: who reads what the sides are told.
    at_odds = role in SIDES and Audience.REPORTER not in reader.reads
    opens = sealed is not None and (n in reader.parties or (reader.contacts and not at_odds))
    contact = None
    if opens:
        with suppress(Unreadable):
            contact = open_contact(reader.stand.case.id, n, key=key, sealed=sealed)
    return Person(n=n, role=role, contact=contact, erased=sealed is None)


def _look(row: Sequence[Any]) -> Look:
    return Look(
        organisation=row[0], post=row[1], role=row[2], at=row[3], until=row[4], reason=row[5], what=row[6]
    )
