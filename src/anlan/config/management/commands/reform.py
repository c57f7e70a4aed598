# SPDX-License-Identifier: Apache-2.0
"""`anlan reform FILE --day DATE --source TEXT`: a change of divisions, from the places to the last open case.

Places, organisations and posts change in one transaction; then open cases move in batches. Killed, it goes on where it was
when it is called again, with the file or without.
"""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.cases.rezone import rezone
from anlan.people.changes import change_configuration
from anlan.people.models import PendingChange
from anlan.people.reform import REFORM
from anlan.places import find
from anlan.places.rows import BadFile, decode


class Command(BaseCommand):
    """Carries out a change of divisions."""

    help = "Carries out a change of divisions (CSV: what,code,to,name): places, offices and posts, then every open case."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and what it rests on; without a file only cases are moved."""
        parser.add_argument(
            "file", type=Path, nargs="?", help="begin, end and move of places; see docs/decisions"
        )
        parser.add_argument("--day", type=date.fromisoformat, help="the day it is in force; today or earlier")
        parser.add_argument("--source", default="", help="the notice or decision it rests on")
        parser.add_argument("--encoding", help="when the file is not UTF-8, e.g. gb18030")
        parser.add_argument(
            "--posts",
            action="store_true",
            help="the same people get the same posts with the main successor; waits for a second person",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Changes the divisions when a file is given, then moves cases. Raises CommandError with every bad row."""
        at, file = now(), options["file"]
        if file is not None and not self._change(file, options):
            return
        find.forget()
        moved = rezone(at=at, tell=self._tell)
        self.stdout.write(f"{moved.done:,} open cases moved, {moved.refused:,} refused")
        if moved.refused:
            raise CommandError(
                "Some cases were refused; the log says why. They are tried again every five minutes."
            )

    def _change(self, file: Path, options: dict[str, Any]) -> bool:
        if options["day"] is None:
            raise CommandError("Say with --day since when it is in force.")
        try:
            data = {
                "text": decode(file.read_bytes(), encoding=options["encoding"]),
                "day": options["day"].isoformat(),
                "source": options["source"],
                "posts": options["posts"],
            }
            done = change_configuration(REFORM.key, data, by=None, at=now())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from None
        except BadFile as refusal:
            raise CommandError("\n".join(f"{file}:{bad.line}: {bad.why}" for bad in refusal.bad)) from None
        except Refused as refusal:
            raise CommandError("\n".join(map(str, refusal.fields.values())) or str(refusal)) from None
        if isinstance(done, PendingChange):
            self.stdout.write(
                "It waits for an administrator to approve; cases move within five minutes of that."
            )
            return False
        for what, counts in (done.after or {}).items():
            if isinstance(counts, dict):
                self.stdout.write(f"{what}: {', '.join(f'{n:,} {how}' for how, n in counts.items())}")
        return True

    @staticmethod
    def _tell(done: int) -> None:
        print(f"\r{done:,} open cases moved", end="", file=sys.stderr, flush=True)
