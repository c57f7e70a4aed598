# SPDX-License-Identifier: Apache-2.0
"""`anlan serve`: the web server alone; `anlan start` and `anlan demo` run it with worker and journal."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from granian.constants import Interfaces

from anlan.config.granians import run_granian
from anlan.config.shed import ROOM


class Command(BaseCommand):
    """Serves every door until SIGTERM, then finishes the requests it has."""

    help = "Serves the web pages and the API."
    requires_system_checks: list[str] = []  # they were made when the deployment was set up

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """One thread a request, several processes."""
        environment = settings.ENVIRONMENT
        run_granian(
            "anlan.config.wsgi:application",
            interface=Interfaces.WSGI,
            port=environment.port,
            workers=environment.workers,
            blocking_threads=environment.threads * ROOM,
            backlog=1024,
            workers_kill_timeout=15,
        )
