# SPDX-License-Identifier: Apache-2.0
"""`anlan demo`: a whole Anlan with places and made-up cases, on this machine only."""

import importlib.util
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from anlan.cases.registry import Unsound
from anlan.config.deployment import WrongDatabaseError, claim_for_demo, supervise
from anlan.config.supervisor import SupervisorError


def say(line: str) -> None:
    """Progress on standard output."""
    print(line, flush=True)


class Command(BaseCommand):
    """Makes the demo's database at the first start, then runs everything until SIGTERM or Ctrl-C."""

    help = "Runs a demonstration with made-up cases on http://127.0.0.1:8000."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Claims the database, migrates, loads, seeds, supervises."""
        try:
            claim_for_demo()
            say("Bringing the tables up to date")
            call_command("migrate", verbosity=0)
            call_command("seed")
            if importlib.util.find_spec("anlan.config.demo"):
                importlib.import_module("anlan.config.demo").seed(say=say)
            supervise(say=say)
        except (WrongDatabaseError, SupervisorError, Unsound) as error:
            raise CommandError(str(error)) from None
