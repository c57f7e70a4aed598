# SPDX-License-Identifier: Apache-2.0
"""The supervisor with real processes: ready, crash, drain, kill -9, a stranger with an old pid."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from anlan.config.processes import birth, is_alive
from anlan.config.supervisor import Part, Supervisor, SupervisorError, is_ready, refuse_taken_port
from tests.databases import Clone

SUPERVISE = """
import sys
from pathlib import Path
from anlan.config.supervisor import Part, Supervisor
home, port = Path(sys.argv[1]), int(sys.argv[2])
parts = [Part(name=name, command=(sys.executable, "-c", sys.argv[3], name, str(home), str(port))) for name in ("web", "worker")]
def say(line): print(line, flush=True)
Supervisor(parts, home=home, port=port, environment={}, say=say, server=None).run()
print("all stopped", flush=True)
"""

PART = """
import http.server, os, pathlib, signal, sys, time
from anlan.config.processes import die_with_parent
name, home, port = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
die_with_parent(int(os.environ["ANLAN_SUPERVISOR"]))
(home / (name + ".pid")).write_text(str(os.getpid()))
def leave(*_):
    with open(home / "order", "a") as order: order.write(name + "\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, leave)
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
if name == "web": http.server.HTTPServer(("127.0.0.1", port), Page).serve_forever()
while True: time.sleep(0.1)
"""

Start = Callable[[], "subprocess.Popen[str]"]


def until(condition: Callable[[], object], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def pid_of(home: Path, name: str) -> int:
    try:
        return int((home / f"{name}.pid").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return 0


def a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def free_port() -> int:
    return a_free_port()


@pytest.fixture
def start(free_home: Path, free_port: int) -> Iterator[Start]:
    """Starts a supervisor over a toy web server and a toy worker."""
    begun: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(free_home), str(free_port), PART],
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.communicate()
    for name in ("web", "worker"):
        until(lambda name=name: not is_alive(pid_of(free_home, name)))  # type: ignore[misc]


def ready_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if "ready" in line:
            return line.strip()
    raise AssertionError("it ended before it was ready")


def test_it_says_when_it_is_ready_and_stops_first_to_last(
    start: Start, free_home: Path, free_port: int
) -> None:
    process = start()
    assert ready_line(process) == f"Anlan is ready at http://127.0.0.1:{free_port}"
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=20)
    assert rest.splitlines()[-1] == "all stopped"
    assert (free_home / "order").read_text("utf-8") == "web\nworker\n"
    assert not is_ready(free_port)


def test_a_part_that_dies_is_started_again(start: Start, free_home: Path, free_port: int) -> None:
    ready_line(start())
    until(lambda: pid_of(free_home, "worker"))
    first = {name: pid_of(free_home, name) for name in ("web", "worker")}
    for pid in first.values():
        os.kill(pid, signal.SIGKILL)
    until(lambda: all(pid_of(free_home, name) != pid for name, pid in first.items()))
    until(lambda: is_ready(free_port))


@pytest.mark.parametrize(("status", "again"), [(0, False), (3, True)])
def test_a_part_with_an_end_is_started_again_only_until_it_came_to_it(
    free_home: Path, status: int, *, again: bool
) -> None:
    free_home.mkdir(parents=True, exist_ok=True)
    said: list[str] = []
    part = Part(name="once", command=(sys.executable, "-c", f"raise SystemExit({status})"), end=True)
    over = Supervisor([part], home=free_home, port=1, environment={}, say=said.append, server=None)
    over._tend(part, now=1.0)
    assert part.process is not None
    part.process.wait()
    over._tend(part, now=2.0)
    over._tend(part, now=1e9)
    assert (part.process is not None) == again
    assert bool(said) == again
    if part.process is not None:
        part.process.wait()


def test_the_parts_do_not_outlive_a_killed_supervisor(start: Start, free_home: Path, free_port: int) -> None:
    process = start()
    ready_line(process)
    pids = {name: pid_of(free_home, name) for name in ("web", "worker")}
    process.kill()
    until(lambda: not any(is_alive(pid) for pid in pids.values()))
    ready_line(start())
    assert is_ready(free_port)


def test_what_a_killed_run_left_is_stopped_and_a_stranger_with_an_old_pid_is_not(
    start: Start, free_home: Path
) -> None:
    left, stranger = (subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(2))
    state = [
        {"name": "web", "pid": left.pid, "birth": birth(left.pid)},
        {"name": "worker", "pid": stranger.pid, "birth": "another boot:123"},
    ]
    (free_home / "supervisor.json").write_text(json.dumps(state), "utf-8")
    try:
        ready_line(start())
        assert left.wait(timeout=10) == -signal.SIGTERM
        assert stranger.poll() is None
    finally:
        for each in (left, stranger):
            each.kill()
            each.wait()


def test_a_half_written_state_file_does_not_stop_the_start(start: Start, free_home: Path) -> None:
    (free_home / "supervisor.json").write_text('[{"name": "we', "utf-8")
    ready_line(start())


def test_a_second_supervisor_in_the_same_home_is_refused(start: Start, free_home: Path) -> None:
    ready_line(start())
    second = subprocess.run(
        [sys.executable, "-c", SUPERVISE, str(free_home), "1", PART],
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode != 0
    assert "Anlan runs already" in second.stderr


def test_a_taken_port_is_refused(free_port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        with pytest.raises(SupervisorError, match="ANLAN_PORT"):
            refuse_taken_port(free_port)
    refuse_taken_port(free_port)


def page_of(port: int, name: str) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/{name}", timeout=10) as answer:
            return str(answer.read().decode())
    except HTTPError as refused:
        return str(refused.read().decode())


def test_a_whole_deployment_starts_survives_kill_nine_and_drains(
    own_database: Clone, free_port: int, free_home: Path
) -> None:
    env = own_database.env | {
        "ANLAN_PORT": str(free_port),
        "ANLAN_HOME": str(free_home),
        "ANLAN_WORKERS": "1",
        "ANLAN_LIVE_WORKERS": "1",
        "ANLAN_LIVE_PORT": str(a_free_port()),
    }

    def begin() -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "anlan.cli", "start"], env=env, stdout=subprocess.PIPE, text=True
        )

    first = begin()
    second = None
    try:
        ready_line(first)
        state = free_home / "supervisor.json"
        until(lambda: len(json.loads(state.read_text("utf-8"))) == 4)
        parts = json.loads(state.read_text("utf-8"))
        assert [part["name"] for part in parts] == ["web", "worker", "journal", "live"]
        # Each part is known to the database by its own name, so that this page finds the journal.
        until(lambda: "journal: ok" in page_of(free_port, "readyz"))
        first.kill()
        for part in parts:
            os.killpg(part["pid"], signal.SIGKILL)
        first.communicate()
        until(lambda: not is_ready(free_port))
        second = begin()
        ready_line(second)
        second.send_signal(signal.SIGINT)
        second.communicate(timeout=60)
        assert second.returncode == 0
        assert not is_ready(free_port)
    finally:
        for process in (first, second):
            if process is not None and process.poll() is None:
                process.kill()
                process.communicate()
