# SPDX-License-Identifier: Apache-2.0
"""Which files of a case a browser may draw or play by itself, what they are called when they are kept, and how long those may follow
that a phone still has.
"""

from datetime import timedelta
from pathlib import PurePosixPath

from anlan.cases.queries import File

SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "audio/mp4", "audio/mpeg", "audio/webm"})
"""Kinds that cannot hold a script; all pictures are kept as JPEG."""
SOUNDS = "audio/"
PHOTOS_FOLLOW = timedelta(days=7)
"""After the report. Drafts on the device lapse after the same time."""
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/webm": "webm",
}


def saved_as(file: File, *, number: int) -> str:
    """The name under which a file is kept: its own, else that of its case, with the ending of what it is and never another."""
    name = PurePosixPath((file.name or "").replace("\\", "/")).stem.strip(". ")
    return f"{name or f'{number:016d}-{file.n}'}.{ENDINGS.get(file.kind, 'bin')}"
