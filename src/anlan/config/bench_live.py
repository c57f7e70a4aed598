# SPDX-License-Identifier: Apache-2.0
"""Live: so many browsers hold a stream open; one act is done; how long until each has heard of it, and what each costs in memory.

All may see the case, so nobody is passed over: the widest broadcast there is. Every stream has a session of its own, and the time
runs from before the act to the arrival of the event, numbering of the journal and gathering included. Then thousands of entries a second are
played to desks all over the province (`bench_scoped`).

A process has so many descriptors and an address so many ports: hundreds of thousands are held by several processes on both sides, the clients
each from an address of their own (127.0.0.x).
"""

import random
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections

from anlan.base.clock import now
from anlan.config.bench import Measured, Run, machine, make_people
from anlan.config.bench_client import CONTEXT
from anlan.config.bench_database import BenchError
from anlan.config.bench_lifecycle import live
from anlan.config.bench_lists import enter
from anlan.config.bench_scoped import play
from anlan.config.bench_web import free_port, memory_of, running
from anlan.config.fill_scene import set_scene
from anlan.people.models import Post

LISTENER = "zhejiang-supervisor"
CONNECTIONS = 20_000
EACH = 10_000
"""Connections of one client process: below the descriptors that a process may have, and the ports of an address."""
SERVED = 15_000
"""Connections of one process of the live service: the kernel spreads them by chance, and none may run out of descriptors."""
PATIENCE, A_SECOND = 300.0, 100
"""Seconds that opening may take at most: so many, and one for every hundred connections."""
WITHIN = 60.0


def measure(run: Run) -> Measured:
    """Seconds until 99 % and until all have heard, kibibytes of memory for each connection."""
    make_people()
    about = machine()
    wanted = run.connections or CONNECTIONS
    keys = list(_sessions(wanted))
    scene = set_scene(at=now())
    connections.close_all()
    port = free_port()
    workers = max(settings.ENVIRONMENT.live_workers, -(-wanted // SERVED))
    with running(web=False, live_port=port, live_workers=workers):
        empty = memory_of("ANLAN_LIVE_PORT", port)
        with _listening(port, keys) as lines:
            began = time.monotonic()
            up = sum(line.recv() for line in lines)
            if up != wanted:
                raise BenchError(f"only {up} of {wanted} streams were opened")
            opened = time.monotonic() - began
            full = memory_of("ANLAN_LIVE_PORT", port)
            time.sleep(2)
            since = time.monotonic()
            live(scene, scene.place(random.Random(1)), random.Random(1))
            for line in lines:
                line.send(since)
            times = sorted(seconds for line in lines for seconds in line.recv())
    scoped = play(run)
    return Measured(
        name="live",
        seconds=round(times[-1] if times else 0.0, 2),
        errors=wanted - len(times) + scoped.wrong + scoped.missed,
        settings=about
        | {
            "connections": wanted,
            "kib_per_connection": round((full - empty) / wanted, 1),
            "seconds_to_99": _nth(times, 0.99, wanted),
            "seconds_to_all": _nth(times, 1.0, wanted),
            "seconds_to_open": round(opened, 1),
            "processes": workers,
        }
        | scoped.as_settings(),
    )


def _nth(times: list[float], part: float, of: int) -> float | None:
    n = max(1, round(part * of))
    return round(times[n - 1], 2) if len(times) >= n else None


def _sessions(count: int) -> Iterator[str]:
    """Keys of as many sessions of one post that may see everything."""
    post = Post.objects.select_related("account").get(account__username=LISTENER)
    one = Session.objects.get(session_key=enter(post).session.session_key)
    made = [
        Session(
            session_key=f"{one.session_key}n{n}", session_data=one.session_data, expire_date=one.expire_date
        )
        for n in range(count)
    ]
    Session.objects.bulk_create(made, batch_size=5_000)
    for each in made:
        yield each.session_key


@contextmanager
def _listening(port: int, keys: list[str]) -> Iterator[list[Connection]]:
    """Client processes; each says how many streams it has, is told the instant of the act, and says the seconds to each event."""
    lines, processes = [], []
    patience = PATIENCE + len(keys) / A_SECOND
    for n, first in enumerate(range(0, len(keys), EACH)):
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(
            target=_listen,
            args=(port, f"127.0.0.{2 + n}", keys[first : first + EACH], theirs, patience),
            daemon=True,
        )
        process.start()
        lines.append(ours)
        processes.append(process)
    try:
        yield lines
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _listen(port: int, own: str, keys: list[str], line: Connection, patience: float) -> None:
    with selectors.DefaultSelector() as ready:
        up: set[socket.socket] = set()
        waiting = list(keys)
        in_flight: set[socket.socket] = set()
        heard: dict[socket.socket, float] = {}
        until = time.monotonic() + patience
        while len(up) < len(keys) and time.monotonic() < until:
            while waiting and len(in_flight) < 100:
                in_flight.add(_ask(ready, port, own, waiting.pop()))
            for key, _events in ready.select(0.1):
                found: Any = key.fileobj
                said = found.recv(4096)
                if not said:
                    ready.unregister(found)
                    in_flight.discard(found)
                elif b"retry:" in said:
                    up.add(found)
                    in_flight.discard(found)
        line.send(len(up))
        until = time.monotonic() + patience
        while len(heard) < len(up) and time.monotonic() < until:
            for key, _events in ready.select(0.1):
                found = key.fileobj
                said = found.recv(4096)
                if b"event: cases" in said:
                    heard.setdefault(found, time.monotonic())
                elif not said:
                    ready.unregister(found)
                    up.discard(found)
            if line.poll():
                until = min(until, time.monotonic() + WITHIN)
                since = line.recv()
        line.send([at - since for at in heard.values()])
        line.poll(PATIENCE)


def _ask(ready: selectors.BaseSelector, port: int, own: str, key: str) -> socket.socket:
    found = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(own, 0))
    found.sendall(
        f"GET /live/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {settings.SESSION_COOKIE_NAME}={key}\r\n\r\n".encode()
    )
    ready.register(found, selectors.EVENT_READ)
    return found
