# SPDX-License-Identifier: Apache-2.0
"""How a person wishes to be told of their case: by SMS where they gave a number, by e-mail, in a browser, at WeChat, or on their page only.

Their own choice, for one case, changed at any time; no entry holds it. An address, or what a browser gave, is sealed under the case's
key and goes with the parties.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from anlan.base.keys import Unreadable, aad, keyring
from anlan.cases.queries import View


class Way(StrEnum):
    """How somebody is told. Only the page is certain; it shows everything whatever was chosen."""

    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    WECHAT = "wechat"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The way in force, and the address of who chose mail, or what the browser gave of who chose that (`people.push`), or an
    openid at WeChat.
    """

    way: Way
    address: str = ""


ONE = """
SELECT t.n, t.way, t.sealed, c.key FROM cases_telling t JOIN cases_case c ON c.id = t.case_id
 WHERE t.case_id = %s AND t.n = ANY(%s) ORDER BY t.n LIMIT 1"""
KEY = "SELECT key FROM cases_case WHERE id = %s"
# An erasure under way is waited for: no address comes after it.
HELD = "SELECT n FROM cases_party WHERE case_id = %s AND n = ANY(%s) AND sealed IS NOT NULL FOR SHARE"
SET = """
INSERT INTO cases_telling (case_id, n, way, sealed) VALUES (%s, %s, %s, %s)
ON CONFLICT (case_id, n) DO UPDATE SET way = excluded.way, sealed = excluded.sealed"""

DROP = "DELETE FROM cases_telling WHERE case_id = %s AND n = %s AND sealed = %s"


def get_told(view: View) -> Told:
    """How the reader of this page is told of the case."""
    with connection.cursor() as cursor:
        cursor.execute(ONE, [view.case.id, list(view.parties)])
        row = cursor.fetchone()
    if row is None:
        return Told(way=Way.SMS)
    n, way, sealed, key = row
    return Told(way=Way(way), address=open_address(view.case.id, n, sealed, key=key, way=way) or "")


def set_told(view: View, told: Told) -> None:
    """Chooses for the reader, wherever they are a party of the case; of erased parties nothing is kept."""
    case_id = view.case.id
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(HELD, [case_id, list(view.parties)])
        held = [n for (n,) in cursor.fetchall()]
        cursor.execute(KEY, [case_id])
        key = keyring().unwrap(bytes(cursor.fetchone()[0]))
        for n in held:
            if told.way is Way.SMS:
                cursor.execute("DELETE FROM cases_telling WHERE case_id = %s AND n = %s", [case_id, n])
                continue
            sealed = (
                key.seal(told.address.encode(), aad=_place(case_id, n, told.way)) if told.address else None
            )
            cursor.execute(SET, [case_id, n, told.way, sealed])


def drop_told(case_id: UUID, n: int, sealed: Any) -> None:
    """The browser or WeChat behind `sealed` is gone: told as at the beginning, unless another was chosen since."""
    with connection.cursor() as cursor:
        cursor.execute(DROP, [case_id, n, sealed])


def open_address(case_id: UUID, n: int, sealed: Any, *, key: Any, way: str) -> str | None:
    """The address that a row of this way holds; None where it holds none or a key is missing."""
    if sealed is None:
        return None
    try:
        return keyring().unwrap(bytes(key)).open(bytes(sealed), aad=_place(case_id, n, way)).decode()
    except Unreadable:
        return None


def mask_address(address: str) -> str:
    """The address as its owner recognises it: w****@example.org."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}****{at}{host}"


def _place(case_id: UUID, n: int, way: str) -> bytes:
    return aad(case_id, "telling", n, str(way))
