# SPDX-License-Identifier: Apache-2.0
"""Which notices a member of staff gets on their screens, on which browsers, and when they are left in peace.

From the beginning none come. What a browser gave is sealed under a key of its own row, read to send to it, and ends when its person
says so, when the push service does, or when the account is locked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from anlan.base.errors import Invalid, NotAllowed
from anlan.base.keys import Unreadable, keyring
from anlan.base.prepared import prepared
from anlan.people.models import Account, Post, Token
from anlan.people.models_push import StaffBrowser, StaffPush
from anlan.people.push import Subscription
from anlan.people.quiet import Quiet
from anlan.people.tokens import digest_of
from anlan.places.codes import code_range

MOST = 5
"""Browsers of one person."""
PURPOSE = "staff browser"

AT_WORK = """EXISTS (SELECT FROM people_post p JOIN places_placecode c ON c.place_id = p.place_id
   WHERE p.account_id = s.account_id AND p.valid_from <= $5 AND (p.valid_to IS NULL OR p.valid_to > $5)
     AND c.code >= $2 AND c.code < $3
     AND NOT EXISTS (SELECT FROM people_absence b WHERE b.post_id = p.id AND b.since <= $5 AND b.until > $5))"""
# Who works in the place and holds a post now, each browser once.
TO_WARN = f"""
SELECT w.id, w.key, w.sealed, s.quiet_from, s.quiet_until FROM people_staffbrowser w
  JOIN people_staffpush s ON s.account_id = w.account_id AND s.alerts
  JOIN people_account a ON a.id = w.account_id AND a.is_active
  LEFT JOIN people_token t ON t.id = w.token_id
 WHERE w.id > $1 AND (t.id IS NULL OR t.expires_at > $5) AND {AT_WORK}
 ORDER BY w.id LIMIT $4"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One browser of staff that is to be warned: its row, what it gave, and its person's quiet hours."""

    id: bytes
    given: str
    quiet: Quiet | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushWish:
    """`pressing` is what nobody did but time, `rest` what somebody did, `alerts` warnings for where they work; `quiet` holds back
    whatever can wait.
    """

    pressing: bool = True
    rest: bool = True
    alerts: bool = True
    quiet: Quiet | None = None


def get_push(account_id: int) -> PushWish | None:
    """What this person wants on their screens; None where they never said."""
    row = StaffPush.objects.filter(account=account_id).first()
    if row is None:
        return None
    return PushWish(
        pressing=row.pressing,
        rest=row.rest,
        alerts=row.alerts,
        quiet=quiet_of(row.quiet_from, row.quiet_until),
    )


def quiet_of(start: int | None, end: int | None) -> Quiet | None:
    """Two columns as quiet hours."""
    return None if start is None or end is None else Quiet(start=start, end=end)


def set_push(account_id: int, wish: PushWish) -> None:
    """Keeps it."""
    StaffPush.objects.update_or_create(
        account_id=account_id,
        defaults={
            "pressing": wish.pressing,
            "rest": wish.rest,
            "alerts": wish.alerts,
            "quiet_from": wish.quiet.start if wish.quiet else None,
            "quiet_until": wish.quiet.end if wish.quiet else None,
        },
    )


def add_browser(account_id: int, given: Subscription, *, token: str = "") -> None:
    """This browser is told from now on; the same again is one. Who said nothing else gets everything. `token`
    is the text of the field app's that it is of; any other is narrowed, and what is told is not. Raises Invalid for too many, NotAllowed.
    """
    terminals = Token.objects.filter(digest=digest_of(token), terminal__isnull=False) if token else None
    if terminals is not None and not terminals.exists():
        raise NotAllowed
    id = _id(account_id, given.endpoint)
    wrapped, sealed = keyring().seal_alone(given.as_text().encode(), aad=_aad(id))
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account_id)
        if not StaffPush.objects.filter(account=account_id).exists():
            set_push(account_id, PushWish())
        held = StaffBrowser.objects.filter(account=account_id).exclude(pk=id)
        if held.count() >= MOST:
            raise Invalid(
                fields={
                    "subscription": _("%(n)s of your browsers are told already. Please end those first.")
                    % {"n": MOST}
                }
            )
        StaffBrowser.objects.update_or_create(
            id=id,
            defaults={
                "account_id": account_id,
                "token": terminals.get() if terminals is not None else None,
                "key": wrapped,
                "sealed": sealed,
            },
        )


def browsers_of(account_id: int, *, at: datetime) -> Iterator[tuple[bytes, str]]:
    """Each browser's id and what it gave. What no key of the ring opens any more is left out."""
    for row in _standing(at).filter(account=account_id):
        if given := _open(bytes(row.id), row.key, row.sealed):
            yield bytes(row.id), given


def screens_in(area: int, *, after: bytes, most: int, at: datetime) -> list[Screen]:
    """The next browsers, by id, of who works in the place coded `area` and wants its alerts."""
    low, high = code_range(area)
    with prepared() as run:
        rows = run(TO_WARN, [after, low, high, most, at]).fetchall()
    return [
        Screen(id=bytes(id), given=_open(bytes(id), key, sealed), quiet=quiet_of(start, end))
        for id, key, sealed, start, end in rows
    ]


def find_screen(id: bytes, *, at: datetime) -> str:
    """What a browser gave, if its person is told there still; else nothing."""
    row = _standing(at).filter(pk=id).first()
    return _open(id, row.key, row.sealed) if row else ""


def _open(id: bytes, key: bytes | memoryview, sealed: bytes | memoryview) -> str:
    """What a row's browser gave; nothing where the ring lacks its key, which is no fault of the others."""
    try:
        return keyring().open_alone(key, sealed, aad=_aad(id)).decode()
    except Unreadable:
        return ""


def count_browsers(account_id: int) -> int:
    """How many browsers of this person are told."""
    return StaffBrowser.objects.filter(account=account_id).count()


def end_browser(id: bytes) -> None:
    """A browser is told no more: its service knows it no longer."""
    StaffBrowser.objects.filter(pk=id).delete()


def end_this(account_id: int, given: Subscription) -> None:
    """Its person takes this browser out."""
    end_browser(_id(account_id, given.endpoint))


def forget_push(account_id: int) -> None:
    """Nothing comes to any screen of this person any more, and nothing of it is kept."""
    StaffBrowser.objects.filter(account=account_id).delete()
    StaffPush.objects.filter(account=account_id).delete()


def count_lapsed(before: datetime) -> int:
    """How many browsers are of a sign-in that ended, or of who holds no post any more."""
    return _lapsed(before).count()


def forget_lapsed(before: datetime) -> int:
    """Deletes them; how many."""
    return _lapsed(before).delete()[0]


def _standing(at: datetime) -> QuerySet[StaffBrowser]:
    return StaffBrowser.objects.filter(Q(token=None) | Q(token__expires_at__gt=at), account__is_active=True)


def _lapsed(before: datetime) -> QuerySet[StaffBrowser]:
    held = Post.objects.filter(Q(valid_to=None) | Q(valid_to__gt=before), account=OuterRef("account"))
    return StaffBrowser.objects.filter(Q(token__expires_at__lte=before) | ~Exists(held))


def _id(account_id: int, endpoint: str) -> bytes:
    return keyring().index(PURPOSE, f"{account_id}|{endpoint}")


def _aad(id: bytes) -> bytes:
    return b"people_staffbrowser|sealed|" + id
