# SPDX-License-Identifier: Apache-2.0
"""Setting up a place: a foreign city from its files to a closed report, templates, and what is asked of a terminal."""

import html
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from pytest_django import Settings

from anlan.base.clock import now
from anlan.config.database import APP, OWNER, open_to_roles
from anlan.config.postgres import ADMIN, Server
from anlan.config.readiness import missing
from anlan.config.runs import last_run, last_tried, note_backup, note_restore
from anlan.config.setup_templates import write_templates
from anlan.people import grants
from anlan.people.may import Role, actor_of
from anlan.places.region import region
from anlan.places.region_files import BUILT_IN, read_region
from tests import databases
from tests.people.world import organisation, staff
from tests.procedures.report.cast import TOWN_ROOM
from tests.web.staff import enter, post_of

SPOILT = {
    "places.csv": ("PA102,Chandlers' Row,ward", "PA10,Chandlers' Row,ward"),
    "organisations.csv": ("pa1,county_centre", "pa1,county_center"),
    "posts.csv": ("ada.system,Ada Morrow,system_admin", "ada.system,Ada Morrow,root"),
    "categories.csv": ("O1,Something else,other,no", "O1,Something else,other,no\nP1,Drug addicts,other,no"),
    "limits.csv": ("handle,2,working_day,S1", "handle,two,working_day,S1"),
    "routes.csv": ("department:streets,Roads", "department:spaceport,Roads"),
}


@pytest.fixture
def empty(postgres_server: Server) -> Iterator[str]:
    """A database without tables."""
    name = f"anlan_test_empty_{id(postgres_server)}"
    with psycopg.connect(postgres_server.dsn(ADMIN, database="postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0")
    open_to_roles(postgres_server.dsn(ADMIN, database=name))
    yield name
    databases.drop(postgres_server, name)


def test_a_foreign_city_from_its_files_to_a_closed_report(
    empty: str, postgres_server: Server, tmp_path: Path
) -> None:
    folder, spoilt = tmp_path / "aurel", tmp_path / "spoilt"
    write_templates(folder, "port-aurel")
    shutil.copytree(folder, spoilt)
    for name, (old, new) in SPOILT.items():
        text = (spoilt / name).read_text("utf-8")
        assert old in text
        (spoilt / name).write_text(text.replace(old, new, 1), "utf-8")
    text = (spoilt / "organisations.csv").read_text("utf-8")
    (spoilt / "organisations.csv").write_text(text.replace(",PA2,streets,", ",PA2,boats,", 1), "utf-8")
    made = databases.Clone(
        name=empty,
        dsn=postgres_server.dsn(APP, database=empty),
        owner_dsn=postgres_server.dsn(OWNER, database=empty),
        admin_dsn=postgres_server.dsn(ADMIN, database=empty),
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.config.port_aurel", str(folder), str(spoilt)],
        cwd=databases.ROOT,
        env=made.env | {"ANLAN_REGION": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]


def test_templates_are_whole_and_never_written_over(tmp_path: Path) -> None:
    written = write_templates(tmp_path, "my-city")
    assert {path.name for path in written} == {
        path.name for path in (BUILT_IN / "port-aurel").iterdir() if path.suffix != ".geojson"
    }
    assert read_region(tmp_path).key == "my-city"
    (tmp_path / "posts.csv").write_text("mine")
    assert write_templates(tmp_path, "my-city") == []
    assert (tmp_path / "posts.csv").read_text() == "mine"


@pytest.mark.django_db
def test_what_a_new_profile_still_has_of_the_example_is_missing(settings: Settings) -> None:
    ours, example = region(), read_region(BUILT_IN / "port-aurel")

    def told(**kept: Any) -> list[str]:
        settings.ANLAN_REGION = replace(ours, key="my-city", **kept)
        with translation.override("en"):
            return [each.words for each in missing(at=now()) if "the example Port Aurel" in each.words]

    assert told() == []
    [all_of_it] = told(
        name=example.name,
        calendar=replace(ours.calendar, name=example.calendar.name),
        legal={"purpose": example.legal["purpose"]},
        laws=example.laws,
    )
    assert all_of_it.endswith("the name, the working calendar, the words of law, what limits rest on.")
    [law] = told(legal={**ours.legal, "keeping": example.legal["keeping"]})
    assert law.endswith(": the words of law.")


def test_without_a_folder_and_a_terminal_it_says_how_to_begin() -> None:
    with pytest.raises(CommandError, match="--templates"):
        call_command("setup", language="en")


@pytest.mark.django_db
def test_each_administrator_reads_what_is_missing_what_to_do_and_where() -> None:
    system, security = enter(post_of(Role.SYSTEM_ADMIN)), enter(post_of(Role.SECURITY_ADMIN))
    english = {"accept-language": "en"}
    page = security.get("/desk/readiness", headers=english).content.decode()
    assert "fewer than two persons with the role auditor" in page
    assert 'href="/admin/people/post/add/?role=auditor"' in page
    others = system.get("/desk/readiness", headers=english).content.decode()
    assert "fewer than two persons with the role auditor" in others
    assert "/admin/people/post/add/" not in others, "a page that would refuse is no way to mend it"
    assert "Security administrator: Add an account" in others
    ways = re.findall(r'<a class="anlan-item__link" href="([^"]+)"', page)
    assert ways
    assert {security.get(html.unescape(way)).status_code for way in ways} == {200}
    assert enter(post_of(Role.HANDLER)).get("/desk/readiness").status_code == 403


@pytest.mark.django_db
def test_a_post_that_waits_is_approved_and_not_added_again() -> None:
    with translation.override("en"):
        first = next(each for each in missing(at=now()) if "no dispatcher" in each.words)
        room = organisation(TOWN_ROOM)
        assert f"organisation={room.pk}" not in first.url
        count = int(first.words.split()[0])
        grants.grant_post(
            staff("new").pk,
            role=Role.DISPATCHER,
            organisation_id=room.pk,
            place_id=None,
            by=actor_of(post_of(Role.SECURITY_ADMIN), at=now()),
            at=now(),
        )
        told = missing(at=now())
    after = next(each for each in told if "no dispatcher" in each.words)
    assert int(after.words.split()[0]) == count - 1
    waits = next(each for each in told if "wait for a second person" in each.words)
    assert waits.words.startswith("1 ")
    assert waits.url == "/admin/people/pendingchange/?state__exact=waiting"
    assert all(each.do and bool(each.url) is bool(each.by) for each in told)


def test_backups_and_tried_ones_are_noted(tmp_path: Path) -> None:
    home, folder, at = tmp_path, tmp_path / "one", datetime(2026, 3, 2, tzinfo=UTC)
    assert (last_run(home), last_tried(home)) == (None, None)
    folder.mkdir()
    note_backup(home, folder, at=at)
    run = last_run(home)
    assert run is not None
    assert (run.at, run.folder, last_tried(home)) == (at, folder, None)
    note_restore(folder, at=at + timedelta(days=1), position=0, running="00")
    assert last_tried(home) == at + timedelta(days=1)
