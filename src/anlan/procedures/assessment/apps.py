# SPDX-License-Identifier: Apache-2.0
"""This room as a Django app."""

from django.apps import AppConfig


class AssessmentRoom(AppConfig):
    """Registers the room under its one-word label."""

    name = "anlan.procedures.assessment"
    label = "assessment"
