# SPDX-License-Identifier: Apache-2.0
"""`anlan deliveries`: how messages fared, and sending again those that were certainly not sent."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.base.errors import Invalid
from anlan.cases import carry, deliver
from anlan.cases.define import Channel
from anlan.people.carriers import NotSent, Unknown
from anlan.people.log import record


class Command(BaseCommand):
    """Lists by outcome, without whom it is to or what it says; both are kept nowhere outside the case."""

    help = "Lists messages by how they fared; --resend sends again one that failed, or all; what may have been sent is never sent again; --try-phone and --try-mail send a test to oneself."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and whether to send again."""
        parser.add_argument(
            "--outcome", choices=deliver.OUTCOMES, default=deliver.FAILED, help="default failed"
        )
        parser.add_argument("--days", type=int, default=7, help="of the last days (default 7)")
        parser.add_argument("--most", type=int, default=100, help="lines (default 100)")
        parser.add_argument("--resend", metavar="REFERENCE", help="one that is listed, or: all")
        parser.add_argument("--try-phone", metavar="NUMBER", help="sends a test by SMS to your own phone")
        parser.add_argument(
            "--try-mail", metavar="ADDRESS", help="sends a test by e-mail to your own address"
        )

    def try_out(self, channel: Channel, to: str, *, at: datetime) -> None:
        """A test message; exit status 1 unless the carrier took it."""
        try:
            carry.try_out(channel, to, at=at)
        except Invalid as invalid:
            raise CommandError(" ".join(map(str, invalid.fields.values()))) from None
        except NotSent as refused:
            raise CommandError(f"Not sent: {refused}") from None
        except Unknown as lost:
            raise CommandError(f"No answer, so it may have been sent or not: {lost}") from None
        self.stdout.write("The carrier took it. Look whether it arrives.")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Lists, sends again, or tries out; the last two are lines of the administration log."""
        at = now()
        for way, to in ((Channel.SMS, options["try_phone"]), (Channel.EMAIL, options["try_mail"])):
            if to:
                self.try_out(way, to, at=at)
                return
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
