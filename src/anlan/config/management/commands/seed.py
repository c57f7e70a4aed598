# SPDX-License-Identifier: Apache-2.0
"""`anlan seed`: what every deployment starts from, places and organisations; does nothing the second time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from anlan.config.seed import NotSetUp, load_base


class Command(BaseCommand):
    """Loads the region's places, calendars and organisations."""

    help = "Loads places, calendars and organisations when they are not there yet."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Loads, saying each step."""
        try:
            load_base(say=self.stderr.write)
        except NotSetUp as error:
            raise CommandError(str(error)) from None
