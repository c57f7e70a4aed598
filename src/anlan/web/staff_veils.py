# SPDX-License-Identifier: Apache-2.0
"""Choosing photos to be published and what is blurred on each, in the form of the action that publishes.

The page sends a tick and a text of marks for each photo, never a picture; together they are the action's one answer about photos.
Without a script nothing can be blurred there: a photo is published as it is, after it was looked at, or left out.
"""

from base64 import b64encode
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from anlan.base.errors import Invalid
from anlan.cases.define import Action
from anlan.cases.queries import View
from anlan.cases.veiling import MOST, PHOTOS, is_original, read_choice, veiled
from anlan.web.action_forms import ActionForm
from anlan.web.staff_frame import Sight

PICTURED = "pictured"
"""The typed column that says that photos may be published."""
MARKER, TICK, MARKS = "veils", "photo", "veil_"


@dataclass(frozen=True, kw_only=True, slots=True)
class Veil:
    """One photo of the case in the form: whether it is chosen, and what is covered on it."""

    n: int
    url: str
    chosen: bool
    marks: str


def takes_photos(action: Action) -> bool:
    """Whether the action asks which photos everybody will see."""
    return any(field.key == PHOTOS for field in action.fields)


def gathered(request: HttpRequest) -> QueryDict:
    """What was sent, with ticks and marks as the one answer about photos. What cannot be read is for the engine to refuse."""
    sent = request.POST.copy()
    ticked = [n for n in sent.getlist(TICK)[: MOST + 1] if n.isascii() and n.isdecimal()]
    sent[PHOTOS] = ";".join(f"{n}:{sent.get(MARKS + n, '')}" for n in ticked)
    return sent


def veils_of(form: ActionForm, view: View) -> list[Veil]:
    """The photos of the case that this post may publish, as the form stands."""
    try:
        chosen = read_choice(str(form[PHOTOS].value() or ""))
    except Invalid:
        chosen = {}
    return [
        Veil(
            n=file.n,
            url=reverse("desk:file", args=[view.case.number, file.n]),
            chosen=file.n in chosen,
            marks=chosen.get(file.n, ""),
        )
        for file in view.files
        if is_original(file)
    ]


def photos_for_everybody(form: ActionForm, view: View, sight: Sight) -> list[str]:
    """The photos exactly as everybody will see them, inside the page: nothing of them is kept yet. Raises Invalid."""
    chosen = read_choice(str(form.values().get(PHOTOS, "")))
    made = veiled(sight.by, view.case.id, chosen, known=sight.known, at=sight.at)
    return [f"data:image/jpeg;base64,{b64encode(data).decode()}" for data in made.values()]
