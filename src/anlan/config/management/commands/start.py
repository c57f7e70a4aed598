# SPDX-License-Identifier: Apache-2.0
"""`anlan start`: a real deployment, web, worker and journal under one supervisor."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from anlan.cases.registry import Unsound
from anlan.config.deployment import WrongDatabaseError, refuse_demo, refuse_other_region, supervise
from anlan.config.supervisor import SupervisorError


class Command(BaseCommand):
    """Brings the tables up to date and runs everything until SIGTERM or Ctrl-C."""

    help = "Runs web, worker and journal together."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Migrates, loads places and organisations, supervises."""
        try:
            refuse_demo()
            call_command("migrate", verbosity=0)
            refuse_other_region()
            call_command("seed")
            supervise(say=lambda line: print(line, flush=True))
        except (WrongDatabaseError, SupervisorError, Unsound) as error:
            raise CommandError(str(error)) from None
