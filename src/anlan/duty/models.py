# SPDX-License-Identifier: Apache-2.0
"""Shifts of an office's posts, which say who is to be told, and grids that were walked. Nothing says what a person did."""

from django.db import models
from django.db.models import F, Q

from anlan.people.models import Organisation, Post
from anlan.places.models import Place


class Shift(models.Model):
    """A post's hours in its office, in the region's time: each week on a day (Monday is 0), or on one day alone.

    From `first` to `last`, that day included; what ends when it begins or before ends on the day after.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    weekday = models.SmallIntegerField(null=True)
    first = models.DateField()
    last = models.DateField(null=True)
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        """One shift begins once; a single day is one."""

        constraints = [
            models.UniqueConstraint(
                name="shift_once",
                fields=["organisation", "post", "weekday", "first", "begins"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="shift_is_a_weekday_or_a_day",
                condition=Q(weekday__isnull=True, last=F("first"))
                | Q(weekday__isnull=False, weekday__gte=0, weekday__lte=6),
            ),
            models.CheckConstraint(
                name="shift_ends_later", condition=Q(last__isnull=True) | Q(last__gte=F("first"))
            ),
        ]

    def __str__(self) -> str:
        """The post and its hours."""
        return f"{self.post_id} {self.begins}-{self.ends}"


class Patrol(models.Model):
    """That somebody of an office walked a grid on a day: not who, not at what hour, not how often."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Said again it is the same."""

        constraints = [models.UniqueConstraint(name="walked_once", fields=["place", "day", "organisation"])]

    def __str__(self) -> str:
        """Which grid, when."""
        return f"{self.place_id} {self.day}"
