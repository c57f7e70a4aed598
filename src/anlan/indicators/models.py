# SPDX-License-Identifier: Apache-2.0
"""What a case counts for, and how often each fact holds in a place on a day. All of it derived, rebuilt from zero at will.

No column of a person, a post or an organisation that works: figures are of places.
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from anlan.cases.models import Case

STANDING = date(1, 1, 1)
"""The day of what stands now, on whatever day it began."""


class CaseFact(models.Model):
    """The facts of one case on one day: bit n is the n-th fact that its procedure declares. `area` is where the case is
    counted; `about` the office that it is about and that is kept from it.
    """

    pk = models.CompositePrimaryKey("case_id", "day")
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    day = models.DateField()
    procedure = models.TextField()
    area = models.BigIntegerField()
    about = models.IntegerField(null=True)
    facts = models.BigIntegerField()

    objects: models.Manager["CaseFact"] = models.Manager()

    class Meta:
        """Read by place and day; what is about an office also by the office."""

        indexes = (
            models.Index(fields=("procedure", "day", "area", "case_id"), name="casefact_place"),
            models.Index(
                fields=("about", "day"), name="casefact_about", condition=models.Q(about__isnull=False)
            ),
        )


class Tally(models.Model):
    """How often each fact holds in the place of a padded code, all below it included, on a day: n[1] the first declared.

    Cases about an office are counted apart: the office sees neither them nor their number, nor does the public.
    """

    pk = models.CompositePrimaryKey("code", "procedure", "about_office", "day")
    code = models.BigIntegerField()
    procedure = models.TextField()
    about_office = models.BooleanField()
    day = models.DateField()
    n = ArrayField(models.IntegerField())

    objects: models.Manager["Tally"] = models.Manager()
