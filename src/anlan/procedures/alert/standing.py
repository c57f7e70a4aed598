# SPDX-License-Identifier: Apache-2.0
"""Alerts as they are read: those that stand somewhere now, those of late, one by its page or its number.

What was released is for everybody, so whoever is warned reads it whether or not they see the case. A draft is read by who sees
the case, as `drafts` says; a drill only where drills are asked for. Whether one stands is a matter of its end
and of the moment that is asked about: the sweep that closes it may come later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from anlan.base.errors import NotFound
from anlan.base.keys import Unreadable, keyring
from anlan.base.prepared import prepared
from anlan.cases.define import Audience, Words
from anlan.cases.effects import LinkKind
from anlan.cases.queries_cursor import read_cursor, read_id, read_moment, write_cursor
from anlan.cases.sealed import open_content
from anlan.people.may import Scope, covers
from anlan.places.codes import ancestors
from anlan.procedures.alert.terms import HAZARDS, LEVELS, Level, level_of

LATELY = timedelta(days=365)
"""So long after its end an alert is still listed."""
MOST = 100
"""Alerts that one page reads."""
TOLD_FOR = timedelta(days=14)
"""So long after its end an alert is still in the feed for programs."""
KEPT = 1_000
"""Released alerts whose words a process remembers: about three megabytes."""

ROWS = """
SELECT c.id, c.number, c.key, c.state, c.published_as, c.place_id, c.area, c.holder_id, c.opened_at, c.closed_at, r.kind,
       r.level, r.certainty, r.drill, r.asks, r.starts, r.ends, r.drafted_by, r.issued,
       (SELECT json_agg(json_build_array(t.seq, t.n, encode(t.sealed, 'hex')) ORDER BY t.seq, t.n)
          FROM cases_content t WHERE t.case_id = c.id AND t.audience = 'public' AND t.sealed IS NOT NULL),
       (SELECT json_build_array(o.id, o.published_as, p.issued) FROM cases_link l JOIN cases_case o ON o.id = l.other_id
          JOIN alert_record p ON p.case_id = o.id
         WHERE l.case_id = c.id AND l.kind = $1 ORDER BY l.n LIMIT 1), c.seq
  FROM alert_record r JOIN cases_case c ON c.id = r.case_id
 WHERE """
HERE = """
 AND ($4 OR c.area = ANY($5::bigint[]) OR EXISTS (
   SELECT FROM unnest($6::bigint[], $7::bigint[]) s(low, high) WHERE c.area >= s.low AND c.area < s.high))"""
"""About a place around these ranges, or within any of them."""
STANDING = f"""{ROWS} r.ends > $2 AND c.state = 'in_force' AND (NOT r.drill OR $9){HERE}
 ORDER BY r.drill, array_position($8::text[], r.level) DESC, r.issued DESC LIMIT $3"""
OPEN = "(c.state = 'drafted' OR (c.state = 'in_force' AND r.ends > $11))"
LATE = f"""{ROWS} r.ends > $2 AND r.drill = $10 AND (c.published_as IS NOT NULL OR (c.state = 'drafted' AND EXISTS (
   SELECT FROM unnest($8::bigint[], $9::bigint[]) s(low, high) WHERE c.area >= s.low AND c.area < s.high))){HERE}
   AND ($12::boolean IS NULL OR ({OPEN}, r.ends, c.id) < ($12::boolean, $13::timestamptz, $14::uuid))
 ORDER BY {OPEN} DESC, r.ends DESC, c.id DESC LIMIT $3 + 1"""
"""What is not over comes first; the next page begins behind the last row of the one before."""
TOLD = f"{ROWS} r.ends > $2 AND c.published_as IS NOT NULL AND NOT r.drill ORDER BY r.issued DESC"
TOLD_AS = """
SELECT md5(string_agg(c.id::text || c.seq || ':' || (SELECT count(t.sealed) FROM cases_content t WHERE t.case_id = c.id), ' ' ORDER BY c.id))
  FROM alert_record r JOIN cases_case c ON c.id = r.case_id
 WHERE r.ends > $1 AND c.published_as IS NOT NULL AND NOT r.drill"""
"""Which they are, by the last entry of each and how much of its words is there: nothing is opened for it."""
BY_CODE = ROWS + "c.published_as = $2"
BY_NUMBER = ROWS + "c.number = $2"
CORRECTION_OF = f"""{ROWS} r.issued IS NOT NULL
   AND c.id IN (SELECT l.case_id FROM cases_link l WHERE l.other_id = $2 AND l.kind = $1) ORDER BY r.issued DESC LIMIT 1"""
BY_ID = ROWS + "c.id = ANY($2::uuid[]) AND r.issued IS NOT NULL"

_opened: dict[bytes, Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The alert that another one corrects, as far as CAP names it."""

    case_id: UUID
    code: str
    issued: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert. `code` is the address of its public page, empty while it is a draft; `why` is said when it was withdrawn; `seq` is
    the entry that wrote what is read here, to be sent as `expect`.
    """

    id: UUID
    number: int
    seq: int
    state: str
    code: str
    place: int
    area: int
    office: int | None
    written_at: datetime
    closed_at: datetime | None
    kind: str
    level: Level
    certainty: str
    drill: bool
    asks: bool
    starts: datetime
    ends: datetime
    drafted_by: int | None
    issued: datetime | None
    title: Words
    words: Words
    why: Words
    replaces: Replaced | None

    def stands(self, at: datetime) -> bool:
        """Whether it warns at that moment."""
        return self.state == "in_force" and self.ends > at

    def stood_until(self, at: datetime) -> datetime | None:
        """When it ceased to stand, if it was ever released and has."""
        if self.issued is None or self.stands(at):
            return None
        return min(self.closed_at or self.ends, self.ends)

    @property
    def in_one(self) -> bool:
        """Whether it was written in one language only, which then stands for the other."""
        return is_in_one(self.title) and is_in_one(self.words)

    @property
    def hazard(self) -> Words:
        """What it warns of."""
        return next(said for key, said, _category in HAZARDS if key == self.kind)


def is_in_one(words: Words) -> bool:
    """Whether these were written in Chinese only."""
    return words.zh == words.en


def standing(*, at: datetime, scope: Scope | None = None, drills: bool) -> list[Alert]:
    """What stands at that moment in these ranges (None: anywhere), the gravest first, the newest of them first."""
    levels = [level.key for level in LEVELS]
    return _read(STANDING, at, MOST, *_here(scope), levels, drills)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of a list; `more` is where the next page begins, None on the last one."""

    alerts: list[Alert]
    more: str | None


def lately(scope: Scope | None, *, drills: bool, drafts: Scope = (), at: datetime, after: str = "") -> Page:
    """What was released in these ranges (None: anywhere) and stands, then what ended not long ago, each with the latest end first; with the
    drafts of those of whom one is in charge. Drills are a list of their own. Raises Invalid for a strange `after`.
    """
    of = ("alerts", scope, drafts, drills)
    begin: list[object] = [None, None, None]
    if after:
        open_, ends, case_id = read_cursor(of, after)
        begin = [open_, read_moment(ends), read_id(case_id)]
    rows = _rows(LATE, at - LATELY, MOST, *_here(scope), *_ranges(drafts), drills, at, *begin)
    page = rows[:MOST]
    more = None
    if len(rows) > MOST:
        id_, state, ends = (page[-1][n] for n in (0, 3, 16))
        more = write_cursor(of, [state == "drafted" or (state == "in_force" and ends > at), ends, id_])
    return Page(alerts=_alerts(page), more=more)


def told(*, at: datetime) -> list[Alert]:
    """All that stand anywhere or ended a while ago, the newest first, for programs that ask again and again: however many they
    are, none is left out. No drills.
    """
    return _read(TOLD, at - TOLD_FOR)


def mark_of_told(*, at: datetime) -> str:
    """Another word whenever `told` says something else."""
    with prepared() as run:
        return str(next(iter(run(TOLD_AS, [at - TOLD_FOR]).fetchall()))[0])


def _here(scope: Scope | None) -> tuple[object, ...]:
    around = sorted({code for low, _high in scope or () for code in (*ancestors(low), low)})
    return scope is None, around, *_ranges(scope or ())


def _ranges(scope: Scope) -> tuple[list[int], list[int]]:
    return [low for low, _high in scope], [high for _low, high in scope]


def get_released(code: str) -> Alert:
    """The alert with this public address. Raises NotFound."""
    if not (code.isascii() and code.isalnum()):
        raise NotFound
    return _one(BY_CODE, code)


def get_numbered(number: int, *, drafts: Scope) -> Alert:
    """The alert with this case number, a draft only for who is in charge of its place. Raises NotFound."""
    found = _one(BY_NUMBER, number)
    if not found.code and not covers(drafts, found.area):
        raise NotFound
    return found


def released_of(cases: Iterable[UUID]) -> dict[UUID, Alert]:
    """Those of these cases that are alerts and were released, whatever became of them."""
    return {alert.id: alert for alert in _read(BY_ID, list(cases))}


def correction_of(alert: Alert) -> Alert | None:
    """The alert that was released in its stead, whatever became of that."""
    return next(iter(_read(CORRECTION_OF, alert.id)), None) if alert.state == "superseded" else None


def _one(statement: str, value: object) -> Alert:
    found = _read(statement, value)
    if not found:
        raise NotFound
    return found[0]


def _read(statement: str, *values: object) -> list[Alert]:
    return _alerts(_rows(statement, *values))


def _rows(statement: str, *values: object) -> list[Sequence[Any]]:
    with prepared() as run:
        return list(run(statement, [str(LinkKind.FOLLOWS_FROM), *values]).fetchall())


def _alerts(rows: Iterable[Sequence[Any]]) -> list[Alert]:
    return [alert for row in rows if (alert := _alert(row)) is not None]


def _alert(row: Sequence[Any]) -> Alert | None:
    """A row as it is read; None once its words were erased."""
    sealed = row[19] or ()
    said = _public(row[0], bytes(row[2]), sealed) if row[4] else _words(row[0], bytes(row[2]), sealed)
    if "title_zh" not in said:
        return None
    replaced = row[20]
    return Alert(
        id=row[0],
        number=row[1],
        seq=row[21],
        state=row[3],
        code=row[4] or "",
        place=row[5],
        area=row[6],
        office=row[7],
        written_at=row[8],
        closed_at=row[9],
        kind=row[10],
        level=level_of(row[11]),
        certainty=row[12],
        drill=row[13],
        asks=row[14],
        starts=row[15],
        ends=row[16],
        drafted_by=row[17],
        issued=row[18],
        title=_both(said, "title"),
        words=_both(said, "words"),
        why=_both(said, "why"),
        replaces=None
        if replaced is None
        else Replaced(
            case_id=UUID(replaced[0]),
            code=replaced[1] or "",
            issued=datetime.fromisoformat(replaced[2]) if replaced[2] else None,
        ),
    )


def _public(case_id: UUID, wrapped: bytes, sealed: Sequence[Sequence[Any]]) -> Mapping[str, str]:
    """The same of what was released: everybody asks for it again and again, so it is opened once a process.

    Kept by what is stored, so it is never older than that: other words, or none, are other bytes.
    """
    mark = sha256(repr((case_id, wrapped, sealed)).encode()).digest()
    said = _opened.get(mark)
    if said is None:
        said = _words(case_id, wrapped, sealed)
        if len(_opened) >= KEPT:
            _opened.clear()
        _opened[mark] = said
    return said


def _words(case_id: UUID, wrapped: bytes, sealed: Iterable[Sequence[Any]]) -> dict[str, str]:
    """What was written last for everybody, by question."""
    key = keyring().unwrap(wrapped)
    said: dict[str, str] = {}
    for seq, n, text in sealed:
        try:
            said |= open_content(case_id, seq, n, str(Audience.PUBLIC), key=key, sealed=bytes.fromhex(text))
        except (Unreadable, msgspec.DecodeError):
            continue
    return said


def _both(said: Mapping[str, str], key: str) -> Words:
    return Words(zh=said.get(f"{key}_zh", ""), en=said.get(f"{key}_en", ""))
