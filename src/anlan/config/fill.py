# SPDX-License-Identifier: Apache-2.0
"""Filling a database with made-up cases: valid histories, as many as asked, spread over the past days.

Some histories of every stretch of time are decided for real (`fill_story`) and cast many times with other places,
moments, keys and salts (`fill_mould`, `fill_cast`); `anlan verify` holds for all of them. Every case says that it is
made up. Refuses a database with real people's accounts: made-up cases have no place beside real ones.
"""

import multiprocessing
import os
import signal
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from random import Random
from struct import Struct
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, connections, transaction

from anlan.base.digests import Algorithm, chosen
from anlan.base.keys import CaseKey, aad
from anlan.cases import registry
from anlan.cases.attachments import path_of
from anlan.cases.declarations import keep
from anlan.cases.follow import take_seats
from anlan.cases.journal import CHANNEL, Head, head, running_digest
from anlan.config.fill_cast import JOURNAL, Caster, Rows
from anlan.config.fill_copy import FILLED, Connection, column_types, connect, copy, suspended
from anlan.config.fill_forms import EPOCH, MICRO, Mould
from anlan.config.fill_mould import SPAN, Types, Unfit, make_mould
from anlan.config.fill_scene import Scene, Spot, set_scene
from anlan.config.fill_story import Kind, Life, choose_kind, replay, tell
from anlan.config.fill_words import picture
from anlan.places.find import ZONE

CHUNK = 2_000
RECENT = timedelta(days=14)
"""Cases this young may still be open, so more different histories are decided for them."""
GRIDS = 0.85
"""How many cases are known to the grid; the others to the village."""
_row = Struct(">hiqi16siii32si32siq")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to fill: how many cases, over how many days back from `at`, by which seed. `per_mould` is how many casts
    each decided history has; `within` keeps to one place; `photos` writes the files of photos too.
    """

    cases: int
    at: datetime
    days: int = 365
    seed: int = 1
    per_mould: int = 200
    within: int | None = None
    workers: int = 2
    photos: bool = False


@dataclass(frozen=True, slots=True)
class _Chunk:
    n: int
    cases: int
    begins: tuple[datetime, ...]


def fill(
    plan: Plan,
    *,
    dsn: str,
    progress: Progress = lambda _done, _of: None,
    say: Callable[[str], object] = print,
) -> Filled:
    """Fills the database of `dsn` (the owner's), which is also Django's. Raises NotForFilling, LookupError."""
    started = time.monotonic()
    refuse_real_people()
    scene = set_scene(at=plan.at, within=plan.within)
    with transaction.atomic():
        keep((registry.newest()["report"],))
    take_seats()
    with connect(dsn) as owner:
        types = column_types(owner)
    connections.close_all()
    with suspended(dsn, say=say):
        entries = _fill_all(plan, scene, types, dsn, progress)
        _seat_followers()
    return Filled(cases=plan.cases, entries=entries, seconds=time.monotonic() - started)


def refuse_real_people() -> None:
    """Raises NotForFilling where somebody has signed up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM people_account WHERE NOT demo)")
        if cursor.fetchone()[0]:
            raise NotForFilling(
                "This database has accounts of real people: made-up cases are for a database of their own."
            )


def add_cases(work: "Work", rows: Rows) -> int:
    """Puts rows that were cast one by one into the tables and the journal; how many entries."""
    work.begin()
    work.put(rows)
    with connect(work.dsn) as owner:
        writer = Numbering(owner, head(), at=work.plan.at)
        added = writer.add(b"".join(rows.journal))
    work.end()
    _seat_followers()
    return added


def _fill_all(plan: Plan, scene: Scene, types: Types, dsn: str, progress: Progress) -> int:
    chunks = list(_chunks(plan, scene))
    work = Work(plan=plan, scene=scene, types=types, dsn=dsn)
    entries = done = 0
    with connect(dsn) as owner:
        writer = Numbering(owner, head(), at=plan.at)
        connections.close_all()
        for chunk, lines in zip(chunks, _worked(work, chunks), strict=True):
            entries += writer.add(lines)
            done += chunk.cases
            progress(done, plan.cases)
        owner.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(writer.position)])
    return entries


def _worked(work: "Work", chunks: list[_Chunk]) -> Iterator[bytes]:
    if work.plan.workers < 2 or len(chunks) < 2:
        yield from map(work.do, chunks)
        work.end()
        return
    # The children share what was read by being forks; each opens a connection of its own.
    with ProcessPoolExecutor(
        work.plan.workers,
        mp_context=multiprocessing.get_context("fork"),
        initializer=_begin,
        initargs=(work,),
    ) as pool:
        yield from pool.map(_do, chunks)


_mine: list["Work"] = []


def _begin(work: "Work") -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    connections.close_all()
    _mine[:] = [work]


def _do(chunk: _Chunk) -> bytes:
    return _mine[0].do(chunk)


class Work:
    """One process's work: chunks of cases, each in one transaction."""

    def __init__(self, *, plan: Plan, scene: Scene, types: Types, dsn: str) -> None:
        self.plan, self.scene, self.types, self.dsn = plan, scene, types, dsn
        self._connection: Connection | None = None
        self._caster: Caster | None = None
        self._pid = os.getpid()

    def begin(self) -> Caster:
        """Opens what this process works with, once."""
        if self._connection is None or self._caster is None or self._pid != os.getpid():
            self._pid, self._connection, self._caster = os.getpid(), connect(self.dsn), Caster(self.scene)
        return self._caster

    def end(self) -> None:
        """Closes it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def do(self, chunk: _Chunk) -> bytes:
        """Fills a chunk; the entries for the journal."""
        caster = self.begin()
        pick = Random(f"{self.plan.seed}/{chunk.n}")
        rows = Rows()
        moulds = [self.mould(begin, pick) for begin in chunk.begins]
        for i in range(chunk.cases):
            mould = moulds[i % len(moulds)]
            spot, grid = self.place(pick)
            case = caster.cast(mould, spot, grid, pick.randrange(SPAN // MICRO), rows)
            if self.plan.photos and mould.files:
                keep_photo(*case)
        self.put(rows)
        return b"".join(rows.journal)

    def put(self, rows: Rows) -> None:
        """Copies rows into their tables, in one transaction."""
        assert self._connection is not None
        with self._connection.transaction():
            for table in FILLED:
                if rows.tables[table]:
                    copy(self._connection, table, tuple(self.types[table]), rows.tables[table])

    def place(self, pick: Random) -> tuple[Spot, tuple[int, int]]:
        """Where a case lies: mostly a grid, else the village."""
        spot = self.scene.place(pick)
        return spot, (
            pick.choice(spot.grids) if pick.random() < GRIDS and spot.grids else (spot.place, spot.code)
        )

    def mould(self, begin: datetime, pick: Random) -> Mould:
        """A history that begins about then and can be cast. Raises LookupError when none is found."""
        for turn in range(60):
            kind = choose_kind(self.scene, pick)
            found = self.decide(self.scene.place(pick), begin - turn % 3 * SPAN, kind, pick)
            if found is not None:
                return found
        raise LookupError(f"no history that begins {begin} can be cast")

    def decide(
        self, spot: Spot, begin: datetime, kind: Kind, pick: Random, *, stop: str | None = None
    ) -> Mould | None:
        """A mould of one history, or None when it cannot be cast, or does not stand in the state `stop` at the end."""
        at, id_ = self.plan.at, UUID(int=pick.getrandbits(128))
        first = Life(self.scene, spot, id_, begin, at - SPAN)
        tell(first, kind, pick, stop=stop)
        if first.case is None or (stop is not None and first.case.state != stop):
            return None
        second = Life(self.scene, spot, id_, begin + SPAN, at)
        if not replay(second, first.steps):
            return None
        try:
            return make_mould(first.decisions, second.decisions, spot, types=self.types)
        except Unfit:
            return None


def keep_photo(id_: UUID, key: CaseKey) -> None:
    """Writes the made-up photo of a case where the engine looks for it."""
    keyed = key.keyed_digest(picture())
    path = path_of(id_, keyed)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(key.seal(picture(), aad=aad(id_, "file", 0, keyed.hex())))


class Numbering:
    """Gives entries consecutive positions and the running digest, as the journal's leader does."""

    def __init__(self, owner: Connection, last: Head, *, at: datetime) -> None:
        self.owner, self.position, self.running = owner, last.position, last.running
        self.at = (at - EPOCH) // MICRO
        self.algorithm: Algorithm = chosen()

    def add(self, lines: bytes) -> int:
        """The entries of a chunk, in order. How many."""
        rows: list[bytes] = []
        position, running, at = self.position, self.running, self.at
        for raw, seq, own in JOURNAL.iter_unpack(lines):
            position += 1
            running = running_digest(running, position, UUID(bytes=raw), seq, own, algorithm=self.algorithm)
            rows.append(_row.pack(6, 8, position, 16, raw, 4, seq, 32, own, 32, running, 8, at))
        added = position - self.position
        self.position, self.running = position, running
        copy(self.owner, "journal", ("position", "case_id", "seq", "digest", "running", "at"), rows)
        return added


def _seat_followers() -> None:
    """Search rows are there already, and nobody is told about made-up cases."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_follower SET position = greatest(position, %s) WHERE sends OR name = 'search'",
            [head().position],
        )


def _chunks(plan: Plan, scene: Scene) -> Iterator[_Chunk]:
    """Stretches of the past with as many cases as fall into them by weekday and hour."""
    hours = plan.days * 24
    start = plan.at - timedelta(hours=hours)
    weights = list(accumulate(_busy(scene, start + timedelta(hours=h)) for h in range(hours)))

    def when(part: float) -> datetime:
        wanted = part * weights[-1]
        hour = min(bisect_left(weights, wanted), hours - 1)
        before = weights[hour - 1] if hour else 0.0
        inside = (wanted - before) / (weights[hour] - before)
        found = start + timedelta(hours=hour + inside)
        return min(found, plan.at - 2 * SPAN)

    chance = Random(f"{plan.seed}/times")
    size = min(CHUNK, max(1, plan.cases // 4 + 1))
    for n, first in enumerate(range(0, plan.cases, size)):
        count = min(size, plan.cases - first)
        recent = when((first + count) / plan.cases) > plan.at - RECENT
        moulds = max(1, min(count, count // max(1, plan.per_mould // (5 if recent else 1))))
        begins = tuple(
            when((first + (j + chance.random()) * count / moulds) / plan.cases) for j in range(moulds)
        )
        yield _Chunk(n, count, begins)


def _busy(scene: Scene, at: datetime) -> float:
    """How much happens in this hour, by weekday and time of day."""
    local = at.astimezone(ZONE)
    hour = (
        0.1,
        0.1,
        0.1,
        0.1,
        0.1,
        0.2,
        0.4,
        0.8,
        3,
        3.2,
        3,
        2.6,
        1,
        1.4,
        2.8,
        3,
        2.8,
        2.2,
        1.2,
        0.9,
        0.6,
        0.4,
        0.2,
        0.1,
    )
    return hour[local.hour] * (1.0 if scene.known.calendar.works(local.date()) else 0.5)


def fill_digest(plan: Plan) -> str:
    """Names what a plan fills but for the moment: the same code, declaration and numbers give the same text."""
    declaration = registry.declaration_digest(registry.newest()["report"]).hex()
    return sha256(
        f"{plan.cases}/{plan.days}/{plan.seed}/{plan.per_mould}/{declaration}".encode()
    ).hexdigest()[:16]


def owner_dsn() -> str:
    """Django's own database as its owner."""
    given = settings.DATABASES["owner"] | connections["owner"].settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return psycopg.conninfo.make_conninfo(
        **{key: str(given[name]) for key, name in names.items() if given.get(name)}
    )


def utc(at: datetime) -> datetime:
    """The moment without its fraction of a second, so that a plan reads well."""
    return at.astimezone(UTC).replace(microsecond=0)
