# SPDX-License-Identifier: Apache-2.0
"""The journal (one order for all entries), its tray, its followers, and what followers keep."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models

from anlan.cases.models.case import Case


class Tray(models.Model):
    """Entries not yet given a place in the journal. `write` adds one row an entry and does nothing else."""

    id = models.BigAutoField(primary_key=True)
    case_id = models.UUIDField()
    seq = models.IntegerField()
    digest = models.BinaryField()

    objects: models.Manager["Tray"] = models.Manager()


class Journal(models.Model):
    """One order for all entries: consecutive positions, each entry's digest, and a running digest over all."""

    position = models.BigIntegerField(primary_key=True)
    case_id = models.UUIDField()
    seq = models.IntegerField()
    digest = models.BinaryField()
    running = models.BinaryField()
    at = models.DateTimeField()

    objects: models.Manager["Journal"] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=("case_id", "seq"), name="journal_case"),)


class Follower(models.Model):
    """How far a follower has read. A deriving one may be set back to zero; a sending one never is."""

    name = models.TextField(primary_key=True)
    position = models.BigIntegerField(default=0)
    sends = models.BooleanField(default=False)

    objects: models.Manager["Follower"] = models.Manager()


class SearchRow(models.Model):
    """Bigrams of a case. `facts` (place, category, number) for whoever sees the case; `words` only for those
    organisations whose token they carry. Erased with the words; digits of seven and more are never in it.
    """

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, primary_key=True, related_name="search_row", db_constraint=False
    )
    opened_at = models.DateTimeField()
    facts = SearchVectorField()
    words = SearchVectorField(null=True)

    objects: models.Manager["SearchRow"] = models.Manager()


class Feed(models.Model):
    """That a case changed last at `position`, for a scope: a padded place code, or minus the id of an organisation. Not `here`: there it
    left it. `barred_at` is where it was closed to an office that could see it until then.
    """

    pk = models.CompositePrimaryKey("case_id", "scope")
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    scope = models.BigIntegerField()
    position = models.BigIntegerField()
    here = models.BooleanField()
    barred_at = models.BigIntegerField(null=True)

    objects: models.Manager["Feed"] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=("scope", "position"), name="feed_scope"),)


class Notice(models.Model):
    """Something told to a post or to a party of a case. Erasable for parties; shown in the in-app inbox."""

    pk = models.CompositePrimaryKey("case_id", "id")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices", db_index=False)
    id = models.UUIDField()
    key = models.TextField()
    seq = models.IntegerField()
    at = models.DateTimeField()
    organisation_id = models.IntegerField(null=True)
    party = models.SmallIntegerField(null=True)
    read_at = models.DateTimeField(null=True)

    objects: models.Manager["Notice"] = models.Manager()

    class Meta:
        indexes = (
            models.Index(
                fields=("organisation_id", "-at"),
                name="notice_inbox",
                condition=models.Q(organisation_id__isnull=False),
            ),
        )


class Delivery(models.Model):
    """One sending, keyed by journal position, recipient and channel, so that it happens once.

    `outcome`: waiting, sending, sent, failed, unknown, dropped. A sending whose end nobody saw stays unknown. `why` is of a closed list
    (`deliver.Why`), `answer` what the carrier said of itself; neither says who was to get it.
    """

    pk = models.CompositePrimaryKey("position", "recipient", "channel")
    position = models.BigIntegerField()
    recipient = models.TextField()
    channel = models.TextField()
    case_id = models.UUIDField()
    key = models.TextField()
    outcome = models.TextField(default="waiting")
    tries = models.SmallIntegerField(default=0)
    at = models.DateTimeField()
    why = models.TextField(default="", db_default="")
    answer = models.TextField(default="", db_default="")

    objects: models.Manager["Delivery"] = models.Manager()

    class Meta:
        indexes = (
            models.Index(fields=("at",), name="delivery_waiting", condition=models.Q(outcome="waiting")),
            models.Index(
                fields=("outcome", "at"),
                name="delivery_undelivered",
                condition=models.Q(outcome__in=("failed", "unknown", "dropped")),
            ),
        )
