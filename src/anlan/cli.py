# SPDX-License-Identifier: Apache-2.0
"""The `anlan` command: Django's management commands, with the embedded database started for those who need it.

Refuses nothing itself: each command, in the room that owns it, says what it refuses.
"""


def main() -> None:
    raise SystemExit("being built")
