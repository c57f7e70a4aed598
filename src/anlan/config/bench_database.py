# SPDX-License-Identifier: Apache-2.0
"""Databases for benches: made by the owner in the embedded server, filled once, kept while what made them is the same.

`anlan_bench_<rows>` holds that many made-up cases. A bench that writes so much that it would change a small one works in a copy,
which is dropped afterwards. Files that a run leaves go below bench/ of the home, with a key ring of its own.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from anlan.config.database import APP, OWNER, open_to_roles
from anlan.config.home import make_secrets
from anlan.config.postgres import ADMIN, Server, tell

PACKAGE = Path(__file__).resolve().parents[1]
MADE_BY = (
    "**/migrations/*.py",
    "**/seed*.py",
    "**/catalogue.py",
    "places/data/**/*",
    "people/demo.py",
    "procedures/*/*.py",
    "indicators/keep.py",
    "config/fill*.py",
    "config/bench_database.py",
)
"""What a filled database depends on."""
SMALL = 100_000
"""Up to so many cases a bench that writes works in a copy."""


class BenchError(Exception):
    """A bench could not be prepared or run; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a bench runs: a database and a home of its own, as the environment of its processes says."""

    database: str
    environment: dict[str, str]

    def run(self, *arguments: str) -> None:
        """Runs one `anlan` command there, its words going to standard error. Raises BenchError."""
        done = subprocess.run(
            [sys.executable, "-m", "anlan.cli", *arguments],
            env=self.environment,
            stdout=sys.stderr,
            check=False,
        )
        if done.returncode:
            raise BenchError(f"`anlan {' '.join(arguments)}` failed in {self.database}")


@contextmanager
def database_for(of: Server, *, rows: int, fresh: bool, writes: bool, empty: bool = False) -> Iterator[Place]:
    """A database with `rows` cases (none of them yet when `empty`). Raises BenchError."""
    with _admin(of) as admin:
        base = _made(of, admin, "anlan_bench_0", rows=0, fresh=fresh)
        if empty:
            name, copied = "anlan_bench_empty", True
            _copy(admin, base, name)
        else:
            name = base if rows == 0 else _made(of, admin, f"anlan_bench_{rows}", rows=rows, fresh=fresh)
            copied = writes and rows <= SMALL
            if copied:
                original, name = name, f"{name}_copy"
                _copy(admin, original, name)
        try:
            yield place(of, name)
        finally:
            if copied:
                _drop(admin, name)
                shutil.rmtree(of.home / "bench" / name, ignore_errors=True)


def place(of: Server, name: str) -> Place:
    """The environment of processes that work in the database `name`."""
    own = make_secrets(of.home / "bench")
    home = of.home / "bench" / name
    home.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANLAN_", "DJANGO_"))}
    return Place(
        database=name,
        environment=kept
        | {
            "ANLAN_HOME": str(home),
            "ANLAN_KEYS": own.keys,
            "ANLAN_SIGNING_KEY": own.signing,
            "ANLAN_DATABASE_URL": of.dsn(APP, database=name),
            "ANLAN_OWNER_DATABASE_URL": of.dsn(OWNER, database=name),
        },
    )


def made_by() -> str:
    """Names what filled databases depend on: another name, another database."""
    digest = hashlib.sha256()
    found = {path for pattern in MADE_BY for path in PACKAGE.glob(pattern) if path.is_file()}
    for path in sorted(found):
        if "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _made(
    of: Server, admin: psycopg.Connection[tuple[object, ...]], name: str, *, rows: int, fresh: bool
) -> str:
    mark = f"bench {made_by()} {rows}"
    found = admin.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    if found == (mark,) and not fresh:
        return name
    tell(f"Making the database {name}")
    _drop(admin, name)
    shutil.rmtree(of.home / "bench" / name, ignore_errors=True)
    here = place(of, name)
    if rows == 0:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )
        open_to_roles(of.dsn(ADMIN, database=name))
        here.run("migrate", "--verbosity=0")
        here.run("seed")
    else:
        _copy(admin, "anlan_bench_0", name)
        here.run("fill", "--cases", str(rows))
    admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(mark)))
    return name


def _copy(admin: psycopg.Connection[tuple[object, ...]], original: str, name: str) -> None:
    _drop(admin, name)
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(original)
        )
    )


def _drop(admin: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _admin(of: Server) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(of.dsn(ADMIN, database="postgres"), autocommit=True)
