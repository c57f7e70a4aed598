# SPDX-License-Identifier: Apache-2.0
"""The body of a request is here before any work begins, so that whoever sends slowly keeps nobody else waiting.

A request that says it has a body waits for it in a room of its own, with few places for each network; who finds none
hears 503, and who announces more than any form takes hears 413 before a byte is read. Requests without a body never
wait there. When all places are taken, who sends slower than any phone is cut off for who comes (`connections.cut`);
behind a proxy that is the proxy's to do, as they do by default: they pass on no body before it is whole.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from anlan.config.connections import cut
from anlan.config.shed import PATIENCE, RETRY, WAITING, page

MOST = 200 * 2**20
"""Bytes of the largest body: a form with as many files as any procedure takes, each of the largest size."""
READING = WAITING + 1
"""How many bodies may be on their way, for each request that is worked on; a third of them from one network."""
GRACE, RATE = 15.0, 16 * 1024
"""A body is slow once it took more seconds than GRACE and one for each RATE bytes that came: a third of a poor phone's."""
LONGEST = 900.0
"""Seconds after which every body counts as slow, however large."""
PIECE = 64 * 1024
IN_MEMORY = 512 * 1024

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


@dataclass(eq=False, slots=True, kw_only=True)
class _Coming:
    """A body on its way."""

    network: str
    address: str
    began: float = field(default_factory=time.monotonic)
    received: int = 0

    @property
    def slow(self) -> bool:
        return time.monotonic() - self.began > min(LONGEST, GRACE + self.received / RATE)


class BodyFirst:
    """Wraps the application. Knows nothing of what is in a body."""

    def __init__(self, application: Application, *, threads: int | None = None) -> None:
        """`threads` is how many requests are worked on at a time; by default as the settings say."""
        self.application = application
        working = threads or settings.ENVIRONMENT.threads
        self.most, self.most_each = working * READING, max(1, working)
        self._coming: list[_Coming] = []
        self._gone = threading.Condition()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answers, or says 408, 413 or 503."""
        length = _announced(environ)
        if length == 0:
            return self.application(environ, start)
        if length > MOST:
            return _refuse(start, "413 Content Too Large", b"", retry=False)
        coming = self._take(environ)
        if coming is None:
            return _refuse(start, "503 Service Unavailable", page(), retry=True)
        try:
            body = _read(environ["wsgi.input"], length, coming)
        finally:
            self._give_back(coming)
        if body is None:
            status = "408 Request Timeout" if coming.slow else "400 Bad Request"
            return _refuse(start, status, b"", retry=False)
        environ["wsgi.input"] = body
        with body:  # no view reads on while its answer is being sent
            return self.application(environ, start)

    def _take(self, environ: Environ) -> _Coming | None:
        """A place, after cutting off slow senders where there is none."""
        network = _network(environ)
        with self._gone:
            if not self._has_place(network):
                address = None if settings.ANLAN_PROXIES else self._slowest(network)
                if address is None:
                    return None
                cut(address, port=int(environ["SERVER_PORT"]))
                if not self._gone.wait_for(lambda: self._has_place(network), timeout=PATIENCE):
                    return None
            coming = _Coming(network=network, address=environ.get("REMOTE_ADDR", ""))
            self._coming.append(coming)
            return coming

    def _has_place(self, network: str) -> bool:
        return len(self._coming) < self.most and self._of(network) < self.most_each

    def _of(self, network: str) -> int:
        return sum(each.network == network for each in self._coming)

    def _slowest(self, network: str) -> str | None:
        """The address that sends most slow bodies, among those that take the places away."""
        own = self._of(network) >= self.most_each
        slow = Counter(
            each.address for each in self._coming if each.slow and (not own or each.network == network)
        )
        return slow.most_common(1)[0][0] if slow else None

    def _give_back(self, coming: _Coming) -> None:
        with self._gone:
            self._coming.remove(coming)
            self._gone.notify_all()


def _announced(environ: Environ) -> int:
    """Bytes the sender says it sends; what cannot be read is none, as Django has it."""
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _network(environ: Environ) -> str:
    from anlan.people.session import network_of  # import: apps are not loaded yet when wsgi.py imports this

    request = HttpRequest()
    request.META = environ
    return network_of(request)


def _read(source: Any, length: int, coming: _Coming) -> SpooledTemporaryFile[bytes] | None:
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
        coming.received += len(piece)
    kept.seek(0)
    return kept


def _refuse(start: Start, status: str, words: bytes, *, retry: bool) -> Iterable[bytes]:
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(words))),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    start(status, headers + ([("Retry-After", str(RETRY))] if retry else []))
    return [words]
