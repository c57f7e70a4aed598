# SPDX-License-Identifier: Apache-2.0
"""Phone numbers: read from what people type, sealed under the account's own key, found by a blind index.

A number is never stored plain, logged, or given to another room; only people/ opens one, to send to it.
"""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid
from anlan.base.keys import keyring
from anlan.people.models import Account

MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
"""Mainland mobile numbers, with or without the country's prefix (MIIT numbering plan)."""


def read_phone(text: str) -> str:
    """The number in one spelling, "+8613...": full-width digits, spaces, dots and dashes are fine. Raises Invalid."""
    plain = re.sub(r"[\s\-–—.()]", "", unicodedata.normalize("NFKC", text))
    match = MOBILE.fullmatch(plain) if plain.isascii() else None
    if match is None:
        raise Invalid(fields={"phone": _("This is not a mobile number. It has 11 digits and begins with 1.")})
    return f"+86{match[1]}"


def phone_index(phone: str) -> bytes:
    """The blind index of a number that `read_phone` gave."""
    return keyring().index("phone", phone)


def set_phone(account: Account, phone: str) -> None:
    """Seals the number into the account, under a fresh key of the account's own. The caller saves."""
    account.key, key = keyring().new_case_key()
    account.phone_index = phone_index(phone)
    account.phone = key.seal(phone.encode(), aad=_aad(account))


def open_phone(account: Account) -> str | None:
    """The number, or None when the account has none. Raises Unreadable."""
    if account.phone is None or account.key is None:
        return None
    return keyring().unwrap(bytes(account.key)).open(bytes(account.phone), aad=_aad(account)).decode()


def forget_phone(account: Account) -> None:
    """Takes number and key away; the caller saves."""
    account.key = account.phone = account.phone_index = None


def mask(phone: str) -> str:
    """The number as its owner recognises it: 138****5678."""
    return f"{phone[-11:-8]}****{phone[-4:]}"


def _aad(account: Account) -> bytes:
    # Bound to the index, not to the row: the row has no id before it is stored.
    return b"people_account|phone|" + bytes(account.phone_index or b"")
