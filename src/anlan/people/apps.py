# SPDX-License-Identifier: Apache-2.0
"""This room as a Django app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from anlan.base.boundary import set_recorder


class PeopleRoom(AppConfig):
    """Registers the room under its one-word label, its changes, and who hears of refusals at the boundary."""

    name = "anlan.people"
    label = "people"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        """Models are loaded only now, so what needs them is found by name."""
        for changing in ("grants", "organisations", "reform"):
            import_module(f"anlan.people.{changing}")
        set_recorder(import_module("anlan.people.refusals").record_refusal)
