# SPDX-License-Identifier: Apache-2.0
"""Whether everything holds against everything, in this process."""

from anlan.cases import journal
from anlan.cases.checks import Fault
from anlan.cases.verify import chunks, verify, verify_outside


def faults(*, files: bool = False) -> list[Fault]:
    """What `anlan verify` (with `files`: --files) would call broken in the database that Django is on."""
    found: list[Fault] = []
    for chunk in chunks(head=journal.head().position):
        found += verify(chunk, files=files).broken
    return found + verify_outside()
