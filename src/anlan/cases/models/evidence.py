# SPDX-License-Identifier: Apache-2.0
"""Attachments, looks at protected words, and erasures."""

from django.db import models

from anlan.cases.models.case import Case


class Attachment(models.Model):
    """A file of a case, stored encrypted outside the database under its per-case keyed digest.

    File before row, row before deletion. `seq` 0 means received but not yet part of an entry.
    """

    pk = models.CompositePrimaryKey("case_id", "n")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments", db_index=False)
    n = models.SmallIntegerField()
    seq = models.IntegerField()
    kind = models.TextField()
    size = models.IntegerField()
    keyed = models.BinaryField()
    audience = models.TextField()
    sealed_name = models.BinaryField(null=True)
    erased = models.BooleanField(default=False)

    objects: models.Manager["Attachment"] = models.Manager()


class PictureMark(models.Model):
    """A mark of a picture by which staff showed what they found or did, or of the file it was made from: the same has the same one in
    every case, so that whoever checks hears that it was used before. Under a key of its own; gone with the file, and after half a year.
    """

    pk = models.CompositePrimaryKey("case_id", "n", "mark")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    n = models.SmallIntegerField()
    mark = models.BinaryField()
    at = models.DateTimeField()

    objects: models.Manager["PictureMark"] = models.Manager()

    class Meta:
        indexes = (
            models.Index(fields=("mark", "at"), name="picturemark_same"),
            models.Index(fields=("at",), name="picturemark_at"),
        )


class Upload(models.Model):
    """A file on its way: sent in pieces by a post under the id of its case, which may still be to be opened, before the act that
    names it. `digest` is of its bytes as they were sent, `origin` of the file they were made from; once it is whole, `keyed`, `plain`,
    `kind` and `kept` say what is stored. `key` is the wrapped key of a case that is not there yet.
    """

    pk = models.CompositePrimaryKey("case_id", "post_id", "digest")
    case_id = models.UUIDField()
    post_id = models.BigIntegerField()
    digest = models.BinaryField()
    size = models.IntegerField()
    received = models.IntegerField()
    key = models.BinaryField()
    at = models.DateTimeField()
    keyed = models.BinaryField(null=True)
    plain = models.BinaryField(null=True)
    kind = models.TextField()
    kept = models.IntegerField()
    origin = models.BinaryField(null=True)

    objects: models.Manager["Upload"] = models.Manager()

    class Meta:
        indexes = (
            models.Index(fields=("post_id", "at"), name="upload_post"),
            models.Index(fields=("at",), name="upload_at"),
        )


class Access(models.Model):
    """A look at words or parties: organisation, post, time and reason, shown to the person and to the auditor."""

    pk = models.CompositePrimaryKey("case_id", "id")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="accesses", db_index=False)
    id = models.UUIDField()
    organisation_id = models.IntegerField()
    post_id = models.BigIntegerField()
    role = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.TextField()
    what = models.TextField()

    objects: models.Manager["Access"] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=("organisation_id", "-at"), name="access_by_organisation"),)


class Invitation(models.Model):
    """What lets a post of an outside unit answer one case without signing in: the digest of a secret that was shown once."""

    pk = models.CompositePrimaryKey("case_id", "id")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    id = models.UUIDField()
    digest = models.BinaryField(unique=True)
    post_id = models.BigIntegerField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: models.Manager["Invitation"] = models.Manager()


class Erasure(models.Model):
    """What was erased and when; also written to a file outside the database and applied again after a restore."""

    pk = models.CompositePrimaryKey("case_id", "seq")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="erasures", db_index=False)
    seq = models.IntegerField()
    at = models.DateTimeField()
    what = models.JSONField()

    objects: models.Manager["Erasure"] = models.Manager()
