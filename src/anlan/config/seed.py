# SPDX-License-Identifier: Apache-2.0
"""What every deployment starts from, in order. Each loader is a room's own and does nothing when its rows are there."""

from collections.abc import Callable

from django.db import connections

from anlan.people.seed import load_organisations
from anlan.places.seed import load_places
from anlan.procedures.report.catalogue import load_catalogue

LOADERS: tuple[tuple[str, Callable[[], int]], ...] = (
    ("places of Zhejiang, with made-up grids", load_places),
    ("organisations of every level", load_organisations),
    ("categories, limits and routes of reports", load_catalogue),
)
"""What is loaded (shown as progress) and the function that loads it and returns how many rows it did."""


def load_base(*, say: Callable[[str], object]) -> None:
    """Runs every loader, saying which; then gives the planner the numbers of what was loaded."""
    loaded = 0
    for name, load in LOADERS:
        say(f"Loading {name}, unless they are there")
        loaded += load()
    if loaded:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
