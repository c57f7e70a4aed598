# SPDX-License-Identifier: Apache-2.0
"""A deployment in a folder, and a deployment from it: the database, the files of cases, and the lists outside the database.

Keys are never in it: without them a backup tells nothing, with them lost it is lost. What was erased after a backup is
erased again when it is restored, and what may have been sent meanwhile is not sent again (docs/decisions/backup.md).
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from anlan.base.keys import Unreadable, keyring
from anlan.cases import attachments, erase, follow, journal
from anlan.cases.apply import write_moment
from anlan.config.database import GRANT_FUTURE, WITHHOLD_FUTURE
from anlan.config.programs import PostgresError, clean_environment, find_binaries
from anlan.people.erased import reapply_erasures

FORMAT = 1
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "attachments"
LISTS = ("heads.jsonl", "erasures.jsonl", "erased-accounts.jsonl", "log-heads.jsonl")
KEYS = "SELECT DISTINCT ON (get_byte(key, 1)) get_byte(key, 1), key FROM cases_case ORDER BY get_byte(key, 1)"

Say = Callable[[str], None]


class BackupError(Exception):
    """A backup or a restore cannot be made; the message says why and what to do. Nothing was changed."""


def back_up(target: Path, *, at: datetime, say: Say) -> dict[str, Any]:
    """Writes a backup into the new folder `target`, while the system runs; its manifest. Raises BackupError.

    The dump is one snapshot; files are copied after it, so each row of the snapshot has its file unless that was erased since.
    """
    if target.exists():
        raise BackupError(f"{target} is there already: a backup needs a new folder.")
    draft = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    began = time.monotonic()
    end = journal.head()
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        keys = {str(id): bytes(wrapped).hex() for id, wrapped in cursor.fetchall()}
    _run("pg_dump", "--format=custom", f"--file={draft / DUMP}", "--serializable-deferrable")
    say(f"The database: {(draft / DUMP).stat().st_size:,} bytes")
    files, size = _copy_files(attachments.folder(), draft / FILES, say=say)
    lists = [name for name in LISTS if (settings.ANLAN_HOME / name).is_file()]
    for name in lists:
        shutil.copy2(settings.ANLAN_HOME / name, draft / name)
    manifest = {
        "format": FORMAT,
        "at": write_moment(at),
        "position": end.position,
        "running": end.running.hex(),
        "files": files,
        "bytes": size,
        "keys": keys,
        "index": keyring().index("backup", "check").hex(),
        "digests": {name: _digest(draft / name) for name in (DUMP, *lists)},
        "seconds": round(time.monotonic() - began, 1),
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    for path in (draft / DUMP, draft / MANIFEST, draft):
        _settle(path)
    draft.rename(target)
    _settle(target.parent)
    return manifest


def restore(source: Path, *, at: datetime, say: Say, jobs: int = 1) -> None:
    """Makes this empty deployment what the backup in `source` was, but for what was erased since. Raises BackupError.

    Lists that lie in the home already are newer than the backup's and are kept: what they say was erased is erased again.
    `jobs` processes verify the result; SystemExit when it does not hold.
    """
    manifest = check(source)
    began = time.monotonic()
    _load(source / DUMP)
    say(f"The database is back, {time.monotonic() - began:.0f} s")
    _copy_files(source / FILES, attachments.folder(), say=say)
    for name in LISTS:
        if name in manifest["digests"] and not (settings.ANLAN_HOME / name).exists():
            shutil.copy2(source / name, settings.ANLAN_HOME / name)
    journal.note_restore(at=at, why=f"restored from the backup of {manifest['at']}")
    erase.reapply(at=at, say=say)
    accounts = reapply_erasures()
    if accounts:
        say(f"{accounts:,} accounts were erased again")
    unknown = _send_nothing_again(at=at)
    if unknown:
        say(f"{unknown:,} messages may have been sent after the backup: they stay unknown")
    say("Verifying")
    call_command("verify", jobs=jobs)
    say(f"Restored and verified in {time.monotonic() - began:.0f} s")


def check(source: Path) -> dict[str, Any]:
    """The manifest of a backup that is whole, readable with these keys, and has an empty database to go to.

    Raises BackupError.
    """
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        raise BackupError(f"{source} is no backup: it has no readable {MANIFEST}.") from None
    if manifest["format"] != FORMAT:
        raise BackupError(f"This backup has format {manifest['format']}; this version reads {FORMAT}.")
    for name, digest in manifest["digests"].items():
        if not (source / name).is_file() or _digest(source / name) != digest:
            raise BackupError(f"{source / name} is damaged or missing: take another backup.")
    for id, wrapped in manifest["keys"].items():
        try:
            keyring().unwrap(bytes.fromhex(wrapped))
        except Unreadable:
            raise BackupError(
                f"Key {id} is not in ANLAN_KEYS: bring the keys of the deployment that was backed up."
            ) from None
    if keyring().index("backup", "check").hex() != manifest["index"]:
        raise BackupError(
            "The last key in ANLAN_KEYS is another than it was: no phone number would be found again."
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if cursor.fetchone() != (0,):
            raise BackupError(
                "This database has tables: restore into an empty one (a new ANLAN_HOME has one)."
            )
    return manifest


def _load(dump: Path) -> None:
    """The dump into the empty database, all or nothing. What the app may do comes from the dump alone: with the grants for
    future tables in force, each table would be born with rights that the dump does not take back.
    """
    with connections["owner"].cursor() as owner:
        owner.execute(WITHHOLD_FUTURE)
        try:
            _run("pg_restore", "--dbname", "{dbname}", "--single-transaction", "--exit-on-error", str(dump))
        except BackupError:
            owner.execute(GRANT_FUTURE)
            raise
    connections.close_all()


def _send_nothing_again(*, at: datetime) -> int:
    """Lets sending followers read to the end, then gives up all that waits: after the backup it may have been sent."""
    while journal.number(at=at):
        pass
    for one in follow.followers():
        while one.sends and follow.advance(one):
            pass
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_delivery SET outcome = 'unknown' WHERE outcome IN ('waiting', 'sending')"
        )
        return int(cursor.rowcount)


def _run(program: str, *arguments: str) -> None:
    """A program of PostgreSQL on this deployment's database, as its owner; the password travels in the environment alone."""
    given = connections["owner"].get_connection_params()
    own = {
        f"PG{name.upper()}": str(given[key])
        for name, key in (("host", "host"), ("port", "port"), ("user", "user"), ("password", "password"))
        if given.get(key)
    }
    own["PGDATABASE"] = str(given["dbname"])
    try:
        done = subprocess.run(
            [find_binaries() / program, *(each.format(dbname=given["dbname"]) for each in arguments)],
            env=clean_environment() | own,
            capture_output=True,
            text=True,
            check=False,
        )
    except (OSError, PostgresError) as error:
        raise BackupError(f"{program} cannot be run: {error}") from None
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()[-500:]}")


def _copy_files(source: Path, target: Path, *, say: Say) -> tuple[int, int]:
    """Copies the files of cases, which never change once written; how many, and how many bytes."""
    files = size = 0
    shown = time.monotonic()
    for path in _files(source):
        there = target / path.relative_to(source)
        there.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(path, there)
        except FileNotFoundError:
            continue  # erased just now; its row says so, or the list outside the database will
        files, size = files + 1, size + there.stat().st_size
        if time.monotonic() - shown > 2:
            shown = time.monotonic()
            say(f"{files:,} files")
    return files, size


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*/*/*")) if path.is_file()) if folder.is_dir() else iter(())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _settle(path: Path) -> None:
    """Waits until the disk has it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
