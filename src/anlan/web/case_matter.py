# SPDX-License-Identifier: Apache-2.0
"""Before and after: what was told with its photos, and what was done about it with the photos that show it.

Shared by desk and field. A photo stands with the entry it came with; those of other entries stand in the timeline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anlan.cases.may import CONFIDENTIAL
from anlan.cases.projection import Projection
from anlan.cases.queries import (
    AWAITED,
    FOLLOWING,
    OUTCOME,
    RESULT,
    SCREEN,
    TELL,
    TYPED_UP,
    UNTYPED,
    Line,
    UsedBefore,
    View,
    get_view,
    used_before,
)
from anlan.web.assisted import way_words
from anlan.web.case_drawing import Address, line_of, photo_of, words_in, words_of
from anlan.web.files import PHOTOS_FOLLOW
from anlan.web.look import values as look
from anlan.web.staff_frame import Sight

SUMMARY = "summary"


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What was told when the case was opened, and the outcome that was reported last, if there is one now; `looked`:
    what those found who looked at it since, the latest first; `used`: pictures of evidence that were used in another case before.
    """

    told: str
    answers: list[tuple[str, str]]
    photos: list[look.Photo]
    after: look.Line | None
    looked: list[look.Line]
    used: tuple[UsedBefore, ...]


def matter_of(view: View, sight: Sight, *, file_url: Address) -> Matter:
    """As far as this post may read it. Where it was settled when it was found, the photos show how it is now."""
    told, answers = words_of(view, sight)
    typed = [line for line in view.timeline.lines if line.action == TYPED_UP]
    told = told or next((words_in(line, view.procedure, sight)[0] for line in typed), "") or _passed_on(view)
    lines = _lines(view, sight)
    entry = next((line for line in lines if _says(line, OUTCOME)), None)
    files = [file for file in view.files if file.readable]

    def drawn(line: Line) -> look.Line:
        shown = [file for file in files if file.seq == line.seq]
        return line_of(line, view, sight, files=shown, file_url=file_url)

    followed = {line.seq for line in view.timeline.lines if line.action == FOLLOWING}
    first = 0 if entry is not None and entry.seq == 1 else 1
    return Matter(
        told=told,
        answers=answers,
        photos=[photo_of(file, file_url) for file in files if first and file.seq in {first, *followed}],
        after=drawn(entry) if entry is not None else None,
        looked=[drawn(line) for line in lines if entry and line.seq > entry.seq and _says(line, RESULT)],
        used=used_before([view]).get(view.case.id, ()),
    )


def _lines(view: View, sight: Sight) -> Sequence[Line]:
    """The entries among which the outcome is that still stands; read apart when the page begins further back."""
    if not view.case.record.get(OUTCOME):
        return ()
    if any(_says(line, OUTCOME) for line in view.timeline.lines):
        return view.timeline.lines
    return get_view(sight.by, view.case.id, known=sight.known, at=sight.at).timeline.lines


def secret_of(view: View) -> str:
    """What whoever reads a confidential case must know."""
    if not view.case.record.get(CONFIDENTIAL):
        return ""
    if view.case.record.get("unscreened") and any(action.key == SCREEN for action in view.actions):
        return _(
            "The reporter asked to be kept secret from who handles it. Before anything goes on, decide what the unit may read."
        )
    return _(
        "The reporter asked to be kept secret. Questions reach them through this page; who they are does not matter here."
    )


def _passed_on(view: View) -> str:
    """What the room wrote for the unit in place of words that were said in confidence."""
    written = (
        (content.values or {}).get(SUMMARY)
        for line in view.timeline.lines
        if line.action == SCREEN
        for content in line.contents
    )
    return next((str(words) for words in written if words), "")


def _says(line: Line, question: str) -> bool:
    return question in line.outcomes.get("facts", {})


def coming(case: Projection, *, at: datetime) -> list[look.Pill]:
    """What of a report is still to come: its words from a recording, who is to be told in person, photos from the phone as long as they may follow."""
    found = []
    if case.open and case.record.get(UNTYPED):
        found.append(look.Pill(word=_("To be typed up"), tone=look.Tone.NEAR))
    if case.record.get(TELL):
        found.append(look.Pill(word=way_words(case.record[TELL]), tone=look.Tone.NEAR))
    awaited = case.record.get(AWAITED) or 0
    if awaited and at - case.opened_at < PHOTOS_FOLLOW:
        words = ngettext("%(n)s more photo is coming", "%(n)s more photos are coming", awaited)
        found.append(look.Pill(word=words % {"n": awaited}, tone=look.Tone.PLAIN))
    return found
