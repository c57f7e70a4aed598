# SPDX-License-Identifier: Apache-2.0
"""`anlan adopt KEY`: open cases of a procedure go on under its newest version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.cases import registry
from anlan.cases.adopt import adopt
from anlan.people.log import record


class Command(BaseCommand):
    """Each case says so in its log, and its person is told; the administration log says who decided it: the operator."""

    help = (
        "Moves the open cases of a procedure to its newest version; a case whose state is gone there stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which procedure."""
        parser.add_argument("key", help="the procedure, as `anlan procedures` lists it")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Does it; exit status 1 when a case could not go over."""
        key = options["key"]
        newest = registry.newest().get(key)
        if newest is None:
            raise CommandError(f"There is no procedure {key}; `anlan procedures` lists them.")
        at = now()
        swept = adopt(key, newest.version, at=at)
        if swept.done:
            record(
                None,
                "procedures.adopt",
                before=None,
                after={"procedure": key, "version": newest.version},
                at=at,
            )
        self.stdout.write(f"{swept.done:,} cases now run under version {newest.version} of {key}.")
        if swept.refused:
            raise CommandError(f"{swept.refused:,} stay under their version: see the log for why.")
