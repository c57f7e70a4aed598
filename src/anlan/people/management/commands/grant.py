# SPDX-License-Identifier: Apache-2.0
"""`anlan grant`: asks for a post from the operator's side."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.people.grants import grant_post
from anlan.people.may import Role
from anlan.people.models import Account, AccountKind, Organisation, PendingChange


class Command(BaseCommand):
    """The first two security administrators are appointed at once; everything else waits for one of them."""

    help = "Grants a post; after the first administrators it waits for one of them to approve."

    def add_arguments(self, parser: CommandParser) -> None:
        """As in: anlan grant zhang.san security_admin province:33."""
        parser.add_argument("username")
        parser.add_argument("role", choices=[str(role) for role in Role])
        parser.add_argument("organisation", help="Its key, as in town:330106004.")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Asks as the operator."""
        account = Account.objects.filter(username=options["username"], kind=AccountKind.STAFF).first()
        organisation = Organisation.objects.filter(key=options["organisation"]).first()
        if account is None or organisation is None:
            missing = "staff account" if account is None else "organisation"
            raise CommandError(f"There is no such {missing}.")
        try:
            done = grant_post(
                account.pk,
                role=Role(options["role"]),
                organisation_id=organisation.pk,
                by=None,
                at=now(),
            )
        except Refused as refusal:
            raise CommandError(f"{refusal} {'; '.join(map(str, refusal.fields.values()))}".strip()) from None
        waits = isinstance(done, PendingChange)
        self.stdout.write("waits for a security or system administrator" if waits else "granted")
