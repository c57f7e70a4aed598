# SPDX-License-Identifier: Apache-2.0
"""This room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesRoom(AppConfig):
    """Registers the room under its one-word label."""

    name = "anlan.cases"
    label = "cases"
    verbose_name = _("Rules for cases")
