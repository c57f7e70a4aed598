# SPDX-License-Identifier: Apache-2.0
"""Processes of this machine: which of them truly are who a pid file says, and how they are stopped.

A pid is never trusted: it may have been given to somebody else since. Nobody is signalled who was not found here first.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")


def in_folder(folder: Path) -> set[int]:
    """The pids of PostgreSQL processes that serve this data folder: all of them work inside it."""
    if not PROC.is_dir():
        return _in_folder_by_ps(folder)
    wanted = os.path.realpath(folder)
    found = set()
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if (entry / "cwd").readlink() == Path(wanted) and _is_postgres(entry):
                    found.add(int(entry.name))
    return found


def _is_postgres(entry: Path) -> bool:
    return (entry / "comm").read_text("utf-8", "replace").strip().startswith("postgres")


def _in_folder_by_ps(folder: Path) -> set[int]:
    """Without /proc (macOS) only the postmaster shows its folder; its children end with it."""
    lines = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 1) for line in lines.splitlines())
    return {int(pid) for pid, command in (row for row in rows if len(row) == 2) if f"-D {folder}" in command}


def is_alive(pid: int) -> bool:
    """Whether a process with this pid runs (a zombie does not)."""
    try:
        state = (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        if PROC.is_dir():
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True
    return state not in {"Z", "X"}


def birth(pid: int) -> str | None:
    """A mark that, with the pid, names one process of this machine for good; None when there is none."""
    try:
        fields = (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        boot = (PROC / "sys/kernel/random/boot_id").read_text("utf-8").strip()
    except OSError:
        if PROC.is_dir():
            return None
        shown = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return shown.stdout.strip() or None
    return f"{boot}:{fields[19]}"


def stop_processes(pids: Iterable[int], *, signals: tuple[signal.Signals, ...], patience: float) -> None:
    """Sends each signal in turn to those still there, waiting up to `patience` seconds after each."""
    left = {pid for pid in pids if is_alive(pid)}
    for each in signals:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, each)
        until = time.monotonic() + patience
        while left and time.monotonic() < until:
            left = {pid for pid in left if is_alive(pid)}
            time.sleep(0.02)
        if not left:
            return


def die_with_parent(parent: int) -> None:
    """Asks the kernel for a SIGTERM when the parent is gone (Linux); ends at once when it is gone already.

    Elsewhere the next start finds and stops what a killed run left.
    """
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None, use_errno=True).prctl(set_death_signal, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(143)
