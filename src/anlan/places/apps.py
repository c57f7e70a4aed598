# SPDX-License-Identifier: Apache-2.0
"""This room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesRoom(AppConfig):
    """Registers the room under its one-word label."""

    name = "anlan.places"
    label = "places"
    verbose_name = _("Places and calendars")
