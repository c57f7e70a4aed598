# SPDX-License-Identifier: Apache-2.0
"""Key rotation: every wrapped data key (cases, accounts, addresses and browsers that are told) under the ring's first key. Resumable, safe to repeat.

A key that was changed meanwhile is left for the next pass. The ring's last key also makes the blind index of phone
numbers (`Keyring.index`), so it must stay in the ring even when it wraps nothing any more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from anlan.base.keys import Unreadable, keyring
from anlan.people.totp import rewrap_secrets

BATCH = 1_000

TABLES = (
    ("cases_case", "uuid", "00000000-0000-0000-0000-000000000000"),
    ("people_account", "bigint", "0"),
    ("people_staffmail", "bigint", "0"),
    ("people_staffpush", "bigint", "0"),
    ("people_staffbrowser", "bytea", ""),
    ("people_placefollow", "bytea", ""),
    ("people_placetext", "bytea", ""),
)
"""Tables with a wrapped key: name, type of the id, and an id below all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How many data keys of one table a ring key wraps; `readable` says whether the ring opens a sample of them."""

    table: str
    key_id: int
    count: int
    readable: bool


def rotate(*, say: Callable[[str], None], batch: int = BATCH) -> int:
    """Rewraps what is not under the first key; how many. Raises Unreadable, having kept what was done."""
    total = 0
    for table, kind, lowest in TABLES:
        for count in _rotate(table, kind, lowest, batch=batch):
            total += count
            say(f"{table}: {total:,} keys rewrapped")
    return total + rewrap_secrets()


def _rotate(table: str, kind: str, after: Any, *, batch: int) -> Iterator[int]:
    ring = keyring()
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, key FROM {table} WHERE id > %s::{kind} AND key IS NOT NULL AND get_byte(key, 1) <> %s"
                " ORDER BY id LIMIT %s",
                [after, ring.first, batch],
            )
            rows = [(id, bytes(key)) for id, key in cursor.fetchall()]
        if not rows:
            return
        fresh = [(id, old, new) for id, old in rows if (new := ring.rewrap(old)) is not None]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} t SET key = u.new"
                f" FROM unnest(%s::{kind}[], %s::bytea[], %s::bytea[]) AS u(id, old, new)"
                " WHERE t.id = u.id AND t.key = u.old",
                [list(column) for column in zip(*fresh, strict=True)],
            )
            count = cursor.rowcount
        yield count
        after = rows[-1][0]


def ring_ids() -> list[int]:
    """The ids of the ring's keys in its order: the first encrypts, the last indexes."""
    return [int(piece.partition(":")[0]) for piece in settings.ANLAN_KEYS.split(",") if piece.strip()]


def check() -> list[Held]:
    """Which ring keys wrap data keys, and whether this process's ring opens them."""
    found: list[Held] = []
    for table, _kind, _lowest in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT get_byte(key, 1), count(*), decode(min(encode(key, 'hex')), 'hex') FROM {table} WHERE key IS NOT NULL GROUP BY 1 ORDER BY 1"
            )
            for key_id, count, sample in cursor.fetchall():
                found.append(Held(table=table, key_id=key_id, count=count, readable=_opens(bytes(sample))))
    return found


def _opens(wrapped: bytes) -> bool:
    try:
        keyring().unwrap(wrapped)
    except Unreadable:
        return False
    return True
