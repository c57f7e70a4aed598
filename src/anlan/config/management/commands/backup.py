# SPDX-License-Identifier: Apache-2.0
"""`anlan backup FOLDER`: the deployment into a new folder, while it runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.config.backup import BackupError, back_up
from anlan.config.runs import note_backup


class Command(BaseCommand):
    """Backs up; keys are never in it."""

    help = "Backs up database, files and lists into a new folder; the keys must be kept elsewhere."
    requires_system_checks: list[str] = []  # made when the deployment was set up

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, help="a new folder")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Backs up, and says what must be kept beside it."""
        try:
            made = back_up(options["folder"].resolve(), at=now(), say=self.stderr.write)
        except BackupError as error:
            raise CommandError(str(error)) from None
        note_backup(settings.ANLAN_HOME, options["folder"], at=now())
        self.stdout.write(
            f"Backed up to {options['folder']}: journal position {made['position']:,}, {made['files']:,} files,"
            f" {made['seconds']} s. Keep ANLAN_KEYS (or secrets.json of the home) elsewhere: without them it cannot be read."
        )
