# SPDX-License-Identifier: Apache-2.0
"""`anlan deliveries`: how messages fared, and sending again those that were certainly not sent."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.base.errors import Invalid
from anlan.cases import carry, deliver, undelivered
from anlan.cases.define import Channel
from anlan.people.carriers import NotSent, Unknown


class Command(BaseCommand):
    """Lists by outcome, without whom it is to or what it says; both are kept nowhere outside the case."""

    help = "Counts messages by how they fared and lists those that did not arrive, with the reason; --resend sends again one that failed, or all that it may help, 10,000 at once; what may have been sent is never sent again; --try-phone and --try-mail send a test to oneself."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and whether to send again."""
        parser.add_argument(
            "--outcome", choices=undelivered.SHOWN, default=deliver.FAILED, help="default failed"
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
        """Lists, sends again, or tries out; the last two are lines of the administration log. What waits to be tried a first time,
        and what was sent, is counted only.
        """
        at = now()
        for way, to in ((Channel.SMS, options["try_phone"]), (Channel.EMAIL, options["try_mail"])):
            if to:
                self.try_out(way, to, at=at)
                return
        which = undelivered.Which(since=at - timedelta(days=options["days"]))
        if options["resend"]:
            one = "" if options["resend"] == "all" else options["resend"]
            n = undelivered.resend(replace(which, one=one), by=None, at=at)
            if one and not n:
                raise CommandError(f"{one} did not fail in the last {options['days']} days.")
            self.stdout.write(f"{n:,} will be sent again.")
            return
        for channel, outcome, n in deliver.outcomes(since=which.since, at=at):
            self.stdout.write(f"{channel} {outcome}: {n:,}")
        listed = replace(which, outcome=options["outcome"])
        for one in undelivered.rows(listed, most=options["most"]):
            said = " ".join(filter(None, (one.why, one.answer)))
            self.stdout.write(
                f"  {one.at:%Y-%m-%d %H:%M}Z  {one.reference}  {one.kind}  tries {one.tries}  {said}"
            )
