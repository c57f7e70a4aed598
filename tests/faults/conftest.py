# SPDX-License-Identifier: Apache-2.0
"""A deployment to be killed, with this process's Django looking into its database."""

import random
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from anlan.config.database import APP, OWNER
from anlan.config.postgres import Server
from anlan.config.processes import in_folder, stop_processes
from tests import databases
from tests.databases import Clone
from tests.faults.deployment import Deployment
from tests.faults.relay import Relay

SEED = 20261124


@pytest.fixture
def dice() -> random.Random:
    """Chance that repeats itself."""
    return random.Random(SEED)


@pytest.fixture
def relay(tmp_path: Path, dice: random.Random) -> Iterator[Relay]:
    """The carrier; one message in twenty gets no answer."""
    carrier = Relay(tmp_path, silent=0.05, dice=dice)
    yield carrier
    carrier.close()


@pytest.fixture
def given() -> dict[str, str]:
    """Settings of the deployment besides the usual ones; a test that wants others says so."""
    return {"ANLAN_LIVE_WORKERS": "0"}


@pytest.fixture
def deployment(
    relay: Relay, given: dict[str, str], django_db_blocker: DjangoDbBlocker
) -> Iterator[Deployment]:
    """A deployment that serves; the default connection of this process is the deployment's own database."""
    home = Path(tempfile.mkdtemp(prefix="anlan-faults-"))
    home.chmod(0o755)
    settings = {"ANLAN_WORKERS": "2", "ANLAN_THREADS": "4", "ANLAN_API_NETWORK": "0", "ANLAN_API_TOKEN": "0"}
    made = Deployment(home, env=relay.env | settings | given)
    before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    try:
        made.start()
        with django_db_blocker.unblock():
            for alias, role in (("default", APP), ("owner", OWNER)):
                told = psycopg.conninfo.conninfo_to_dict(made.server.dsn(role))
                connections[alias].close()
                connections[alias].settings_dict.update(
                    NAME=told["dbname"], USER=told["user"], PASSWORD=told["password"], HOST=told["host"]
                )
            yield made
    finally:
        with django_db_blocker.unblock():
            connections.close_all()
        for alias, kept in before.items():
            connections[alias].settings_dict.update(kept)
        made.close()
        stop_processes(in_folder(made.server.data), signals=(signal.SIGQUIT, signal.SIGKILL), patience=5)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def elsewhere(postgres_server: Server) -> Iterator[Clone]:
    """An empty database with the roles' rights; where a dump is restored."""
    made = databases.clone(postgres_server, worker="restored")
    with psycopg.connect(postgres_server.dsn("anlan_admin", database="postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {made.name}")
        admin.execute(f"CREATE DATABASE {made.name} OWNER anlan_owner TEMPLATE template0")
        # Transactions go by, so that the ids in the copy are not the ids that were.
        for _ in range(50):
            admin.execute("SELECT pg_current_xact_id()")
    yield made
    databases.drop(postgres_server, made.name)
