# SPDX-License-Identifier: Apache-2.0
"""What a start refuses, said in one line; and that it leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings

from anlan.base.clock import now
from anlan.config.deployment import WrongDatabaseError, claim_for_demo, refuse_demo, refuse_other_region
from anlan.config.postgres import Server
from anlan.config.setup import PROFILE_LINE
from anlan.people.log import record
from anlan.places.region_files import folder_of, read_region
from tests.databases import Clone


def anlan(*arguments: str, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "anlan.cli", *arguments], env=env, capture_output=True, text=True, check=False
    )


def test_a_demo_refuses_a_database_it_did_not_make(own_database: Clone) -> None:
    with pytest.raises(WrongDatabaseError, match="made itself"):
        claim_for_demo()


def test_a_demo_marks_an_empty_database_and_knows_it_again(
    own_database: Clone, settings: LazySettings
) -> None:
    with psycopg.connect(own_database.owner_dsn, autocommit=True) as owner:
        rows = owner.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        owner.execute("DROP TABLE " + ", ".join(str(row[0]) for row in rows) + " CASCADE")
        claim_for_demo()
        owner.execute("CREATE TABLE public.a_table_of_the_demo (n int)")
    claim_for_demo()
    settings.ANLAN_DEMO = True
    refuse_demo()
    settings.ANLAN_DEMO = False
    with pytest.raises(WrongDatabaseError, match="anlan demo"):
        refuse_demo()


@pytest.mark.django_db
def test_a_database_of_another_region_is_refused(settings: LazySettings) -> None:
    refuse_other_region()
    settings.ANLAN_REGION = read_region(folder_of("port-aurel"))
    with pytest.raises(WrongDatabaseError, match=r"for the region zhejiang, and this process has port-aurel"):
        refuse_other_region()
    record(None, PROFILE_LINE, before=None, after={"region": "port-aurel", "sha256": ""}, at=now())
    refuse_other_region()


@pytest.mark.parametrize(("name", "value"), [("ANLAN_PORT", "many"), ("ANLAN_NO_SUCH", "1")])
def test_a_wrong_setting_is_named_in_one_line(
    free_home: Path, plain_environment: dict[str, str], name: str, value: str
) -> None:
    done = anlan("migrate", env=plain_environment | {"ANLAN_HOME": str(free_home), name: value})
    assert done.returncode == 1
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_one_database_url_without_the_other_is_refused(own_database: Clone) -> None:
    env = own_database.env
    del env["ANLAN_OWNER_DATABASE_URL"]
    done = anlan("showmigrations", env=env)
    assert done.returncode == 1
    assert "ANLAN_OWNER_DATABASE_URL" in done.stderr


def test_a_database_that_does_not_know_chinese_is_refused_at_start(
    own_database: Clone, postgres_server: Server, free_home: Path
) -> None:
    with psycopg.connect(own_database.admin_dsn, autocommit=True) as admin:
        admin.execute(
            f"CREATE DATABASE {own_database.name}_deaf OWNER anlan_owner TEMPLATE template0"
            " LOCALE_PROVIDER libc LOCALE 'C'"
        )
        try:
            deaf = {
                f"ANLAN_{prefix}DATABASE_URL": postgres_server.dsn(role, database=f"{own_database.name}_deaf")
                for prefix, role in (("", "anlan_app"), ("OWNER_", "anlan_owner"))
            }
            done = anlan("start", env=own_database.env | deaf)
        finally:
            admin.execute(f"DROP DATABASE {own_database.name}_deaf WITH (FORCE)")
    assert done.returncode == 1
    assert "does not know Chinese" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_starts_the_database_and_stops_it_after(
    free_home: Path, plain_environment: dict[str, str]
) -> None:
    done = anlan("showmigrations", "people", env=plain_environment | {"ANLAN_HOME": str(free_home)})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("people\n")
    assert Server(free_home).running_pid() is None
