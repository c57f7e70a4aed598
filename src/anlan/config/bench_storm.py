# SPDX-License-Identifier: Apache-2.0
"""The storm: every mobile terminal comes back at once, after hours without signal; each sends what was done and pulls what changed.

Fewer connections play the same requests: each takes the next terminal as soon as the last is done. One answer in fifty is lost and its batch
sent again, as a phone does. Each had heard all before it lost its signal, so it pulls what changed since. Meanwhile a few open pages listen. A terminal's acts open cases of its village, reported for somebody: a grid
worker's own need photos, and pictures would be measured, not acts.
"""

import http.client
import json
import multiprocessing.sharedctypes
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle, islice
from queue import SimpleQueue
from random import Random
from threading import Event, Semaphore, Thread
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connection, connections

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.queries_feed import caught_up
from anlan.config.bench import Measured, Run, machine, make_people, percentile
from anlan.config.bench_client import CONTEXT
from anlan.config.bench_database import BenchError
from anlan.config.bench_lists import enter
from anlan.config.bench_sync import settle
from anlan.config.bench_web import free_port, memory_of, running
from anlan.people.may import Role
from anlan.people.models import Post, Terminal, Token
from anlan.people.terminals import LABEL, MOST
from anlan.people.tokens import MARK, digest_of, find_token_actors
from anlan.places.codes import text

TERMINALS = 108_000
EACH = 10
CONNECTIONS = 32
PROCESSES = 2
LISTENERS = 20
LOST = 50
"""Of so many answers one is lost."""
EVERY = 2.0
"""Seconds between two looks at the memory of the web processes."""
PATIENCE = 120.0
ACT = {
    "procedure": "report",
    "action": "open_for",
    "data": {
        "words": "楼道里的灯坏了三天，晚上老人下楼看不清台阶，请来修一下。",
        "address": "二单元楼道，三楼到四楼之间",
        "kind": "road",
        "contact": "none",
        "answer_by": "slip",
        "agreed": True,
    },
    "contact": {},
}


@dataclass(kw_only=True)
class Played:
    """What one client process saw: acts done, milliseconds of batches and pulls, how often it was sent away, answers it lost,
    cases it pulled.
    """

    done: int = 0
    refused: int = 0
    why: str = ""
    again: int = 0
    lost: int = 0
    sent_away: int = 0
    pulled: int = 0
    batches: list[float] = field(default_factory=list)
    pulls: list[float] = field(default_factory=list)

    def __iadd__(self, other: "Played") -> Self:
        """Both together."""
        for name, value in vars(other).items():
            setattr(
                self, name, getattr(self, name) or value if name == "why" else getattr(self, name) + value
            )
        return self


def measure(run: Run) -> Measured:
    """Seconds until all had sent and pulled; acts a second; whether each act is there exactly once; memory; how late open pages hear."""
    make_people()
    about = machine()
    wanted, each = run.terminals or TERMINALS, run.each or EACH
    phones = _phones(wanted)
    villages = sorted({phone.code for phone in phones if phone.code % 1000 == 0})
    watched = Random(1).sample(villages, min(LISTENERS, len(villages)))
    sessions = {code: _session(code) for code in watched}
    before, since = _cases(), now()
    connections.close_all()
    live_port = free_port()
    with (
        running(live_port=live_port) as port,
        _memory(port) as memory,
        _listening(live_port, list(sessions.values())) as heard,
    ):
        began = time.monotonic()
        played = _play(port, phones, each)
        seconds = time.monotonic() - began
        behind = settle(patience=10 * PATIENCE)
        time.sleep(3)  # the last event is on its way
    there = _cases() - before
    lags = _lags(heard, sessions, since=since)
    return Measured(
        name="storm",
        seconds=round(seconds, 1),
        per_second=round(played.done / seconds, 1),
        p50_ms=percentile(played.batches, 0.5),
        p95_ms=percentile(played.batches, 0.95),
        errors=abs(there - wanted * each) + abs(played.done - wanted * each) + played.refused,
        settings=about
        | {
            "terminals": wanted,
            "each": each,
            "connections": CONNECTIONS,
            "accepted": played.done,
            "there": there,
            "answers_lost": played.lost,
            "told_again": played.again,
            "sent_away": played.sent_away,
            "refused": played.why,
            "pulled_cases": played.pulled,
            "pull_p50_ms": percentile(played.pulls, 0.5),
            "pull_p95_ms": percentile(played.pulls, 0.95),
            "followers_behind_seconds": behind,
            "live_heard": len(lags),
            "live_p50_seconds": percentile(lags, 0.5),
            "live_p99_seconds": percentile(lags, 0.99),
            "web_mib_before": memory[0] // 1024,
            "web_mib_most": max(memory) // 1024,
        },
    )


class Phone(NamedTuple):
    """The text of a terminal's token, the code of its post's place, and the cursor of its last pull."""

    token: str
    code: int
    after: str


def _phones(count: int) -> list[Phone]:
    """So many terminals of grid workers, at most MOST a post, signed in."""
    at = now()
    held = Post.objects.current(at).filter(role=Role.GRID_WORKER, place__codes__valid_to=None).order_by("pk")
    posts = list(held.values_list("pk", "place_id", "place__codes__code"))
    if len(posts) * MOST < count:
        raise BenchError(f"{len(posts)} posts have at most {MOST} terminals each")
    newest = registry.newest()
    actions = sorted({action.key for one in newest.values() for action in one.actions})
    tokens = [f"{MARK}{uuid4().hex}{n}" for n in range(count)]
    chosen = list(islice(cycle(posts), count))
    made = Token.objects.bulk_create(
        (
            Token(
                digest=digest_of(token),
                post_id=post,
                label=LABEL,
                place_id=place,
                procedures=sorted(newest),
                actions=actions,
                made_at=at,
                expires_at=at + timedelta(days=1),
            )
            for token, (post, place, _code) in zip(tokens, chosen, strict=True)
        ),
        batch_size=5_000,
    )
    Terminal.objects.bulk_create(
        (Terminal(id=uuid4(), token=token, version="bench", heard_on=at.date()) for token in made),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_token, people_terminal")
    actors = find_token_actors(map(digest_of, tokens), at=at)
    cursors = caught_up([actors[digest_of(token)] for token in tokens], known=current(), at=at)
    places = (code for _post, _place, code in chosen)
    return [Phone(*each) for each in zip(tokens, places, cursors, strict=True)]


def _play(port: int, phones: Sequence[Phone], each: int) -> Played:
    """All terminals, one after the other on each connection."""
    results = CONTEXT.SimpleQueue()
    turn = CONTEXT.Value("i", 0)
    clients = [
        CONTEXT.Process(target=_client, args=(port, phones, each, turn, results), daemon=True)
        for _client_process in range(PROCESSES)
    ]
    for client in clients:
        client.start()
    played = Played()
    for _each in clients:
        played += results.get()
    for client in clients:
        client.join()
    return played


def _client(
    port: int,
    phones: Sequence[Phone],
    each: int,
    turn: "multiprocessing.sharedctypes.Synchronized[int]",
    results: Any,
) -> None:
    """One process of as many threads as it has connections."""
    found: SimpleQueue[Played] = SimpleQueue()

    def take() -> int:
        with turn.get_lock():
            turn.value += 1
            return turn.value - 1

    def work() -> None:
        mine = Played()
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        while (n := take()) < len(phones):
            _come_back(line, phones[n], each, mine, loses=n % LOST == 0)
        found.put(mine)

    threads = [Thread(target=work) for _thread in range(CONNECTIONS // PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Played()
    for _thread in threads:
        total += found.get()
    results.put(total)


def _come_back(
    line: http.client.HTTPConnection, phone: Phone, each: int, mine: Played, *, loses: bool
) -> None:
    """One terminal: its batch until it is answered, then a pull."""
    at = now().isoformat()
    here = ACT | {"place": text(phone.code), "at": at}
    acts = [here | {"request": str(new_id()), "case": str(new_id())} for _act in range(each)]
    body = json.dumps({"acts": acts, "clock": at}).encode()
    if loses:
        _asked(line, phone, body, mine)
        mine.lost += 1
    ms, answer = _asked(line, phone, body, mine)
    mine.batches.append(ms)
    for one in answer["answers"]:
        if one["done"] is None:
            mine.refused += 1
            mine.why = str(one["problem"])[:500]
        else:
            mine.done += 1
            mine.again += one["done"]["again"]
    ms, page = _asked(line, phone, None, mine)
    mine.pulls.append(ms)
    mine.pulled += len(page["cases"])


def _asked(
    line: http.client.HTTPConnection, phone: Phone, body: bytes | None, mine: Played
) -> tuple[float, Mapping[str, Any]]:
    """A batch, or a pull where there is none: milliseconds of the request that was answered, and the answer. Whoever is sent away comes
    back when told to. Raises BenchError.
    """
    asked = urlencode({"after": phone.after, "version": "bench", "waiting": 0})
    method, where = ("POST", "/api/v1/sync") if body else ("GET", f"/api/v1/sync?{asked}")
    headers = {"Authorization": f"Bearer {phone.token}", "Content-Type": "application/json"}
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        start = time.perf_counter()
        try:
            line.request(method, where, body, headers)
            answer = line.getresponse()
            said = answer.read()
        except (http.client.HTTPException, OSError):
            line.close()
            time.sleep(0.1)
            continue
        if answer.status == 200:
            return (time.perf_counter() - start) * 1000, json.loads(said)
        if answer.status not in (429, 503):
            raise BenchError(f"{answer.status}: {said[:300].decode(errors='replace')}")
        mine.sent_away += 1
        time.sleep(float(answer.headers.get("Retry-After") or 1))
    raise BenchError("no answer came")


def _cases() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        return int(cursor.fetchone()[0])


def _session(village: int) -> str:
    """The key of a session of a village's grid worker."""
    post = Post.objects.select_related("account").filter(role=Role.GRID_WORKER, place__codes__code=village)[0]
    return str(enter(post).session.session_key)


@contextmanager
def _listening(port: int, keys: Sequence[str]) -> Iterator[list[tuple[str, int, float]]]:
    """Open pages: whose session heard of which case, and when, in seconds of the clock on the wall."""
    heard: list[tuple[str, int, float]] = []
    lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _key in keys]

    up = Semaphore(0)

    def listen(line: http.client.HTTPConnection, key: str) -> None:
        with suppress(OSError, ValueError, http.client.HTTPException):
            line.request("GET", "/live/events", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})
            stream = line.getresponse()
            while said := stream.readline():
                if said.startswith(b"event: here"):
                    up.release()
                elif said.startswith(b"data:") and b'"cases"' in said:
                    at = time.time()
                    heard.extend((key, int(number), at) for number in re.findall(rb'"(\d{16})"', said))

    for pair in zip(lines, keys, strict=True):
        Thread(target=listen, args=pair, daemon=True).start()
    if not all(up.acquire(timeout=10) for _key in keys):
        raise BenchError("a page could not listen")
    try:
        yield heard
    finally:
        for line in lines:
            if line.sock is not None:
                line.sock.close()


def _lags(
    heard: Sequence[tuple[str, int, float]], sessions: Mapping[int, str], *, since: datetime
) -> list[float]:
    """Seconds from the act to the event, of the first event of each case. Raises BenchError when a page missed a case or heard of another's."""
    at_first: dict[tuple[str, int], float] = {}
    for key, number, at in heard:
        at_first.setdefault((key, number), at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.number, extract(epoch FROM e.received_at)::float8, v.code FROM unnest(%s::bigint[]) AS v(code)"
            " JOIN cases_case c ON c.area / 1000 = v.code / 1000 AND c.opened_at >= %s"
            " JOIN cases_entry e ON e.case_id = c.id AND e.seq = 1",
            [list(sessions), since],
        )
        rows = cursor.fetchall()
    due = {(sessions[village], number): received for number, received, village in rows}
    if due.keys() != at_first.keys():
        missed, wrong = len(due.keys() - at_first.keys()), len(at_first.keys() - due.keys())
        raise BenchError(f"open pages missed {missed} cases and heard of {wrong} that are not theirs")
    return [at_first[name] - received for name, received in due.items()]


@contextmanager
def _memory(port: int) -> Iterator[list[int]]:
    """Kibibytes of the web processes, looked at again and again."""
    seen, over = [memory_of("ANLAN_PORT", port)], Event()

    def look() -> None:
        while not over.wait(EVERY):
            seen.append(memory_of("ANLAN_PORT", port))

    watcher = Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
