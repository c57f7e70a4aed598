# SPDX-License-Identifier: Apache-2.0
"""The typed columns of an alert, a projection of its entries; and beside the case who has read it: posts, and a count of others.

The words themselves are contents of the case. `AlertRecord` is written by the engine alone, from `Effect.record`; its column
names are the keys of `record.BLANK`.
"""

from django.db import models


class AlertRecord(models.Model):
    """The typed columns of one alert; see `record.BLANK` for what each means."""

    case = models.OneToOneField(
        "cases.Case", on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    kind = models.TextField()
    level = models.TextField()
    certainty = models.TextField()
    drill = models.BooleanField()
    asks = models.BooleanField()
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    drafted_by = models.BigIntegerField(null=True)
    issued = models.DateTimeField(null=True)

    objects: models.Manager["AlertRecord"] = models.Manager()

    class Meta:
        """One table, named for what it holds; what stands is found by its end."""

        db_table = "alert_record"
        indexes = (models.Index(fields=("ends",), name="alert_record_ends"),)

    def __str__(self) -> str:
        """The case's id; it grants nothing."""
        return str(self.case_id)


class Acknowledgement(models.Model):
    """That a post has read an alert. Counted by place, shown of nobody; deleted a while after the alert ended."""

    pk = models.CompositePrimaryKey("case_id", "post_id")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    post_id = models.BigIntegerField()
    at = models.DateTimeField()

    objects: models.Manager["Acknowledgement"] = models.Manager()

    class Meta:
        """One row a post."""

        db_table = "alert_acknowledgement"

    def __str__(self) -> str:
        """The case's id; it grants nothing."""
        return str(self.case_id)


class Readers(models.Model):
    """How many residents said in a place that they have read an alert: a number and nothing of whom."""

    pk = models.CompositePrimaryKey("case_id", "area")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    area = models.BigIntegerField()
    n = models.IntegerField()

    objects: models.Manager["Readers"] = models.Manager()

    class Meta:
        """One row a place."""

        db_table = "alert_readers"

    def __str__(self) -> str:
        """The place and its number."""
        return f"{self.area}: {self.n}"
