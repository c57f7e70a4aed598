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


class AppVersion(models.Model):
    """A version of the field app that this deployment served, since when: what was served later is newer."""

    version = models.CharField(max_length=32, primary_key=True)
    first_at = models.DateTimeField()

    def __str__(self) -> str:
        """As phones say it."""
        return self.version


class AppOpening(models.Model):
    """That the terminals of a place, or all, may take a version, or each version to come; `forced` says that they must.

    A row ends and is not changed.
    """

    version = models.ForeignKey(AppVersion, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, null=True, related_name="+")
    forced = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """What must be taken is one version; one row at a time says the same."""

        constraints = (
            models.CheckConstraint(
                name="forced_is_one_version",
                condition=models.Q(forced=False) | models.Q(version__isnull=False),
            ),
            models.UniqueConstraint(
                name="opened_once",
                fields=["version", "place"],
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        """What is opened where, the short way."""
        return f"{self.version_id or '*'} {self.place_id or '*'}"
