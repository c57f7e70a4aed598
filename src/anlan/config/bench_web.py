# SPDX-License-Identifier: Apache-2.0
"""The processes of a deployment for the time of a bench: web and journal as `anlan start` runs them, without caps per network."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from anlan.config.bench_database import BenchError
from anlan.config.supervisor import is_ready

PATIENCE = 60


@contextmanager
def running(
    *, web: bool = True, journal: bool = True, live_port: int = 0, live_workers: int = 0
) -> Iterator[int]:
    """Runs them against this process's database, the live service where it has a port; gives the port of the web server.

    Raises BenchError when it does not come up.
    """
    port = free_port()
    environment = os.environ | {
        "ANLAN_PORT": str(port),
        "ANLAN_LIVE_PORT": str(live_port or free_port()),
        "ANLAN_LIVE_WORKERS": str(live_workers or max(settings.ENVIRONMENT.live_workers, 1)),
        "ANLAN_API_NETWORK": "0",
        "ANLAN_API_TOKEN": "0",
    }
    parts = [name for name, wanted in (("serve", web), ("live", live_port), ("journal", journal)) if wanted]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "anlan.cli", part],
            env=environment | {"ANLAN_SUPERVISOR": str(os.getpid())},
            stdout=sys.stderr,
        )
        for part in parts
    ]
    try:
        began = time.monotonic()
        for awaited in (port if web else 0, live_port):
            while awaited and not is_ready(awaited):
                if time.monotonic() - began > PATIENCE or any(one.poll() is not None for one in processes):
                    raise BenchError("what was to be measured did not come up")
                time.sleep(0.1)
        if journal and not (web or live_port):
            time.sleep(2)
        yield port
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory_of(setting: str, port: int) -> int:
    """Kibibytes that the processes with this port in their environment have for themselves, shared pages by their part."""
    kib = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if f"{setting}={port}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    lines = (entry / "smaps_rollup").read_text().splitlines()
                    kib += next(int(each.split()[1]) for each in lines if each.startswith("Pss:"))
            except (OSError, StopIteration):
                continue
    return kib
