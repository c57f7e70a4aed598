# SPDX-License-Identifier: Apache-2.0
"""The typed columns of an assessment; and beside the case what the public said of the draft, with what it was answered.

`AssessmentRecord` is written by the engine alone, from `Effect.record`; `record.blank` says what each column means. Comments are no entries: an
entry counts them, with a digest over all. Nothing here holds an account, a phone, or a place below the town.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from anlan.parts.meetings.columns import Met
from anlan.procedures.assessment.states import DRAFT_DAYS


class AssessmentRecord(Met):
    """The typed columns of one assessment."""

    case = models.OneToOneField(
        "cases.Case", on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    kind = models.TextField(default="", blank=True)
    catalogue = models.TextField(default="", blank=True)
    track = models.TextField(default="", blank=True)
    draft_days = models.SmallIntegerField(default=DRAFT_DAYS)
    sections = models.SmallIntegerField(default=0)
    options = models.JSONField(default=list, blank=True)
    comments = models.IntegerField(null=True)
    unanswered = models.IntegerField(default=0)
    adopted = models.IntegerField(default=0)
    risks = models.JSONField(default=list, blank=True)
    level = models.TextField(default="", blank=True)
    computed = models.TextField(default="", blank=True)
    tests = models.JSONField(default=list, blank=True)
    reports = ArrayField(models.TextField(), default=list, blank=True)
    assessed_by = models.IntegerField(null=True)
    checked_by = models.IntegerField(null=True)
    lawful = models.BooleanField(default=False)
    result = models.TextField(default="", blank=True)
    filed_with = models.IntegerField(null=True)
    troubles = models.SmallIntegerField(default=0)
    consulted_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    deferred_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(null=True)

    objects: models.Manager["AssessmentRecord"] = models.Manager()

    class Meta:
        """One table, named for what it holds."""

        db_table = "assessment_record"

    def __str__(self) -> str:
        """The case's id; it grants nothing."""
        return str(self.case_id)


class PublicComment(models.Model):
    """What somebody said of a draft: words sealed under the case's key, or answers to its questionnaire.

    `section` 0 is the whole; `town` the padded code of a town where they said one; `voice` a keyed mark by which an account answers a questionnaire once,
    which only who holds the case's key could make again; `answers` which answer to each question, 0 for none. `withheld` is the reason why it is not shown, `answer` the
    number of what it was answered.
    """

    pk = models.CompositePrimaryKey("case_id", "id")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    id = models.UUIDField()
    at = models.DateTimeField()
    section = models.SmallIntegerField()
    town = models.BigIntegerField(null=True)
    sealed = models.BinaryField()
    voice = models.BinaryField(null=True)
    answers = ArrayField(models.SmallIntegerField(), null=True)
    withheld = models.TextField(default="", blank=True)
    answer = models.IntegerField(null=True)

    objects: models.Manager["PublicComment"] = models.Manager()

    class Meta:
        """One voice an account; what still waits is read apart, so that answering does not pass what is done."""

        db_table = "assessment_comment"
        constraints = (models.UniqueConstraint(fields=("case", "voice"), name="assessment_comment_voice"),)
        indexes = (
            models.Index(
                fields=("case", "id"),
                name="assessment_comment_waits",
                condition=models.Q(answer__isnull=True, withheld="", voice__isnull=True),
            ),
        )

    def __str__(self) -> str:
        """The case's id; it grants nothing."""
        return str(self.case_id)


class PublicAnswer(models.Model):
    """What comments were answered, as many as it fits: sealed words, and whether they were adopted."""

    pk = models.CompositePrimaryKey("case_id", "n")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    n = models.IntegerField()
    at = models.DateTimeField()
    adopted = models.TextField()
    sealed = models.BinaryField()

    objects: models.Manager["PublicAnswer"] = models.Manager()

    class Meta:
        """Numbered within the case."""

        db_table = "assessment_answer"

    def __str__(self) -> str:
        """The case's id; it grants nothing."""
        return str(self.case_id)
