# SPDX-License-Identifier: Apache-2.0
"""Which notices of their offices a member of staff gets by mail, and where to; who of an office wants to be told at all. Who never
asked gets none.

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
from anlan.people.may import NEIGHBOURS
from anlan.people.models import StaffMail
from anlan.people.models_push import StaffPush
from anlan.people.quiet import Quiet
from anlan.people.staffpush import count_browsers, quiet_of


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
    """A post whose person wants to be told about its organisation's cases: by mail where they left an address (`mail`), on their
    screens where they have one (`push`), at DingTalk.
    """

    organisation: int
    post: int
    account: int
    mail: bool
    pressing: When
    rest: When
    push: bool
    dingtalk: bool
    push_pressing: bool
    push_rest: bool
    quiet: Quiet | None


# One post of a person in an organisation stands for all that they hold there, the one that sees most; who is away is left in peace.
WORKING_NOW = """
 WHERE p.role = ANY({roles}) AND p.valid_from <= {at} AND (p.valid_to IS NULL OR p.valid_to > {at})
   AND NOT EXISTS (SELECT FROM people_absence b WHERE b.post_id = p.id AND b.since <= {at} AND b.until > {at})"""
WANTING = (
    """
SELECT DISTINCT ON (p.organisation_id, p.account_id) p.organisation_id, p.id, p.account_id, m.pressing, m.rest,
       s.pressing, s.rest, s.quiet_from, s.quiet_until, s.sealed IS NOT NULL,
       EXISTS (SELECT FROM people_staffbrowser w WHERE w.account_id = p.account_id)
  FROM people_post p JOIN people_account a ON a.id = p.account_id AND a.is_active
  LEFT JOIN people_staffmail m ON m.account_id = p.account_id
  LEFT JOIN people_staffpush s ON s.account_id = p.account_id"""
    + WORKING_NOW.format(roles="$1::text[]", at="$2")
    + " AND (m.account_id IS NOT NULL OR s.account_id IS NOT NULL) AND p.organisation_id = ANY($3)"
    " ORDER BY p.organisation_id, p.account_id, p.role = ANY($4), p.id"
)
OF_POST = (
    "SELECT p.account_id FROM people_post p JOIN people_account a ON a.id = p.account_id AND a.is_active"
    + WORKING_NOW.format(roles="%s", at="%s")
    + " AND p.id = %s"
)


def wanting(organisations: Iterable[int], *, at: datetime) -> list[Wanting]:
    """Who of these organisations wants to be told, how and how soon."""
    with prepared() as run:
        rows = run(WANTING, [WORKING, at, sorted(set(organisations)), sorted(NEIGHBOURS)])
        return [
            Wanting(
                organisation=row[0],
                post=row[1],
                account=row[2],
                mail=row[3] is not None,
                pressing=When(row[3] or When.NEVER),
                rest=When(row[4] or When.NEVER),
                push=row[5] is not None and row[10],
                dingtalk=bool(row[9]),
                push_pressing=bool(row[5]),
                push_rest=bool(row[6]),
                quiet=quiet_of(row[7], row[8]),
            )
            for row in rows
        ]


def person_of_post(post_id: int, *, at: datetime) -> int | None:
    """The account of who holds this post now; None when nobody does or they are away."""
    with connection.cursor() as cursor:
        cursor.execute(OF_POST, [WORKING, at, at, at, at, post_id])
        row = cursor.fetchone()
    return row[0] if row else None


def get_wish(account_id: int) -> MailWish:
    """What a person wants. Raises Unreadable."""
    row = StaffMail.objects.filter(account=account_id).first()
    if row is None:
        return MailWish()
    address = keyring().open_alone(row.key, row.sealed, aad=_place(account_id)).decode()
    return MailWish(address=address, pressing=When(row.pressing), rest=When(row.rest))


def is_reached(account_id: int) -> bool:
    """Whether this person left an address, a browser of theirs is told, or DingTalk knows them."""
    return (
        StaffMail.objects.filter(account=account_id).exists()
        or count_browsers(account_id) > 0
        or StaffPush.objects.filter(account=account_id, sealed__isnull=False).exists()
    )


def set_wish(account_id: int, wish: MailWish) -> None:
    """Keeps it; who wants nothing leaves no address behind."""
    if wish.pressing is When.NEVER and wish.rest is When.NEVER:
        forget_wish(account_id)
        return
    wrapped, sealed = keyring().seal_alone(wish.address.encode(), aad=_place(account_id))
    StaffMail.objects.update_or_create(
        account_id=account_id,
        defaults={
            "key": wrapped,
            "sealed": sealed,
            "pressing": wish.pressing,
            "rest": wish.rest,
        },
    )


def forget_wish(account_id: int) -> None:
    """Nothing comes by mail any more."""
    StaffMail.objects.filter(account=account_id).delete()


def _place(account_id: int) -> bytes:
    return f"people_staffmail|address|{account_id}".encode()
