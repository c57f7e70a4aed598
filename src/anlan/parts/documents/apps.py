# SPDX-License-Identifier: Apache-2.0
"""This room as a Django app."""

from django.apps import AppConfig


class DocumentsRoom(AppConfig):
    """Registers the room under its one-word label."""

    name = "anlan.parts.documents"
    label = "documents"
