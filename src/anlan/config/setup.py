# SPDX-License-Identifier: Apache-2.0
"""Sets up a place from its folder of files: all of it in one transaction or nothing, and again whenever a file changed.

Every row goes through the function that writes the administration log, and what that refuses is a Fault with file and
line: a run with faults is rolled back, so files are judged by the very rules that take them. Until two security
administrators are in force the operator sets limits and routes alone, as with posts; later they wait for one of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connections, transaction

from anlan.config import setup_catalogue, setup_people, setup_places
from anlan.config.setup_files import profile_digest
from anlan.config.setup_run import Outcome, Run
from anlan.people.log import record
from anlan.people.models import AdminLine
from anlan.places.region import Fault, Region

PROFILE_LINE = "setup.profile"


class SetupFaults(Exception):  # noqa: N818 - it carries the answer
    """Every fault of the files; nothing was changed."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: (fault.file, fault.line))
        super().__init__(f"{len(faults)} faults")


def set_up(folder: Path, region: Region, *, at: datetime) -> Outcome:
    """Brings the database to what the files say. Raises SetupFaults, then nothing was changed."""
    run = Run(folder, region, at)
    with _one_connection(), transaction.atomic():
        setup_places.calendar(run)
        setup_places.places(run)
        setup_people.organisations(run)
        setup_catalogue.catalogue(run)
        setup_people.posts(run)
        profile(run)
        if run.faults:
            transaction.set_rollback(True)
    if run.faults:
        raise SetupFaults(run.faults)
    return run.outcome


@contextmanager
def _one_connection() -> Iterator[None]:
    """Places are the owner's to load, the rest is not: for this run both go over the owner's connection, in one transaction."""
    before = connections["default"]
    connections["default"] = connections["owner"]
    try:
        yield
    finally:
        connections["default"] = before


def profile(run: Run) -> None:
    """Notes which profile holds from now on, when it is another."""
    digest = profile_digest(run.folder)
    last = AdminLine.objects.filter(what=PROFILE_LINE).order_by("-seq").first()
    before = last.after if last else None
    if before is None or before["sha256"] != digest:
        record(
            None, PROFILE_LINE, before=before, after={"region": run.region.key, "sha256": digest}, at=run.at
        )
