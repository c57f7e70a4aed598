# SPDX-License-Identifier: Apache-2.0
"""Which notices of their offices a member of staff gets by mail, and where to. Who never asked gets none.

The address is sealed under a key of its own row and is read to send to it, or by whose it is; the row ends with the wish,
or when the account is locked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection

from anlan.base.keys import keyring
from anlan.base.prepared import prepared
from anlan.people.holding import WORKING
from anlan.people.models import StaffMail


class When(StrEnum):
    """How soon a notice comes by mail; in the inbox it is always at once."""

    NOW = "now"
    DAILY = "daily"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWish:
    """`pressing` is what nobody did but time: alarms, limits, an office without anybody; `rest` what somebody did."""

    address: str = ""
    pressing: When = When.NEVER
    rest: When = When.NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanting:
    """A post whose person left an address for mail about its organisation's cases."""

    organisation: int
    post: int
    account: int
    pressing: When
    rest: When


# One post of a person in an organisation stands for all that they hold there; who is away is left in peace.
OF_WORKING = """
  FROM people_staffmail m JOIN people_account a ON a.id = m.account_id AND a.is_active
  JOIN people_post p ON p.account_id = m.account_id
 WHERE p.role = ANY({roles}) AND p.valid_from <= {at} AND (p.valid_to IS NULL OR p.valid_to > {at})
   AND NOT EXISTS (SELECT FROM people_absence b WHERE b.post_id = p.id AND b.since <= {at} AND b.until > {at})"""
WANTING = (
    "SELECT DISTINCT ON (p.organisation_id, p.account_id) p.organisation_id, p.id, p.account_id, m.pressing, m.rest"
    + OF_WORKING.format(roles="$1::text[]", at="$2")
    + " AND p.organisation_id = ANY($3) ORDER BY p.organisation_id, p.account_id, p.id"
)
OF_POST = "SELECT m.account_id" + OF_WORKING.format(roles="%s", at="%s") + " AND p.id = %s"


def wanting(organisations: Iterable[int], *, at: datetime) -> list[Wanting]:
    """Who of these organisations wants mail, and how soon."""
    with prepared() as run:
        rows = run(WANTING, [WORKING, at, sorted(set(organisations))])
        return [
            Wanting(
                organisation=row[0],
                post=row[1],
                account=row[2],
                pressing=When(row[3]),
                rest=When(row[4]),
            )
            for row in rows
        ]


def wish_of_post(post_id: int, *, at: datetime) -> MailWish | None:
    """What the person of this post wants now; None when they want nothing any more, hold it no longer or are away.
    Raises Unreadable.
    """
    with connection.cursor() as cursor:
        cursor.execute(OF_POST, [WORKING, at, at, at, at, post_id])
        row = cursor.fetchone()
    return get_wish(row[0]) if row else None


def get_wish(account_id: int) -> MailWish:
    """What a person wants. Raises Unreadable."""
    row = StaffMail.objects.filter(account=account_id).first()
    if row is None:
        return MailWish()
    address = keyring().unwrap(bytes(row.key)).open(bytes(row.sealed), aad=_place(account_id)).decode()
    return MailWish(address=address, pressing=When(row.pressing), rest=When(row.rest))


def has_address(account_id: int) -> bool:
    """Whether this person left an address."""
    return StaffMail.objects.filter(account=account_id).exists()


def set_wish(account_id: int, wish: MailWish) -> None:
    """Keeps it; who wants nothing leaves no address behind."""
    if wish.pressing is When.NEVER and wish.rest is When.NEVER:
        forget_wish(account_id)
        return
    wrapped, key = keyring().new_case_key()
    StaffMail.objects.update_or_create(
        account_id=account_id,
        defaults={
            "key": wrapped,
            "sealed": key.seal(wish.address.encode(), aad=_place(account_id)),
            "pressing": wish.pressing,
            "rest": wish.rest,
        },
    )


def forget_wish(account_id: int) -> None:
    """Nothing comes by mail any more."""
    StaffMail.objects.filter(account=account_id).delete()


def _place(account_id: int) -> bytes:
    return f"people_staffmail|address|{account_id}".encode()
