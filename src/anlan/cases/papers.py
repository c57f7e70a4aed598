# SPDX-License-Identifier: Apache-2.0
"""A PDF without what it says of its sender: author, program, dates, XMP, hidden files and scripts, digital signatures with
their certificates, and what the cameras wrote into its photos. What is on the pages stays.

PDF is the largest of the formats that are taken, so `papers_child` reads it in a process of its own: with little memory,
little time, no secrets in its environment and no file it could write.
"""

import subprocess
import sys

MOST_BYTES = 20 * 1024 * 1024
"""Of a file as it comes, and as it is kept: unpacked, a paper may be larger than it was."""
LOCKED, GROWN = 3, 4
"""The child's exit status for what opens with a password only, and for what is larger than that when it is clean."""
LONGEST = 30
"""Seconds, by the clock on the wall."""


class Locked(ValueError):  # noqa: N818 - caught and turned into words
    """It opens with a password only."""


class Grown(ValueError):  # noqa: N818 - as Locked
    """It is too large once it is clean."""


def clean_pdf(data: bytes) -> bytes:
    """The same pages. Raises Locked, Grown, and ValueError for what cannot be read within the limits."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "anlan.cases.papers_child"],
            input=data,
            capture_output=True,
            timeout=LONGEST,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise ValueError("it takes too long") from None
    if done.returncode == LOCKED:
        raise Locked
    if done.returncode == GROWN:
        raise Grown
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise ValueError("it cannot be read")
    return done.stdout
