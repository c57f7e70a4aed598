# SPDX-License-Identifier: Apache-2.0
"""Browsers and phones that are told: of staff, and of whoever follows a place. The other tables of this room are in `models`.

A row holds what its browser gave, sealed under the row's key, and nothing of the device; none says when it was last reached.
"""

from django.db import models


class StaffPush(models.Model):
    """Which notices a member of staff gets on their screens, and the minutes of the day between which they are left in peace. `sealed` is
    the user id under which DingTalk knows them, where they showed that it is theirs.
    """

    account = models.OneToOneField("people.Account", on_delete=models.CASCADE, related_name="+")
    pressing = models.BooleanField()
    rest = models.BooleanField()
    alerts = models.BooleanField()
    quiet_from = models.SmallIntegerField(null=True)
    quiet_until = models.SmallIntegerField(null=True)
    key = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        """Quiet hours have both ends."""

        constraints = (
            models.CheckConstraint(
                name="quiet_whole",
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__range=(0, 1439), quiet_until__range=(0, 1439)),
            ),
        )

    def __str__(self) -> str:
        """Whose."""
        return str(self.account_id)


class StaffBrowser(models.Model):
    """A browser of a member of staff. The id is made of account and address under a key, so that the same browser is one row. With a
    `token` it is a field app's, and ends with that.
    """

    id = models.BinaryField(primary_key=True, max_length=32)
    account = models.ForeignKey("people.Account", on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey("people.Token", on_delete=models.PROTECT, null=True, related_name="+")
    key = models.BinaryField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        """Its number, the short way."""
        return bytes(self.id)[:4].hex()


class PlaceFollow(models.Model):
    """Somebody wants to be warned of what is coming in a place. Who, and whether they follow others, is not here: the id is made of
    address and place under a key, so two rows of one browser have nothing in common.
    """

    id = models.BinaryField(primary_key=True, max_length=32)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    key = models.BinaryField()
    sealed = models.BinaryField()
    until = models.DateField()

    def __str__(self) -> str:
        """Its number, the short way."""
        return bytes(self.id)[:4].hex()


class PlaceText(models.Model):
    """Somebody wants to be warned of what is coming in a place by text message. As of a browser: two rows of one number have nothing in
    common. `link` is the digest of what their messages hold to end it.
    """

    id = models.BinaryField(primary_key=True, max_length=32)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    key = models.BinaryField()
    sealed = models.BinaryField()
    link = models.BinaryField(max_length=32, unique=True)
    until = models.DateField()

    def __str__(self) -> str:
        """Its number, the short way."""
        return bytes(self.id)[:4].hex()
