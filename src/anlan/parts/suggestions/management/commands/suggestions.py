# SPDX-License-Identifier: Apache-2.0
"""`anlan suggestions KEY`: what the suggestions of categories are worth; `--train` learns anew now instead of tonight."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.clock import now
from anlan.cases import registry
from anlan.parts.suggestions.suggest import newest, train


class Command(BaseCommand):
    """Prints what was measured on cases that were not learnt from."""

    help = "Says what the suggested categories are worth; --train learns anew from the closed cases."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which procedure, and whether to learn."""
        parser.add_argument("key", help="the procedure, as `anlan procedures` lists it")
        parser.add_argument("--train", action="store_true", help="learn anew now")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Does it; exit status 1 when nothing was learnt."""
        key = options["key"]
        if key not in registry.newest():
            raise CommandError(f"There is no procedure {key}; `anlan procedures` lists them.")
        row = train(key, at=now()) if options["train"] else newest(key)
        if row is None:
            raise CommandError("There are too few closed cases to learn from, or nothing was learnt yet.")
        self.stdout.write(
            f"Learnt on {row.trained_at:%Y-%m-%d %H:%M} UTC from {row.cases:,} closed cases. Of the latest {row.held_out:,},"
            f" kept apart: {row.first / row.held_out:.1%} right at first, {row.among_three / row.held_out:.1%} among three;"
            f" the most frequent answer alone {row.guess / row.held_out:.1%}."
        )
