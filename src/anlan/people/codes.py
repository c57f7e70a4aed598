# SPDX-License-Identifier: Apache-2.0
"""One-time codes: six digits by which somebody shows that a number or a name elsewhere is theirs. The last one sent counts, is judged a
few times and is good once; keyed digests are kept of it, and for minutes.
"""

import secrets
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy

from anlan.base.errors import Invalid
from anlan.people.models import SignInCode

LASTS = timedelta(minutes=10)
TRIES = 5
WRONG = gettext_lazy("This code is not right or no longer good. You can ask for a new one.")

JUDGE = """
UPDATE people_signincode SET tries = tries + 1
 WHERE id = (SELECT id FROM people_signincode WHERE phone_index = %s ORDER BY sent_at DESC, id DESC LIMIT 1)
   AND tries < %s AND used_at IS NULL AND expires_at > %s
RETURNING id, digest
"""


def new_code() -> str:
    """Six digits that nobody guesses."""
    return f"{secrets.randbelow(10**6):06d}"


def keep(index: bytes, digest: bytes, *, at: datetime) -> SignInCode:
    """Keeps a code under the keyed index of whom it is sent to; the one before is good no more."""
    SignInCode.objects.filter(phone_index=index).delete()
    return SignInCode.objects.create(phone_index=index, digest=digest, sent_at=at, expires_at=at + LASTS)


def plain(code: str) -> str:
    """A code as somebody typed it, without the spaces."""
    return "".join(code.split())[:20]


def judge(index: bytes, digest: bytes, *, at: datetime) -> int:
    """The row of the last code sent there, which is this one. Raises Invalid. Outside of a transaction that may fail: a try counts."""
    with connection.cursor() as cursor:
        cursor.execute(JUDGE, [index, TRIES, at])
        row = cursor.fetchone()
    if row is None or not secrets.compare_digest(bytes(row[1]), digest):
        raise Invalid(fields={"code": WRONG})
    return int(row[0])


def use(row: int, *, at: datetime) -> None:
    """A code is good once. Raises Invalid."""
    if not SignInCode.objects.filter(pk=row, used_at__isnull=True).update(used_at=at):
        raise Invalid(fields={"code": WRONG})


def sweep(*, at: datetime) -> int:
    """Drops codes that are no longer good; how many."""
    return SignInCode.objects.filter(expires_at__lte=at).delete()[0]
