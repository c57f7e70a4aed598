# SPDX-License-Identifier: Apache-2.0
"""Places (the places engineer replaces this file)."""

from django.db import models


class Place(models.Model):
    """A place."""
