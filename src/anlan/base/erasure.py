# SPDX-License-Identifier: Apache-2.0
"""The list of erasures outside the database, one JSON object a line: a restored backup is erased again from it.

`append` returns when the line is on the disk, so write here first and erase then: to repeat an erasure harms nobody, to
forget one does. Several processes may append at once. A line cut by a crash was never acknowledged: it is told, not raised.
"""

import contextlib
import fcntl
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from anlan.base.digests import canonical

_log = logging.getLogger("anlan.erasure")


@dataclass(frozen=True, kw_only=True)
class Damaged:
    """A line that is no record. `last` is the mark of a crash while appending; elsewhere an operator should look."""

    line: int
    length: int
    last: bool


def _tell(damaged: Damaged) -> None:
    level = logging.WARNING if damaged.last else logging.ERROR
    _log.log(level, "erasure list: line %d (%d bytes) is damaged", damaged.line, damaged.length)


class ErasureFile:
    """The list at `path`, made at the first append, readable by its owner only. Hold ids in it, never words of people."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def append(self, record: Mapping[str, Any]) -> None:
        """Adds one record and waits for the disk. Takes what `digests.canonical` takes; raises OSError when the disk
        does not hold it, and then the erasure must not go on.
        """
        line = canonical(dict(record)) + b"\n"
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = os.fstat(handle).st_size
            if self._torn(handle):
                line = b"\n" + line
            try:
                while line:
                    line = line[os.write(handle, line) :]
            except OSError:
                with contextlib.suppress(OSError):
                    # A full disk takes half a line, which would look damaged for ever.
                    os.ftruncate(handle, size)
                raise
            os.fsync(handle)
        finally:
            os.close(handle)
        # Each time, not only when new: whoever made the file may have died before its name was on the disk.
        self._sync_folder()

    def read(self, *, damaged: Callable[[Damaged], None] = _tell) -> Iterator[dict[str, Any]]:
        """Every record in the order of their appending; `damaged` is told of each line that is none, by default the log.

        Sees what was acknowledged before the first one is asked for. A list that was never written is empty.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            # Held only to look at the length: no appender is then in the middle of a line.
            fcntl.flock(file, fcntl.LOCK_SH)
            end = os.fstat(file.fileno()).st_size
            fcntl.flock(file, fcntl.LOCK_UN)
            at = number = 0
            while at < end and (line := file.readline(end - at)):
                at += len(line)
                number += 1
                record = _read(line)
                if record is not None:
                    yield record
                elif line != b"\n":
                    damaged(Damaged(line=number, length=len(line), last=at >= end))

    @staticmethod
    def _torn(handle: int) -> bool:
        size = os.fstat(handle).st_size
        return size > 0 and os.pread(handle, 1, size - 1) != b"\n"

    def _sync_folder(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        record = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return record if isinstance(record, dict) else None
