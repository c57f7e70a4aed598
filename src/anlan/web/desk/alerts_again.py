# SPDX-License-Identifier: Apache-2.0
"""What became of an alert while somebody had its page open: they read what is new before they go on, and keep what they typed."""

from django.http import QueryDict
from django.urls import reverse

from anlan.base.errors import NotFound
from anlan.cases.queries import View, get_view
from anlan.procedures.alert.standing import Alert
from anlan.web.case_drawing import lines_of
from anlan.web.look.values import Line
from anlan.web.staff_frame import Sight


def seen_case(found: Alert, sight: Sight) -> View | None:
    """Its case, for a post that sees it."""
    try:
        return get_view(sight.by, found.id, known=sight.known, at=sight.at)
    except NotFound:
        return None


def read_anew(sent: QueryDict, found: Alert) -> QueryDict:
    """What was sent, as if by who had read the alert as it is now: for a form that shows what is new."""
    anew = sent.copy()
    anew["expect"] = str(found.seq)
    return anew


def news_of(view: View | None, sight: Sight, *, seen: int | None) -> list[Line]:
    """What was done after the entry that was seen, the newest first; nothing where it is not known what was."""
    if view is None or seen is None:
        return []
    number = view.case.number
    drawn = lines_of(view, sight, file_url=lambda n: reverse("desk:file", args=[number, n]))
    return [shown for line, shown in zip(view.timeline.lines, drawn, strict=True) if line.seq > seen]
