# SPDX-License-Identifier: Apache-2.0
"""`anlan migrate`: Django's own, as the owner of the tables."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Brings the tables up to date. Runs as anlan_owner, because anlan_app has no DDL."""

    def add_arguments(self, parser: CommandParser) -> None:
        """The same as Django's, with another default database."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *arguments: Any, **options: Any) -> Any:
        """Migrates."""
        return super().handle(*arguments, **options)
