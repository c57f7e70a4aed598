# SPDX-License-Identifier: Apache-2.0
"""Whether this deployment is well: alive for load balancers, ready and in figures for who operates it, and for nobody else."""

import secrets
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse

from anlan.base.clock import now
from anlan.base.keys import Unreadable
from anlan.cases import pulse
from anlan.config.metrics import draw
from anlan.config.shed import LOGGED
from anlan.web.gate import open_to

HERE = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
PLAIN = "text/plain; charset=utf-8"


@open_to("anyone")
def health(_request: HttpRequest) -> HttpResponse:
    """200 "ok", or 503 when the database does not answer."""
    fault = _database()
    return _say("database\n" if fault else "ok\n", well=not fault)


@open_to("anyone")
def ready(request: HttpRequest) -> HttpResponse:
    """One line for each thing that must hold, "ok" or what is wrong; 503 when one does not."""
    _refuse_strangers(request)
    told, well = [], True
    for name, check in CHECKS.items():
        fault = check()
        told.append(f"{name}: {fault or 'ok'}\n")
        well = well and not fault
        if name == "database" and fault:
            break  # nothing else can be asked
    return _say("".join(told), well=well)


@open_to("anyone")
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, as Prometheus reads them."""
    _refuse_strangers(request)
    return HttpResponse(draw(at=now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _say(words: str, *, well: bool) -> HttpResponse:
    answer = HttpResponse(words, status=200 if well else 503, content_type=PLAIN)
    setattr(answer, LOGGED, True)  # whoever asks every second would fill the log with it
    return answer


def _refuse_strangers(request: HttpRequest) -> None:
    """For who asks on this machine itself, not through a proxy, or has the token. Raises PermissionDenied."""
    token = settings.ENVIRONMENT.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and secrets.compare_digest(given.encode(), token.encode()):
        return
    passed_on = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"} & request.META.keys()
    if passed_on or request.META.get("REMOTE_ADDR") not in HERE:
        raise PermissionDenied


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "it does not answer"
    return ""


def _migrations() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        missing = _known_migrations() - set(cursor.fetchall())
    return f"{len(missing)} to be made: anlan migrate" if missing else ""


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations or ())


def _keys() -> str:
    try:
        pulse.check_keys()
    except Unreadable:
        return "the newest case cannot be opened with ANLAN_KEYS"
    return ""


def _journal() -> str:
    return "" if pulse.is_led(at=now()) else "nobody numbers the entries: anlan journal"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "keys": _keys,
    "journal": _journal,
}
"""What must hold, in the order in which it is asked."""
