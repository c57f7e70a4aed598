# SPDX-License-Identifier: Apache-2.0
"""Phone numbers: read from what people type, sealed under the account's own key, found by a blind index.

A number is never stored plain, logged, or given to another room; only people/ opens one, to send to it.
"""

import re
import unicodedata
from hmac import compare_digest

from anlan.base.errors import Invalid
from anlan.base.keys import keyring
from anlan.people.models import Account
from anlan.places.region import region


def read_phone(text: str) -> str:
    """The number in one spelling, "+8613...": full-width digits, spaces, dots and dashes are fine. Raises Invalid."""
    phones = region().phones
    plain = re.sub(r"[\s\-–—.()]", "", unicodedata.normalize("NFKC", text))
    # As it stands first: a national number may begin like a prefix.
    bare = [plain, *(plain.removeprefix(each) for each in phones.prefixes if plain.startswith(each))]
    number = next((each for each in bare if each.isascii() and phones.national.fullmatch(each)), None)
    if number is None:
        raise Invalid(fields={"phone": phones.words.shown})
    return f"{phones.country}{number}"


def is_phone(text: str) -> bool:
    """Whether a text as a whole is spelt like a mobile number of the region."""
    try:
        return bool(read_phone(text))
    except Invalid:
        return False


def phone_index(phone: str) -> bytes:
    """The blind index of a number that `read_phone` gave."""
    return keyring().index("phone", phone)


def set_phone(account: Account, phone: str) -> None:
    """Seals the number into the account, under a fresh key of the account's own. The caller saves."""
    account.phone_index = phone_index(phone)
    account.key, account.phone = keyring().seal_alone(phone.encode(), aad=_aad(account))


def has_phone(account_id: int, phone: str) -> bool:
    """Whether this account signs in with this number. Nothing is opened: blind indexes are compared."""
    held = Account.objects.filter(pk=account_id).values_list("phone_index", flat=True).first()
    return bool(phone and held) and compare_digest(phone_index(phone), bytes(held or b""))


def open_phone(account: Account) -> str | None:
    """The number, or None when the account has none. Raises Unreadable."""
    if account.phone is None or account.key is None:
        return None
    return keyring().open_alone(account.key, account.phone, aad=_aad(account)).decode()


def forget_phone(account: Account) -> None:
    """Takes number and key away; the caller saves."""
    account.key = account.phone = account.phone_index = None


def mask(phone: str) -> str:
    """The number as its owner recognises it: 138****5678; of a short one only the end."""
    national = phone.removeprefix(region().phones.country)
    return (
        f"{national[: max(0, len(national) - 8)]}****{national[-4:] if len(national) > 6 else national[-2:]}"
    )


def _aad(account: Account) -> bytes:
    # Bound to the index, not to the row: the row has no id before it is stored.
    return b"people_account|phone|" + bytes(account.phone_index or b"")
