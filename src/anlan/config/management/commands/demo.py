# SPDX-License-Identifier: Apache-2.0
"""`anlan demo`: a whole Anlan with places and made-up cases, on this machine only."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.cases.registry import Unsound
from anlan.config.demo import seed
from anlan.config.demo_live import live
from anlan.config.demo_rest import fill_rest, learn_first
from anlan.config.deployment import WrongDatabaseError, claim_for_demo, supervise
from anlan.config.home import home
from anlan.config.supervisor import Part, SupervisorError
from anlan.people.demo import absent


def say(line: str) -> None:
    """Progress on standard output."""
    print(line, flush=True)


def greeting(address: str, outside: str) -> tuple[str, ...]:
    """What the operator of a demo reads when it is ready: where to go, and who is who there."""
    phones = f"Phones in this network: {outside}" if outside else "For phones: ANLAN_LISTEN=0.0.0.0 make demo"
    return (
        f"  {address}/         residents report and follow",
        f"  {address}/desk/    offices: 张清明 dispatches, 孙霜降 supervises, 冯小寒 audits",
        f"  {address}/field/   王小满, grid worker, on a phone",
        "  The bar on every page makes you any of them with one click, and moves the demo's clock.",
        "  ANLAN_DEMO_LIVE=1 lets something happen every three seconds.",
        f"  {phones}",
        "  Ctrl-C stops everything; the same command goes on where it was.",
    )


class Command(BaseCommand):
    """Makes the demo's database at the first start, then runs everything until SIGTERM or Ctrl-C."""

    help = "Runs a demonstration with made-up cases on http://127.0.0.1:8000."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the supervisor starts beside the servers."""
        parser.add_argument(
            "--rest", action="store_true", help="only fill the rest of the year, beside a demo that runs"
        )
        parser.add_argument(
            "--live", action="store_true", help="only act as made-up people, beside a demo that runs"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Claims the database, migrates, loads, seeds, supervises."""
        try:
            claim_for_demo()
            if options["rest"]:
                os.nice(19)  # guests come first
                learn_first(now())
                fill_rest(say=say)
                return
            if options["live"]:
                live(say=say)
                return
            say("Bringing the tables up to date")
            call_command("migrate", verbosity=0)
            call_command("seed")
            seed(say=say)
            if missing := absent():
                say(
                    f"Another version made this demo: {len(missing)} of its people and their stories are not in it, and the tour has gaps."
                    f" For a whole one stop it, delete {home()} and start again."
                )
            anlan = (sys.executable, "-m", "anlan.cli", "demo")
            besides = [Part(name="the rest of the year", command=(*anlan, "--rest"), end=True)]
            if settings.ENVIRONMENT.demo_live:
                besides.append(Part(name="life", command=(*anlan, "--live"), end=True))
            address = f"http://127.0.0.1:{settings.ENVIRONMENT.port}"
            supervise(say=say, besides=besides, greeting=greeting(address, settings.ANLAN_DEMO_ADDRESS))
        except Unsound as error:
            raise CommandError(
                f"{error}\nAnother version made this demo, and all in it is made up: delete {home()}, or empty its database, and start again."
            ) from None
        except (WrongDatabaseError, SupervisorError, LookupError) as error:
            raise CommandError(str(error)) from None
