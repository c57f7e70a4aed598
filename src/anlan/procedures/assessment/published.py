# SPDX-License-Identifier: Apache-2.0
"""Assessments as everybody reads them: drafts that are open for comments, and what became of them. What was published is read by whoever
asks, whether or not they see the case; nothing else of it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from anlan.base.errors import NotFound
from anlan.base.keys import CaseKey, Unreadable, aad, keyring
from anlan.base.prepared import prepared
from anlan.cases import attachments
from anlan.cases.define import Audience
from anlan.cases.queries_cursor import read_cursor, read_id, read_moment, write_cursor
from anlan.cases.sealed import open_content
from anlan.parts.meetings.actions import MEET
from anlan.parts.meetings.reads import Meeting
from anlan.parts.meetings.rules import ONLINE
from anlan.procedures.assessment.draft import Section, questions_of, sections_of

MOST = 20
MOST_OPEN = 100
ROWS = """
SELECT c.id, c.key, c.state, c.open, c.published_as, c.published_at, c.area, coalesce(r.assessed_by, c.holder_id), c.holder_id,
       (SELECT a.organisation_id FROM cases_assignment a WHERE a.case_id = c.id AND a.role = 'room' AND a.until_seq IS NULL LIMIT 1),
       r.kind, r.track, r.comments, r.unanswered, r.adopted, r.level, r.result, r.consulted_at, r.decided_at, r.troubles,
       r.checked_by, r.filed_with, r.filed_at, (SELECT k.due_at FROM cases_clock k WHERE k.case_id = c.id AND k.key = 'track' ORDER BY k.n DESC LIMIT 1),
       (SELECT k.due_at FROM cases_clock k WHERE k.case_id = c.id AND k.key = 'consult' ORDER BY k.n DESC LIMIT 1),
       ARRAY(SELECT (m->>'seq')::integer FROM jsonb_array_elements(r.meetings) m WHERE m->>'state' = 'off'),
       (SELECT json_object_agg(x.procedure, x.n) FROM (SELECT o.procedure, count(*) AS n FROM cases_link l JOIN cases_case o ON o.id = l.other_id
          WHERE l.case_id = c.id GROUP BY o.procedure) x),
       (SELECT json_agg(json_build_array(t.seq, t.n, encode(t.sealed, 'hex'), e.action, e.at, e.outcomes->'facts') ORDER BY t.seq, t.n)
          FROM cases_content t JOIN cases_entry e ON e.case_id = t.case_id AND e.seq = t.seq
         WHERE t.case_id = c.id AND t.audience = 'public' AND t.sealed IS NOT NULL {some})
  FROM assessment_record r JOIN cases_case c ON c.id = r.case_id
 WHERE c.published_as IS NOT NULL AND """
TITLED = ROWS.format(some="AND t.seq = 1")
TAKING = "c.state = 'commenting'"
OPEN = f"{TITLED} {TAKING} ORDER BY c.published_at DESC, c.id DESC LIMIT $1"
PAST = f"""{TITLED} NOT ({TAKING}) AND ($2::timestamptz IS NULL OR (c.published_at, c.id) < ($2, $3::uuid))
 ORDER BY c.published_at DESC, c.id DESC LIMIT $1 + 1"""
ONE = ROWS.format(some="") + "c.published_as = $1"
FILES = """
SELECT f.n, f.kind, f.size, f.keyed, f.sealed_name FROM cases_attachment f
 WHERE f.case_id = $1 AND f.seq > 0 AND f.audience = 'public' AND NOT f.erased ORDER BY f.n"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an entry said for everybody: its number, the action, when, its facts, its words by question."""

    seq: int
    action: str
    at: datetime
    facts: Mapping[str, Any]
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One assessment as it is published. `until` is the end of the time for comments; `decider` decides, `assessor` assesses, `holder` has it now; `linked` how many cases of which
    procedure came of the decision; `tracked_until` is when its tracking ends; `off` the entries of meetings that were called off; `comments` None: not counted yet.
    """

    id: UUID
    key: bytes
    state: str
    open: bool
    code: str
    published_at: datetime
    area: int
    assessor: int | None
    holder: int | None
    decider: int | None
    kind: str
    track: str
    comments: int | None
    unanswered: int
    adopted: int
    level: str
    result: str
    consulted_at: datetime | None
    decided_at: datetime | None
    troubles: int
    checked_by: int | None
    filed_with: int | None
    filed_at: datetime | None
    tracked_until: datetime | None
    until: datetime | None
    off: frozenset[int]
    linked: Mapping[str, int]
    said: tuple[Said, ...]

    def words(self, key: str) -> str:
        """What was said last under this question."""
        return next((str(each.words[key]) for each in reversed(self.said) if key in each.words), "")

    @property
    def title(self) -> str:
        """The name of the decision."""
        return str(self.said[0].words.get("title", "")) if self.said else ""

    def takes(self, at: datetime) -> bool:
        """Whether comments are taken at that moment, however late the sweep that ends it."""
        return self.state == "commenting" and self.until is not None and at < self.until

    @property
    def sections(self) -> tuple[Section, ...]:
        """The draft."""
        return sections_of(self.words("draft"))

    @property
    def questions(self) -> tuple[Any, ...]:
        """The questionnaire as fields."""
        return questions_of(self.words("questions"))

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        """Meetings and hearings in the order in which they were called, as far as their words were published; those that were called off
        too, and all once it has ended.
        """
        return tuple(
            Meeting(
                seq=each.seq,
                called_at=each.at,
                begins=datetime.fromisoformat(each.facts["begins"]),
                minutes=each.facts["minutes"],
                online=each.facts["form"] == ONLINE,
                audience=str(Audience.PUBLIC),
                state="off" if each.seq in self.off or not self.open else "called",
                where=str(each.words.get("where", "")),
                link=str(each.words.get("link", "")),
                about=str(each.words.get("about", "")),
            )
            for each in self.said
            if each.action == MEET
        )

    def last(self, *actions: str) -> Said | None:
        """The latest of these that said something for everybody."""
        return next((each for each in reversed(self.said) if each.action in actions), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of a list; `more` is where the next page begins."""

    rows: tuple[Consultation, ...]
    more: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFile:
    """A published attachment."""

    n: int
    kind: str
    size: int
    name: str


def open_now() -> tuple[Consultation, ...]:
    """Drafts that are open for comments, the newest first."""
    with prepared() as run:
        return _read(run(OPEN, [MOST_OPEN]).fetchall())


def past(*, after: str = "") -> Page:
    """The others, the newest first. Raises Invalid for a strange `after`."""
    begin: list[Any] = [None, None]
    if after:
        at, id_ = read_cursor(["consultations"], after)
        begin = [read_moment(at), read_id(id_)]
    with prepared() as run:
        rows = run(PAST, [MOST, *begin]).fetchall()
    found = _read(rows[:MOST])
    more = (
        write_cursor(["consultations"], [found[-1].published_at, found[-1].id]) if len(rows) > MOST else None
    )
    return Page(rows=found, more=more)


def get_published(code: str) -> Consultation:
    """The one with this public address. Raises NotFound, also once its words were erased."""
    found: tuple[Consultation, ...] = ()
    if code.isascii() and code.isalnum():
        with prepared() as run:
            found = _read(run(ONE, [code]).fetchall())
    if not found or not found[0].said:
        raise NotFound
    return found[0]


def files_of(one: Consultation) -> tuple[PublicFile, ...]:
    """Its published attachments."""
    with prepared() as run:
        rows = run(FILES, [one.id]).fetchall()
    key = keyring().unwrap(one.key)
    return tuple(
        PublicFile(n=n, kind=kind, size=size, name=_name(one.id, n, key, name)) for n, kind, size, _keyed, name in rows
    )  # fmt: skip


def read_file(one: Consultation, n: int) -> tuple[str, bytes]:
    """Kind and bytes of a published attachment. Raises NotFound."""
    with prepared() as run:
        rows = run(FILES, [one.id]).fetchall()
    for number, kind, _size, keyed, _name in rows:
        if number == n:
            return kind, attachments.read(one.id, keyring().unwrap(one.key), bytes(keyed))
    raise NotFound


def _name(case_id: UUID, n: int, key: CaseKey, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    try:
        return str(key.open(bytes(sealed), aad=aad(case_id, "attachment", n, "name")).decode())
    except Unreadable:
        return ""


def _read(rows: Iterable[Sequence[Any]]) -> tuple[Consultation, ...]:
    return tuple(_one(*row) for row in rows)


def _one(*row: Any) -> Consultation:
    (
        id_, key, state, is_open, code, published_at, area, assessor, holder, decider, kind, track, comments, unanswered, adopted,
        level, result, consulted_at, decided_at, troubles, checked_by, filed_with, filed_at, tracked_until, until, off, linked, contents,
    ) = row  # fmt: skip
    return Consultation(
        id=id_,
        key=bytes(key),
        state=state,
        open=is_open,
        code=code,
        published_at=published_at,
        area=area,
        assessor=assessor,
        holder=holder,
        decider=decider,
        kind=kind,
        track=track,
        comments=comments,
        unanswered=unanswered,
        adopted=adopted,
        level=level,
        result=result,
        consulted_at=consulted_at,
        decided_at=decided_at,
        troubles=troubles,
        checked_by=checked_by,
        filed_with=filed_with,
        filed_at=filed_at,
        tracked_until=tracked_until,
        until=until,
        off=frozenset(off),
        linked=linked or {},
        said=tuple(_said(id_, bytes(key), contents or ())),
    )


def _said(case_id: UUID, wrapped: bytes, contents: Iterable[Sequence[Any]]) -> Iterable[Said]:
    key = keyring().unwrap(wrapped)
    for seq, n, sealed, action, at, facts in contents:
        try:
            words = open_content(case_id, seq, n, str(Audience.PUBLIC), key=key, sealed=bytes.fromhex(sealed))
        except (Unreadable, msgspec.DecodeError):
            continue
        yield Said(seq=seq, action=action, at=datetime.fromisoformat(at), facts=facts or {}, words=words)
