# SPDX-License-Identifier: Apache-2.0
"""Acts that wait a moment before they are done, so that whoever did them may take them back."""

from django.db import models

from anlan.cases.models.case import Case


class HeldAct(models.Model):
    """One act of a post, to be done at `due_at`; deleted when it was done or taken back. `id` is its request's id.

    `sealed` are its words and data under the case's key. `why` (in each language) says why it was refused in the end: it
    stays until its post put it away, or a week. `batch` is shared by acts that are taken back together.
    """

    pk = models.CompositePrimaryKey("case_id", "id")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    id = models.UUIDField()
    batch = models.UUIDField()
    post_id = models.BigIntegerField()
    action = models.TextField()
    expect = models.IntegerField(null=True)
    sealed = models.BinaryField()
    held_at = models.DateTimeField()
    due_at = models.DateTimeField()
    why = models.JSONField(null=True)

    objects: models.Manager["HeldAct"] = models.Manager()

    class Meta:
        indexes = (
            models.Index(fields=("due_at",), name="held_due", condition=models.Q(why__isnull=True)),
            models.Index(fields=("post_id", "held_at"), name="held_post"),
        )
