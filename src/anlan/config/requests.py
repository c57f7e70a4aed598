# SPDX-License-Identifier: Apache-2.0
"""Each request has an id, one line in the log, and is counted: which door, which route, how it ended, how long it took.

The line holds the route's name and never its path: numbers, codes and words that people search for stand in paths.
"""

import logging
import re
import time
from bisect import bisect_left
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from anlan.config.counts import Counts

log = logging.getLogger("anlan.request")
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that this thread works on; every log line says it."""

GIVEN = re.compile(r"[0-9A-Za-z_-]{8,64}")
METHODS = frozenset({"GET", "POST", "PUT", "HEAD", "OPTIONS"})
DOORS = ("look", "public", "resident", "desk", "field", "api", "admin", "static", "other")
STATUSES = (
    "200",
    "201",
    "204",
    "302",
    "304",
    "400",
    "401",
    "403",
    "404",
    "405",
    "409",
    "413",
    "422",
    "429",
    "500",
    "503",
    "else",
)
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds, upper ends of the classes of the histogram; one more class has no end."""


def _names() -> list[str]:
    of_door = [f"status {status}" for status in STATUSES]
    of_door += ["seconds", *(f"class {n}" for n in range(len(BOUNDS) + 1))]
    return [f"{door} {each}" for door in DOORS for each in of_door]


@cache
def counts() -> Counts:
    """What this deployment's web processes have answered."""
    return Counts(settings.ANLAN_HOME, _names())


class RequestMiddleware:
    """Stands outside of everything, so that what others refuse is counted too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """As Django asks."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answers, says the id in the answer, and tells."""
        own = _id_of(request)
        mark = request_id.set(own)
        began = time.perf_counter()
        try:
            answer = self.get_response(request)
            seconds = time.perf_counter() - began
            answer.headers["X-Request-ID"] = own
            match = request.resolver_match
            route = match.view_name if match else ""
            _tell(
                request, door=_door(request, route), route=route, status=answer.status_code, seconds=seconds
            )
            return answer
        finally:
            request_id.reset(mark)


def _id_of(request: HttpRequest) -> str:
    """The proxy's id where there is a proxy of one's own; what others send is theirs to choose, and is not taken."""
    given = request.headers.get("X-Request-ID", "") if settings.ANLAN_PROXIES else ""
    return given if GIVEN.fullmatch(given) else uuid4().hex


def _door(request: HttpRequest, route: str) -> str:
    if not route and request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
        return "static"
    door = route.partition(":")[0]
    return door if door in DOORS else "other"


def _tell(request: HttpRequest, *, door: str, route: str, status: int, seconds: float) -> None:
    told = str(status) if str(status) in STATUSES else "else"
    counts().add({
        f"{door} status {told}": 1,
        f"{door} seconds": seconds,
        f"{door} class {bisect_left(BOUNDS, seconds)}": 1,
    })  # fmt: skip
    log.info(
        "request",
        extra={
            "told": {
                "door": door,
                "route": route,
                "method": request.method if request.method in METHODS else "other",
                "status": status,
                "ms": round(seconds * 1000, 1),
            }
        },
    )
