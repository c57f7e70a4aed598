# SPDX-License-Identifier: Apache-2.0
"""A backup brings a deployment back as it was, but for what was erased since, and nobody is told twice."""

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.db import connections

from anlan.base.keys import generate
from anlan.cases import follow, journal
from anlan.cases.attachments import path_of
from anlan.cases.models import Attachment, Case, Content, Delivery
from anlan.config.backup import BackupError, back_up, restore
from anlan.config.database import open_to_roles
from anlan.people import log
from anlan.people.models import AdminLine
from tests.cases.world import MONDAY
from tests.databases import Clone
from tests.faults.whole import faults
from tests.procedures.report.cast import REPORTER, Matter


@pytest.fixture
def homes(tmp_path: Path, settings: LazySettings) -> tuple[Path, Path]:
    """The home that is lost and the one that comes after it."""
    lost, found = tmp_path / "lost", tmp_path / "found"
    for home in (found, lost):
        home.mkdir()
        move_to(home, settings)
    return lost, found


def move_to(home: Path, settings: LazySettings) -> None:
    settings.ANLAN_HOME = home
    settings.ANLAN_ATTACHMENTS = home / "attachments"
    settings.ANLAN_HEADS = home / "heads.jsonl"
    settings.ANLAN_ERASURES = home / "erasures.jsonl"
    settings.ANLAN_LOG_HEADS = home / "log-heads.jsonl"


def turn_to(database: Clone) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database.name


def read_all() -> None:
    while journal.number(at=MONDAY):
        pass
    for one in follow.followers():
        while follow.advance(one):
            pass


def with_photo(matter: Matter) -> Path:
    """The file of a photo of this case, as an upload leaves it."""
    matter.do("add", REPORTER, files=1, words="还有一处")
    row = Attachment.objects.get(case_id=matter.id)
    path = path_of(matter.id, bytes(row.keyed))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"sealed")
    return path


def test_what_was_erased_after_a_backup_stays_erased_and_nothing_is_sent_again(
    own_database: Clone, elsewhere: Clone, homes: tuple[Path, Path], tmp_path: Path, settings: LazySettings
) -> None:
    open_to_roles(elsewhere.admin_dsn)
    follow.take_seats()
    kept, erased = Matter(), Matter()
    kept_file, erased_file = with_photo(kept), with_photo(erased)
    erased.do("withdraw", REPORTER)
    Session.objects.create(session_key="k" * 32, expire_date=MONDAY + timedelta(days=300))
    log.record(None, "before", before=None, after=None, at=MONDAY)
    read_all()
    assert Delivery.objects.filter(outcome="waiting").exists()
    said: list[str] = []
    made = back_up(tmp_path / "backup", at=MONDAY, say=said.append)
    assert (made["files"], made["position"]) == (2, journal.head().position)
    assert AdminLine.objects.filter(what="backup.made", after__files=2).count() == 1

    erased.at += timedelta(days=1)
    erased.do("erase", REPORTER)
    assert not Content.objects.filter(case_id=erased.id, sealed__isnull=False).exists()
    log.record(None, "after", before=None, after=None, at=MONDAY)
    log.keep_head(at=MONDAY)
    lists = {path.name: path.read_bytes() for path in homes[0].glob("*.jsonl")}
    assert set(lists) == {"erasures.jsonl", "log-heads.jsonl"}

    turn_to(elsewhere)
    move_to(homes[1], settings)
    for name, held in lists.items():  # they lie outside the database, so they outlive it
        (homes[1] / name).write_bytes(held)
    restore(tmp_path / "backup", at=MONDAY + timedelta(days=2), say=said.append)
    assert Case.objects.count() == 2
    assert Content.objects.filter(case_id=kept.id, sealed__isnull=False).exists()
    assert not Content.objects.filter(case_id=erased.id, sealed__isnull=False).exists()
    assert (homes[1] / kept_file.relative_to(homes[0])).read_bytes() == b"sealed"
    assert not (homes[1] / erased_file.relative_to(homes[0])).exists()
    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"unknown"}
    assert faults() == []
    assert log.verify_admin_log(heads=log.kept_heads()).broken == ()
    assert any("after the backup is lost (2 lines" in line for line in said), "one is the backup's own"
    (line,) = AdminLine.objects.filter(what="backup.restored")
    assert (line.after, line.post_id) == ({"of": made["at"]}, log.OPERATOR)
    assert not Session.objects.exists()  # whoever found the backup could have walked in with it
    with psycopg.connect(elsewhere.dsn) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("DELETE FROM cases_entry")


def test_a_damaged_file_is_told_and_the_rest_comes_back(
    own_database: Clone, elsewhere: Clone, homes: tuple[Path, Path], tmp_path: Path, settings: LazySettings
) -> None:
    open_to_roles(elsewhere.admin_dsn)
    whole, damaged = with_photo(Matter()), with_photo(Matter())
    backup = tmp_path / "backup"
    back_up(backup, at=MONDAY, say=print)
    (backup / "attachments" / damaged.relative_to(homes[0] / "attachments")).write_bytes(b"rotten")
    turn_to(elsewhere)
    move_to(homes[1], settings)
    said: list[str] = []
    restore(backup, at=MONDAY, say=said.append)
    assert (homes[1] / whole.relative_to(homes[0])).read_bytes() == b"sealed"
    assert not (homes[1] / damaged.relative_to(homes[0])).exists()
    assert sum("is damaged or missing" in line for line in said) == 1


def test_half_a_dump_leaves_the_database_empty(
    own_database: Clone, elsewhere: Clone, homes: tuple[Path, Path], tmp_path: Path
) -> None:
    open_to_roles(elsewhere.admin_dsn)
    Matter()
    backup = tmp_path / "backup"
    back_up(backup, at=MONDAY, say=print)
    dump, manifest = backup / "database.dump", backup / "manifest.json"
    with dump.open("r+b") as file:
        file.truncate(dump.stat().st_size * 2 // 3)
    told = json.loads(manifest.read_bytes())
    told["digests"][dump.name] = sha256(dump.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(told))
    turn_to(elsewhere)
    with pytest.raises(BackupError, match="pg_restore: error"):
        restore(backup, at=MONDAY, say=print)
    with psycopg.connect(elsewhere.admin_dsn) as admin:
        assert admin.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_a_restore_refuses_damage_other_keys_and_a_database_in_use(
    own_database: Clone,
    elsewhere: Clone,
    homes: tuple[Path, Path],
    tmp_path: Path,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_to_roles(elsewhere.admin_dsn)
    Matter()
    backup = tmp_path / "backup"
    back_up(backup, at=MONDAY, say=print)
    with pytest.raises(BackupError, match="new folder"):
        back_up(backup, at=MONDAY, say=print)
    with pytest.raises(BackupError, match="has tables"):
        restore(backup, at=MONDAY, say=print)
    turn_to(elsewhere)
    with monkeypatch.context() as other:
        other.setattr(settings, "ANLAN_KEYS", f"9:{generate()}")
        with pytest.raises(BackupError, match="Key 1 of this backup is not in ANLAN_KEYS"):
            restore(backup, at=MONDAY, say=print)
    with (backup / "database.dump").open("ab") as dump:
        dump.write(b"x")
    with pytest.raises(BackupError, match="damaged"):
        restore(backup, at=MONDAY, say=print)
    (backup / "manifest.json").unlink()
    with pytest.raises(BackupError, match="no backup"):
        restore(backup, at=MONDAY, say=print)
