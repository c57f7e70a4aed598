# SPDX-License-Identifier: Apache-2.0
"""This room as a Django app."""

from django.apps import AppConfig


class AlertRoom(AppConfig):
    """Registers the room under its one-word label."""

    name = "anlan.procedures.alert"
    label = "alert"
