# SPDX-License-Identifier: Apache-2.0
"""Says whether models and migrations agree, and whether a migration would lock a table that people are using.

The SQL of every migration is linted by squawk. A table that the same migration creates, or that came with the same first
release, has no users yet, so what squawk says of it is left out; nothing is asked of migrations of installed packages.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command

from anlan.config.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
SQUAWK = Path(sys.executable).parent / "squawk"
EXCLUDED = (
    "prefer-text-field",  # a length that a form enforces belongs in the table too
    "prefer-bigint-over-int",  # small numbers are small
    "prefer-bigint-over-smallint",  # levels and kinds are small
    "prefer-identity",  # Django's choice
    "prefer-robust-stmts",  # each migration is one transaction
    "require-timeout-settings",  # set on the owner's connection (settings.py)
    "ban-char-field",  # not used
)


FIRST_RELEASE = ("0001", "0002", "0003", "0004")
"""Migrations that every database runs at once, before anybody uses it."""


def main() -> int:
    """Prints each fault; returns 1 when there is one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    home = ROOT / "var" / "test"
    with Server(home) as server:
        from tests.settings import DATABASES  # import: its environment must be set first

        for alias in DATABASES.values():
            alias.update(HOST=str(server.sockets), NAME="anlan")
        DATABASES["default"]["PASSWORD"] = server.secrets.app
        DATABASES["owner"]["PASSWORD"] = server.secrets.owner
        django.setup()
        return _missing() + _locking()


def _missing() -> int:
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, stderr=out)
    except SystemExit:
        print(f"Models and migrations differ, run: .venv/bin/anlan makemigrations\n{out.getvalue()}")
        return 1
    return 0


def _locking() -> int:
    faults = 0
    for app in apps.get_app_configs():
        if not app.name.startswith("anlan."):
            continue
        first: set[str] = set()
        for path in sorted(Path(app.path).glob("migrations/0*.py")):
            sql = StringIO()
            call_command("sqlmigrate", app.label, path.stem, database="owner", stdout=sql, no_color=True)
            new = set(re.findall(r'CREATE TABLE "?(\w+)"?', sql.getvalue()))
            if path.stem.startswith(FIRST_RELEASE):
                first |= new
                new = first
            for fault in _lint(sql.getvalue(), new=new):
                faults = 1
                print(f"{path.relative_to(ROOT)}: {fault}")
    return faults


def _lint(sql: str, *, new: set[str]) -> list[str]:
    """What squawk says of statements about tables that were there before."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(sql)
        file.flush()
        done = subprocess.run(
            [
                SQUAWK,
                "--reporter",
                "json",
                "--pg-version",
                "15",
                f"--exclude={','.join(EXCLUDED)}",
                file.name,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if not done.stdout.strip():
        return [done.stderr] if done.returncode else []
    lines = sql.splitlines()
    found = []
    for fault in json.loads(done.stdout):
        statement = " ".join(lines[max(0, fault["line"] - 2) : fault["line"] + 3])
        if not any(f'"{table}"' in statement or f" {table} " in statement for table in new):
            found.append(f"{fault['rule_name']}: {fault['message']} | {statement[:160]}")
    return found


if __name__ == "__main__":
    sys.exit(main())
