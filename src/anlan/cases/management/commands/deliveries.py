# SPDX-License-Identifier: Apache-2.0
"""`anlan deliveries`: how messages fared, and sending again those that were certainly not sent."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.cases import deliver
from anlan.people.log import record


class Command(BaseCommand):
    """Lists by outcome, without whom it is to or what it says; both are kept nowhere outside the case."""

    help = "Lists messages by how they fared; --resend sends again one that failed, or all; what may have been sent is never sent again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and whether to send again."""
        parser.add_argument(
            "--outcome", choices=deliver.OUTCOMES, default=deliver.FAILED, help="default failed"
        )
        parser.add_argument("--days", type=int, default=7, help="of the last days (default 7)")
        parser.add_argument("--most", type=int, default=100, help="lines (default 100)")
        parser.add_argument("--resend", metavar="REFERENCE", help="one that is listed, or: all")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Lists, or sends again and says so in the administration log."""
        at = now()
        since = at - timedelta(days=options["days"])
        if options["resend"]:
            one = None if options["resend"] == "all" else options["resend"]
            n = deliver.resend(since=since, at=at, reference=one)
            if n:
                record(
                    None,
                    "deliveries.resend",
                    before=None,
                    after={"reference": options["resend"], "n": n},
                    at=at,
                )
            elif one:
                raise CommandError(f"{one} did not fail in the last {options['days']} days.")
            self.stdout.write(f"{n:,} will be sent again.")
            return
        for channel, outcome, n in deliver.outcomes(since=since, at=at):
            self.stdout.write(f"{channel} {outcome}: {n:,}")
        for one in deliver.list_by(options["outcome"], since=since, most=options["most"]):
            self.stdout.write(f"  {one.at:%Y-%m-%d %H:%M}Z  {one.reference}  {one.key}  tries {one.tries}")
