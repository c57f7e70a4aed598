# SPDX-License-Identifier: Apache-2.0
"""Signing in, as plain functions for the doors: staff by password and second factor, residents by phone and code.

Answers are the same for accounts and numbers that exist and that do not, in words and in work done. Tries are counted
before they are judged and shared by all processes. Sessions are `people.session`'s. Call these outside of a transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anlan.base.errors import Invalid, NotAllowed, Refused, TooMany
from anlan.base.keys import keyring
from anlan.people import codes, totp
from anlan.people.carriers import NotSent, Unknown
from anlan.people.models import Account, AccountKind
from anlan.people.phones import forget_phone, mask, phone_index, read_phone, set_phone
from anlan.people.rates import Cap, attempt, succeeded, take
from anlan.people.sms import Gateway, gateway

STALE = timedelta(days=180)
"""A number unused for so long may belong to somebody else by now."""

PER_NUMBER = (
    Cap(n=1, per=timedelta(minutes=1)),
    Cap(n=5, per=timedelta(hours=1)),
    Cap(n=10, per=timedelta(days=1)),
)
PER_NETWORK = (Cap(n=60, per=timedelta(hours=1)), Cap(n=300, per=timedelta(days=1)))
CHECKS_PER_NETWORK = Cap(n=120, per=timedelta(minutes=10))
CALLS_PER_POST = (Cap(n=20, per=timedelta(hours=1)), Cap(n=80, per=timedelta(days=1)))
CALL_CHECKS_PER_POST = Cap(n=60, per=timedelta(hours=1))
"""Codes that one clerk may have sent for callers, and judged."""
ALERTS = "alerts"
"""What a code is good for that signs nobody in."""
PASSWORDS_PER_NETWORK = Cap(n=300, per=timedelta(minutes=10))
FREE_ANYWHERE = 60
"""Wrong passwords of one account from anywhere before delays begin; from one network they begin after `rates.FREE`."""


class Step(StrEnum):
    """What a staff sign-in still needs, in this order."""

    TOTP = "totp"
    ENROL = "enrol"
    PASSWORD = "password"  # noqa: S105  a step's name
    READY = "ready"


@dataclass(frozen=True, kw_only=True)
class Started:
    """Whose sign-in it is and what it still needs. The door keeps this in the session until READY."""

    account_id: int
    step: Step


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """A new second factor to be shown once: the secret, and the address for a QR code."""

    secret: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A code was sent to this number. `shown` is the code itself in the demo, else None; `sure` False when no answer came."""

    masked: str
    expires_at: datetime
    shown: str | None
    sure: bool


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A resident who proved a number. `fresh`: the account is new, so cases from before open with their follow code only."""

    account_id: int
    fresh: bool


def start_staff_sign_in(username: str, password: str, *, network: str, at: datetime) -> Started:
    """The first factor. Raises NotAllowed with the same words whatever was wrong, or TooMany."""
    name = username.strip().lower()[:64]
    take("password", network, cap=PASSWORDS_PER_NETWORK, at=at)
    attempt("password", f"{name}|{network}", at=at)
    attempt("password anywhere", name, free=FREE_ANYWHERE, at=at)
    account = Account.objects.filter(username=name, kind=AccountKind.STAFF).first()
    if account is None or not account.has_usable_password():
        make_password(password[:1000])  # the same work as judging a real one
        right = False
    else:
        right = check_password(password[:1000], account.password)
    if account is None or not right or not account.is_active or (account.demo and not settings.ANLAN_DEMO):
        raise NotAllowed(_("Username or password is not right."))
    succeeded("password", f"{name}|{network}")
    succeeded("password anywhere", name)
    return Started(account_id=account.pk, step=_next(account, proved=False))


def check_totp(account_id: int, code: str, *, network: str, at: datetime) -> Started:
    """The second factor, time-based or a recovery code. Raises NotAllowed or TooMany."""
    attempt("totp", f"{account_id}|{network}", at=at)
    attempt("totp anywhere", str(account_id), free=20, at=at)
    account = _staff(account_id)
    if not totp.judge(account.pk, code, at=at):
        raise NotAllowed(_("This code is not right. Wait for the next one, or use a recovery code."))
    succeeded("totp", f"{account_id}|{network}")
    succeeded("totp anywhere", str(account_id))
    return Started(account_id=account.pk, step=_next(account, proved=True))


def begin_enrolment(account_id: int) -> Enrolment:
    """A secret for a person who has no second factor yet. Raises NotAllowed when there is one."""
    account = _staff(account_id)
    if totp.has_totp(account.pk):
        raise NotAllowed
    secret = totp.new_secret()
    return Enrolment(secret=secret, address=totp.address(account, secret))


def finish_enrolment(account_id: int, secret: str, code: str, *, at: datetime) -> tuple[str, ...]:
    """Stores the second factor and gives the recovery codes, shown once. Raises Invalid, NotAllowed."""
    account = _staff(account_id)
    if totp.has_totp(account.pk):
        raise NotAllowed
    codes = totp.enrol(account, secret, code, at=at)
    if codes is None:
        raise Invalid(fields={"code": _("This code does not fit. Is the phone's clock right?")})
    return codes


def step_after_proof(account_id: int) -> Started:
    """What is still needed once the second factor is proved or just stored."""
    account = _staff(account_id)
    return Started(account_id=account.pk, step=_next(account, proved=True))


def send_code(phone: str, *, network: str, at: datetime, by: Gateway | None = None) -> Sent:
    """Sends a one-time code to a number, known or not. Raises Invalid, TooMany, or Refused when none can be sent."""
    number = read_phone(phone)
    way = by or gateway()
    if way is None:
        raise Refused(_("Signing in by phone is not set up here. You can use your follow code instead."))
    _count("code network", network, PER_NETWORK, number, at=at)
    words = _("Anlan: your code is %(code)s. It is good for 10 minutes. Tell it to nobody.")
    return _send(way, number, words, at=at)


def send_call_code(phone: str, *, post_id: int, at: datetime, by: Gateway | None = None) -> Sent:
    """Sends a code that its reader says to the clerk of this post, whom they call: it is good with no other and for no
    sign-in. Raises Invalid, TooMany, or Refused when none can be sent.
    """
    number = read_phone(phone)
    way = by or gateway()
    if way is None:
        raise Refused(_("Text messages are not set up here."))
    _count("call code post", str(post_id), CALLS_PER_POST, number, at=at)
    words = _(
        "Anlan: say %(code)s to the office that you are calling or visiting now, and it may open your reports for this call. You did not ask? Tell it to nobody."
    )
    return _send(way, number, words, at=at, purpose=f"call:{post_id}")


def send_alert_code(phone: str, *, network: str, at: datetime) -> Sent:
    """Sends a code that proves a number for alerts by text, and is good for nothing else. Raises as `send_code`."""
    number = read_phone(phone)
    way = gateway()
    if way is None:
        raise Refused(_("Text messages are not set up here."))
    _count("code network", network, PER_NETWORK, number, at=at)
    words = _(
        "Anlan: your code for alerts by text message is %(code)s. It is good for 10 minutes. Tell it to nobody."
    )
    return _send(way, number, words, at=at, purpose=ALERTS)


def send_signing_code(phone: str, *, what: str, network: str, at: datetime) -> Sent:
    """Sends a code by which its reader signs `what`, and nothing else. Raises as `send_code`."""
    number = read_phone(phone)
    way = gateway()
    if way is None:
        raise Refused(_("Text messages are not set up here. You can sign on paper at the office."))
    _count("code network", network, PER_NETWORK, number, at=at)
    words = _(
        "Anlan: %(code)s signs the document that you have open. It is good for 10 minutes. You sign nothing now? Tell it to nobody."
    )
    return _send(way, number, words, at=at, purpose=f"sign:{what}")


def _count(purpose: str, asker: str, caps: Sequence[Cap], number: str, *, at: datetime) -> None:
    """Counts a code against who asks for it and the number that it goes to. Raises TooMany."""
    for cap in caps:
        take(purpose, asker, cap=cap, at=at)
    for cap in PER_NUMBER:
        try:
            take("code number", number, cap=cap, at=at)
        except TooMany as refused:
            seconds = refused.retry_after or 0
            if seconds > 60:
                raise
            raise TooMany(
                ngettext(
                    "You can get a new code in %(n)d second.",
                    "You can get a new code in %(n)d seconds.",
                    seconds,
                )
                % {"n": seconds},
                retry_after=seconds,
            ) from None


def _send(way: Gateway, number: str, words: str, *, at: datetime, purpose: str = "") -> Sent:
    code = codes.new_code()
    row = codes.keep(phone_index(number), _code_digest(number, code, purpose), at=at)
    text = words % {"code": code}
    sure = True
    try:
        way.send(number, text, reference=f"code-{row.pk}", at=at)
    except NotSent:
        row.delete()
        raise Refused(
            _("The code could not be sent. Please try again later, or use your follow code.")
        ) from None
    except Unknown:
        sure = False
    return Sent(
        masked=mask(number),
        expires_at=row.expires_at,
        shown=code if way.shows and settings.ANLAN_DEMO else None,
        sure=sure,
    )


def check_code(phone: str, code: str, *, network: str, at: datetime) -> Arrived:
    """Who proved the number with the last code sent to it. Raises Invalid with the same words whatever was wrong, TooMany."""
    number = read_phone(phone)
    take("code check", network, cap=CHECKS_PER_NETWORK, at=at)
    row = _judge(number, code, at=at)
    with transaction.atomic():
        codes.use(row, at=at)
        return _arrive(number, at=at)


def check_alert_code(phone: str, code: str, *, network: str, at: datetime) -> str:
    """The number that was proved for alerts by text. Raises as `check_code`."""
    number = read_phone(phone)
    take("code check", network, cap=CHECKS_PER_NETWORK, at=at)
    codes.use(_judge(number, code, at=at, purpose=ALERTS), at=at)
    return number


def check_signing_code(phone: str, code: str, *, what: str, network: str, at: datetime) -> None:
    """The code was right, and is used. Raises as `check_code`."""
    number = read_phone(phone)
    take("code check", network, cap=CHECKS_PER_NETWORK, at=at)
    codes.use(_judge(number, code, at=at, purpose=f"sign:{what}"), at=at)


def check_call_code(phone: str, code: str, *, post_id: int, at: datetime) -> tuple[str, int | None]:
    """The number that a caller proved to the clerk of this post, and the account that has it. Raises as `check_code`."""
    number = read_phone(phone)
    take("call code check", str(post_id), cap=CALL_CHECKS_PER_POST, at=at)
    codes.use(_judge(number, code, at=at, purpose=f"call:{post_id}"), at=at)
    found = Account.objects.filter(phone_index=phone_index(number), is_active=True).first()
    fresh = found is not None and (found.used_at is None or found.used_at > at - STALE)
    return number, found.pk if found is not None and fresh else None


def _judge(number: str, code: str, *, at: datetime, purpose: str = "") -> int:
    """The row of the last code sent to the number, which is this one. Raises Invalid."""
    return codes.judge(phone_index(number), _code_digest(number, codes.plain(code), purpose), at=at)


def _arrive(number: str, *, at: datetime) -> Arrived:
    index = phone_index(number)
    # Two first sign-ins of one number at once must end in one account.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(index[:7], "big")])
    account = Account.objects.select_for_update().filter(phone_index=index).first()
    if account is not None and account.used_at is not None and account.used_at <= at - STALE:
        forget_phone(account)
        account.is_active = False
        account.save(update_fields=["key", "phone", "phone_index", "is_active"])
        account = None
    if account is not None:
        account.used_at = at
        account.save(update_fields=["used_at"])
        return Arrived(account_id=account.pk, fresh=False)
    account = Account(kind=AccountKind.RESIDENT, made_at=at, used_at=at)
    account.set_unusable_password()
    set_phone(account, number)
    account.save(force_insert=True)
    return Arrived(account_id=account.pk, fresh=True)


def _next(account: Account, *, proved: bool) -> Step:
    skips = account.demo and settings.ANLAN_DEMO
    if not proved and not skips:
        return Step.TOTP if totp.has_totp(account.pk) else Step.ENROL
    return Step.PASSWORD if account.password_due else Step.READY


def _staff(account_id: int) -> Account:
    account = Account.objects.filter(pk=account_id, kind=AccountKind.STAFF, is_active=True).first()
    if account is None or (account.demo and not settings.ANLAN_DEMO):
        raise NotAllowed(_("Please sign in again."))
    return account


def _code_digest(number: str, code: str, purpose: str = "") -> bytes:
    """Whatever is typed comes last: no code of one purpose can be written as one of another."""
    return keyring().index("code", "|".join(filter(None, (purpose, number, code))))
