# SPDX-License-Identifier: Apache-2.0
"""The rest of the demo's year, while guests look around: piece by piece, the latest days first.

Each piece and its note are one transaction (`demo_progress`), so this may be killed at any moment and goes on where it was. A
piece waits until every follower of the journal has read all before it: none is ever far behind, and none is passed over.
"""

from collections.abc import Callable
from datetime import datetime
from time import sleep

from django.db import connection, connections

from anlan.cases import registry
from anlan.config.demo_progress import find_progress, note_progress
from anlan.config.fill import owner_dsn
from anlan.config.fill_copy import FILLED, Block, NotYet, column_types, filling
from anlan.config.fill_scene import set_scene
from anlan.config.fill_work import Plan, Work, chunks
from anlan.parts.suggestions.suggest import newest, train

REST = 100_700
"""With the first start's about 121,000: one in a hundred of the 12.1 million of 2022."""
PIECE = 500
PAUSE = 0.25
"""Seconds between two pieces, so that whoever waits for the database comes first."""
CAUGHT_UP = """
SELECT NOT EXISTS (
  SELECT FROM cases_follower WHERE position < (SELECT coalesce(max(position), 0) FROM cases_journal))"""


def plan_of_rest(at: datetime) -> Plan:
    """The plan of the year's rest; the same for the same end of the year."""
    return Plan(cases=REST, at=at, seed=7, per_mould=5, workers=1, chunk=PIECE)


def fill_rest(*, say: Callable[[str], object]) -> int:
    """Makes up what is missing; how many cases that were. Raises LookupError before the first start has filled its part."""
    progress = find_progress()
    if progress is None:
        raise LookupError("the demo has not been begun")
    plan, dsn = plan_of_rest(progress.at), owner_dsn()
    work = Work(plan=plan, scene=set_scene(at=progress.at), types=column_types(dsn))
    todo = list(reversed(list(chunks(plan, work.scene))))
    made = 0
    for n, chunk in enumerate(todo[progress.rest :], progress.rest + 1):
        piece = work.do(chunk)
        while not _add(piece, work, dsn, after=n):
            sleep(PAUSE)
        made += chunk.cases
        if n * 10 // len(todo) > (n - 1) * 10 // len(todo):
            say(f"{n * 10 // len(todo)} of 10 parts of the demo's year are there")
        sleep(PAUSE)
    if made:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(FILLED.values())}")
    return made


def learn_first(at: datetime) -> None:
    """Learns suggestions from what is there, once: a real deployment does so every night, a demo shows them at once."""
    for procedure in registry.newest():
        if newest(procedure) is None:
            train(procedure, at=at)


def _add(piece: Block, work: Work, dsn: str, *, after: int) -> bool:
    """Adds a piece, unless a follower has something to read first."""
    with connection.cursor() as cursor:
        cursor.execute(CAUGHT_UP)
        if cursor.fetchone() != (True,):
            return False
    try:
        with filling(dsn, types=work.types, at=work.plan.at, say=str, among=True) as into:
            progress = find_progress(into.owner)
            if progress is None or progress.rest != after - 1:
                raise LookupError("another process fills this demo")
            into.add(piece)
            note_progress(progress.after_rest(after))(into.owner)
    except NotYet:
        return False
    return True
