# SPDX-License-Identifier: Apache-2.0
"""Slow and endless bodies: a sender who never finishes holds a few places of its own and nobody else's."""

import io
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from anlan.config.bodies import MOST, BodyFirst

THREADS = 2


class Slow(io.BytesIO):
    """A body that does not come until the event is set."""

    def __init__(self, gate: threading.Event) -> None:
        super().__init__(b"x" * 10)
        self.gate = gate

    def read(self, size: int | None = -1, /) -> bytes:
        assert self.gate.wait(20)
        return super().read(size)


def ask(
    door: BodyFirst, body: Any = None, *, length: int | str | None = None, network: str = "198.51.100.7"
) -> str:
    told: list[str] = []
    environ: dict[str, Any] = {"REMOTE_ADDR": network, "PATH_INFO": "/report", "wsgi.input": body}
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    answer = b"".join(door(environ, lambda status, _headers: told.append(status)))
    return f"{told[0].split()[0]} {answer.decode()[:20]}".strip()


def work(environ: dict[str, Any], start: Any) -> list[bytes]:
    body = environ["wsgi.input"].read() if environ["wsgi.input"] is not None else b""
    start("200 OK", [])
    return [body]


@pytest.fixture
def door() -> BodyFirst:
    return BodyFirst(work, threads=THREADS)


def test_slow_senders_of_one_network_hold_their_own_places_only(door: BodyFirst) -> None:
    gate = threading.Event()
    with ThreadPoolExecutor(20) as pool:
        slow: list[Future[str]] = [
            pool.submit(ask, door, Slow(gate), length=10, network="203.0.113.9") for _ in range(10)
        ]
        while sum(one.done() for one in slow) < 10 - THREADS:
            pass
        assert ask(door) == "200"  # nobody who only reads waits behind them
        assert ask(door, io.BytesIO(b"hello"), length=5) == "200 hello"
        gate.set()
        statuses = sorted(one.result()[:3] for one in slow)
    assert statuses == ["200"] * THREADS + ["503"] * (10 - THREADS)
    assert ask(door, io.BytesIO(b"again"), length=5, network="203.0.113.9") == "200 again"


def test_slow_senders_of_many_networks_leave_reading_alone(door: BodyFirst) -> None:
    gate = threading.Event()
    with ThreadPoolExecutor(20) as pool:
        slow = [pool.submit(ask, door, Slow(gate), length=10, network=f"203.0.113.{n}") for n in range(12)]
        while sum(one.done() for one in slow) < 12 - door.most:
            pass
        assert ask(door) == "200"
        gate.set()
        assert [one.result()[:3] for one in slow].count("503") == 12 - door.most


def test_an_endless_body_is_refused_before_a_byte_is_read(door: BodyFirst) -> None:
    class Unread(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise AssertionError("it was read")

    assert ask(door, Unread(), length=MOST + 1) == "413"


def test_a_body_that_breaks_off_begins_no_work(door: BodyFirst) -> None:
    assert ask(door, io.BytesIO(b"half"), length=8) == "400"


@pytest.mark.parametrize("length", ["", "-1", "x", "٣", "9" * 5000])
def test_a_strange_length_is_no_body(door: BodyFirst, length: str) -> None:
    assert ask(door, io.BytesIO(b""), length=length) == "200"
