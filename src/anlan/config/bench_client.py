# SPDX-License-Identifier: Apache-2.0
"""A client that asks much and costs little: many connections in one loop, each sending as soon as it was answered.

It shares the machine with what it measures, so it parses no more of an answer than it must.
"""

import multiprocessing
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

CONTEXT = multiprocessing.get_context("fork")


@dataclass(kw_only=True)
class Heard:
    """What a run of clients heard: (seconds since the start, status, milliseconds) of every answer, bodies of the good
    ones, the last body of another, how many connections broke before an answer came, and how
    many kept ones the server had closed after an earlier answer, as it may.
    """

    answers: list[tuple[float, int, float]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    refusal: bytes = b""
    broken: int = 0
    reconnected: int = 0

    def statuses(self) -> Counter[int]:
        """How often each status came."""
        return Counter(status for _at, status, _ms in self.answers)

    def times(self, *statuses: int) -> list[float]:
        """Milliseconds of the answers with these statuses, sorted."""
        return sorted(ms for _at, status, ms in self.answers if status in statuses)


@dataclass(slots=True)
class _Line:
    socket: socket.socket
    sent_at: float = 0.0
    answered: bool = False
    heard: bytearray = field(default_factory=bytearray)


def drive(
    port: int,
    request: Callable[[], bytes],
    *,
    connections: int,
    seconds: float,
    processes: int = 2,
    pause: float = 0.0,
) -> Heard:
    """Sends what `request` makes over so many connections for so long; after a refusal one waits `pause` seconds."""
    started = time.monotonic()
    share = [connections // processes + (i < connections % processes) for i in range(processes)]
    results = CONTEXT.SimpleQueue()
    workers = [
        CONTEXT.Process(
            target=lambda n=n: results.put(
                _loop(port, request, n, started=started, seconds=seconds, pause=pause)
            ),
            daemon=True,
        )
        for n in share
        if n
    ]
    for worker in workers:
        worker.start()
    heard = Heard()
    for _worker in workers:
        one = results.get()
        heard.answers += one.answers
        heard.bodies += one.bodies
        heard.refusal = one.refusal or heard.refusal
        heard.broken += one.broken
        heard.reconnected += one.reconnected
    for worker in workers:
        worker.join()
    return heard


def _loop(
    port: int, request: Callable[[], bytes], connections: int, *, started: float, seconds: float, pause: float
) -> Heard:
    heard = Heard()
    until = started + seconds
    resting: list[tuple[float, _Line | None]] = [(0.0, None)] * connections
    with selectors.DefaultSelector() as ready:
        open_lines = 0
        while True:
            now = time.monotonic()
            if now < until:
                due = [one for one in resting if one[0] <= now]
                resting = [one for one in resting if one[0] > now]
                for _at, resting_line in due:
                    if _send(ready, port, request, resting_line):
                        open_lines += 1
                    else:
                        heard.broken += 1
                        resting.append((now + 0.05, None))
            elif open_lines == 0 or now > until + 15:
                heard.broken += open_lines
                return heard
            for key, _events in ready.select(0.02):
                line: _Line = key.data
                status, body = _receive(line)
                if status is None:
                    continue
                now = time.monotonic()
                ready.unregister(line.socket)
                open_lines -= 1
                if status == 0:
                    line.socket.close()
                    if line.answered and not line.heard:
                        # Sent away before its body was read: HTTP lets the server close then, and clients connect again.
                        heard.reconnected += 1
                        resting.append((now, None))
                    else:
                        heard.broken += 1
                        resting.append((now + 0.05, None))
                    continue
                line.answered = True
                heard.answers.append((now - started, status, (now - line.sent_at) * 1000))
                if status < 300:
                    heard.bodies.append(body)
                else:
                    heard.refusal = body
                resting.append((now + (pause if status >= 400 else 0.0), line))


def _send(ready: selectors.BaseSelector, port: int, request: Callable[[], bytes], line: _Line | None) -> bool:
    try:
        if line is None:
            line = _Line(socket.create_connection(("127.0.0.1", port), timeout=5))
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.heard.clear()
        line.sent_at = time.monotonic()
        line.socket.sendall(request())
    except OSError:
        return False
    ready.register(line.socket, selectors.EVENT_READ, line)
    return True


def _receive(line: _Line) -> tuple[int | None, bytes]:
    """The status and body once the answer is whole; None before; 0 when the connection broke."""
    try:
        part = line.socket.recv(65536)
    except OSError:
        return 0, b""
    if not part:
        return 0, b""
    line.heard += part
    head = line.heard.find(b"\r\n\r\n")
    if head < 0:
        return None, b""
    named = bytes(line.heard[:head]).lower()
    at = named.find(b"content-length:")
    length = int(named[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    if len(line.heard) < head + 4 + length:
        return None, b""
    return int(line.heard[9:12]), bytes(line.heard[head + 4 :])
