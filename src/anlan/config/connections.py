# SPDX-License-Identifier: Apache-2.0
"""Cutting off who sends too slowly: granian waits for a body as long as it takes, and tells nobody which socket that is.

So all connections of one address are shut for reading: what waits for bytes from there goes on without, and may still answer.
Neighbours behind the same address lose theirs too; that is why this is asked for only where every place is taken.
"""

import os
import socket
from contextlib import suppress
from pathlib import Path

OPEN_FILES = Path("/dev/fd")


def cut(address: str, *, port: int) -> int:
    """Shuts this process's connections from `address` to its `port` for reading; how many there were."""
    found = 0
    for each in OPEN_FILES.iterdir():
        with suppress(OSError):  # no connection, or closed just now
            copy = os.dup(int(each.name))  # the number may be given to another file meanwhile
            try:
                found += _shut(copy, address, port)
            finally:
                os.close(copy)
    return found


def _shut(number: int, address: str, port: int) -> bool:
    one = socket.socket(fileno=number)
    try:
        if one.family not in {socket.AF_INET, socket.AF_INET6} or one.getsockname()[1] != port:
            return False
        if _plain(one.getpeername()[0]) != _plain(address):
            return False
        one.shutdown(socket.SHUT_RD)
        return True
    finally:
        one.detach()


def _plain(address: str) -> str:
    """An IPv4 address as such, also where the server listens on IPv6."""
    return address.removeprefix("::ffff:")
