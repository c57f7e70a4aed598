# SPDX-License-Identifier: Apache-2.0
"""Prepared statements on Django's own connection: the engine's few statements are planned once, not every time.

Django binds parameters on the client by default, which costs a parse and a plan for each of our wide statements.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from types import NoneType
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.types.json import set_json_loads

set_json_loads(msgspec.json.decode)

Rows = psycopg.Cursor[Any]
"""The rows of one statement; inside a pipeline they are waited for when they are read."""


class Run:
    """Executes statements on one connection, each in a cursor of its own."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        """`raw` is the connection of the transaction that Django holds."""
        self.connection = raw

    def __call__(self, statement: str, params: Sequence[Any]) -> Rows:
        """The cursor with the statement's rows; parameters are $1, $2. Inside a pipeline rows come when asked for.

        The statement must tell the type of a list, as `$1::uuid[]` or by what it is compared with.
        """
        spelt = [as_array(each) if type(each) is list else each for each in params]
        return psycopg.RawCursor(self.connection).execute(_encoded(statement), spelt, prepare=True)


@contextmanager
def prepared() -> Iterator[Run]:
    """A way to run prepared statements in the present transaction; faults come as Django's."""
    held = connections[
        DEFAULT_DB_ALIAS
    ]  # once: each look through Django's proxy costs a third of a statement
    held.ensure_connection()
    with held.wrap_database_errors:
        yield Run(held.connection)


@lru_cache(maxsize=1_000)
def _encoded(statement: str) -> bytes:
    return statement.encode()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_SPELT: Mapping[type, Callable[[Any], str]] = {
    int: str,
    UUID: str,
    bool: str,
    NoneType: lambda _none: "NULL",
    str: _quoted,
    bytes: lambda each: f'"\\\\x{each.hex()}"',
    date: date.isoformat,
    datetime: datetime.isoformat,
}


def as_array(values: list[Any]) -> str | list[Any]:
    """The list as the text of an array, which psycopg would take five times as long to spell; the list itself where it holds
    something else than plain values.
    """
    try:
        return f"{{{','.join([_SPELT[type(each)](each) for each in values])}}}"
    except KeyError:
        return values
