# SPDX-License-Identifier: Apache-2.0
"""Where a phone in the same network finds a demo that listens to it."""

import socket

from anlan.config.environment import Environment

ONLY_HERE = ("127.", "localhost", "::1")
NOWHERE = ("192.0.2.1", 9)
"""An address for documentation: nothing is sent, the system only says from where it would be."""


def address_in_network(environment: Environment) -> str:
    """The demo's address for other machines; nothing where it answers on this one only, or has no network."""
    if environment.listen.startswith(ONLY_HERE):
        return ""
    host = environment.listen
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(NOWHERE)
            except OSError:
                return ""
            host = probe.getsockname()[0]
    return f"http://{host}:{environment.port}"
