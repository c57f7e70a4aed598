# SPDX-License-Identifier: Apache-2.0
"""Words where Django answers with none: a page that only takes what a form sends, asked for by its address alone.

It happens to people when a session ends, when the language is switched on a refusal, or when an address is kept.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render

from anlan.people.may import Actor
from anlan.web.staff_frame import frame


class WrongMethodMiddleware:
    """Stands inside of the session, so that staff keep their own frame and the way back to their work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """As Django asks."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Only a person's browser is given words: the API has its own, and a script reads the status."""
        answer = self.get_response(request)
        asked = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if not isinstance(answer, HttpResponseNotAllowed) or answer.content or not asked:
            return answer
        by = getattr(request, "actor", None)
        staff = isinstance(by, Actor) and by.kind == "post"
        template, context = ("staff/405.html", frame(request)) if staff else ("405.html", {})
        page = render(request, template, context, status=HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = answer["Allow"]
        return page
