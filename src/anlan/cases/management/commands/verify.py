# SPDX-License-Identifier: Apache-2.0
"""`anlan verify`: holds entries, cases, contents, journal and heads against each other. Exit status 1 when one does not.

The last line of --json is one object: cases, entries, per_second, broken, and the position up to which it holds.
"""

import gc
import json
import multiprocessing
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from anlan.cases.checks import Fault, sort_faults
from anlan.cases.follow import followers
from anlan.cases.journal import head
from anlan.cases.verify import Chunk, Verified, chunks, verify, verify_outside

SHOWN = 100


class Command(BaseCommand):
    """Reads everything, changes nothing, may run on a living system."""

    help = "Verifies that every case is what its entries say, and that the journal is whole."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """From where, with how many processes, and how to say it."""
        parser.add_argument(
            "--json", action="store_true", help="the result as one JSON object on the last line"
        )
        parser.add_argument(
            "--from", dest="start", type=int, default=0, metavar="POSITION", help="only what came after it"
        )
        parser.add_argument(
            "--files", action="store_true", help="opens every stored file too, which takes longer"
        )
        parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default 1)")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Verifies; leaves with status 1 when something does not hold."""
        gc.disable()  # nothing here makes cycles, and looking for them takes a third of the time
        try:
            self.verify(options)
        finally:
            gc.enable()

    def verify(self, options: dict[str, Any]) -> None:
        """Works through all pieces and says what came of it."""
        began = time.monotonic()
        end = head().position
        total = Verified()
        broken: list[Fault] = []
        shown = began
        for part in work(
            chunks(start=options["start"], head=end), jobs=options["jobs"], files=options["files"]
        ):
            total.cases += part.cases
            total.entries += part.entries
            broken += part.broken
            if time.monotonic() - shown > 2 and sys.stderr.isatty():
                shown = time.monotonic()
                self.stderr.write(f"{total.cases:,} cases, {total.entries:,} entries, {len(broken)} broken")
        derived = (
            () if options["start"] else tuple(one.check() for one in followers() if one.check is not None)
        )
        broken = sort_faults([*broken, *verify_outside(), *(fault for each in derived for fault in each)])
        seconds = max(time.monotonic() - began, 1e-6)
        result = {
            "cases": total.cases,
            "entries": total.entries,
            "per_second": round(total.entries / seconds),
            "position": end,
            "broken": [asdict(fault) for fault in broken],
        }
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            for fault in broken[:SHOWN]:
                self.stdout.write(f"case {fault.case or '-'} entry {fault.seq or '-'}: {fault.what}")
            self.stdout.write(
                f"{total.cases:,} cases, {total.entries:,} entries, {result['per_second']:,} a second:"
                f" {len(broken) or 'nothing'} broken"
            )
        if broken:
            sys.exit(1)


def work(pieces: Iterator[Chunk], *, jobs: int, files: bool) -> Iterator[Verified]:
    """The pieces' results as they come, at most a few pieces ahead of the workers."""
    check = partial(verify, files=files)
    if jobs <= 1:
        yield from map(check, pieces)
        return
    connections.close_all()  # a connection must not be shared with the children
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        pool.submit(int).result()  # forks all of them now, before this process connects again
        running: list[Future[Verified]] = []
        for piece in pieces:
            running.append(pool.submit(check, piece))
            if len(running) >= jobs * 3:
                yield running.pop(0).result()
        for future in running:
            yield future.result()
