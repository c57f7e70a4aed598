# SPDX-License-Identifier: Apache-2.0
"""Addresses of static files: what tools/frontend.py built is asked for by a name that holds its digest.

WhiteNoise serves such names as never changing, with the gzip made beside them; no collecting step is needed. Files of
other apps keep their plain names.
"""

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

BUILT = Path(__file__).parent / "built.json"
FOLDER = "anlan/"


class BuiltStorage(StaticFilesStorage):
    """Django's static files, with the names of the last build."""

    def url(self, name: str | None) -> str:
        """The address of `name`; an unknown or unbuilt one is left as it is."""
        if name and name.startswith(FOLDER):
            names = read_names() if settings.DEBUG else kept_names()
            plain = name.removeprefix(FOLDER)
            name = FOLDER + names.get(plain, plain)
        return super().url(name)


def read_names() -> dict[str, str]:
    """The names of the last build, none before the first."""
    try:
        names: dict[str, str] = json.loads(BUILT.read_text(encoding="utf-8"))["names"]
    except FileNotFoundError:
        return {}
    return names


@cache
def kept_names() -> dict[str, str]:
    """The same, read once in the life of a process."""
    return read_names()
