# SPDX-License-Identifier: Apache-2.0
"""Photos as everybody may see them: new pictures, made here from the originals, with what was painted over unreadable.

What comes from outside is only where to blur: circles and rectangles as text, never a picture. So what is published is the
case's own photo and nothing else, the original stays as it is, and what was covered is not in the new file: each covered point
gets the mean of a wide square around it.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw

from anlan.base.errors import Invalid, NotFound
from anlan.base.keys import keyring
from anlan.cases.attachments import store
from anlan.cases.define import Audience
from anlan.cases.envelope import Stored
from anlan.cases.known import Known
from anlan.cases.pictures import Ready, shrunk
from anlan.cases.queries_view import read_as, read_file
from anlan.people.may import Actor

PHOTOS = "photos"
"""The question of the action that publishes, whose answer says which photos and what is covered on each."""
MOST = 9
MOST_MARKS = 800
"""Of one photo; a stroke of the brush is some ten."""
LONGEST = MOST * MOST_MARKS * 24
SIDE = 1200
SQUARES = 20
"""So many squares of one colour on the longer side: no face and no plate is left in them."""
ROUND, SQUARE = 3, 4
_MARK = re.compile(r"\d{1,5}(?:\.\d{1,5}){2,3}")


@dataclass(frozen=True, slots=True)
class Mark:
    """What is covered, in thousandths of the picture's width: (x, y, radius), or (x, y, width, height)."""

    numbers: tuple[int, ...]

    def draw(self, on: ImageDraw.ImageDraw, width: int) -> None:
        """Paints it."""
        x, y, *rest = (n * width / 1000 for n in self.numbers)
        if len(self.numbers) == ROUND:
            on.ellipse((x - rest[0], y - rest[0], x + rest[0], y + rest[0]), fill=255)
        else:
            on.rectangle((x, y, x + rest[0], y + rest[1]), fill=255)


def read_choice(text: str) -> dict[int, str]:
    """Which photos, each with its marks as text: ``3:512.300.40-10.20.30.40;5:``. Raises Invalid."""
    chosen: dict[int, str] = {}
    for part in filter(None, text.split(";")):
        n, colon, marks = part.partition(":")
        if not (colon and n.isascii() and n.isdecimal() and len(n) <= ROUND):
            raise _strange()
        read_marks(marks)
        chosen[int(n)] = marks
    if len(chosen) > MOST:
        raise Invalid(fields={PHOTOS: _("Please choose at most %(n)s photos.") % {"n": MOST}})
    return chosen


def write_choice(chosen: Mapping[int, str]) -> str:
    """The text of a choice."""
    return ";".join(f"{n}:{marks}" for n, marks in sorted(chosen.items()))


def read_marks(text: str) -> list[Mark]:
    """The marks in a text. Raises Invalid."""
    parts = text.split("-") if text else []
    if len(parts) > MOST_MARKS:
        raise Invalid(fields={PHOTOS: _("Too much is painted on one photo. Please leave it out.")})
    if not all(_MARK.fullmatch(part) and part.isascii() for part in parts):
        raise _strange()
    return [Mark(tuple(int(n) for n in part.split("."))) for part in parts]


def _strange() -> Invalid:
    return Invalid(fields={PHOTOS: _("What was painted cannot be read. Please load the page again.")})


def veil(data: bytes, marks: list[Mark]) -> bytes:
    """A new picture from this one, with what the marks cover blurred."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as original:
        picture = original.convert("RGB")
    picture.thumbnail((SIDE, SIDE))
    step = max(1.0, max(picture.size) / SQUARES)
    few = (max(1, round(picture.width / step)), max(1, round(picture.height / step)))
    blurred = picture.resize(few, Image.Resampling.BOX).resize(picture.size, Image.Resampling.BICUBIC)
    mask = Image.new("L", picture.size)
    brush = ImageDraw.Draw(mask)
    for mark in marks:
        mark.draw(brush, picture.width)
    picture.paste(blurred, mask=mask)
    return shrunk(picture)


def veiled(
    by: Actor, case_id: UUID, chosen: Mapping[int, str], *, known: Known, at: datetime
) -> dict[int, bytes]:
    """The new pictures by the number of their originals. Raises Invalid for what is no photo of the case that the actor reads."""
    found: dict[int, bytes] = {}
    for n, marks in chosen.items():
        try:
            file, data = read_file(by, case_id, n, known=known, at=at)
        except NotFound:
            raise _strange() from None
        if not is_original(file):
            raise _strange()
        found[n] = veil(data, read_marks(marks))
    return found


def is_original(file: Any) -> bool:
    """Whether a file of a case is a photo that may be published, blurred: readable, and not itself such a copy."""
    return bool(file.readable and file.kind == "image/jpeg" and file.audience != Audience.PUBLIC)


def keep_veiled(
    by: Actor, case_id: UUID, chosen: Mapping[int, str], *, known: Known, at: datetime
) -> tuple[Stored, ...]:
    """The same, kept as new files of the case that everybody may see. Raises Invalid."""
    pictures = veiled(by, case_id, chosen, known=known, at=at)
    if not pictures:
        return ()
    key = keyring().unwrap(read_as(by, case_id, known=known, at=at).stand.key)
    return tuple(
        store(case_id, key, Ready(data=data, kind="image/jpeg"), audience=Audience.PUBLIC)
        for data in pictures.values()
    )
