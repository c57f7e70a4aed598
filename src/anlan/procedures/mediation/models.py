# SPDX-License-Identifier: Apache-2.0
"""What of a mediation is counted, due or routed on: one row a case, a projection of its entries; and the register of mediators, which are
posts, by what they know.

`MediationRecord` is written by the engine alone, from `Effect.record`; column names are the keys of `record.BLANK`. Nothing of a person.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from anlan.parts.meetings.columns import Met
from anlan.parts.signing.columns import Signed


def numbers() -> "ArrayField[list[int], list[int]]":
    """A list of numbers, empty at first."""
    return ArrayField(models.BigIntegerField(), default=list, blank=True)


class MediationRecord(Signed, Met):
    """The typed columns of one mediation; see `record.BLANK` for what each means."""

    case = models.OneToOneField(
        "cases.Case", on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    kind = models.TextField()
    wish = models.TextField()
    channel = models.TextField()
    own_motion = models.BooleanField()
    asked = numbers()
    apart = models.BooleanField()
    consented = numbers()
    wanted_1 = models.BigIntegerField(null=True)
    wanted_2 = models.BigIntegerField(null=True)
    mediator = models.BigIntegerField(null=True)
    recused = numbers()
    talking = models.BooleanField()
    talks_from = models.IntegerField(default=0)
    longer = numbers()
    extended = models.SmallIntegerField()
    drafted = models.BooleanField()
    clauses = numbers()
    until = numbers()
    owed_by = numbers()
    lasting = numbers()
    perform_by = models.DateTimeField(null=True)
    oral = models.BooleanField()
    partial = models.BooleanField()
    agreed_at = models.DateTimeField(null=True)
    level = models.TextField(blank=True)
    performed = numbers()
    breach = models.BooleanField()
    joint = numbers()
    court = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    rated_1 = models.SmallIntegerField(null=True)
    rated_2 = models.SmallIntegerField(null=True)
    visited = models.BooleanField()
    again = models.BooleanField(default=False)
    reopened = models.SmallIntegerField()
    stood = models.JSONField(null=True)

    objects: models.Manager["MediationRecord"] = models.Manager()

    class Meta:
        """One table, named for what it holds."""

        db_table = "mediation_record"

    def __str__(self) -> str:
        """The case's id; it grants nothing."""
        return str(self.case_id)


class Mediator(models.Model):
    """What a post that mediates knows: kinds of dispute, languages and dialects, in the words of its committee. Shown to parties
    and on the public page of the committee; no figure of anybody's work stands here.
    """

    post_id = models.BigIntegerField(primary_key=True)
    kinds = ArrayField(models.TextField(), default=list, blank=True)
    languages = ArrayField(models.TextField(), default=list, blank=True)
    hours = models.TextField(blank=True)

    objects: models.Manager["Mediator"] = models.Manager()

    class Meta:
        """One row a post."""

        db_table = "mediation_mediator"

    def __str__(self) -> str:
        """The post."""
        return str(self.post_id)
