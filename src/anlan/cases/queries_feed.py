# SPDX-License-Identifier: Apache-2.0
"""What a phone pulls: the open cases of its post's reach at first, then what changed in it, however much else did.

It is asked with a cursor and answers with the next one. Each case comes as it stands now, under the same rule as its page; one that left
the reach comes as a removal, if it ever was in it. A change is given at least once: what is committed and not yet in the feed is seen
in the case already, and comes again. Whoever's reach itself changed, or who comes back after too long, begins again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from anlan.base.errors import Invalid
from anlan.base.prepared import Run, prepared
from anlan.cases.known import Known
from anlan.cases.may import is_barred
from anlan.cases.projection import Projection
from anlan.cases.queries_carried import read_carried
from anlan.cases.queries_cursor import read_cursor, write_cursor
from anlan.cases.queries_lists import list_cases
from anlan.cases.queries_rows import Filters
from anlan.cases.queries_view import View
from anlan.cases.read import by_case, read_cases
from anlan.people.may import Actor, covers
from anlan.places.codes import around
from anlan.places.find import roots

MOST = 100
KEPT = timedelta(days=30)
"""So long a cursor is good; ended cases that nobody can ask for any more are forgotten."""

# One statement, so that its rows are those of the position that it tells: nothing moves on in between.
CHANGED = """
SELECT h.position, substr((SELECT running FROM cases_journal j WHERE j.position = h.position), 1, 8),
       substr((SELECT running FROM cases_journal j WHERE j.position = $2), 1, 8), x.position, x.case_id, x.here
  FROM (SELECT coalesce((SELECT position FROM cases_follower WHERE name = 'feed'), 0) AS position) h
  LEFT JOIN LATERAL (
    SELECT d.position, d.case_id, bool_or(d.here) AS here FROM unnest($1::bigint[]) k(scope) CROSS JOIN LATERAL (
      SELECT f.case_id, f.position, f.here FROM cases_feed f WHERE f.scope = k.scope AND f.position > $2
       ORDER BY f.position LIMIT $3) d
     GROUP BY 1, 2 ORDER BY 1 LIMIT $3) x ON true
 ORDER BY x.position"""
LEFT = "SELECT case_id, scope, position, here, barred_at FROM cases_feed WHERE case_id = ANY($1)"
ERASED = "SELECT DISTINCT case_id FROM cases_erasure WHERE case_id = ANY($1)"
MARK = "SELECT substr(running, 1, 8) FROM cases_journal WHERE position = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a phone gets: cases as they stand, numbers of those that it has to forget, and where to go on. `more`: at once.
    `anew`: whatever it had before goes.
    """

    cases: tuple[View, ...]
    removed: tuple[int, ...]
    cursor: str
    more: bool
    anew: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a phone is: the position up to which it heard, that position's mark in the journal, the position up to which it had heard
    all when it last had, and, while it reads the open cases, where in their list.
    """

    position: int
    mark: str
    whole: int
    listed: str | None = None


def pull(by: Actor, *, known: Known, at: datetime, after: str | None, size: int = MOST) -> Pulled:
    """What follows the cursor `after`; without one, or with one that is good no more, the first page of the open cases."""
    reach = _reach(by, known)
    size = max(1, min(size, MOST))
    was = _read(reach, after, at=at)
    with prepared() as run:
        scopes = _scopes(by) if was is not None and was.listed is None else []
        rows = run(CHANGED, [scopes, was.position if was else 0, size + 1]).fetchall()
    head = _Place(position=rows[0][0], mark=_mark(rows[0][1]), whole=rows[0][0])
    # A journal that was set back says other things at the same positions.
    if was is not None and was.mark != _mark(rows[0][2]):
        was = None
    if was is None or was.listed is not None:
        return _open(by, was or head, reach, known=known, at=at, size=size, anew=was is None)
    changed = [(position, case_id, here) for *_head, position, case_id, here in rows if case_id is not None]
    return _changed(by, was, head, changed, reach, known=known, at=at, size=size)


def caught_up(actors: Sequence[Actor], *, known: Known, at: datetime) -> list[str]:
    """The cursors of phones that have heard all there is, in order: their next pull tells what changes from now on."""
    with prepared() as run:
        position, running, *_none = run(CHANGED, [[], 0, 1]).fetchall()[0]
    head = _Place(position=position, mark=_mark(running), whole=position)
    return [_write(_reach(by, known), head, at=at) for by in actors]


def _open(
    by: Actor, was: _Place, reach: Sequence[Any], *, known: Known, at: datetime, size: int, anew: bool
) -> Pulled:
    """A page of the open cases. What changes meanwhile comes after the last one: the position is the one of the beginning."""
    page = list_cases(by, known=known, at=at, filters=Filters(open=True), after=was.listed or None, size=size)
    views = read_carried(by, [row.id for row in page.rows], known=known, at=at)
    following = replace(was, listed=page.next_cursor)
    return Pulled(
        cases=tuple(view for row in page.rows if (view := views.get(row.id))),
        removed=(),
        cursor=_write(reach, following, at=at),
        more=page.next_cursor is not None,
        anew=anew,
    )


def _changed(
    by: Actor,
    was: _Place,
    head: _Place,
    rows: Sequence[tuple[int, UUID, bool]],
    reach: Sequence[Any],
    *,
    known: Known,
    at: datetime,
    size: int,
) -> Pulled:
    more, rows = len(rows) > size, rows[:size]
    # Where a case that is seen has left one scope, it comes with the row of another.
    views = read_carried(by, [case_id for _position, case_id, _here in rows], known=known, at=at)
    with prepared() as run:
        following = _following(run, was, head, rows[-1][0] if more else None)
        ended = [case_id for case_id, view in views.items() if not view.case.open]
        erased = {row[0] for row in run(ERASED, [ended])} if ended else set()
        lost = [case_id for _position, case_id, _here in rows if case_id not in views]
        removed = list(_removed(run, by, lost, was.whole, known=known)) if lost else []
    shown = [views[case_id] for _position, case_id, here in rows if here and case_id in views]
    return Pulled(
        cases=tuple(view for view in shown if view.case.id not in erased),
        removed=(*removed, *(view.case.number for view in shown if view.case.id in erased)),
        cursor=_write(reach, following, at=at),
        more=more,
        anew=False,
    )


def _following(run: Run, was: _Place, head: _Place, reached: int | None) -> _Place:
    """Where the phone is after a page: at its last position where there is `more`, else at the head of the feed."""
    if reached is not None:
        found = run(MARK, [reached]).fetchone()
        return _Place(position=reached, mark=_mark(found[0] if found else None), whole=was.whole)
    # While the feed is made anew its head is behind what the phone has heard.
    return head if head.position >= was.position else was


def _removed(run: Run, by: Actor, ids: Sequence[UUID], since: int, *, known: Known) -> Iterable[int]:
    """The numbers of those that the actor saw and sees no more. Of what was never in reach, or always closed to it, nothing is told."""
    cases = {case_id: stand.case for case_id, stand in read_cases(run, ids).items()}
    rows = by_case(run(LEFT, [list(ids)]))
    return [
        cases[case_id].number
        for case_id in ids
        if _saw(by, cases[case_id], rows.get(case_id, ()), since, known=known)
    ]


def _saw(by: Actor, case: Projection, rows: Iterable[Sequence[Any]], since: int, *, known: Known) -> bool:
    """Whether the case was in the actor's reach until after `since`, as its rows in the feed tell."""
    if by.procedures is not None and case.procedure not in by.procedures:
        return False
    if is_barred(by, case, known=known):
        return any(barred_at is not None and barred_at > since for *_row, barred_at in rows)
    left = {scope for scope, position, here, _barred_at in rows if not here and position > since}
    if any(covers(by.scope, scope) for scope in left):
        return True
    # What the organisation was given outside the places of a token was never in its reach.
    own = not by.bounded or any(covers(by.scope, scope) for scope, *_rest in rows)
    return own and -(by.organisation_id or 0) in left


def _scopes(by: Actor) -> list[int]:
    """The scopes of the feed that hold all that the actor sees, and no wider than they need be."""
    found = {around(low, high) for low, high in by.scope}
    if 0 in found:
        found = found - {0} | set(roots())
    if by.organisation_id is not None:
        found.add(-by.organisation_id)
    return sorted(found)


def _reach(by: Actor, known: Known) -> list[Any]:
    """What a cursor is bound to: with another reach of the post, its cases are others."""
    concerned = known.concerned(by.organisation_id) if by.organisation_id is not None else ()
    narrowed = sorted(by.procedures) if by.procedures is not None else None
    return [
        "feed",
        by.post_id,
        str(by.role),
        by.organisation_id,
        sorted(by.scope),
        by.bounded,
        narrowed,
        sorted(concerned),
    ]


def _write(reach: Sequence[Any], place: _Place, *, at: datetime) -> str:
    return write_cursor(reach, [int(at.timestamp()), place.position, place.mark, place.whole, place.listed])


def _read(reach: Sequence[Any], text: str | None, *, at: datetime) -> _Place | None:
    if not text:
        return None
    try:
        written, position, mark, whole, listed = read_cursor(reach, text)
    except Invalid:
        return None
    if at.timestamp() - written > KEPT.total_seconds():
        return None
    return _Place(position=position, mark=mark, whole=whole, listed=listed)


def _mark(running: Any) -> str:
    return bytes(running).hex() if running else ""
