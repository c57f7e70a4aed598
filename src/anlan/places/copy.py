# SPDX-License-Identifier: Apache-2.0
"""Puts many places into the database by COPY, over the owner's connection, all or nothing.

Takes rows that are already checked; refuses nothing itself, the tables' constraints do. The caller forgets the tree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

PLACE = ("id", "level", "name", "name_en", "pinyin", "parent_id", "valid_from", "valid_to", "made_up")
CODE = ("place_id", "code", "source", "valid_from", "valid_to")
BOUNDARY = ("place_id", "shape", "surveyed", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A place to be written, with its code. `source` is the code as its source writes it, where that differs."""

    id: int
    level: int
    name: str
    name_en: str
    pinyin: str
    parent: int | None
    code: int
    valid_from: date
    valid_to: date | None = None
    made_up: bool = False
    source: str = ""


def write_places(places: Sequence[NewPlace], *, using: str) -> None:
    """Writes places, parents first, and their codes; moves the sequence of ids past them."""
    copy_rows(
        "places_place",
        PLACE,
        (
            (p.id, p.level, p.name, p.name_en, p.pinyin, p.parent, p.valid_from, p.valid_to, p.made_up)
            for p in places
        ),
        using=using,
    )
    copy_rows(
        "places_placecode",
        CODE,
        ((p.id, p.code, p.source, p.valid_from, p.valid_to) for p in places),
        using=using,
    )
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('places_place', 'id'), max(id)) FROM places_place"
        )
        cursor.execute("ANALYZE places_place, places_placecode")


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, using: str) -> None:
    """COPY into one table. `table` and `columns` are constants of this room, never input."""
    with (
        connections[using].cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def next_id(*, using: str) -> int:
    """The first id that no place has yet."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM places_place")
        return int(cursor.fetchone()[0])
