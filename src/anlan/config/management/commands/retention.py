# SPDX-License-Identifier: Apache-2.0
"""`anlan retention`: what is kept how long and why, and how much of it has lapsed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from anlan.base.clock import now
from anlan.config import retention


class Command(BaseCommand):
    """Erases what has lapsed, as the worker does every night; with --dry-run it only counts."""

    help = "Erases what was kept for its time, as happens every night; --dry-run only counts; --classes says what is kept how long."

    def add_arguments(self, parser: CommandParser) -> None:
        """Count, tell, or erase."""
        parser.add_argument("--dry-run", action="store_true", help="count and erase nothing")
        parser.add_argument(
            "--classes", action="store_true", help="say of each class until when and on what ground"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """One line a class."""
        if options["classes"]:
            for one in retention.classes():
                days = f" + {one.after.days} days" if one.after and one.after.days else ""
                self.stdout.write(
                    f"{one.key}: until {one.until}{days}\n    {one.basis}\n    {', '.join(one.tables)}"
                )
            return
        said = "have lapsed" if options["dry_run"] else "erased"
        for one, n in retention.lapsed(at=now(), erasing=not options["dry_run"]):
            self.stdout.write(f"{one.key}: {n:,} {said}")
