# SPDX-License-Identifier: Apache-2.0
"""What every deployment starts from, in order, and the files it comes from.

Each loader is a room's own; it does nothing when its rows are there. Tests build one template database per digest of
`sources()`.
"""

from collections.abc import Callable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

Loader = Callable[[], object]
LOADERS: tuple[tuple[str, Loader], ...] = ()
"""What is loaded (shown as progress) and the function that loads it."""

READ = (
    "*/migrations/*.py",
    "procedures/*/migrations/*.py",
    "**/data/**/*",
    "*/seed*.py",
    "config/settings.py",
)


def load_base(*, say: Callable[[str], object]) -> None:
    """Runs every loader, saying which."""
    for name, load in LOADERS:
        say(f"Loading {name}")
        load()


def sources() -> list[Path]:
    """The files whose change makes another base: migrations, seed data and the modules that load them, in order."""
    found = {path for pattern in READ for path in PACKAGE.glob(pattern) if path.is_file()}
    return sorted(path for path in found if "__pycache__" not in path.parts)
