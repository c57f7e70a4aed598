# SPDX-License-Identifier: Apache-2.0
"""Prepared statements on Django's own connection: the engine's few statements are planned once, not every time.

Django binds parameters on the client by default, which costs a parse and a plan for each of our wide statements.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

Rows = psycopg.Cursor[Any]
"""The rows of one statement; inside a pipeline they are waited for when they are read."""


class Run:
    """Executes statements on one connection, each in a cursor of its own."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        """`raw` is the connection of the transaction that Django holds."""
        self.connection = raw

    def __call__(self, statement: str, params: Sequence[Any]) -> Rows:
        """The cursor with the statement's rows; parameters are $1, $2. Inside a pipeline rows come when asked for."""
        return psycopg.RawCursor(self.connection).execute(statement.encode(), params, prepare=True)


@contextmanager
def prepared() -> Iterator[Run]:
    """A way to run prepared statements in the present transaction; faults come as Django's."""
    held = connections[
        DEFAULT_DB_ALIAS
    ]  # once: each look through Django's proxy costs a third of a statement
    held.ensure_connection()
    with held.wrap_database_errors:
        yield Run(held.connection)
