# SPDX-License-Identifier: Apache-2.0
"""The meetings of a case that its reader is called to."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from anlan.cases.define import Audience
from anlan.cases.queries import View
from anlan.parts.meetings.reads import Meeting, meetings_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A meeting that has not ended, with the address of its calendar file; `alone`: without the other side."""

    meeting: Meeting
    url: str
    alone: bool


def ahead_of(view: View, number: int, *, at: datetime) -> list[Ahead]:
    """What this reader is called to, the next first."""
    return [
        Ahead(
            meeting=each,
            url=reverse("resident:calendar", args=[f"{number:016d}", each.seq]),
            alone=each.audience in {Audience.SIDE1, Audience.SIDE2},
        )
        for each in meetings_in(view)
        if each.state == "called" and each.ends > at
    ]
