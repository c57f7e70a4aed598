# SPDX-License-Identifier: Apache-2.0
"""What the web server and the live service have in common: one of granian's servers, for a deployment that is not a demo's by mistake."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from anlan.config.deployment import WrongDatabaseError, refuse_demo


def run_granian(target: str, *, interface: Interfaces, port: int, workers: int, **given: Any) -> None:
    """Serves an application until SIGTERM. Raises CommandError on the database of a demo."""
    try:
        refuse_demo()
    except WrongDatabaseError as error:
        raise CommandError(str(error)) from None
    connections.close_all()
    Granian(
        target,
        address=settings.ENVIRONMENT.listen,
        port=port,
        interface=interface,
        workers=workers,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        websockets=False,
        log_level=LogLevels.error,
        **given,
    ).serve()
