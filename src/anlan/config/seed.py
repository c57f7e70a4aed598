# SPDX-License-Identifier: Apache-2.0
"""What every deployment starts from, in order. Each loader is a room's own and does nothing when its rows are there."""

from collections.abc import Callable

from anlan.people.seed import load_organisations
from anlan.places.seed import load_places

LOADERS: tuple[tuple[str, Callable[[], object]], ...] = (
    ("places of Zhejiang, with made-up grids", load_places),
    ("organisations of every level", load_organisations),
)
"""What is loaded (shown as progress) and the function that loads it."""


def load_base(*, say: Callable[[str], object]) -> None:
    """Runs every loader, saying which."""
    for name, load in LOADERS:
        say(f"Loading {name}")
        load()
