# SPDX-License-Identifier: Apache-2.0
"""`anlan restore FOLDER`: an empty deployment from a backup, erased again where the lists say so, and verified."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.config.backup import BackupError, restore
from anlan.config.proof import BadProof, take_proof
from anlan.config.runs import note_restore


class Command(BaseCommand):
    """Restores; exit status 1 when the result does not verify."""

    help = "Restores a backup into an empty deployment, erases again what was erased since, and verifies; --proof notes one that was done elsewhere."
    requires_system_checks: list[str] = []  # there are no tables yet

    def add_arguments(self, parser: CommandParser) -> None:
        """Where from, and how many processes verify."""
        parser.add_argument("folder", type=Path, nargs="?", help="a folder that `anlan backup` made")
        parser.add_argument(
            "--proof",
            type=Path,
            metavar="FILE",
            help="restored.json of a backup of this deployment that was restored elsewhere: restores nothing, notes it",
        )
        parser.add_argument(
            "--jobs", type=int, default=2, metavar="N", help="processes that verify (default 2)"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Restores."""
        if options["proof"]:
            try:
                tried = take_proof(options["proof"], at=now())
            except BadProof as bad:
                raise CommandError(str(bad)) from None
            self.stdout.write(f"A backup of this deployment was restored at {tried:%Y-%m-%d %H:%M}Z.")
            return
        if options["folder"] is None:
            raise CommandError("Name the backup's folder.")
        try:
            manifest = restore(
                options["folder"].resolve(), at=now(), say=self.stderr.write, jobs=options["jobs"]
            )
        except BackupError as error:
            raise CommandError(str(error)) from None
        note_restore(options["folder"], at=now(), position=manifest["position"], running=manifest["running"])
