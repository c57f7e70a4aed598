# SPDX-License-Identifier: Apache-2.0
"""What every deployment starts from, in order. Each loader is a room's own and does nothing when its rows are there."""

from collections.abc import Callable

from django.db import connections

from anlan.people.seed import load_organisations
from anlan.places.models import Place
from anlan.places.region import region
from anlan.places.seed import load_places
from anlan.procedures.report.catalogue import load_catalogue

LOADERS: tuple[tuple[str, Callable[[], int]], ...] = (
    ("places of Zhejiang, with made-up grids", load_places),
    ("organisations of every level", load_organisations),
    ("categories, limits and routes of reports", load_catalogue),
)
"""What is loaded (shown as progress) and the function that loads it and returns how many rows it did."""


class NotSetUp(Exception):  # noqa: N818 - it says what to do
    """There are no places yet, and none come with the package."""

    def __str__(self) -> str:
        return f"Nothing is set up for {region().key} yet: anlan setup FOLDER"


def load_base(*, say: Callable[[str], object]) -> None:
    """Raises NotSetUp where another region has no places yet. Runs every loader, saying which, for a region that comes with the package; then gives the planner the numbers of what was loaded."""
    if not region().packaged:
        if not Place.objects.exists():
            raise NotSetUp
        return
    loaded = 0
    for name, load in LOADERS:
        say(f"Loading {name}, unless they are there")
        loaded += load()
    if loaded:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
