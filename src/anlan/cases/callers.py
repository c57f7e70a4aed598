# SPDX-License-Identifier: Apache-2.0
"""A person without their number: the cases of a phone, for a clerk to whom they said the code that was sent to it.

Nothing ties a phone to its cases: there is no index of contacts. They are found by opening those of the latest cases in the
clerk's places, one after another, and only once the phone was proved (`people.signin.check_call_code`); cases of an account
with that phone come by the account. Whatever is found is opened at once, for one call, and says so to its person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.base.errors import Refused
from anlan.base.keys import Unreadable, keyring
from anlan.cases.checks import CALLED
from anlan.cases.known import Known
from anlan.cases.queries_lists import branches_of
from anlan.cases.queries_looks import LASTS, open_look
from anlan.cases.queries_rows import Filters, visible_among
from anlan.cases.sealed import open_contact
from anlan.people.may import Actor

SINCE = timedelta(days=180)
"""How far back contacts are opened; older cases open with number and code."""
MOST_OPENED, MOST = 3_000, 10
"""So many contacts are opened at most, and so many cases of one phone."""
REASON = "caller"
ADDRESSES = ("phone", "call")

LATEST = """
SELECT c.id, c.key, p.n, p.sealed, c.opened_at FROM {source} JOIN cases_party p ON p.case_id = c.id
 WHERE {where} AND c.opened_at > %s AND p.role = %s AND p.sealed IS NOT NULL
 ORDER BY c.opened_at DESC LIMIT {most}"""
OF_ACCOUNT = """
SELECT a.case_id FROM case_account a JOIN cases_party p ON p.case_id = a.case_id AND p.n = a.n
 WHERE a.account_id = %s AND p.role = %s ORDER BY a.opened_at DESC LIMIT {most}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What was opened for one call, the latest first, until when; `closed` how many may not be opened here; `since` how far
    back was looked.
    """

    cases: tuple[UUID, ...]
    until: datetime
    closed: int
    since: datetime


def open_call(
    by: Actor,
    phone: str,
    *,
    role: str,
    account: int | None,
    known: Known,
    at: datetime,
    within: int | None = None,
) -> Call:
    """Opens to this clerk the cases of a phone that was proved to them just now. `account` is the one with that phone, `role`
    the party whose phone counts.
    """
    found, since = _reported_with(by, phone, role=role, known=known, at=at, within=within)
    if account is not None:
        with connection.cursor() as cursor:
            cursor.execute(OF_ACCOUNT.format(most=MOST), [account, role])
            own = [row[0] for row in cursor.fetchall()]
        seen = visible_among(by, own, known=known)
        found += [each for each in own if each in seen and each not in found]
    opened: list[UUID] = []
    for case_id in found[:MOST]:
        try:
            open_look(by, case_id, reason=REASON, at=at, known=known, action=CALLED)
        except Refused:
            continue
        opened.append(case_id)
    return Call(
        cases=tuple(opened), until=at + LASTS[CALLED], closed=len(found[:MOST]) - len(opened), since=since
    )


def _reported_with(
    by: Actor, phone: str, *, role: str, known: Known, at: datetime, within: int | None
) -> tuple[list[UUID], datetime]:
    """The cases in the clerk's places whose contact is this phone, the latest first, and how far back contacts were read."""
    asked = Filters(open=None, within=within)
    rows: list[Sequence[Any]] = []
    for branch in branches_of(replace(by, procedures=None), asked, known=known, at=at):
        if branch.name != "place":
            continue
        statement = LATEST.format(source=branch.source, where=branch.where, most=MOST_OPENED)
        with connection.cursor() as cursor:
            cursor.execute(statement, [*branch.params, at - SINCE, role])  # type: ignore[list-item]
            rows += cursor.fetchall()
    rows = sorted(rows, key=lambda row: row[4], reverse=True)
    read = rows[:MOST_OPENED]
    since = read[-1][4] if len(rows) >= MOST_OPENED else at - SINCE
    return list(dict.fromkeys(row[0] for row in read if _is_of(row, phone))), since


def _is_of(row: Sequence[Any], phone: str) -> bool:
    case_id, key, n, sealed, _opened_at = row
    try:
        contact = open_contact(case_id, n, key=keyring().unwrap(bytes(key)), sealed=sealed)
    except Unreadable:
        return False
    return any(contact.get(each) == phone for each in ADDRESSES)
