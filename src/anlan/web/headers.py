# SPDX-License-Identifier: Apache-2.0
"""What every answer tells the browser: only our own files run, in nobody's frame, and pages of a session are kept nowhere.

A view that says it more strictly is left alone.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from anlan.web.listening import live_address

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; object-src 'none';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""No inline scripts and styles, nothing from elsewhere; pictures, sounds and workers also as a script made them."""
FEATURES = (
    "camera=(self), geolocation=(self), microphone=(self), accelerometer=(), browsing-topics=(), display-capture=(),"
    " gyroscope=(), magnetometer=(), midi=(), payment=(), usb=()"
)
"""What a report may ask the phone for, by ourselves only; nothing else is ever asked."""


def policy(live: str = "") -> str:
    """The policy; a demo shows its own pages inside its own frame of a phone. `live`: where its events come from, if elsewhere."""
    found = (
        POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'") if settings.ANLAN_DEMO else POLICY
    )
    return f"{found}; connect-src 'self' {live}" if live else found


class HeadersMiddleware:
    """Stands outside of all that answers pages, so that refusals and errors have the same headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """As Django asks."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Adds what is missing."""
        answer = self.get_response(request)
        actor = getattr(request, "actor", None)
        listens = getattr(request, "listens", False) or (actor is not None and actor.kind == "post")
        live = live_address(request, "") if listens else ""
        answer.headers.setdefault("Content-Security-Policy", policy(live))
        answer.headers.setdefault("Permissions-Policy", FEATURES)
        known = {settings.SESSION_COOKIE_NAME} & {*request.COOKIES, *answer.cookies}
        if known or "HTTP_AUTHORIZATION" in request.META:
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer
