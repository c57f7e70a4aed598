# SPDX-License-Identifier: Apache-2.0
"""Numbers that all web processes of one machine add to and any of them reads: one small file, mapped into memory.

Each process has a slot of the file to itself, held by a lock that ends with it, so nothing is lost to a race and no lock is
waited for; who comes after a process that died goes on with its slot. A name's number is the sum over the slots.
"""

import fcntl
import logging
import mmap
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from socket import gethostname

log = logging.getLogger(__name__)

SLOTS = 64
"""Processes that count at a time; one more counts nothing."""
EACH = 8


class Counts:
    """The numbers called `names`, in `folder`. Other names are another file, so an upgrade begins at nought."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._places = {name: n for n, name in enumerate(names)}
        self._path = (
            folder / f"counts-{gethostname()}-{sha256('|'.join(names).encode()).hexdigest()[:12]}.bin"
        )
        self._lock = threading.Lock()
        self._own: memoryview[float] | None = None
        self._map: mmap.mmap | None = None
        try:
            self._map = self._open()
        except OSError as error:
            log.warning("nothing is counted: %s", error.strerror)

    def _open(self) -> mmap.mmap:
        size = SLOTS * len(self._places) * EACH
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.posix_fallocate(
            handle, 0, size
        )  # a full disk is told here, and not by a signal when the page is written
        mapped = mmap.mmap(handle, size)
        for slot in range(SLOTS):
            with suppress(OSError):
                fcntl.lockf(
                    handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot
                )  # the handle stays open, and with it the lock
                begin = slot * len(self._places)
                self._own = memoryview(mapped).cast("d")[begin : begin + len(self._places)]
                break
        return mapped

    def add(self, numbers: dict[str, float]) -> None:
        """Adds to several at once. Raises KeyError for a name that is not one."""
        with self._lock:
            if self._own is not None:
                for name, number in numbers.items():
                    self._own[self._places[name]] += number

    def read(self) -> dict[str, float]:
        """What all processes added, since the file was made."""
        if self._map is None:
            return dict.fromkeys(self._places, 0.0)
        width = len(self._places)
        with memoryview(self._map) as whole, whole.cast("d") as every:
            return {name: sum(every[at::width]) for name, at in self._places.items()}
