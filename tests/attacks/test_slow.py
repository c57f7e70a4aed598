# SPDX-License-Identifier: Apache-2.0
"""Slow senders of many networks against the real web server: they are cut off for who comes, and nobody else is."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

ADDRESS = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The port of a server that takes three bodies at a time, one from each network."""
    with socket.create_server((ADDRESS, 0)) as free:
        found = int(free.getsockname()[1])
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--port", str(found)),
            *("--blocking-threads", "7", "--backpressure", "64", "tests.attacks.slow_door:application"),
        ],
        cwd=ROOT,
        env=os.environ | {"ANLAN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "anlan.config.settings"},
    )
    try:
        for _try in range(200):
            with suppress(OSError), socket.create_connection((ADDRESS, found)):
                break
            time.sleep(0.1)
        yield found
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def begin(port: int) -> Iterator[Callable[..., socket.socket]]:
    """Begins a request from an address of its own."""
    with ExitStack() as all_of_them:

        def one(*, network: int, length: int, body: bytes = b"") -> socket.socket:
            made = socket.create_connection(
                (ADDRESS, port), timeout=10, source_address=(f"127.0.0.{network}", 0)
            )
            all_of_them.enter_context(made)
            made.sendall(
                f"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode() + body
            )
            return made

        yield one


def status(one: socket.socket, *, wait: float = 10) -> str | None:
    """What was answered; None when nothing was."""
    one.settimeout(wait)
    try:
        return one.recv(4096).decode().split(" ")[1]
    except TimeoutError:
        return None


def test_slow_senders_of_many_networks_are_cut_off_for_who_comes(begin: Callable[..., socket.socket]) -> None:
    slow = [begin(network=n, length=500, body=b"x" * n) for n in (2, 3, 4)]
    time.sleep(0.5)
    assert status(begin(network=9, length=5, body=b"hello")) == "503"  # too early to say who is slow
    time.sleep(2)
    for one in slow:
        one.sendall(b"x")  # a byte now and then makes nobody fast
    assert status(begin(network=9, length=5, body=b"hello")) == "200"
    # One place was wanted, so one sender went.
    assert [told for one in slow if (told := status(one, wait=1))] == ["408"]


def test_who_sends_steadily_is_let_finish(begin: Callable[..., socket.socket]) -> None:
    steady = begin(network=2, length=500_000)
    for n in (3, 4):
        begin(network=n, length=500)
    for _piece in range(4):
        steady.sendall(b"x" * 100_000)
        time.sleep(0.8)
    for _time in range(2):
        # Again, as a browser would: granian may leave a request unread until the next one comes, while others keep its threads.
        asked = begin(network=9, length=5, body=b"hello")
        assert (status(asked, wait=5) or status(begin(network=9, length=5, body=b"hello"))) == "200"
    steady.sendall(b"x" * 100_000)
    assert status(steady) == "200"
