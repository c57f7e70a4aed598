# SPDX-License-Identifier: Apache-2.0
"""`anlan keys new|check|rotate`: the ring of data keys in ANLAN_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.keys import Unreadable, generate, keyring
from anlan.cases import rotate


class Command(BaseCommand):
    """A new key goes in front of the ring in every process; then rotate; then older ones may go, but the last."""

    help = "Makes a key, checks which keys are in use, or rewraps all data keys under the ring's first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do."""
        parser.add_argument("what", choices=("new", "check", "rotate"))

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Does it; exit status 1 when a key is missing."""
        try:
            {"new": self.make, "check": self.tell, "rotate": self.rotate}[options["what"]]()
        except Unreadable:
            raise CommandError(
                "A data key is wrapped by a key that is not in ANLAN_KEYS: add it and go on."
            ) from None

    def make(self) -> None:
        """Prints one `id:key` to put in front of ANLAN_KEYS."""
        free = next(n for n in range(1, 256) if n not in rotate.ring_ids())
        self.stdout.write(f"{free}:{generate()}")

    def tell(self) -> None:
        """Which keys wrap how many data keys."""
        missing = False
        for held in rotate.check():
            missing |= not held.readable
            words = "opens" if held.readable else "MISSING from ANLAN_KEYS"
            self.stdout.write(f"{held.table}: key {held.key_id} wraps {held.count:,} data keys; {words}")
        if missing:
            raise CommandError("A key is missing.")
        self.stdout.write(
            f"New data keys go under key {keyring().first}. Keep key {rotate.ring_ids()[-1]}: it indexes phone numbers."
        )

    def rotate(self) -> None:
        """Rewraps."""
        self.stdout.write(
            f"{rotate.rotate(say=self.stderr.write):,} data keys are now under key {keyring().first}."
        )
