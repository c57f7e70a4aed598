# SPDX-License-Identifier: Apache-2.0
"""Places with dated codes, their successors and boundaries; calendars in versions.

A code row is closed, never changed: what was decided under it stays readable. Triggers touch `Revision` on every
change, so each process knows when its copy of the tree is old. Rows here hold no case and no person.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language

from anlan.places.calendars import DayKind
from anlan.places.codes import Level

NAMELESS = ""


class Place(models.Model):
    """A place by its own id. `parent` is the one above now; the path at another date follows from the codes."""

    id = models.AutoField(primary_key=True)
    level = models.SmallIntegerField(choices=[(level.value, level.name.lower()) for level in Level])
    name = models.TextField()
    name_en = models.TextField(default=NAMELESS, db_default=NAMELESS)
    pinyin = models.TextField(
        default=NAMELESS, db_default=NAMELESS
    )  # syllables, for narrowing by typed letters
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    made_up = models.BooleanField(
        default=False, db_default=False
    )  # no office names it; shown as such everywhere

    class Meta:
        """A place ends after it begins and has a known level."""

        constraints = [
            models.CheckConstraint(
                name="place_ends_later", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
            ),
            models.CheckConstraint(name="place_level", condition=Q(level__gte=1, level__lte=6)),
        ]

    def __str__(self) -> str:
        """The name alone, in the reader's language; `find.full_path` tells apart the places of one name."""
        chinese = (get_language() or "zh").startswith("zh")
        return self.name if chinese or not self.name_en else self.name_en


class PlaceCode(models.Model):
    """The padded code of a place from one day up to, not including, another."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="codes")
    code = models.BigIntegerField()
    source = models.TextField(
        default=NAMELESS, db_default=NAMELESS
    )  # as the source writes it, where that differs
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        """At most one place has a code at a time, and each place at most one open code."""

        constraints = [
            models.UniqueConstraint(name="place_code_once", fields=["code", "valid_from"]),
            models.UniqueConstraint(
                name="place_code_open", fields=["code"], condition=Q(valid_to__isnull=True)
            ),
            models.UniqueConstraint(
                name="place_open_code", fields=["place"], condition=Q(valid_to__isnull=True)
            ),
            models.CheckConstraint(name="place_code_digits", condition=Q(code__gte=10**14, code__lt=10**15)),
            models.CheckConstraint(
                name="place_code_ends_later",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        """The code and since when."""
        return f"{self.code} ({self.valid_from})"


class Succession(models.Model):
    """What became of a place. `main` names the one successor that keeps the closed cases; others took a part."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="successors")
    successor = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="predecessors")
    at = models.DateField()
    main = models.BooleanField()
    source = models.TextField()

    class Meta:
        """One main successor at most."""

        constraints = [
            models.UniqueConstraint(name="succession_once", fields=["place", "successor"]),
            models.UniqueConstraint(name="succession_main", fields=["place"], condition=Q(main=True)),
        ]

    def __str__(self) -> str:
        """Which place became which."""
        return f"{self.place_id} -> {self.successor_id} ({self.at})"


class Boundary(models.Model):
    """The outline of a place: WKB with whole numbers of 1e-7 degree, WGS-84 (CGCS2000 within centimetres)."""

    place = models.OneToOneField(Place, on_delete=models.PROTECT, primary_key=True, related_name="+")
    shape = models.BinaryField()
    surveyed = models.BooleanField()
    source = models.TextField()

    def __str__(self) -> str:
        """Whose outline it is."""
        return str(self.place_id)


class Calendar(models.Model):
    """A working calendar by its key; all that counts is in its versions."""

    key = models.SlugField(primary_key=True)
    name = models.TextField()
    name_en = models.TextField()

    def __str__(self) -> str:
        """The key."""
        return self.key


class CalendarVersion(models.Model):
    """One version: never changed once written. `hours` reads "08:00-12:00 14:00-18:00", `weekend` "56" (Monday is 0)."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    horizon = models.DateField()
    zone = models.TextField()
    hours = models.TextField()
    weekend = models.TextField()
    why = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """A version number is given once."""

        constraints = [models.UniqueConstraint(name="calendar_version_once", fields=["calendar", "version"])]

    def __str__(self) -> str:
        """The key and version."""
        return f"{self.calendar_id} {self.version}"


class CalendarDay(models.Model):
    """A day that its weekday does not tell, from `version` on: make_up, holiday, or taken back to what it was."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="days")
    version = models.PositiveIntegerField()
    date = models.DateField()
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in DayKind])

    class Meta:
        """A day is told once a version."""

        constraints = [
            models.UniqueConstraint(name="calendar_day_once", fields=["calendar", "date", "version"])
        ]

    def __str__(self) -> str:
        """The day and what it is."""
        return f"{self.date} {self.kind}"


class Revision(models.Model):
    """One row whose token changes with every change of places."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    token = models.BigIntegerField()

    class Meta:
        """There is one."""

        constraints = [models.CheckConstraint(name="revision_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        """The token."""
        return str(self.token)
