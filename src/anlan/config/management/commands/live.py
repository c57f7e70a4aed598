# SPDX-License-Identifier: Apache-2.0
"""`anlan live`: server-sent events for open pages; `anlan start` and `anlan demo` run it beside the web server."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from anlan.config.deployment import WrongDatabaseError, refuse_demo


class Command(BaseCommand):
    """Serves the streams until SIGTERM; browsers come back to another process and miss nothing."""

    help = "Tells open pages what changes."
    requires_system_checks: list[str] = []  # they were made when the deployment was set up

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Runs granian: one event loop a process."""
        try:
            refuse_demo()
        except WrongDatabaseError as error:
            raise CommandError(str(error)) from None
        connections.close_all()
        environment = settings.ENVIRONMENT
        Granian(
            "anlan.config.live:application",
            address=environment.listen,
            port=settings.ANLAN_LIVE_PORT,
            interface=Interfaces.ASGI,
            workers=environment.live_workers,
            backlog=4096,
            backpressure=65_000,
            respawn_failed_workers=True,
            respawn_interval=0.5,
            workers_kill_timeout=5,
            websockets=False,
            log_level=LogLevels.error,
        ).serve()
