# SPDX-License-Identifier: Apache-2.0
"""The typed columns of a case in which something is signed: a procedure's record inherits them. Party numbers, nothing of a person."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Signed(models.Model):
    """`document` is the keyed digest (hex) of the file that waits for signatures, empty where none does; `signed` the parties
    who signed it, `on_paper` those of them who did so by hand; `countersigned`: who led them to it has signed too; `sealed`
    the digests of the finished documents that stand.
    """

    document = models.TextField(default="", blank=True)
    signed = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    on_paper = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    countersigned = models.BooleanField(default=False)
    sealed = ArrayField(models.TextField(), default=list, blank=True)

    class Meta:
        """Columns of another table."""

        abstract = True


def blank() -> dict[str, Any]:
    """What these columns hold when a case is opened."""
    return {"document": "", "signed": [], "on_paper": [], "countersigned": False, "sealed": []}
