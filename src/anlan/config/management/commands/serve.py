# SPDX-License-Identifier: Apache-2.0
"""`anlan serve`: the web server alone; `anlan start` and `anlan demo` run it with worker and journal."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from anlan.config.deployment import WrongDatabaseError, refuse_demo
from anlan.config.shed import ROOM


class Command(BaseCommand):
    """Serves every door until SIGTERM, then finishes the requests it has."""

    help = "Serves the web pages and the API."
    requires_system_checks: list[str] = []  # they were made when the deployment was set up

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Runs granian: one thread a request, several processes."""
        try:
            refuse_demo()
        except WrongDatabaseError as error:
            raise CommandError(str(error)) from None
        connections.close_all()
        environment = settings.ENVIRONMENT
        Granian(
            "anlan.config.wsgi:application",
            address=environment.listen,
            port=environment.port,
            interface=Interfaces.WSGI,
            workers=environment.workers,
            blocking_threads=environment.threads * ROOM,
            backlog=1024,
            respawn_failed_workers=True,
            respawn_interval=0.5,
            workers_kill_timeout=15,
            websockets=False,
            log_level=LogLevels.error,
        ).serve()
