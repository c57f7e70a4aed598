# SPDX-License-Identifier: Apache-2.0
"""`anlan account`: staff accounts from the operator's side, for the first administrators and for emergencies."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.people import grants
from anlan.people.models import Account, AccountKind


class Command(BaseCommand):
    """Makes, locks, unlocks a staff account or gives it a new first password; each is a line of the administration log."""

    help = "Makes or locks a staff account, or gives it a new first password."

    def add_arguments(self, parser: CommandParser) -> None:
        """As in: anlan account make zhang.san --name 张三."""
        parser.add_argument("do", choices=("make", "lock", "unlock", "reset"))
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="The person's name, for make.")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Does it as the operator. The password goes to standard output, once."""
        at = now()
        try:
            if options["do"] == "make":
                made = grants.make_account(options["username"], name=options["name"], by=None, at=at)
                self.stdout.write(f"{made.account.username} {made.password}")
                return
            account = Account.objects.filter(username=options["username"], kind=AccountKind.STAFF).first()
            if account is None:
                raise CommandError(f"There is no staff account {options['username']}.")
            if options["do"] == "reset":
                self.stdout.write(f"{account.username} {grants.reset_password(account.pk, by=None, at=at)}")
            elif options["do"] == "lock":
                grants.lock_account(account.pk, by=None, at=at)
            else:
                grants.unlock_account(account.pk, by=None, at=at)
        except Refused as refusal:
            raise CommandError(f"{refusal} {'; '.join(map(str, refusal.fields.values()))}".strip()) from None
