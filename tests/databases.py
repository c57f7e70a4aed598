# SPDX-License-Identifier: Apache-2.0
"""Databases for tests: one template per state of migrations and seeds, and quick clones of it.

The server is embedded, in var/test (ANLAN_TEST_HOME moves it), shared by all test processes of this checkout. It does not
fsync: tests kill processes, never the machine. See docs/decisions/test-databases.md.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from anlan.config.database import APP, OWNER, open_to_roles
from anlan.config.postgres import ADMIN, Server, tell
from anlan.config.processes import birth

ROOT = Path(__file__).resolve().parent.parent
KEPT_TEMPLATES = 3
SOURCES = (
    "**/migrations/*.py",
    "**/data/**/*",
    "**/seed*.py",
    "places/regions/**/*",
    "places/cells.py",
    "places/copy.py",
    "places/spell.py",
    "**/catalogue.py",
)
TESTED = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "2GB"}

KEPT = ("ANLAN_HOME", "ANLAN_KEYS", "ANLAN_SIGNING_KEY", "ANLAN_UNDO_SECONDS", "ANLAN_LIVE_WORKERS")
"""What a process that a test starts has of this one's settings."""


@dataclass(frozen=True, kw_only=True)
class Clone:
    """A database of one test's or one test process's own, cloned from the template."""

    name: str
    dsn: str
    owner_dsn: str
    admin_dsn: str

    @property
    def env(self) -> dict[str, str]:
        """What a sub-process needs in its environment to use this database and this process's home and keys."""
        mine = {
            name: value for name, value in os.environ.items() if not name.startswith(("ANLAN_", "DJANGO_"))
        }
        kept = {name: os.environ[name] for name in KEPT}
        return mine | kept | {"ANLAN_DATABASE_URL": self.dsn, "ANLAN_OWNER_DATABASE_URL": self.owner_dsn}


def server() -> Server:
    """The tests' server, not yet started."""
    default = ROOT / "var" / ("test-other" if os.environ.get("ANLAN_PG_BIN") else "test")
    return Server(Path(os.environ.get("ANLAN_TEST_HOME") or default), settings=TESTED, say=tell)


def clone(of: Server, *, worker: str) -> Clone:
    """A new clone of the current template, which is built first when nobody did."""
    mark = hashlib.sha256((birth(os.getpid()) or "").encode()).hexdigest()[:8]
    name = f"anlan_test_{os.getpid()}_{mark}_{worker}_{secrets.token_hex(3)}"
    with _admin(of) as admin:
        while True:
            template = _template(of)
            with _locked(of, shared=True):
                if not _exists(admin, template):  # swept by another process in between
                    continue
                admin.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                        sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
                    )
                )
                break
    return Clone(
        name=name,
        dsn=of.dsn(APP, database=name),
        owner_dsn=of.dsn(OWNER, database=name),
        admin_dsn=of.dsn(ADMIN, database=name),
    )


def drop(of: Server, name: str) -> None:
    """Drops a database and whoever is still connected to it."""
    with _admin(of) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _template(of: Server) -> str:
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    name = f"anlan_template_{digest.hexdigest()[:16]}"
    with _admin(of) as admin:
        with _locked(of, shared=True):
            if _exists(admin, name):
                return name
        with _locked(of, shared=False):
            if not _exists(admin, name):
                _sweep(admin, keep=name)
                _build(of, admin, name)
    return name


def _sources() -> list[Path]:
    """The files whose change makes another base: migrations, seed data and the modules that load them."""
    found = {path for pattern in SOURCES for path in (ROOT / "src/anlan").glob(pattern) if path.is_file()}
    return sorted(path for path in found if "__pycache__" not in path.parts)


def _build(of: Server, admin: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    draft = f"{name}_draft"
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(draft)))
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
            sql.Identifier(draft), sql.Identifier(OWNER)
        )
    )
    open_to_roles(of.dsn(ADMIN, database=draft))
    built = Clone(
        name=draft,
        dsn=of.dsn(APP, database=draft),
        owner_dsn=of.dsn(OWNER, database=draft),
        admin_dsn=of.dsn(ADMIN, database=draft),
    )
    for command in (["migrate", "--verbosity=0", "--skip-checks"], ["seed", "--skip-checks"]):
        done = subprocess.run(
            [sys.executable, "-m", "anlan.cli", *command],
            env=built.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(
                f"The template database could not be built:\n{done.stdout[-2000:]}{done.stderr[-6000:]}"
            )
    admin.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
    )
    admin.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(_stamp(admin)))
    )


def _sweep(admin: psycopg.Connection[tuple[object, ...]], *, keep: str) -> None:
    """Drops clones whose process is gone and all but the newest templates."""
    names = [
        str(row[0])
        for row in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'anlan\\_test\\_%'")
    ]
    for name in names:
        parts = re.fullmatch(r"anlan_test_(\d+)_([0-9a-f]{8})_.*", name)
        if parts and hashlib.sha256((birth(int(parts[1])) or "").encode()).hexdigest()[:8] != parts[2]:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    rows = admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'anlan\\_template\\_%'"
        " ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST"
    ).fetchall()
    for (old,) in rows[KEPT_TEMPLATES:]:
        if old != keep:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(str(old))))


def _stamp(admin: psycopg.Connection[tuple[object, ...]]) -> str:
    row = admin.execute("SELECT to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')").fetchone()
    return str(row[0]) if row else ""


def _exists(admin: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def _admin(of: Server) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(of.dsn(ADMIN, database="postgres"), autocommit=True)


@contextlib.contextmanager
def _locked(of: Server, *, shared: bool) -> Iterator[None]:
    with (of.home / "templates.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
