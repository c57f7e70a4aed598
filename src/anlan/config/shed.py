# SPDX-License-Identifier: Apache-2.0
"""What a web process does when more is asked than it can take: a few wait a moment, the rest hear 503 at once.

So a burst never piles up behind the threads that work: whoever was taken in is answered in usual time, and whoever was not
knows it immediately, with nothing begun and a time to come back.
"""

import threading
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.templatetags.static import static

WAITING = 2
"""How many requests may wait, for each that is worked on."""
PATIENCE = 1.0
"""Seconds a request waits for its turn before it is sent away."""
RETRY = 2
"""Seconds after which who was sent away should come back."""
LOGGED = "_has_been_logged"
"""Django's mark of an answer that it need not log: a line for each that is sent away would make a burst worse."""
ROOM = WAITING + 5
"""Threads that granian keeps for each that works: those that wait, and those that send away."""

PAGE = """<!doctype html>
<html lang="zh-Hans" class="govuk-template"><head><meta charset="utf-8"><title>现在很忙 · 安澜 · Busy just now</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="{style}"></head>
<body class="govuk-template__body"><header class="anlan-header"><div class="anlan-width anlan-header__row"><span class="anlan-brand">安澜 Anlan</span></div></header>
<main class="govuk-main-wrapper anlan-width">
<h1 class="anlan-title">现在很忙，请过几秒再试</h1><p>这一次什么都没有办，也没有改动。返回上一页，写好的内容还在。</p>
<div lang="en"><h2 class="govuk-heading-m">Busy just now: please try again in a few seconds</h2><p>Nothing was begun and nothing changed. Go back: what you wrote is still there.</p></div>
</main></body></html>
"""


class ShedMiddleware:
    """Lets `settings.ENVIRONMENT.threads` requests through at a time; what operators ask always passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.working = threading.BoundedSemaphore(settings.ENVIRONMENT.threads)
        self.waiting = threading.BoundedSemaphore(settings.ENVIRONMENT.threads * WAITING)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answers, or says 503 with Retry-After."""
        if request.path in {"/healthz", "/readyz", "/metrics"}:
            return self.get_response(request)
        if not self._take_in():
            return refuse(request)
        try:
            return self.get_response(request)
        finally:
            self.working.release()

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A database that does not answer in time (pool, lock, statement, restart) is the same to who asks: nothing was
        done, come back.
        """
        return refuse(request) if isinstance(error, OperationalError | InterfaceError) else None

    def _take_in(self) -> bool:
        if self.working.acquire(blocking=False):
            return True
        if not self.waiting.acquire(blocking=False):
            return False
        try:
            return self.working.acquire(timeout=PATIENCE)
        finally:
            self.waiting.release()


@cache
def page() -> bytes:
    """Drawn once: who is sent away costs nothing. Its style comes from before this middleware."""
    return PAGE.format(style=static("anlan/page.css")).encode()


def refuse(request: HttpRequest) -> HttpResponse:
    """503 in both languages, as a problem document (RFC 9457) for the API."""
    answer: HttpResponse
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Busy just now", "status": 503, "code": "busy"}
        answer = JsonResponse(problem, status=503, content_type="application/problem+json")
    else:
        answer = HttpResponse(page(), status=503)
    answer["Retry-After"] = str(RETRY)
    answer["Cache-Control"] = "no-store"
    answer["Content-Length"] = str(len(answer.content))  # nothing above this middleware would say it
    setattr(answer, LOGGED, True)
    return answer
