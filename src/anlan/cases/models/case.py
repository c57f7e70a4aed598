# SPDX-License-Identifier: Apache-2.0
"""The case and its projections: each row here is what folding a case's entries gives (`anlan verify` compares).

Every key begins with the case, so the schema can be spread by case. `CaseAccount` and `Party` are the exceptions
to "projection": they hold what ties a person to a case, and are erasable.

An entry refers to its case, and the database holds it to that. What a projection refers to it takes from there, or from the configuration,
of which serving deletes nothing: no act has it asked again, row by row; `anlan verify` finds what would lead nowhere.
"""

from django.contrib.postgres.fields import ArrayField  # noqa: F401 - registers array lookups
from django.db import models

from anlan.people.models import Organisation
from anlan.places.models import Place


class Case(models.Model):
    """One matter. `area` is the padded code of the place that holds it now; `key` its wrapped data key; `published_as` the
    address of its public page while it has one.
    """

    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    procedure = models.TextField()
    version = models.SmallIntegerField()
    state = models.TextField()
    open = models.BooleanField()
    seq = models.IntegerField()
    digest = models.BinaryField()
    material_seq = models.IntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    place = models.ForeignKey(
        Place, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    area = models.BigIntegerField()
    category = models.ForeignKey(
        "Category",
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    condition = models.ForeignKey(
        "Condition",
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    urgent = models.BooleanField()
    barred = models.IntegerField(null=True)
    source = models.TextField()
    holder = models.ForeignKey(
        Organisation,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    due_at = models.DateTimeField(null=True)
    key = models.BinaryField()
    published_as = models.TextField(null=True)  # noqa: DJ001 - none is not an empty one, and indexes leave it out
    published_at = models.DateTimeField(null=True)

    objects: models.Manager["Case"] = models.Manager()


class Assignment(models.Model):
    """An organisation's part in a case; the columns after `until_seq` repeat the case's for the inbox's order."""

    pk = models.CompositePrimaryKey("case_id", "n")
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="assignments", db_index=False, db_constraint=False
    )
    n = models.SmallIntegerField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    role = models.TextField()
    since_seq = models.IntegerField()
    until_seq = models.IntegerField(null=True)
    open = models.BooleanField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False, db_default=False)

    objects: models.Manager["Assignment"] = models.Manager()


class Clock(models.Model):
    """One run of a clock; `next_at` is the instant of its next escalation, scanned in order."""

    pk = models.CompositePrimaryKey("case_id", "n")
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="clocks", db_index=False, db_constraint=False
    )
    n = models.SmallIntegerField()
    key = models.TextField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    limit_n = models.IntegerField()
    unit = models.TextField()
    calendar = models.TextField()
    calendar_version = models.IntegerField()
    provisional = models.BooleanField()
    owner = models.ForeignKey(
        Organisation,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    told = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    stage = models.SmallIntegerField()
    next_at = models.DateTimeField(null=True)

    objects: models.Manager["Clock"] = models.Manager()


class Link(models.Model):
    """A link between cases, of a kind from the closed list, citing the other case's entry by digest."""

    pk = models.CompositePrimaryKey("case_id", "n")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links", db_index=False)
    n = models.IntegerField()
    kind = models.TextField()
    other = models.ForeignKey(Case, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    digest = models.BinaryField()

    objects: models.Manager["Link"] = models.Manager()


class Party(models.Model):
    """A person's part in one case. `sealed` holds contact and how to answer, encrypted, NULL once erased."""

    pk = models.CompositePrimaryKey("case_id", "n")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="party_rows", db_index=False)
    n = models.SmallIntegerField()
    role = models.TextField()
    sealed = models.BinaryField(null=True)

    objects: models.Manager["Party"] = models.Manager()


class CaseAccount(models.Model):
    """Which account is which party: a row apart, erased with the party, the only tie from case to account."""

    pk = models.CompositePrimaryKey("case_id", "n")
    # Its party (`account_of_party`) has the case already.
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    n = models.SmallIntegerField()
    account_id = models.BigIntegerField()
    opened_at = models.DateTimeField()

    objects: models.Manager["CaseAccount"] = models.Manager()

    class Meta:
        db_table = "case_account"
        indexes = (models.Index(fields=("account_id", "-opened_at", "case_id"), name="case_account_own"),)


class Telling(models.Model):
    """How a party chose to be told: by ``email``, ``push`` or ``wechat`` (`sealed` holds the address) or on the ``page`` only. No row: by SMS, where
    there is a number. In no entry; deleted with the parties' contacts.
    """

    pk = models.CompositePrimaryKey("case_id", "n")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    n = models.SmallIntegerField()
    way = models.TextField()
    sealed = models.BinaryField(null=True)

    objects: models.Manager["Telling"] = models.Manager()


class Claim(models.Model):
    """Who works on a case now, so that two do not, and who has it open: a courtesy that lapses, not a right. Erasable, never in a log.

    `said`: somebody said that they work on it, one of all; else the case was only opened, which holds for minutes.
    """

    pk = models.CompositePrimaryKey("case_id", "post_id")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="claims", db_index=False)
    post_id = models.BigIntegerField()
    since = models.DateTimeField()
    lapses_at = models.DateTimeField()
    said = models.BooleanField(default=True, db_default=True)

    objects: models.Manager["Claim"] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case",), condition=models.Q(said=True), name="claim_said"),
        )
