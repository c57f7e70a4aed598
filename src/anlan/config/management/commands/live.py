# SPDX-License-Identifier: Apache-2.0
"""`anlan live`: server-sent events for open pages; `anlan start` and `anlan demo` run it beside the web server."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian.constants import Interfaces

from anlan.config.granians import run_granian
from anlan.config.supervisor import SupervisorError, refuse_taken_port


class Command(BaseCommand):
    """Serves the streams until SIGTERM; browsers come back to another process and miss nothing."""

    help = "Tells open pages what changes."
    requires_system_checks: list[str] = []  # they were made when the deployment was set up

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """One event loop a process."""
        if not settings.ANLAN_LIVE_PORT:
            raise CommandError("There is no live service: ANLAN_LIVE_WORKERS is 0.")
        try:
            refuse_taken_port(settings.ANLAN_LIVE_PORT, setting="ANLAN_LIVE_PORT")
        except SupervisorError as error:
            raise CommandError(str(error)) from None
        run_granian(
            "anlan.config.live:application",
            interface=Interfaces.ASGI,
            port=settings.ANLAN_LIVE_PORT,
            workers=settings.ENVIRONMENT.live_workers,
            backlog=4096,
            backpressure=65_000,
            workers_kill_timeout=5,
        )
