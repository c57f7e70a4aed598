# SPDX-License-Identifier: Apache-2.0
"""This room as a Django app: when all models are there, the engine is handed its procedures and followers."""

from django.apps import AppConfig


class ConfigRoom(AppConfig):
    """Registers the room under its one-word label."""

    name = "anlan.config"
    label = "config"

    def ready(self) -> None:
        """Wires the rooms together."""
        from anlan.config.wiring import wire  # import: models are there only now

        wire()
