# SPDX-License-Identifier: Apache-2.0
"""The look as a Django app: it owns templates, tags and static files, and no table."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """Found by Django through INSTALLED_APPS."""

    name = "anlan.web.look"
    label = "look"
