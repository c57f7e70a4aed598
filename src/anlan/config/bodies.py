# SPDX-License-Identifier: Apache-2.0
"""The body of a request is here before any work begins, so that whoever sends slowly keeps nobody else waiting.

A request that says it has a body waits for it in a room of its own, with few places for each network; who finds none
hears 503, and who announces more than any form takes hears 413 before a byte is read. Requests without a body never
wait there. It bounds what slow senders can hold; only a proxy in front can cut one off.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from anlan.config.shed import RETRY, WAITING, WORDS

MOST = 200 * 2**20
"""Bytes of the largest body: a form with as many files as any procedure takes, each of the largest size."""
READING = WAITING + 1
"""How many bodies may be on their way, for each request that is worked on; a third of them from one network."""
PIECE = 64 * 1024
IN_MEMORY = 512 * 1024

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class BodyFirst:
    """Wraps the application. Knows nothing of what is in a body."""

    def __init__(self, application: Application, *, threads: int | None = None) -> None:
        """`threads` is how many requests are worked on at a time; by default as the settings say."""
        self.application = application
        working = threads or settings.ENVIRONMENT.threads
        self.most, self.most_each = working * READING, max(1, working)
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answers, or says 413 or 503."""
        length = _announced(environ)
        if length == 0:
            return self.application(environ, start)
        if length > MOST:
            return _refuse(start, "413 Content Too Large", b"", retry=False)
        network = _network(environ)
        if not self._take(network):
            return _refuse(start, "503 Service Unavailable", WORDS.encode(), retry=True)
        try:
            body = _read(environ["wsgi.input"], length)
        finally:
            self._give_back(network)
        if body is None:
            return _refuse(start, "400 Bad Request", b"", retry=False)
        environ["wsgi.input"] = body
        with body:  # no view reads on while its answer is being sent
            return self.application(environ, start)

    def _take(self, network: str) -> bool:
        with self._lock:
            if self._held.total() >= self.most or self._held[network] >= self.most_each:
                return False
            self._held[network] += 1
            return True

    def _give_back(self, network: str) -> None:
        with self._lock:
            self._held[network] -= 1
            if not self._held[network]:
                del self._held[network]


def _announced(environ: Environ) -> int:
    """Bytes the sender says it sends; what cannot be read is none, as Django has it."""
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _network(environ: Environ) -> str:
    from anlan.people.session import network_of  # import: apps are not loaded yet when wsgi.py imports this

    request = HttpRequest()
    request.META = environ
    return network_of(request)


def _read(source: Any, length: int) -> SpooledTemporaryFile[bytes] | None:
    """The whole body, on disk when it is long; None when the sender gave up."""
    kept: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the request's
    left = length
    while left > 0:
        piece = source.read(min(left, PIECE))
        if not piece:
            kept.close()
            return None
        kept.write(piece)
        left -= len(piece)
    kept.seek(0)
    return kept


def _refuse(start: Start, status: str, words: bytes, *, retry: bool) -> Iterable[bytes]:
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(words))),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    start(status, headers + ([("Retry-After", str(RETRY))] if retry else []))
    return [words]
