# SPDX-License-Identifier: Apache-2.0
"""A whole deployment in a home of its own, as `anlan start` runs it: disks that sync, and processes to be killed."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from anlan.config.postgres import Server
from anlan.config.processes import PROC, in_folder
from anlan.config.supervisor import is_ready

PATIENCE = 240.0
"""Seconds that a start, or a return to work, may take on a busy machine."""


def wait_until(condition: Callable[[], object], *, seconds: float = PATIENCE, what: str = "") -> None:
    """Looks ten times a second. Fails when it takes longer."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain{': ' if what else ''}{what}"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Deployment:
    """Supervisor, web, worker, journal and the embedded PostgreSQL of one home; `kill` names what dies."""

    def __init__(self, home: Path, *, env: dict[str, str]) -> None:
        kept = {name: os.environ[name] for name in ("ANLAN_KEYS", "ANLAN_SIGNING_KEY", "ANLAN_QUIET")}
        mine = {
            name: value for name, value in os.environ.items() if not name.startswith(("ANLAN_", "DJANGO_"))
        }
        self.home = home
        self.port = free_port()
        self.env = mine | kept | env | {"ANLAN_HOME": str(home), "ANLAN_PORT": str(self.port)}
        self.server = Server(home)
        self.log = home / "start.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Runs `anlan start` and waits until it serves."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "anlan.cli", "start"], env=self.env, stdout=log, stderr=log
            )
        wait_until(self._serves, what="the start")

    def stop(self) -> None:
        """As an operator stops it: SIGTERM, and everything drains."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=PATIENCE) == 0, self.tail()

    def anlan(self, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
        """Another command of this deployment."""
        return subprocess.run(
            [sys.executable, "-m", "anlan.cli", *arguments],
            env=self.env | env,
            capture_output=True,
            text=True,
            check=False,
        )

    def kill(self, what: str, *, dice: random.Random) -> None:
        """SIGKILL to one kind of process, or to all and everything; after the latter it is started afresh."""
        for pid in self.pids(what, dice=dice):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if what == "everything":
            assert self.process is not None
            self.process.wait()
            self.start()

    def pids(self, what: str, *, dice: random.Random) -> list[int]:
        """Whom it would hit now. Empty when the last blow has left nobody of that kind yet."""
        postgres = sorted(in_folder(self.server.data))
        postmaster = self.server.running_pid()
        parts = self._parts()
        match what:
            case "postmaster":
                return [postmaster] if postmaster else []
            case "backend":
                others = [pid for pid in postgres if pid != postmaster]
                return [dice.choice(others)] if others else []
            case "web worker" | "live worker":
                below = _children(parts.get(what.removesuffix(" worker"), 0))
                return [dice.choice(below)] if below else []
            case "everything":
                assert self.process is not None
                mine = [self.process.pid, *parts.values()]
                return [*mine, *(child for pid in mine for child in _children(pid)), *postgres]
            case _:
                return [parts[what]] if what in parts else []

    def said(self) -> str:
        """All that it said."""
        return self.log.read_text("utf-8", "replace")

    def tail(self) -> str:
        """The end of it."""
        return self.said()[-4000:]

    def close(self) -> None:
        """Leaves nothing running, however the test ended."""
        if self.process is not None and self.process.poll() is None:
            for pid in self.pids("everything", dice=random.Random(0)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()

    def _serves(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.tail()
        return is_ready(self.port)

    def _parts(self) -> dict[str, int]:
        try:
            rows = json.loads((self.home / "supervisor.json").read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return {str(row["name"]): int(row["pid"]) for row in rows}


def _children(parent: int) -> list[int]:
    try:
        text = (PROC / str(parent) / "task" / str(parent) / "children").read_text("ascii")
    except OSError:
        return []
    return [int(pid) for pid in text.split()]
