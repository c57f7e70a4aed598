# SPDX-License-Identifier: Apache-2.0
"""The second factor of staff: time-based codes (RFC 6238) and recovery codes, stored as django-allauth's MFA stores them.

allauth's own pages and passkeys work on the same rows. Judging takes the time as an argument and remembers used
codes in the database, so that no process takes one twice; allauth's own memory is one process's cache.
"""

import base64
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.db import transaction

from anlan.base.keys import keyring
from anlan.people.models import Account

PERIOD = 30
ISSUER = "安澜 Anlan"
SECRETS = frozenset({"secret", "seed"})
"""The names under which a row's data holds something sealed."""

_AAD = b"mfa_authenticator|data"


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Seals what allauth would store plain (setting MFA_ADAPTER)."""

    def encrypt(self, text: str) -> str:
        """Under a key of its own, wrapped by the ring."""
        wrapped, sealed = keyring().seal_alone(text.encode(), aad=_AAD)
        return f"{base64.b64encode(wrapped).decode()}.{base64.b64encode(sealed).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Unreadable."""
        wrapped, _, sealed = encrypted_text.partition(".")
        return keyring().open_alone(base64.b64decode(wrapped), base64.b64decode(sealed), aad=_AAD).decode()


def new_secret() -> str:
    """A fresh secret in base 32, to be shown once."""
    return str(generate_totp_secret())


def address(account: Account, secret: str) -> str:
    """The otpauth: address that authenticator apps read, also as a QR code."""
    label = quote(f"{ISSUER}:{account.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER, 'period': PERIOD, 'digits': 6})}"


def fitting_counter(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step whose code this is: the present one or one beside it (clocks differ); None when none fits."""
    plain = "".join(code.split())
    if len(plain) != 6 or not (plain.isascii() and plain.isdecimal()):
        return None
    present = int(at.timestamp()) // PERIOD
    steps = (present - 1, present, present + 1)
    fits = [s for s in steps if secrets.compare_digest(format_hotp_value(hotp_value(secret, s)), plain)]
    return fits[-1] if fits else None


def has_totp(account_id: int) -> bool:
    """Whether the account has a second factor."""
    return bool(Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.TOTP).exists())


def enrol(account: Account, secret: str, code: str, *, at: datetime) -> tuple[str, ...] | None:
    """Stores the secret when the code fits, and gives the recovery codes, shown once; None when it does not fit."""
    step = fitting_counter(secret, code, at=at)
    if step is None:
        return None
    adapter = Adapter()
    with transaction.atomic():
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
        Authenticator.objects.filter(user=account, type__in=kinds).delete()
        data: dict[str, Any] = {"secret": adapter.encrypt(secret), "step": step}
        Authenticator.objects.create(
            user=account, type=Authenticator.Type.TOTP, data=data, created_at=at, last_used_at=at
        )
        seed = adapter.encrypt(RecoveryCodes.generate_seed())
        codes = Authenticator.objects.create(
            user=account,
            type=Authenticator.Type.RECOVERY_CODES,
            data={"seed": seed, "used_mask": 0},
            created_at=at,
        )
        return tuple(RecoveryCodes(codes).generate_codes())


def judge(account_id: int, code: str, *, at: datetime) -> bool:
    """Whether the code opens this account now: a time-based one, later than any used before, or an unused recovery code."""
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user_id=account_id)
        row = rows.filter(type=Authenticator.Type.TOTP).first()
        if row is None:
            return False
        step = fitting_counter(Adapter().decrypt(row.data["secret"]), code, at=at)
        if step is not None and step > row.data.get("step", 0):
            row.data["step"] = step
            row.last_used_at = at
            row.save(update_fields=["data", "last_used_at"])
            return True
        spare = rows.filter(type=Authenticator.Type.RECOVERY_CODES).first()
        return spare is not None and bool(RecoveryCodes(spare).validate_code(code))


def rewrap_secrets() -> int:
    """Puts every stored secret under the ring's first key; how many were not. Raises Unreadable."""
    ring, count = keyring(), 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=pk)
            for name in SECRETS & row.data.keys():
                wrapped, _, sealed = row.data[name].partition(".")
                fresh = ring.rewrap(base64.b64decode(wrapped))
                if fresh is not None:
                    row.data[name] = f"{base64.b64encode(fresh).decode()}.{sealed}"
                    row.save(update_fields=["data"])
                    count += 1
    return count
