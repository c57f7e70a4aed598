# SPDX-License-Identifier: Apache-2.0
"""Where one deployment keeps what is its own: the home folder and the secrets in it.

The home is $ANLAN_HOME, else var/ of the checkout, else var/ below the working directory. Secrets are made once, kept
in one file that only its owner reads, and never printed. Nothing here knows Django or starts anything.
"""

import base64
import json
import os
import secrets as randomness
from dataclasses import asdict, dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What only this deployment knows: database passwords, Django's signing key, and the ring of data keys."""

    admin: str
    owner: str
    app: str
    signing: str
    keys: str


def home() -> Path:
    """The folder of this deployment, absolute; it need not exist yet."""
    chosen = os.environ.get("ANLAN_HOME")
    if chosen:
        return Path(chosen).resolve()
    root = CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.cwd()
    return root / "var"


REGION = "zhejiang"
"""The region of a home for which none was set up."""


def find_region(folder: Path) -> str:
    """The profile that `anlan setup` kept in this home, else the built-in one."""
    kept = region_folder(folder)
    return str(kept) if kept.is_dir() else REGION


def region_folder(folder: Path) -> Path:
    """Where `anlan setup` keeps the profile that it set up."""
    return folder / "region"


def find_secrets(folder: Path) -> Secrets | None:
    """The secrets of this home, or None before its first start."""
    try:
        return Secrets(**json.loads(_path(folder).read_text("utf-8")))
    except FileNotFoundError:
        return None


def make_secrets(folder: Path) -> Secrets:
    """The secrets of this home, made at the first call. Safe when two processes call at once: one file wins."""
    found = find_secrets(folder)
    if found is not None:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    key = base64.b64encode(randomness.token_bytes(32)).decode()
    made = Secrets(
        admin=randomness.token_urlsafe(24),
        owner=randomness.token_urlsafe(24),
        app=randomness.token_urlsafe(24),
        signing=randomness.token_urlsafe(48),
        keys=f"1:{key}",
    )
    draft = folder / f".secrets-{os.getpid()}-{randomness.token_hex(4)}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(made), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, _path(folder))
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return find_secrets(folder) or made


def _path(folder: Path) -> Path:
    return folder / "secrets.json"
