# SPDX-License-Identifier: Apache-2.0
"""Other reports of the same matter, drawn for staff: those that went on in a case, and the one that a case is to be merged into.

Words and photos as far as the engine lets them through, and nothing of who reported.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from anlan.base.errors import Invalid, NotFound
from anlan.base.ids import read_number
from anlan.cases.define import Action, Audience, Kind, Procedure
from anlan.cases.projection import Projection
from anlan.cases.queries import File, Joined, View, find_by_number, get_joined, get_view
from anlan.web.action_forms import say
from anlan.web.case_drawing import first_line, line_of, photo_of, place_of, words_in
from anlan.web.case_naming import title_in
from anlan.web.look import values as look
from anlan.web.staff_frame import Sight

Address = Callable[[int, int], str]
"""The address of a file of another case, by that case's number and its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Another report. `url` is empty where its own page is not the reader's, `more` what was said in it later."""

    number: int
    url: str
    title: str
    place: str
    at: datetime
    pills: list[look.Pill]
    readable: bool
    told: str
    answers: list[tuple[str, str]]
    photos: list[look.Photo]
    more: list[look.Line] = field(default_factory=list)


def joined_of(view: View, sight: Sight, *, case_url: Callable[[int], str], file_url: Address) -> list[Report]:
    """The reports that went on in this case, the latest first, each with all that was said in it."""
    return [
        _joined(each, sight, case_url=case_url, file_url=file_url)
        for each in get_joined(sight.by, view.case, known=sight.known, at=sight.at)
    ]


def joins(action: Action) -> str:
    """The field in which an action names the case to join this one to; empty where it joins none."""
    return next((field.key for field in action.fields if field.kind is Kind.CASE), "")


def other_of(text: str | None, sight: Sight) -> View | None:
    """The case of this number as the person sees it; None where there is none for them."""
    try:
        case_id = find_by_number(sight.by, read_number(text or ""), known=sight.known)
        return get_view(sight.by, case_id, known=sight.known, at=sight.at)
    except (Invalid, NotFound):
        return None


def report_of(view: View, sight: Sight, *, url: str, file_url: Address) -> Report:
    """A case that may be the same matter, to be looked at before they are joined."""
    told, answers = words_in(first_line(view, sight), view.procedure, sight)
    return _report(
        view.case,
        view.procedure,
        sight,
        url=url,
        readable=str(Audience.REPORTER) in view.reads,
        told=told,
        answers=answers,
        photos=_photos(view.case, view.files, file_url),
    )


def _joined(each: Joined, sight: Sight, *, case_url: Callable[[int], str], file_url: Address) -> Report:
    first, *later = each.lines
    told, answers = words_in(first, each.procedure, sight)

    def url(n: int) -> str:
        return file_url(each.case.number, n)

    files = [file for file in each.files if file.seq == 1]
    return _report(
        each.case,
        each.procedure,
        sight,
        url=case_url(each.case.number) if each.visible else "",
        readable=each.readable,
        told=told,
        answers=answers,
        photos=_photos(each.case, files, file_url),
        more=[
            line_of(line, each, sight, files=[f for f in each.files if f.seq == line.seq], file_url=url)
            for line in later
        ]
        if each.readable
        else [],
    )


def _photos(case: Projection, files: "list[File] | tuple[File, ...]", file_url: Address) -> list[look.Photo]:
    return [photo_of(file, lambda n: file_url(case.number, n)) for file in files if file.readable]


def _report(
    case: Projection,
    procedure: Procedure,
    sight: Sight,
    *,
    url: str,
    readable: bool,
    told: str,
    answers: list[tuple[str, str]],
    photos: list[look.Photo],
    more: list[look.Line] | None = None,
) -> Report:
    state = procedure.state(case.state)
    return Report(
        number=case.number,
        url=url,
        title=title_in(procedure, case, sight.known),
        place=place_of(case.place, at=sight.at),
        at=case.opened_at,
        pills=[
            # That it was merged is what the heading over it says.
            *([] if state.goes_on else [look.Pill(word=say(state.words), tone=look.Tone.PLAIN)]),
            *([look.Pill(word=_("Urgent"), tone=look.Tone.NEAR)] if case.urgent else []),
        ],
        readable=readable,
        told=told,
        answers=answers,
        photos=photos,
        more=more or [],
    )
