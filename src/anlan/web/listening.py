# SPDX-License-Identifier: Apache-2.0
"""Where open pages hear what changes, and from where in the journal on. What is heard there: docs/decisions/live.md."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from anlan.cases.journal import head

POSTS = "/live/events"


def live_address(request: HttpRequest, path: str = POSTS) -> str:
    """Where this page hears what changes: behind a proxy of one's own the same host, else its next port. Empty without a
    live service.
    """
    if not settings.ANLAN_LIVE_PORT:
        return ""
    if settings.ANLAN_PROXIES:
        return path
    here = urlsplit(request.build_absolute_uri("/"))
    host = f"[{here.hostname}]" if ":" in (here.hostname or "") else here.hostname
    return f"{here.scheme}://{host}:{settings.ANLAN_LIVE_PORT}{path}"


def listens_at(request: HttpRequest, path: str = POSTS) -> str:
    """The same, for a page without a post that listens: its policy allows it."""
    request.listens = True  # type: ignore[attr-defined]
    return live_address(request, path)


def heard_up_to() -> int:
    """Where the journal ends as a page begins to read: what comes after, the page must be told. 0 without a live service."""
    return head().position if settings.ANLAN_LIVE_PORT else 0
