# SPDX-License-Identifier: Apache-2.0
"""Erasing in bulk: cases whose keeping time has ended, files of erased cases, and erasures after a restore.

An erasure is an entry (`erase`, written by the engine's own steps); here are the sweeps around it. What a restored
backup brought back is erased again from the file outside the database.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from anlan.cases import registry
from anlan.cases.attachments import path_of
from anlan.cases.erased import in_force
from anlan.cases.sweep import Swept, by_system, do_all, in_batches
from anlan.cases.write import ERASES

BATCH = 200

# An erased case stays in the index on closed_at; what keeps a pass from repeating it is that nothing is left. A note or a
# reopening after an erasure brings new words, and their time ends too.
ENDED = """
SELECT c.closed_at, c.id FROM cases_case c
 WHERE c.procedure = %s AND NOT c.open AND c.closed_at < %s AND (c.closed_at, c.id) > (%s, %s::uuid)
   AND (EXISTS (SELECT FROM cases_content x WHERE x.case_id = c.id AND x.sealed IS NOT NULL)
     OR EXISTS (SELECT FROM cases_party p WHERE p.case_id = c.id AND p.sealed IS NOT NULL)
     OR EXISTS (SELECT FROM cases_attachment f WHERE f.case_id = c.id AND NOT f.erased))
 ORDER BY c.closed_at, c.id LIMIT %s"""
FILES = """
SELECT f.case_id, f.n, f.keyed FROM cases_attachment f
 WHERE f.erased AND (f.case_id, f.n) > (%s::uuid, %s) ORDER BY f.case_id, f.n LIMIT %s"""


def erase_ended(
    *, at: datetime, dry_run: bool = False, batch: int = BATCH, only: str = ""
) -> Mapping[str, Swept]:
    """Erases what was closed longer than its procedure keeps it; per procedure (or for one) how many. A dry run only counts."""
    found: dict[str, Swept] = {}
    for key, procedure in registry.newest().items():
        if only and key != only:
            continue
        total = Swept()
        before = _years_before(at, procedure.retention.years)
        for rows in in_batches(ENDED, [key, before], start=("-infinity", UUID(int=0)), batch=batch):
            ids = [id for _closed_at, id in rows]
            if dry_run:
                total = total.and_also(Swept(done=len(ids)))
            else:
                total = total.and_also(
                    do_all(
                        [by_system(id, "erase", data={}, at=at, once=f"retention/{at.date()}") for id in ids]
                    )
                )
        found[key] = total
    return found


def _years_before(at: datetime, years: int) -> datetime:
    try:
        return at.replace(year=at.year - years)
    except ValueError:  # 29 February
        return at.replace(year=at.year - years, day=28)


def remove_files(*, batch: int = 1_000) -> int:
    """Removes the files of erased attachments; the row went first. How many files there were to remove."""
    removed = 0
    for rows in in_batches(FILES, (), start=(UUID(int=0), 0), batch=batch):
        for case_id, _n, keyed in rows:
            path = path_of(case_id, bytes(keyed))
            if path.exists() and not _still_named(case_id, bytes(keyed)):
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _still_named(case_id: UUID, keyed: bytes) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM cases_attachment WHERE case_id = %s AND keyed = %s AND NOT erased",
            [case_id, keyed],
        )
        return cursor.fetchone() is not None


def reapply(*, at: datetime, say: Callable[[str], None]) -> Swept:
    """After a restore: erases again what the file outside the database says was erased. Safe to repeat.

    By an `erase` entry where the case allows one; else the rows themselves, which `verify` accepts for cases that
    the file names.
    """
    total = Swept()
    for case_id, what in in_force().items():
        if not _holds_anything(case_id):
            continue
        swept = do_all([by_system(case_id, "erase", data={}, at=at, once=f"restore/{at.isoformat()}")])
        if swept.done == 0:
            with transaction.atomic(), connection.cursor() as cursor:
                for kind in sorted(what & ERASES.keys()):
                    for statement in ERASES[kind]:
                        cursor.execute(statement.replace("?", "%s"), [[case_id]])
            swept = Swept(done=1)
        total = total.and_also(swept)
    if total.done:
        say(f"{total.done:,} cases were erased again")
    remove_files()
    return total


def _holds_anything(case_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM cases_content WHERE case_id = %s AND sealed IS NOT NULL)"
            " OR EXISTS (SELECT 1 FROM cases_party WHERE case_id = %s AND sealed IS NOT NULL)"
            " OR EXISTS (SELECT 1 FROM cases_attachment WHERE case_id = %s AND NOT erased)",
            [case_id, case_id, case_id],
        )
        return bool(cursor.fetchone()[0])
