# SPDX-License-Identifier: Apache-2.0
"""The processes of a deployment for the time of a bench: web and journal as `anlan start` runs them, without caps per network."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from anlan.config.bench_database import BenchError
from anlan.config.supervisor import is_ready

PATIENCE = 60


@contextmanager
def running(*, web: bool = True, journal: bool = True, live: bool = False) -> Iterator[int]:
    """Runs them against this process's database; the port of the web server, or of the live service when there is none.

    Raises BenchError when it does not come up.
    """
    port = _free_port()
    environment = os.environ | {
        "ANLAN_PORT": str(port),
        "ANLAN_LIVE_PORT": str(port),
        "ANLAN_API_NETWORK": "0",
        "ANLAN_API_TOKEN": "0",
    }
    parts = [name for name, wanted in (("serve", web), ("live", live), ("journal", journal)) if wanted]
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
        while (web or live) and not is_ready(port):
            if time.monotonic() - began > PATIENCE or processes[0].poll() is not None:
                raise BenchError("the web server did not come up")
            time.sleep(0.1)
        if journal and not (web or live):
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
