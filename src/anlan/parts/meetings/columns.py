# SPDX-License-Identifier: Apache-2.0
"""The typed columns of a case that has meetings: a procedure's record inherits them. One column for each audience, so that no entry that
the other side reads ever holds when this side met.
"""

from typing import Any, Literal, TypedDict

from django.db import models

from anlan.cases.define import Audience

State = Literal["called", "held", "off"]


class Row(TypedDict):
    """One meeting: the entry that called it, when it begins (seconds of UTC since 1970), for how many minutes, what became of it."""

    seq: int
    begins: int
    minutes: int
    state: State


class Met(models.Model):
    """Lists of `Row`: of meetings with everybody, and of those with one side alone."""

    meetings = models.JSONField(default=list, blank=True)
    meetings_side1 = models.JSONField(default=list, blank=True)
    meetings_side2 = models.JSONField(default=list, blank=True)

    class Meta:
        """Columns of another table."""

        abstract = True


def blank() -> dict[str, Any]:
    """What these columns hold when a case is opened."""
    return {"meetings": [], "meetings_side1": [], "meetings_side2": []}


def ending(audience: str) -> str:
    """What the keys of actions and columns for this audience end with."""
    return f"_{audience}" if audience in {Audience.SIDE1, Audience.SIDE2} else ""


def column(audience: str) -> str:
    """The column of meetings with this audience."""
    return f"meetings{ending(audience)}"
