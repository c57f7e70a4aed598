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


class SealedAct(models.Model):
    """What somebody did on a terminal that was wiped before it was sent, as the terminal sealed it. Its post says whether it was theirs;
    until then it is no act and attributed to nobody.
    """

    id = models.UUIDField(primary_key=True)
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    key = models.SmallIntegerField()
    sealed = models.BinaryField()
    received_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Its number, the short way."""
        return str(self.id)[-8:]


class SealedPhoto(models.Model):
    """A photo of a sealed act, under a key of its own that stands in the act."""

    act = models.ForeignKey(SealedAct, on_delete=models.CASCADE, related_name="photos")
    photo = models.CharField(max_length=36)
    data = models.BinaryField()

    class Meta:
        """One row a photo."""

        constraints = (models.UniqueConstraint(fields=["act", "photo"], name="one_sealed_photo"),)

    def __str__(self) -> str:
        """Its name on the phone, the short way."""
        return self.photo[-8:]
