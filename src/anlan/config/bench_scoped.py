# SPDX-License-Identifier: Apache-2.0
"""Live, scoped: desks of real places and organisations listen while thousands of entries a second come; who hears what, and how late.

The entries are real ones of made-up cases all over the province, with their journal lines, as `anlan fill` writes them, but for what is counted and
found of them: a transaction every quarter of a second. Acts of the engine would cost the two processors more than what is measured (`anlan bench sync`). The time runs from before
such a transaction commits to the arrival of an event that names the case, or says that more changed than it names, so that a page reads anew.
"""

import gc
import random
import selectors
import socket
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import msgspec
import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connections

from anlan.base.clock import now
from anlan.cases import journal
from anlan.cases.catalogue import current
from anlan.config.bench import Run, percentile
from anlan.config.bench_client import CONTEXT
from anlan.config.bench_database import BenchError
from anlan.config.bench_web import free_port, running
from anlan.config.fill import owner_dsn
from anlan.config.fill_copy import JOURNAL, Block, Filling, column_types
from anlan.config.fill_scene import WORKER_OF, Scene, set_scene
from anlan.config.fill_work import Plan, Work, chunks
from anlan.people.may import Actor
from anlan.people.models import Account, AccountKind, Organisation, Post
from anlan.people.session import BACKEND, POST, SEEN, SINCE, stored_in
from anlan.web.live.changes import changes
from anlan.web.live.topics import Change, Listener, Topics

LISTENERS = 5_000
PER_SECOND = 3_000
EVERY = 0.25
"""Seconds between two transactions."""
CASES = 40
"""Cases of one block: a few entries each."""
AFTER = 10.0
"""Seconds after the last entry in which it must have been heard of."""
PARTS = {
    "village": 55,
    "town": 22,
    "dept:enforcement": 6,
    "dept:housing": 6,
    "county": 6,
    "city": 3,
    "province": 2,
}
"""Of a hundred listeners, so many of each part: as many as work there, more or less."""


class Told(NamedTuple):
    """An event as a listener got it: when, up to which position, which cases, whether there was more."""

    at: float
    position: int
    numbers: frozenset[int]
    more: bool


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was measured: entries a second, pairs of a listener and an entry that is theirs to hear, how many were told to the wrong one, how many
    to nobody, seconds to them.
    """

    listeners: int
    per_second: float
    pairs: int
    wrong: int
    missed: int
    p50: float | None
    p99: float | None

    def as_settings(self) -> dict[str, Any]:
        """As the bench's answer names them."""
        return {
            "scoped_listeners": self.listeners,
            "scoped_entries_per_second": self.per_second,
            "scoped_pairs": self.pairs,
            "scoped_wrong": self.wrong,
            "scoped_missed": self.missed,
            "scoped_p50_seconds": self.p50,
            "scoped_p99_seconds": self.p99,
        }


def play(run: Run) -> Found:
    """Plays so many seconds of entries. Raises BenchError."""
    at = now()
    scene = set_scene(at=at)
    keys = _desks(scene, LISTENERS, random.Random(1))
    blocks = _blocks(scene, at, wanted=int(PER_SECOND * run.seconds))
    actors = {key: stored.actor for key, stored in stored_in(keys, at=now()).items()}
    if len(actors) != len(keys):
        raise BenchError("some desks are not at work")
    before = journal.head().position
    connections.close_all()
    port = free_port()
    with running(web=False, journal=False, live_port=port):
        line, theirs = CONTEXT.Pipe()
        client = CONTEXT.Process(target=_listen, args=(port, keys, theirs), daemon=True)
        client.start()
        if (up := line.recv()) != len(keys):
            raise BenchError(f"only {up} of {len(keys)} streams were opened")
        began = time.monotonic()
        commits = _write(blocks, at)
        spent = time.monotonic() - began
        time.sleep(AFTER)
        line.send(None)
        told: dict[str, list[Told]] = line.recv()
        client.join()
    return _compare(_since(before), commits, actors, told, spent=spent)


def _desks(scene: Scene, count: int, pick: random.Random) -> list[str]:
    """Keys of sessions of as many posts, each of an account of its own, all over the province."""
    at = now()
    wanted: list[int] = []
    while len(wanted) < count:
        spot = scene.place(pick)
        part = pick.choices(list(PARTS), list(PARTS.values()))[0]
        if part in spot.orgs:
            wanted.append(spot.orgs[part])
    places = dict(Organisation.objects.filter(pk__in=set(wanted)).values_list("pk", "place_id"))
    begun = Account.objects.filter(username__startswith="bench-live-").count()
    accounts = Account.objects.bulk_create(
        Account(
            username=f"bench-live-{begun + n}", name="压测", kind=AccountKind.STAFF, demo=True, made_at=at
        )
        for n in range(count)
    )
    posts = Post.objects.bulk_create(
        Post(
            account=account,
            role=WORKER_OF[scene.known.organisations[organisation].kind],
            organisation_id=organisation,
            place_id=places[organisation],
            valid_from=at,
        )
        for account, organisation in zip(accounts, wanted, strict=True)
    )
    store, stamp = SessionStore(), at.timestamp()
    sessions = [
        Session(
            session_key=f"bench{post.pk:027d}",
            session_data=store.encode(
                {
                    SESSION_KEY: str(post.account_id),
                    BACKEND_SESSION_KEY: BACKEND,
                    HASH_SESSION_KEY: post.account.get_session_auth_hash(),
                    POST: post.pk,
                    SEEN: stamp,
                    SINCE: stamp,
                }
            ),
            expire_date=store.get_expiry_date(),
        )
        for post in posts
    ]
    Session.objects.bulk_create(sessions, batch_size=5_000)
    return [each.session_key for each in sessions]


def _blocks(scene: Scene, at: datetime, *, wanted: int) -> list[tuple[Block, int]]:
    """Made-up cases with so many entries, made beforehand; each block with how many it has."""
    plan = Plan(cases=wanted, at=at, seed=at.microsecond, workers=1, chunk=CASES)
    work = Work(plan=plan, scene=scene, types=column_types(owner_dsn()))
    found: list[tuple[Block, int]] = []
    entries = 0
    for chunk in chunks(plan, scene):
        block = work.do(chunk)
        # What is counted and found of them is not what is measured.
        kept = {
            table: rows for table, rows in block.tables.items() if table not in ("search", "facts", "tally")
        }
        block = replace(block, tables=kept, counts={})
        found.append((block, len(block.journal) // JOURNAL.size))
        entries += found[-1][1]
        if entries >= wanted:
            break
    return found


def _write(blocks: Sequence[tuple[Block, int]], at: datetime) -> list[tuple[int, float]]:
    """Writes them at the pace that is asked; after each transaction the last position, and the moment before it was committed."""
    dsn = owner_dsn()
    types = column_types(dsn)
    commits: list[tuple[int, float]] = []
    written, n = 0, 0
    with psycopg.connect(dsn, autocommit=True) as owner:
        began = time.monotonic()
        while n < len(blocks):
            due = min((time.monotonic() - began + EVERY) * PER_SECOND, written + 2 * EVERY * PER_SECOND)
            with owner.transaction():
                owner.execute("SELECT pg_advisory_xact_lock(%s)", [journal.LOCK])
                into = Filling(owner, types=types, at=at, freeze=False)
                while n < len(blocks) and written < due:
                    into.add(blocks[n][0])
                    written += blocks[n][1]
                    n += 1
                owner.execute("SELECT pg_notify(%s, %s)", [journal.CHANNEL, str(into.position)])
                commits.append((into.position, time.monotonic()))
            time.sleep(max(0.0, began + written / PER_SECOND - time.monotonic()))
    return commits


def _listen(port: int, keys: Sequence[str], line: Connection) -> None:
    """In a process of its own: all streams, until it is told to stop; then what each heard."""
    gc.disable()
    # Read when all is over: it shares the machine with what it measures.
    arrived: list[tuple[str, float, bytes]] = []
    rest: dict[socket.socket, bytes] = {}
    up: set[socket.socket] = set()
    with selectors.DefaultSelector() as ready:
        waiting, asked = list(keys), 0
        while not line.poll():
            while waiting and asked - len(up) < 100:
                key = waiting.pop()
                made = socket.create_connection(("127.0.0.1", port), timeout=30)
                made.sendall(
                    f"GET /live/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {settings.SESSION_COOKIE_NAME}={key}\r\n\r\n".encode()
                )
                ready.register(made, selectors.EVENT_READ, key)
                rest[made] = b""
                asked += 1
            for each, _events in ready.select(0.1):
                found: Any = each.fileobj
                said = found.recv(65_536)
                at = time.monotonic()
                if not said:
                    ready.unregister(found)
                    continue
                *events, rest[found] = (rest[found] + said).split(b"\n\n")
                for event in events:
                    if b"event: here" in event:
                        up.add(found)
                        if len(up) == len(keys):
                            line.send(len(up))
                    elif b"event: cases" in event:
                        arrived.append((each.data, at, event))
        told: dict[str, list[Told]] = {key: [] for key in keys}
        for key, at, event in arrived:
            told[key].append(_read(event, at))
        line.send(told)


def _read(event: bytes, at: float) -> Told:
    position = int(event.partition(b"id: ")[2].partition(b"\n")[0])
    said = msgspec.json.decode(event.partition(b"data: ")[2].partition(b"\r\n")[0])
    return Told(at, position, frozenset(map(int, said["cases"])), said["more"] > 0)


def _since(position: int) -> list[Change]:
    found: list[Change] = []
    while some := changes(found[-1].position if found else position):
        found += some
    return found


def _compare(
    played: Sequence[Change],
    commits: Sequence[tuple[int, float]],
    actors: dict[str, Actor],
    told: dict[str, list[Told]],
    *,
    spent: float,
) -> Found:
    """Each listener's events beside what the rule of permission gives them."""
    known = current()
    topics = Topics[Listener]()
    keys: dict[Listener, str] = {}
    for key, actor in actors.items():
        listener = Listener(actor)
        keys[listener] = key
        topics.add(listener)
    theirs: dict[str, set[int]] = {key: set() for key in actors}
    lags: list[float] = []
    pairs = missed = 0
    ends = [position for position, _at in commits]
    for change in played:
        since = commits[bisect_left(ends, change.position)][1]
        for listener in topics.matching(change, known=known):
            key = keys[listener]
            theirs[key].add(change.number)
            pairs += 1
            heard = told[key]
            first = bisect_left(heard, change.position, key=lambda each: each.position)
            event = next((e for e in heard[first:] if e.more or change.number in e.numbers), None)
            if event is None:
                missed += 1
            else:
                lags.append(event.at - since)
    wrong = sum(len(event.numbers - theirs[key]) for key, events in told.items() for event in events)
    return Found(
        listeners=len(actors),
        per_second=round(len(played) / spent, 1),
        pairs=pairs,
        wrong=wrong,
        missed=missed,
        p50=percentile(lags, 0.5),
        p99=percentile(lags, 0.99),
    )
