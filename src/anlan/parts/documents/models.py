# SPDX-License-Identifier: Apache-2.0
"""The documents that were given out: enough to say to whoever holds one whether it is real. No person and no words of a case."""

from django.db import models


class Given(models.Model):
    """One document: the keyed digest of its file in its case, the blind index of its code, the digest of its bytes, which paper of its
    procedure it is, who gave it out and on which day. Whether it still stands, the case says.
    """

    pk = models.CompositePrimaryKey("case_id", "keyed")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    keyed = models.BinaryField()
    code = models.BinaryField()
    digest = models.BinaryField()
    paper = models.TextField()
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    day = models.DateField()

    objects: models.Manager["Given"] = models.Manager()

    class Meta:
        """Found by its code."""

        db_table = "documents_given"
        indexes = (models.Index(fields=("code",), name="documents_code"),)

    def __str__(self) -> str:
        """Which paper; it names nobody."""
        return f"{self.paper} {self.day}"
