# SPDX-License-Identifier: Apache-2.0
"""The deriving follower behind the pull of phones: for each place and organisation, which cases changed, and at which position.

A scope is a padded place code, or minus the id of an organisation. A case has a row for each place over it and each
organisation that has a part in it, all at the position of its last entry; where it has left, the row stays at the position at which
it did. So what changed in somebody's reach is a range of an index, whatever else the province does. A row says that something
changed, never what or by whom: what may be read is asked of the case itself when it is read.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from anlan.base.prepared import prepared
from anlan.cases.follow import Wish
from anlan.cases.journal import Line
from anlan.cases.read import by_case
from anlan.places.codes import ancestors
from anlan.places.find import roots

NAME = "feed"
BATCH = 1_000

AREAS = "SELECT id, area FROM cases_case WHERE id = ANY($1)"
ASSIGNED = (
    "SELECT case_id, n, organisation_id, until_seq IS NULL FROM cases_assignment WHERE case_id = ANY($1)"
)
HELD = "SELECT case_id, scope, here FROM cases_feed WHERE case_id = ANY($1)"
KEEP = """
INSERT INTO cases_feed AS f (case_id, scope, position, here, barred_at)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::boolean[], $5::bigint[])
ON CONFLICT (case_id, scope) DO UPDATE
  SET position = EXCLUDED.position, here = EXCLUDED.here, barred_at = coalesce(EXCLUDED.barred_at, f.barred_at)"""
BEGIN = """
INSERT INTO cases_feed (case_id, scope, position, here)
SELECT c.id, s.scope, %s, true FROM cases_case c CROSS JOIN LATERAL (
  SELECT c.area / span * span FROM unnest(ARRAY[10000000000000, 100000000000, 1000000000, 1000000, 1000, 1]) span
  UNION SELECT -a.organisation_id FROM cases_assignment a WHERE a.case_id = c.id AND a.until_seq IS NULL) s(scope)
 WHERE c.open AND NOT EXISTS (SELECT FROM cases_feed f WHERE f.case_id = c.id)"""
"""The rows of open cases that have none, at a position: for cases that come in bulk, past the follower."""
OLD = """
SELECT f.case_id FROM cases_feed f JOIN cases_case c ON c.id = f.case_id
 WHERE f.scope = ANY(%s) AND NOT c.open AND c.closed_at < %s
   AND f.position <= (SELECT j.position FROM cases_journal j WHERE j.at < %s ORDER BY j.position DESC LIMIT 1)"""


def keep_feed(lines: Sequence[Line]) -> Iterable[Wish]:
    """The follower: moves the rows of the cases that these lines are of to the position of their last one."""
    lines_of: dict[UUID, list[Line]] = {}
    for line in lines:
        lines_of.setdefault(line.entry.case_id, []).append(line)
    if not lines_of:
        return ()
    ids = list(lines_of)
    with prepared() as run:
        with run.connection.pipeline():
            areas, assigned, held = run(AREAS, [ids]), run(ASSIGNED, [ids]), run(HELD, [ids])
        parts, before = by_case(assigned), by_case(held)
        rows: list[tuple[UUID, int, int, bool, int | None]] = []
        for case_id, area in areas:
            of_case = lines_of[case_id]
            now = {*_over(area), *(-organisation for _n, organisation, has in parts.get(case_id, ()) if has)}
            organisations = {n: organisation for n, organisation, _has in parts.get(case_id, ())}
            # What the lines tell counts too: a case may have come and gone again before this reader came to it.
            left = {scope for line in of_case for scope in _told(line, organisations)}
            left |= {scope for scope, here in before.get(case_id, ()) if here}
            if any(_moves(line) for line in of_case):
                left |= {scope for scope, _here in before.get(case_id, ()) if scope > 0}
            position = of_case[-1].position
            barred = max((line.position for line in of_case if _bars(line)), default=None)
            rows += [(case_id, scope, position, scope in now, barred) for scope in sorted(now | left)]
        run(KEEP, [list(column) for column in zip(*rows, strict=True)])
    return ()


def clear_feed() -> None:
    """Empties it before a rebuild."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_feed")


def count_feed(*, before: datetime) -> int:
    """How many cases ended before and have changed no more since."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT case_id) FROM ({OLD}) old", [list(roots()), before, before])
        return int(cursor.fetchone()[0])


def forget_feed(*, before: datetime) -> int:
    """Forgets when they changed; how many cases. No pull goes on from so far back."""
    total = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"{OLD} LIMIT %s", [list(roots()), before, before, BATCH])
            ids = {row[0] for row in cursor.fetchall()}
            cursor.execute("DELETE FROM cases_feed WHERE case_id = ANY(%s)", [list(ids)])
        total += len(ids)
        if not ids:
            return total


def _over(area: int) -> tuple[int, ...]:
    return (*ancestors(area), area)


def _told(line: Line, organisations: dict[int, int]) -> Iterator[int]:
    """The scopes that an entry brought the case into, or took it out of."""
    out = line.entry.outcomes
    for area in (out.get("opened", {}).get("area"), out.get("area")):
        if area:
            yield from _over(area)
    for row in out.get("assign", ()):
        yield -row["organisation"]
    for n in out.get("release", ()):
        if n in organisations:
            yield -organisations[n]


def _moves(line: Line) -> bool:
    """Whether an entry takes a case from one place to another."""
    return "area" in line.entry.outcomes and "opened" not in line.entry.outcomes


def _bars(line: Line) -> bool:
    """Whether an entry closes to an office a case that it could see."""
    return "barred" in line.entry.outcomes and "opened" not in line.entry.outcomes
