# SPDX-License-Identifier: Apache-2.0
"""How far the demo's made-up year is, kept as a comment on the table of cases: a piece of the year and the note that it is
there are one transaction, so a piece that was killed never was, and one that is there is not made again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from psycopg import sql

from anlan.config.fill_copy import Connection

COMMENT = "SELECT obj_description('cases_case'::regclass, 'pg_class')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The year ends at `at`; so many pieces of the first start, and of the rest, are there."""

    at: datetime
    first: int = 0
    rest: int = 0

    def after_first(self, n: int) -> "Progress":
        """The same with `n` pieces of the first start."""
        return replace(self, first=n)

    def after_rest(self, n: int) -> "Progress":
        """The same with `n` pieces of the rest."""
        return replace(self, rest=n)


def find_progress(owner: Connection | None = None) -> Progress | None:
    """How far this database is, as the owner's transaction sees it when there is one; None where no demo was begun."""
    if owner is not None:
        row = owner.execute(COMMENT).fetchone()
    else:
        with connection.cursor() as cursor:
            cursor.execute(COMMENT)
            row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    told = json.loads(row[0])
    return Progress(at=datetime.fromisoformat(told["at"]), first=told["first"], rest=told["rest"])


def note_progress(progress: Progress) -> Callable[[Connection], object]:
    """What notes it, in a transaction of the tables' owner."""
    told = json.dumps({"at": progress.at.isoformat(), "first": progress.first, "rest": progress.rest})
    statement = sql.SQL("COMMENT ON TABLE cases_case IS {}").format(sql.Literal(told))
    return lambda owner: owner.execute(statement)
