# SPDX-License-Identifier: Apache-2.0
"""What every page knows about its reader: language, large mode, whether this is a demo.

Nothing about who the reader is; the doors' own context says that.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from anlan.places.region import region

LARGE_COOKIE = "anlan_large"


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """The frame's facts; `here` is where the switches lead back to."""

    demo: bool
    large: bool
    language: str
    here: str

    @property
    def other_language(self) -> str:
        """The language the switch offers; none where the region has one only."""
        return next((code for code in region().languages if code != self.language), "")


def look(request: HttpRequest) -> dict[str, Look]:
    """Context processor: `look` in every template."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "look": Look(
            demo=bool(getattr(settings, "ANLAN_DEMO", False)),
            large=request.COOKIES.get(LARGE_COOKIE) == "1",
            language="zh-hans" if language.startswith("zh") else "en",
            # Only a page that was asked for with GET can be asked for again.
            here=request.get_full_path() if request.method in ("GET", "HEAD") else request.path,
        )
    }
