# SPDX-License-Identifier: Apache-2.0
"""What of a report is counted, due, routed on or searched: one row a case, a projection of its entries.

Written by the engine alone, from `Effect.record`; column names are the keys of `record.BLANK`. Nothing of a person.
"""

from django.db import models


class ReportRecord(models.Model):
    """The typed columns of one report; see `record.BLANK` for what each means."""

    case = models.OneToOneField(
        "cases.Case", on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    kind = models.TextField(default="", blank=True)
    suggested = models.IntegerField(null=True)
    returns = models.SmallIntegerField(default=0)
    returned_1 = models.IntegerField(null=True)
    returned_2 = models.IntegerField(null=True)
    ruled = models.BooleanField(default=False)
    handed_up_from = models.IntegerField(null=True)
    delays = models.SmallIntegerField(default=0)
    asked_n = models.SmallIntegerField(null=True)
    asked_unit = models.TextField(default="", blank=True)
    pause_basis = models.TextField(default="", blank=True)
    question = models.BooleanField(default=False)
    outcome = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    on_time = models.BooleanField(null=True)
    rework = models.SmallIntegerField(default=0)
    checked_by = models.TextField(default="", blank=True)
    closing = models.TextField(default="", blank=True)
    reopened = models.SmallIntegerField(default=0)
    fresh = models.BooleanField(default=False)
    rating = models.SmallIntegerField(null=True)
    urged = models.SmallIntegerField(default=0)
    urged_due = models.BigIntegerField(default=0)
    supervised = models.SmallIntegerField(default=0)
    overdue = models.SmallIntegerField(default=0)
    released = models.BooleanField(default=False)
    pictured = models.BooleanField(default=False, db_default=False)
    awaited = models.SmallIntegerField(default=0, db_default=0)
    untyped = models.BooleanField(default=False, db_default=False)
    confidential = models.BooleanField(default=False, db_default=False)
    shared = models.BooleanField(default=False, db_default=False)
    unscreened = models.BooleanField(default=False, db_default=False)
    contact = models.TextField(default="", db_default="", blank=True)
    answer_by = models.TextField(default="", db_default="", blank=True)
    helper = models.TextField(default="", db_default="", blank=True)
    tell = models.TextField(default="", db_default="", blank=True)
    tries = models.SmallIntegerField(default=0, db_default=0)
    erasure = models.TextField(default="", db_default="", blank=True)

    objects: models.Manager["ReportRecord"] = models.Manager()

    class Meta:
        """One table, named for what it holds."""

        db_table = "report_record"

    def __str__(self) -> str:
        """The case's id; it grants nothing."""
        return str(self.case_id)
