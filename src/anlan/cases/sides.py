# SPDX-License-Identifier: Apache-2.0
"""Whose case it is by the phone that the office has of them. The other side of a dispute was brought in by the office, no code was
ever shown to them: they open it with its number. Once opened by who has that phone, a case is among their own, as a reporter's is.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from anlan.base.errors import NotFound
from anlan.base.ids import read_number
from anlan.base.keys import Unreadable, keyring
from anlan.cases.may import SIDES
from anlan.cases.queries_public import Followed
from anlan.cases.sealed import open_contact
from anlan.people.phones import has_phone

LONG_AGO = timedelta(days=180)
"""A number may be somebody else's so long after the case closed."""

SIDES_OF = """
SELECT c.id, c.key, p.n, p.role, p.sealed FROM cases_case c JOIN cases_party p ON p.case_id = c.id
 WHERE c.number = %s AND p.sealed IS NOT NULL AND p.role = ANY(%s) AND (c.open OR c.closed_at > %s) ORDER BY p.n"""
OF_PARTY = """
SELECT c.key, p.sealed FROM cases_case c JOIN cases_party p ON p.case_id = c.id
 WHERE p.case_id = %s AND p.n = %s AND p.sealed IS NOT NULL"""
# The party is locked, so whoever erases it meanwhile finds this row too. An account is one person of a case, not two.
TIE = """
INSERT INTO case_account (case_id, n, account_id, opened_at)
SELECT c.id, p.n, %s, c.opened_at FROM cases_party p JOIN cases_case c ON c.id = p.case_id
 WHERE p.case_id = %s AND p.n = %s AND p.sealed IS NOT NULL
   AND NOT EXISTS (SELECT FROM case_account o WHERE o.case_id = p.case_id AND o.account_id = %s)
   FOR SHARE OF p
    ON CONFLICT DO NOTHING"""


def prove_side(number: str | int, account_id: int, *, at: datetime) -> Followed:
    """The person on a side of this case whom the office has with the phone of this account; the case is theirs from now on.

    Raises NotFound, the same for a wrong number, another phone, a phone that both sides gave (it shows who of them it is no
    more), and a case that closed `LONG_AGO`.
    """
    asked = read_number(number) if isinstance(number, str) else number
    with connection.cursor() as cursor:
        cursor.execute(SIDES_OF, [asked, sorted(SIDES), at - LONG_AGO])
        rows = cursor.fetchall()
    theirs = [
        (case_id, n, role)
        for case_id, key, n, role, sealed in rows
        if has_phone(account_id, _phone(case_id, n, key=bytes(key), sealed=sealed))
    ]
    if len({role for _case, _n, role in theirs}) != 1:
        raise NotFound
    case_id, n, role = theirs[0]
    _tie(account_id, case_id, n)
    return Followed(case_id=case_id, n=n, role=role)


def keep(found: Followed, account_id: int) -> None:
    """What a code has opened is among the account's own from now on, where the office has its phone for that party."""
    with connection.cursor() as cursor:
        cursor.execute(OF_PARTY, [found.case_id, found.n])
        row = cursor.fetchone()
    if row and has_phone(account_id, _phone(found.case_id, found.n, key=bytes(row[0]), sealed=row[1])):
        _tie(account_id, found.case_id, found.n)


def _tie(account_id: int, case_id: UUID, n: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TIE, [account_id, case_id, n, account_id])


def _phone(case_id: UUID, n: int, *, key: bytes, sealed: bytes) -> str:
    """Nothing where a key is missing: the person proves nothing by it."""
    try:
        return str(open_contact(case_id, n, key=keyring().unwrap(key), sealed=sealed).get("phone", ""))
    except Unreadable:
        return ""
