# SPDX-License-Identifier: Apache-2.0
"""Filling a database with made-up cases: valid histories, as many as asked, spread over the past days.

Some histories of every stretch of time are decided for real (`fill_story`) and cast many times with other places,
moments, keys and salts (`fill_mould`, `fill_cast`); `anlan verify` holds for all of them. Every case says that it is
made up. Refuses a database with real people's accounts: made-up cases have no place beside real ones.
"""

import gc
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

import psycopg
from django.conf import settings
from django.db import connection, connections, transaction

from anlan.cases import registry
from anlan.cases.declarations import keep
from anlan.cases.follow import take_seats
from anlan.config.fill_copy import Block, Connection, column_types, filling
from anlan.config.fill_scene import set_scene
from anlan.config.fill_work import Chunk, Plan, Work, chunks

AHEAD = 2
"""Chunks that wait for each process, so that it never does: what bounds the memory of a filling of any size."""

Progress = Callable[[int, int], object]
"""Called with how many cases are there and how many are wanted."""


class NotForFilling(Exception):  # noqa: N818 - it is an answer
    """This database may not be filled with made-up cases; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was filled, and how long it took."""

    cases: int
    entries: int
    seconds: float


def fill(
    plan: Plan,
    *,
    dsn: str,
    progress: Progress = lambda _done, _of: None,
    say: Callable[[str], object] = print,
    also: Callable[[Connection], object] = lambda _owner: None,
) -> Filled:
    """Fills the database of `dsn` (the owner's), which is also Django's; `also` is done in the same transaction.

    Raises NotForFilling, LookupError.
    """
    started = time.monotonic()
    refuse_real_people()
    types = column_types(dsn)
    work = Work(plan=plan, scene=set_scene(at=plan.at, within=plan.within), types=types)
    prepare()
    # What was read stays: the collector need not go through it again and again, and the children share its pages.
    gc.freeze()
    done = 0
    with filling(dsn, types=types, at=plan.at, say=say) as into:
        for chunk, block in _worked(work, chunks(plan, work.scene)):
            into.add(block)
            done += chunk.cases
            progress(done, plan.cases)
        also(into.owner)
    return Filled(cases=plan.cases, entries=into.entries, seconds=time.monotonic() - started)


def refuse_real_people() -> None:
    """Raises NotForFilling where somebody has signed up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM people_account WHERE NOT demo)")
        if cursor.fetchone()[0]:
            raise NotForFilling(
                "This database has accounts of real people: made-up cases are for a database of their own."
            )


def prepare() -> None:
    """What has to be in place before the first case, and no connection that a lock could keep waiting."""
    with transaction.atomic():
        keep((registry.newest()["report"],))
    take_seats()
    connections.close_all()


def _worked(work: Work, todo: Iterator[Chunk]) -> Iterator[tuple[Chunk, Block]]:
    """Chunks with their blocks, in order."""
    workers = work.plan.workers
    if workers < 2:
        yield from ((chunk, work.do(chunk)) for chunk in todo)
        return
    # The children share what was read by being forks. None of them asks the database, whose tables are locked.
    with ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("fork"),
        initializer=_begin,
        initargs=(work,),
    ) as pool:
        waiting = deque((chunk, pool.submit(_do, chunk)) for chunk in islice(todo, AHEAD * workers))
        while waiting:
            chunk, block = waiting.popleft()
            yield chunk, block.result()
            waiting.extend((chunk, pool.submit(_do, chunk)) for chunk in islice(todo, 1))


_mine: list[Work] = []


def _begin(work: Work) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _mine[:] = [work]
    # Casting leaves no cycles behind, deciding a few.
    gc.set_threshold(200_000)


def _do(chunk: Chunk) -> Block:
    return _mine[0].do(chunk)


def owner_dsn() -> str:
    """Django's own database as its owner."""
    given = settings.DATABASES["owner"] | connections["owner"].settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return psycopg.conninfo.make_conninfo(
        **{key: str(given[name]) for key, name in names.items() if given.get(name)}
    )
