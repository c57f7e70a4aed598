# SPDX-License-Identifier: Apache-2.0
"""Entries (append-only, the truth), their erasable contents, and the requests that made them retry-safe."""

from django.db import models

from anlan.cases.models.case import Case


class Entry(models.Model):
    """One line of a case's log; see `cases/chain.py` for what makes it valid. The database refuses its change."""

    pk = models.CompositePrimaryKey("case_id", "seq")
    case = models.ForeignKey(Case, on_delete=models.DO_NOTHING, related_name="entries", db_index=False)
    seq = models.IntegerField()
    format = models.SmallIntegerField()
    algorithm = models.SmallIntegerField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    from_state = models.TextField()
    to_state = models.TextField()
    audience = models.TextField()
    outcomes = models.JSONField()
    prev = models.BinaryField()
    digest = models.BinaryField()

    objects: models.Manager["Entry"] = models.Manager()


class Content(models.Model):
    """Words and data of an entry for one audience: sealed(salt + canonical JSON). NULL once erased."""

    pk = models.CompositePrimaryKey("case_id", "seq", "n")
    # Its entry (`content_of_entry`) has the case already: each reference costs every act.
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="contents", db_index=False, db_constraint=False
    )
    seq = models.IntegerField()
    n = models.SmallIntegerField()
    audience = models.TextField()
    sealed = models.BinaryField(null=True)

    objects: models.Manager["Content"] = models.Manager()


class Request(models.Model):
    """Makes a change retry-safe: the same request, account and payload get the same answer, anything else a 409.

    `payload` is a digest of account and payload under the key of the case: the row names nobody and tells nothing.
    """

    pk = models.CompositePrimaryKey("case_id", "request_id")
    # Its entry (`request_of_entry`) has the case already.
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    request_id = models.UUIDField()
    payload = models.BinaryField()
    seq = models.IntegerField()

    objects: models.Manager["Request"] = models.Manager()


class Declaration(models.Model):
    """The digest of each procedure version that has been used; start refuses a changed or missing one."""

    pk = models.CompositePrimaryKey("procedure", "version")
    procedure = models.TextField()
    version = models.SmallIntegerField()
    digest = models.BinaryField()
    first_used_at = models.DateTimeField()

    objects: models.Manager["Declaration"] = models.Manager()
