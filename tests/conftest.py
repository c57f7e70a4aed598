# SPDX-License-Identifier: Apache-2.0
"""What every test has: a real PostgreSQL with migrations and seeds in place, connected as anlan_app.

`db` (and @pytest.mark.django_db) rolls back after each test. `own_database` is a clone of the test's own, for tests that
commit, use several connections or start processes: anlan_app may not TRUNCATE, so transaction=True is refused.
`owner` is a connection as anlan_owner to the same database.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import hypothesis
import psycopg
import pytest
from django.db import connections
from django.utils import translation
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from anlan.config.database import OWNER
from anlan.config.postgres import Server
from tests import databases
from tests.databases import Clone

# The quick tests try the same examples each time, so that a red run is about the change it was made for; `make test-slow`
# tries others each time.
UNTIMED = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
"""How long an example takes says something of the machine and its load only."""
hypothesis.settings.register_profile("same", UNTIMED, derandomize=True)
hypothesis.settings.register_profile("luck", UNTIMED, derandomize=False)
hypothesis.settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the tour's journey keeps what it sees; nowhere, unless one says so."""
    parser.addoption(
        "--pictures", metavar="FOLDER", help="keep pictures of the demo's tour here (make pictures)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Compiles the translations when they changed, once for all workers."""
    if not hasattr(config, "workerinput"):
        subprocess.run([sys.executable, databases.ROOT / "tools" / "messages.py", "compile"], check=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuses what cannot work here, saying what to use instead."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        wants = mark is not None and mark.kwargs.get("transaction")
        if wants or "transactional_db" in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(
                f"{item.nodeid}: use the fixture own_database instead of transaction=True"
            )


@pytest.fixture(autouse=True)
def no_language_left() -> None:
    """Django's client leaves the language of its last page with the thread; no test begins in another's."""
    translation.deactivate()


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The installed Chromium, one for all tests of a worker: Playwright starts once in a thread."""
    if CHROMIUM is None:
        pytest.skip("no Chromium; on Debian: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        expect.set_options(timeout=30_000)  # on a crowded machine what comes comes late
        started = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield started
        started.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The same for one test: what it opened is closed after it."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The tests' PostgreSQL, up for as long as this process needs it."""
    with databases.server() as server:
        yield server


@pytest.fixture(scope="session")
def django_db_setup(
    postgres_server: Server, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Points Django at this process's clone."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    clone = databases.clone(postgres_server, worker=worker)
    with django_db_blocker.unblock():
        _point_at(clone)
    try:
        yield
    finally:
        with django_db_blocker.unblock():
            connections.close_all()
        databases.drop(postgres_server, clone.name)


@pytest.fixture
def own_database(
    postgres_server: Server, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Clone]:
    """A database of this test's own: commits, threads and processes welcome (`.env`, `.dsn`, `.owner_dsn`)."""
    before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    clone = databases.clone(postgres_server, worker="own")
    with django_db_blocker.unblock():
        _point_at(clone)
        try:
            yield clone
        finally:
            connections.close_all()
            for alias, settings in before.items():
                connections[alias].settings_dict.update(settings)
            databases.drop(postgres_server, clone.name)


@pytest.fixture
def owner(postgres_server: Server, django_db_setup: None) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A psycopg connection as anlan_owner to the database that Django is on; rolled back unless the test commits."""
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(postgres_server.dsn(OWNER, database=name)) as connection:
        yield connection
        connection.rollback()


def _point_at(clone: Clone) -> None:
    for alias, dsn in (("default", clone.dsn), ("owner", clone.owner_dsn)):
        given = psycopg.conninfo.conninfo_to_dict(dsn)
        connections[alias].close()
        connections[alias].settings_dict.update(
            NAME=given["dbname"], USER=given["user"], PASSWORD=given["password"], HOST=given["host"]
        )
