# SPDX-License-Identifier: Apache-2.0
"""Under which user id DingTalk knows a member of staff, shown by who it is: a code goes there as a work notice and is typed in here.

So nobody has notices sent to a colleague, nor learns from an answer whose an id is. It lies sealed beside what the person wants on their
screens, and goes with it, or when DingTalk says that nobody has it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from anlan.base.errors import Invalid, Refused
from anlan.base.keys import Unreadable, keyring
from anlan.base.prepared import prepared
from anlan.people import codes
from anlan.people.carriers import Ended, Message, NotSent, Unknown
from anlan.people.channels import DINGTALK, carrier_of
from anlan.people.dingtalk import USER
from anlan.people.models_push import StaffPush
from anlan.people.quiet import Quiet
from anlan.people.rates import Cap, attempt, succeeded, take
from anlan.people.staffpush import AT_WORK, PushWish, quiet_of, set_push
from anlan.places.codes import code_range

PER_PERSON = Cap(n=10, per=timedelta(hours=1))
PER_USER = Cap(n=3, per=timedelta(hours=1))
"""Codes that one person asks for, and that reach one id whoever asks."""
TO_WARN = f"""
SELECT s.account_id, s.key, s.sealed, s.quiet_from, s.quiet_until FROM people_staffpush s
  JOIN people_account a ON a.id = s.account_id AND a.is_active
 WHERE s.account_id > $1 AND s.alerts AND s.sealed IS NOT NULL AND {AT_WORK} ORDER BY s.account_id LIMIT $4"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDingTalk:
    """One person who is to be warned there."""

    account: int
    user: str
    quiet: Quiet | None


def send_user_code(account_id: int, user: str, *, at: datetime) -> None:
    """Sends a code to whoever has this id; where no answer came it may have come. Raises Invalid, TooMany, Refused. Outside of a
    transaction.
    """
    if not USER.fullmatch(user):
        raise Invalid(fields={"user": _("Please give the user id: letters, digits, dots and dashes.")})
    take("dingtalk person", str(account_id), cap=PER_PERSON, at=at)
    take("dingtalk user", user, cap=PER_USER, at=at)
    code = codes.new_code()
    row = codes.keep(_index(account_id, user), _digest(account_id, user, code), at=at)
    words = _("Your code is %(code)s. Who types it in gets notices here. You did not ask? Tell it to nobody.")
    message = Message(
        line=_("Anlan: is this yours?"),
        text=words % {"code": code},
        url="/desk/notices/dingtalk",
        about="code",
        reference=f"code-{row.pk}",
    )
    try:
        carrier_of(DINGTALK).carry(user, message, at=at)
    except Ended:
        row.delete()
        raise Invalid(fields={"user": _("DingTalk knows nobody under this id.")}) from None
    except NotSent:
        row.delete()
        raise Refused(_("The code could not be sent. Please try again later.")) from None
    except Unknown:
        pass


def confirm_user(account_id: int, user: str, code: str, *, at: datetime) -> None:
    """From now on this person is told there: they have the code that was sent to this id. Raises Invalid, TooMany. Outside of a
    transaction.
    """
    attempt("dingtalk code", str(account_id), at=at)
    row = codes.judge(_index(account_id, user), _digest(account_id, user, codes.plain(code)), at=at)
    with transaction.atomic():
        codes.use(row, at=at)
        set_user(account_id, user)
    succeeded("dingtalk code", str(account_id))


def set_user(account_id: int, user: str) -> None:
    """Keeps an id that is known to be this person's. Who said nothing else gets everything. Raises ValueError for what is no id."""
    if not USER.fullmatch(user):
        raise ValueError("this is no user id of DingTalk's")
    wrapped, sealed = keyring().seal_alone(user.encode(), aad=_aad(account_id))
    rows = StaffPush.objects.filter(account=account_id)
    if not rows.update(key=wrapped, sealed=sealed):
        set_push(account_id, PushWish())
        rows.update(key=wrapped, sealed=sealed)


def get_user(account_id: int) -> str:
    """Their id at DingTalk; nothing where they gave none, or the ring lacks its key."""
    row = StaffPush.objects.filter(account=account_id).first()
    return _open(account_id, row.key, row.sealed) if row else ""


def forget_user(account_id: int, user: str = "") -> None:
    """They are told there no more. With `user` only if that is still the id: what failed says nothing of one given since."""
    with transaction.atomic():
        row = StaffPush.objects.select_for_update().filter(account=account_id).first()
        if row is not None and user in {"", _open(account_id, row.key, row.sealed)}:
            row.key = row.sealed = None
            row.save(update_fields=["key", "sealed"])


def users_in(area: int, *, after: int, most: int, at: datetime) -> list[OnDingTalk]:
    """The next people, by account, who work in the place coded `area`, want its alerts and are at DingTalk."""
    low, high = code_range(area)
    with prepared() as run:
        rows = run(TO_WARN, [after, low, high, most, at]).fetchall()
    return [
        OnDingTalk(account=account, user=_open(account, key, sealed), quiet=quiet_of(start, end))
        for account, key, sealed, start, end in rows
    ]


def _open(account_id: int, key: bytes | memoryview | None, sealed: bytes | memoryview | None) -> str:
    if key is None or sealed is None:
        return ""
    try:
        return keyring().open_alone(key, sealed, aad=_aad(account_id)).decode()
    except Unreadable:
        return ""


def _index(account_id: int, user: str) -> bytes:
    return keyring().index("dingtalk user", f"{account_id}|{user}")


def _digest(account_id: int, user: str, code: str) -> bytes:
    return keyring().index("dingtalk code", f"{account_id}|{user}|{code}")


def _aad(account_id: int) -> bytes:
    return f"people_staffpush|sealed|{account_id}".encode()
