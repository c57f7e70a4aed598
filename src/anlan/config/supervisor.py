# SPDX-License-Identifier: Apache-2.0
"""One process that starts the parts of a deployment, keeps them up, and stops them in order.

Promises: a part that dies is started again, later each time; SIGTERM and Ctrl-C drain the parts in order and stop all; a
part never outlives its supervisor for long, and what a killed run left is found by pid and birth and stopped before the
next begins. It refuses to run twice in one home.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from anlan.config.postgres import Server
from anlan.config.processes import birth, stop_processes

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a part that died is started again: doubled at each death, back to the first after a minute up."""
GRACE = 20.0
"""Seconds a part is given to finish what it has begun."""


class SupervisorError(Exception):
    """The parts cannot be started; the message says why and what to do."""


@dataclass(kw_only=True)
class Part:
    """One supervised process: the program it runs and how it has fared. One with an `end` begins when the web server answers,
    for people wait for that, and is not started again once it has done its work and said so by status 0.
    """

    name: str
    command: tuple[str, ...]
    end: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    next_start: float = 0.0
    deaths: int = field(default=0)


class Supervisor:
    """Runs parts, first to last, until it is told to stop; stops them first to last."""

    def __init__(
        self,
        parts: list[Part],
        *,
        home: Path,
        port: int,
        environment: dict[str, str],
        say: Callable[[str], None],
        server: Server | None,
        greeting: tuple[str, ...] = (),
    ) -> None:
        self.parts = parts
        self.home = home
        self.port = port
        self.environment = environment
        self.say = say
        self.server = server
        self.greeting = greeting
        self.stopping = False
        self.state = home / "supervisor.json"

    def run(self) -> None:
        """Starts, watches and stops. Returns when asked to stop. Raises SupervisorError when it cannot begin."""
        with self._only_one():
            self._stop_leftovers()
            refuse_taken_port(self.port)
            before = {
                each: signal.signal(each, self._ask_to_stop) for each in (signal.SIGTERM, signal.SIGINT)
            }
            try:
                self._watch()
            finally:
                self._stop_all()
                for each, handler in before.items():
                    signal.signal(each, handler)

    def _watch(self) -> None:
        ready = False
        began = time.monotonic()
        checked = told = began
        while not self.stopping:
            now = time.monotonic()
            for part in self.parts:
                if ready or not part.end:
                    self._tend(part, now=now)
            if not ready and is_ready(self.port):
                ready = True
                self.say(f"Anlan is ready at http://127.0.0.1:{self.port}")
                for line in self.greeting:
                    self.say(line)
            elif not ready and now - told > 2:
                told = now
                self.say(f"Waiting for the web server ({now - began:.0f} s)")
            if self.server is not None and now - checked > 1:
                checked = now
                if self.server.keep_up():
                    self.say("The database was gone and has been started again")
            time.sleep(0.1)

    def _tend(self, part: Part, *, now: float) -> None:
        if part.process is None:
            if now >= part.next_start:
                self._start(part, now=now)
        elif part.process.poll() is not None:
            _signal_group(part.process.pid, signal.SIGKILL)  # its own children do not outlive it
            part.pause = FIRST_PAUSE if now - part.started > 60 else min(part.pause * 2, LONGEST_PAUSE)
            part.deaths += 1
            part.next_start = now + part.pause
            if part.end and part.process.returncode == 0:
                part.next_start = float("inf")
            else:
                self.say(f"{part.name} ended ({part.process.returncode}); again in {part.pause:g} s")
            part.process = None

    def _start(self, part: Part, *, now: float) -> None:
        part.process = subprocess.Popen(
            part.command,
            env=os.environ | self.environment | {"ANLAN_SUPERVISOR": str(os.getpid())},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        part.started = now
        self._remember()

    def _stop_all(self) -> None:
        """First to last: the web server drains while the others still serve it. A second Ctrl-C cuts the wait short."""
        self.stopping = False
        for part in self.parts:
            process = part.process
            if process is None:
                continue
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            until = time.monotonic() + GRACE
            while process.poll() is None and time.monotonic() < until and not self.stopping:
                time.sleep(0.05)
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
            part.process = None
        self.state.unlink(missing_ok=True)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _remember(self) -> None:
        """Writes who runs, so that the next start can tell a leftover from a stranger with the same pid."""
        running = [
            {"name": part.name, "pid": part.process.pid, "birth": birth(part.process.pid)}
            for part in self.parts
            if part.process is not None
        ]
        draft = self.state.with_suffix(".new")
        draft.write_text(json.dumps(running), "utf-8")
        draft.replace(self.state)

    def _stop_leftovers(self) -> None:
        try:
            left = json.loads(self.state.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return
        pids = {each["pid"] for each in left if each["birth"] and birth(each["pid"]) == each["birth"]}
        if pids:
            self.say("Stopping what is left of an earlier run")
            stop_processes(pids, signals=(signal.SIGTERM, signal.SIGKILL), patience=GRACE)
            for pid in pids:
                _signal_group(pid, signal.SIGKILL)
        self.state.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[None]:
        with (self.home / "supervisor.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SupervisorError(
                    f"Anlan runs already in {self.home}: stop it, or set ANLAN_HOME and ANLAN_PORT for a second one."
                ) from None
            yield


def is_ready(port: int) -> bool:
    """Whether the web server on this port answers that it and its database are well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def refuse_taken_port(port: int, *, setting: str = "ANLAN_PORT") -> None:
    """Raises SupervisorError when somebody listens on the port that `setting` names: granian would share it in silence."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SupervisorError(f"Port {port} is taken: set {setting} to a free one.") from None


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
