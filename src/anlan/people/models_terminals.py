# SPDX-License-Identifier: Apache-2.0
"""What is kept of a phone that works for a post. The other tables of this room are in `models`."""

from django.db import models


class Terminal(models.Model):
    """A field app that a post signed in on, by a number made up here: its token, its version, the day on which it last pulled and how
    many acts it then still had to send. Nothing of the device and not where it is; the day, not the hour.
    """

    id = models.UUIDField(primary_key=True)
    token = models.OneToOneField("people.Token", on_delete=models.PROTECT, related_name="terminal")
    version = models.CharField(max_length=32)
    heard_on = models.DateField()
    waiting = models.IntegerField(default=0)
    erase_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Its number, the short way."""
        return str(self.id)[-8:]
