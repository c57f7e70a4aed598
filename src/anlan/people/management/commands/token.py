# SPDX-License-Identifier: Apache-2.0
"""`anlan token make|list|end`: API tokens from the operator's side; staff make their own at /desk/tokens."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.people.models import Token
from anlan.people.tokens import ask_token, end_token
from anlan.places.codes import pad
from anlan.places.find import find_code


class Command(BaseCommand):
    """Each is a line of the administration log. What the operator makes is good once an administrator has approved it."""

    help = "Asks for an API token (shown once, good when an administrator approves), lists those in force, ends one."

    def add_arguments(self, parser: CommandParser) -> None:
        """As in: anlan token make 412 --label hotline --procedures report --actions open_for --place 330106."""
        does = parser.add_subparsers(dest="do", required=True)
        make = does.add_parser("make")
        make.add_argument("post", type=int, help="the id of the post whose rights it has")
        make.add_argument("--label", required=True, help="what it is for")
        make.add_argument("--procedures", nargs="+", default=[], help="keys; without any it reads nothing")
        make.add_argument("--actions", nargs="+", default=[], help="keys; without any it only reads")
        make.add_argument("--place", help="a code within the post's places; by default all of them")
        make.add_argument("--days", type=int, default=90, help="when it ends, at most 366 (default 90)")
        does.add_parser("list")
        does.add_parser("end").add_argument("token", type=int, help="its id, as `anlan token list` shows it")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Does it as the operator."""
        try:
            {"make": self.make, "list": self.tell, "end": self.end}[options["do"]](options)
        except Refused as refusal:
            raise CommandError(f"{refusal} {'; '.join(map(str, refusal.fields.values()))}".strip()) from None

    def make(self, options: dict[str, Any]) -> None:
        """The text goes to standard output, once."""
        at, place = now(), None
        if options["place"]:
            try:
                place = find_code(pad(options["place"]), at=at)
            except ValueError:
                place = None
            if place is None:
                raise CommandError(f"There is no place {options['place']}.")
        text = ask_token(
            options["post"],
            label=options["label"],
            procedures=options["procedures"],
            actions=options["actions"],
            place_id=place.id if place else None,
            expires_at=at + timedelta(days=options["days"]),
            at=at,
        )
        self.stdout.write(text)
        self.stderr.write("It is good once a security or system administrator has approved it.")

    def tell(self, _options: dict[str, Any]) -> None:
        """One line for each token in force: its id, post, account, place, what it may, its end, and what it is for."""
        held = Token.objects.filter(ended_at=None, expires_at__gt=now()).select_related(
            "post__account", "place"
        )
        for token in held.order_by("pk"):
            account, may = token.post.account.username, ",".join([*token.procedures, *token.actions])
            ends = token.expires_at.isoformat(timespec="minutes")
            self.stdout.write(
                f"{token.pk} post {token.post_id} ({account}) {token.place} [{may}] until {ends}: {token.label}"
            )

    def end(self, options: dict[str, Any]) -> None:
        """At once."""
        end_token(options["token"], by=None, at=now())
