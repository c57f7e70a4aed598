# SPDX-License-Identifier: Apache-2.0
"""`anlan work`: runs the jobs of all rooms (each room's jobs.py), and those that come round by the clock."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


class Command(BaseCommand):
    """Works off the queue until SIGTERM, then finishes the jobs it has."""

    help = "Runs background jobs."
    requires_system_checks: list[str] = []  # they were made when the deployment was set up

    def add_arguments(self, parser: CommandParser) -> None:
        """How many jobs at once, and whether to wait for more."""
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at once (default 4)")
        parser.add_argument("--once", action="store_true", help="stop when nothing is left to do")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Runs procrastinate's worker on a connection pool of its own."""
        assert isinstance(app.connector, DjangoConnector)
        with app.replace_connector(app.connector.get_worker_connector()) as working:
            working.run_worker(
                concurrency=options["concurrency"],
                wait=not options["once"],
                shutdown_graceful_timeout=15,
                delete_jobs="successful",
            )
