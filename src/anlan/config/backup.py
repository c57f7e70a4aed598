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
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from anlan.base.keys import Unreadable, keyring
from anlan.cases import attachments, erase, follow, journal
from anlan.cases.apply import write_moment
from anlan.config.database import GRANT_FUTURE, WITHHOLD_FUTURE
from anlan.config.programs import PostgresError, clean_environment, find_binaries
from anlan.people import log
from anlan.people.erased import reapply_erasures
from anlan.people.texts import reapply_ends

FORMAT = 1
DUMP, MANIFEST, FILES, FILE_LIST = "database.dump", "manifest.json", "attachments", "attachments.sha256"
LISTS = ("heads.jsonl", "erasures.jsonl", "erased-accounts.jsonl", "ended-texts.jsonl", "log-heads.jsonl")
KEYS = "SELECT DISTINCT ON (get_byte(key, 1)) get_byte(key, 1), key FROM cases_case ORDER BY get_byte(key, 1)"
NOT_DUMPED = "django_session"
"""Whoever finds a backup made a minute ago shall not walk in with somebody's session; after a restore all sign in again."""
NEW_IN_17 = b"SET transaction_timeout = 0;\n"
MADE, RESTORED = "backup.made", "backup.restored"
"""Lines of the administration log: when a backup was last made here, and when one was last brought back and verified."""
HEAD = 40
"""Lines of a restoring script within which it sets what it needs of the server."""

Say = Callable[[str], None]
Thing = TypeVar("Thing")


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
    _dump(draft / DUMP)
    say(f"The database: {(draft / DUMP).stat().st_size:,} bytes")
    files, size = _take_files(draft, say=say)
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
        "digests": {name: _digest(draft / name) for name in (DUMP, FILE_LIST, *lists)},
        "seconds": round(time.monotonic() - began, 1),
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    for path in (draft / DUMP, draft / FILE_LIST, draft / MANIFEST, draft):
        _settle(path)
    draft.rename(target)
    _settle(target.parent)
    told = {"position": end.position, "files": files, "seconds": round(time.monotonic() - began)}
    log.record(None, MADE, before=None, after=told, at=at)
    return manifest


def restore(source: Path, *, at: datetime, say: Say, jobs: int = 1) -> dict[str, Any]:
    """Makes this empty deployment what the backup in `source` was, but for what was erased since; its manifest. Raises
    BackupError.

    Lists that lie in the home already are newer than the backup's and are kept: what they say was erased is erased again.
    `jobs` processes verify the result; SystemExit when it does not hold.
    """
    manifest = check(source)
    began = time.monotonic()
    _load(source / DUMP)
    say(f"The database is back, {time.monotonic() - began:.0f} s")
    _bring_files(source, say=say)
    for name in LISTS:
        if name in manifest["digests"] and not (settings.ANLAN_HOME / name).exists():
            shutil.copy2(source / name, settings.ANLAN_HOME / name)
    journal.note_restore(at=at, why=f"restored from the backup of {manifest['at']}")
    lost = log.note_restore(at=at)
    erase.reapply(at=at, say=say)
    accounts = reapply_erasures()
    if accounts:
        say(f"{accounts:,} accounts were erased again")
    if ended := reapply_ends():
        say(f"{ended:,} phones are told of alerts no more, as they wished")
    unknown = _send_nothing_again(at=at)
    if unknown:
        say(f"{unknown:,} messages may have been sent after the backup: they stay unknown")
    say(
        f"What was granted, revoked or configured after the backup is lost ({lost} lines of its log): look through accounts, posts and tokens"
    )
    say("Verifying")
    call_command("verify", jobs=jobs)
    log.record(None, RESTORED, before=None, after={"of": manifest["at"]}, at=at)
    say(f"Restored and verified in {time.monotonic() - began:.0f} s")
    return manifest


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
                f"Key {id} of this backup is not in ANLAN_KEYS: bring the keys of the deployment that was backed up, or"
                " begin in another new home that holds its secrets.json before anything is started."
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
            _pour(dump)
        except BackupError:
            owner.execute(GRANT_FUTURE)
            raise
    connections.close_all()


def _pour(dump: Path) -> None:
    """The script of a dump into psql, in one transaction. Not by pg_restore itself: it sets what a PostgreSQL older than its
    own does not know, and stops at the error.
    """
    into = ("--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1")
    with (
        TemporaryFile() as told,
        _start("pg_restore", "--file=-", str(dump), stdout=subprocess.PIPE, stderr=told) as script,
        _start("psql", *into, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told) as run,
    ):
        assert script.stdout is not None
        assert run.stdin is not None
        with suppress(BrokenPipeError):  # psql stopped at an error, which it told
            run.stdin.writelines(line for line in islice(script.stdout, HEAD) if line != NEW_IN_17)
            shutil.copyfileobj(script.stdout, run.stdin)
            run.stdin.flush()
        script.stdout.close()
        if script.wait() and run.poll() is None:
            run.kill()  # at the end of half a script psql would commit it
        with suppress(BrokenPipeError):
            run.stdin.close()
        if run.wait():
            told.seek(0)
            raise BackupError(f"psql: {told.read().decode('utf-8', 'replace').strip()[-500:]}")


def _send_nothing_again(*, at: datetime) -> int:
    """Lets sending followers read to the end, then gives up all that waits: after the backup it may have been sent."""
    while journal.number(at=at):
        pass
    for one in follow.followers():
        while one.sends and follow.advance(one):
            pass
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_delivery SET outcome = 'unknown', why = 'restored'"
            " WHERE outcome IN ('waiting', 'sending')"
        )
        return int(cursor.rowcount)


def _dump(target: Path) -> None:
    with (
        TemporaryFile() as told,
        _start(
            "pg_dump",
            "--format=custom",
            f"--file={target}",
            "--serializable-deferrable",
            f"--exclude-table-data={NOT_DUMPED}",
            stderr=told,
        ) as run,
    ):
        if run.wait():
            told.seek(0)
            raise BackupError(f"pg_dump: {told.read().decode('utf-8', 'replace').strip()[-500:]}")


def _start(program: str, *arguments: str, **streams: Any) -> subprocess.Popen[bytes]:
    """A program of PostgreSQL, at work on this deployment's database as its owner; no argument shows the password."""
    given = connections["owner"].get_connection_params()
    words = {each.keyword.decode() for each in Conninfo.get_defaults()} & given.keys()
    to = {word: given[word] for word in words - {"password"}}
    secret = {"PGPASSWORD": given["password"]} if given.get("password") else {}
    target = [] if program == "pg_restore" else [f"--dbname={make_conninfo(**to)}"]
    try:
        return subprocess.Popen(
            [find_binaries() / program, *target, *arguments], env=clean_environment() | secret, **streams
        )
    except (OSError, PostgresError) as error:
        raise BackupError(f"{program} cannot be run: {error}") from None


def _take_files(draft: Path, *, say: Say) -> tuple[int, int]:
    """Copies the files of cases, which never change once written, and lists their digests as sha256sum does; how many files
    and bytes.
    """
    source, files, size = attachments.folder(), 0, 0
    with (draft / FILE_LIST).open("w", encoding="ascii") as listed:
        for path in _telling(_files(source), say=say):
            try:
                held = path.read_bytes()
            except FileNotFoundError:
                continue  # erased just now; its row says so, or the list outside the database will
            name = Path(FILES) / path.relative_to(source)
            _put(draft / name, held)
            listed.write(f"{sha256(held).hexdigest()}  {name}\n")
            files, size = files + 1, size + len(held)
    return files, size


def _bring_files(source: Path, *, say: Say) -> None:
    """Copies the files of the backup to where files lie, and says which are not what they were: the rest is worth having."""
    damaged = 0
    with (source / FILE_LIST).open(encoding="ascii") as listed:
        for line in _telling(listed, say=say):
            digest, name = line.rstrip("\n").split("  ")
            path = source / name
            held = path.read_bytes() if path.is_file() else b""
            if sha256(held).hexdigest() == digest:
                _put(attachments.folder() / path.relative_to(source / FILES), held)
            else:
                damaged += 1
                say(f"{path} is damaged or missing")
    if damaged:
        say(
            f"{damaged:,} files are not back; `sha256sum --check {FILE_LIST}` lists them in any copy of this backup"
        )


def _put(target: Path, held: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(held)


def _telling(things: Iterable[Thing], *, say: Say) -> Iterator[Thing]:
    """The same things, and every two seconds how many files there were."""
    shown = time.monotonic()
    for n, each in enumerate(things):
        yield each
        if time.monotonic() - shown > 2:
            shown = time.monotonic()
            say(f"{n:,} files")


def _files(folder: Path) -> Iterator[Path]:
    """All files, one shelf at a time; not the drafts of uploads on their way."""
    for shelf in sorted(folder.iterdir()) if folder.is_dir() else ():
        yield from (path for path in sorted(shelf.glob("*/*")) if not path.name.startswith("."))


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
