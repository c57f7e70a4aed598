# SPDX-License-Identifier: Apache-2.0
"""`anlan fill`: made-up cases by the thousand, for benches and trials; never beside real people's."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.config.fill import NotForFilling, fill, owner_dsn
from anlan.config.fill_work import Plan
from anlan.people.demo import demo_seed
from anlan.people.models import Account


class Bar:
    """Progress on one line of standard error, with the time that is left."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.shown = 0.0

    def __call__(self, done: int, of: int) -> None:
        """Shows how far it is, a few times a second at most."""
        spent = time.monotonic() - self.started
        if done < of and spent - self.shown < 0.3:
            return
        self.shown = spent
        rate = done / spent if spent else 0
        left = f"{(of - done) / rate:,.0f} s left" if rate else ""
        bar = "#" * (40 * done // of)
        end = "\n" if done == of else ""
        print(
            f"\r[{bar:<40}] {done:,} of {of:,} cases, {rate:,.0f} a second, {left:<16}",
            end=end,
            file=sys.stderr,
            flush=True,
        )


class Command(BaseCommand):
    """Fills this database with made-up cases."""

    help = (
        "Fills the database with made-up cases, all or none; every one passes `anlan verify`."
        " An empty database is locked meanwhile."
    )
    requires_system_checks: list[str] = []  # made when the deployment was set up

    def add_arguments(self, parser: CommandParser) -> None:
        """How many, over which time, and by which chance."""
        parser.add_argument("--cases", type=int, required=True, help="how many")
        parser.add_argument("--days", type=int, default=365, help="spread over the past days (default 365)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same histories")
        parser.add_argument(
            "--per-history",
            type=int,
            default=0,
            help="cases cast from one decided history (default: about 500 histories, but 200 cases of each at least)",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Makes the demo's people where there are none, then fills."""
        if options["cases"] < 1 or options["days"] < 1 or options["per_history"] < 0:
            raise CommandError("Give at least one case, one day and one case a history.")
        at = now()
        try:
            if not Account.objects.exists():
                demo_seed(since=at.replace(year=at.year - 3, day=1), at=at)
            plan = Plan(
                cases=options["cases"],
                at=at,
                days=options["days"],
                seed=options["seed"],
                per_mould=options["per_history"],
            )
            filled = fill(plan, dsn=owner_dsn(), progress=Bar(), say=self.stderr.write)
        except (NotForFilling, LookupError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{filled.cases:,} cases with {filled.entries:,} entries in {filled.seconds:.1f} s,"
            f" {filled.cases / filled.seconds:,.0f} cases a second"
        )
