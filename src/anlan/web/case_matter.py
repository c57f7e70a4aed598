# SPDX-License-Identifier: Apache-2.0
"""Before and after: what was told with its photos, and what was done about it with the photos that show it.

Shared by desk and field. A photo stands with the entry it came with; those of other entries stand in the timeline.
"""

from dataclasses import dataclass

from anlan.cases.queries import OUTCOME, Line, View, get_view
from anlan.web.case_drawing import Address, line_of, photo_of, words_of
from anlan.web.look import values as look
from anlan.web.staff_frame import Sight


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What was told when the case was opened, and the outcome that was reported last, if there is one now."""

    told: str
    answers: list[tuple[str, str]]
    photos: list[look.Photo]
    after: look.Line | None


def matter_of(view: View, sight: Sight, *, file_url: Address) -> Matter:
    """As far as this post may read it. Where it was settled when it was found, the photos show how it is now."""
    told, answers = words_of(view, sight)
    entry = _outcome(view, sight)
    files = [file for file in view.files if file.readable]
    after = None
    if entry is not None:
        shown = [file for file in files if file.seq == entry.seq]
        after = line_of(entry, view, sight, files=shown, file_url=file_url)
    first = 0 if entry is not None and entry.seq == 1 else 1
    return Matter(
        told=told,
        answers=answers,
        photos=[photo_of(file, file_url) for file in files if file.seq == first],
        after=after,
    )


def _outcome(view: View, sight: Sight) -> Line | None:
    """The latest entry that reported the outcome which still stands; read apart when the page begins further back."""
    if not view.case.record.get(OUTCOME):
        return None
    found = _latest(view)
    return found or _latest(get_view(sight.by, view.case.id, known=sight.known, at=sight.at))


def _latest(view: View) -> Line | None:
    return next((line for line in view.timeline.lines if OUTCOME in line.outcomes.get("facts", {})), None)
