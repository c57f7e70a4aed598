# SPDX-License-Identifier: Apache-2.0
"""Dated configuration: categories, conditions, limits and routes. Rows are superseded by date, never overwritten."""

from django.db import models
from django.utils.translation import get_language


def _called(chinese: str, english: str) -> str:
    return chinese if (get_language() or "zh").startswith("zh") else english


class Configuration(models.Model):
    """One row: the version of all configuration that decisions read. Every change raises it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)

    objects: models.Manager["Configuration"] = models.Manager()


class Category(models.Model):
    """A category by (scheme, version, code). Codes swap meaning between versions (GB/T 30428, CJ/T 214)."""

    scheme = models.TextField()
    version = models.TextField()
    code = models.TextField()
    name = models.TextField()
    name_en = models.TextField()
    group = models.TextField()
    urgent = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects: models.Manager["Category"] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "version", "code", "valid_from"), name="category_dated"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {_called(self.name, self.name_en)}"


class Condition(models.Model):
    """A registration condition of a category, with the condition on which it may be closed."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="conditions")
    code = models.TextField()
    name = models.TextField()
    name_en = models.TextField()
    closing = models.TextField()
    closing_en = models.TextField()

    objects: models.Manager["Condition"] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("category", "code"), name="condition_code"),)

    def __str__(self) -> str:
        return _called(self.name, self.name_en)


class LimitRow(models.Model):
    """A dated limit of a stage; `area` 0 holds everywhere, a place's own row wins there."""

    procedure = models.TextField()
    stage = models.TextField()
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, null=True, related_name="+")
    area = models.BigIntegerField(default=0)
    n = models.IntegerField()
    unit = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects: models.Manager["LimitRow"] = models.Manager()

    def __str__(self) -> str:
        return f"{self.stage} {self.n} {self.unit}"


class RouteRow(models.Model):
    """A dated route: cases of this category or group, in this area, are handled by `target` (see `known.RouteRow`)."""

    procedure = models.TextField()
    group = models.TextField(blank=True, default="")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    area = models.BigIntegerField(default=0)
    target = models.TextField()
    why = models.TextField()
    why_en = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects: models.Manager["RouteRow"] = models.Manager()

    def __str__(self) -> str:
        return _called(self.why, self.why_en)
