# SPDX-License-Identifier: Apache-2.0
"""Filling: cases a second of `anlan fill`, from an empty seeded database to one with all its indexes and references."""

from anlan.base.clock import now
from anlan.config.bench import Measured, Run, machine, make_people
from anlan.config.fill import fill, owner_dsn
from anlan.config.fill_work import Plan


def measure(run: Run) -> Measured:
    """Fills the database of the bench with `rows` cases."""
    make_people()
    about = machine()
    plan = Plan(cases=run.rows, at=now())
    done = fill(plan, dsn=owner_dsn(), say=lambda _line: None)
    return Measured(
        name="fill",
        seconds=round(done.seconds, 1),
        per_second=round(done.cases / done.seconds, 1),
        settings=about | {"rows": run.rows, "entries": done.entries},
    )
