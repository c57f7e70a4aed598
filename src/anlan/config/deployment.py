# SPDX-License-Identifier: Apache-2.0
"""What runs together: web, worker and journal, for real or as a demo.

A demo marks the database it made and refuses every other one; a real deployment refuses a demo's database.
"""

import sys
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import connections

from anlan.cases.declarations import check_used
from anlan.config.home import home
from anlan.config.postgres import Server
from anlan.config.setup import PROFILE_LINE
from anlan.config.supervisor import Part, Supervisor
from anlan.people.models import AdminLine
from anlan.places.models import Calendar
from anlan.places.region import region

MARK = "Anlan demo: made-up cases"


class WrongDatabaseError(Exception):
    """This database is not for this mode; the message says what to do."""


def claim_for_demo() -> None:
    """Marks an empty database as the demo's. Raises WrongDatabaseError when it has tables and no mark."""
    if _mark() == MARK:
        return
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if cursor.fetchone() != (0,):
            raise WrongDatabaseError(
                "Demo mode uses only a database it made itself, and this one has tables: set ANLAN_HOME to a new folder."
            )
        cursor.execute(f"COMMENT ON SCHEMA public IS '{MARK}'")


def refuse_demo() -> None:
    """Raises WrongDatabaseError on a demo's database outside demo mode: its accounts need no second factor."""
    if _mark() == MARK and not settings.ANLAN_DEMO:
        raise WrongDatabaseError(
            "This database holds a demo with made-up cases and open accounts: use `anlan demo`, or another ANLAN_HOME."
        )


def refuse_other_region() -> None:
    """Raises WrongDatabaseError when this database was set up for another region than this process has."""
    profile = AdminLine.objects.filter(what=PROFILE_LINE).order_by("-seq").first()
    if profile is not None and profile.after is not None:
        kept, mine = {profile.after["region"]}, region().key
    else:  # places that came with the package left their calendar
        kept, mine = set(Calendar.objects.values_list("key", flat=True)), region().calendar.key
    if kept and mine not in kept:
        raise WrongDatabaseError(
            f"This database was set up for the region {', '.join(sorted(kept))}, and this process has {region().key}:"
            " set ANLAN_REGION to the one it was set up for, or use another database."
        )


def supervise(
    *, say: Callable[[str], None], besides: Sequence[Part] = (), greeting: tuple[str, ...] = ()
) -> None:
    """Runs web, worker and journal, and what a demo has `besides`, until told to stop; `greeting` is said when it is ready.

    Raises Unsound when a declaration that was used has changed since.
    """
    check_used()
    connections.close_all()
    environment = settings.ENVIRONMENT
    anlan = (sys.executable, "-m", "anlan.cli")
    server = None
    if not environment.database_url:
        server = Server(home(), say=say)
        server.start()
    try:
        Supervisor(
            [
                Part(name="web", command=(*anlan, "serve")),
                Part(name="worker", command=(*anlan, "work")),
                Part(name="journal", command=(*anlan, "journal")),
                *([Part(name="live", command=(*anlan, "live"))] if settings.ANLAN_LIVE_PORT else []),
                *besides,
            ],
            home=home(),
            port=environment.port,
            environment={"ANLAN_DEMO": "1"} if settings.ANLAN_DEMO else {},
            say=say,
            server=server,
            greeting=greeting,
        ).run()
    finally:
        if server is not None:
            server.release()


def _mark() -> str | None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT obj_description('public'::regnamespace, 'pg_namespace')")
        row = cursor.fetchone()
    return row[0] if row else None
