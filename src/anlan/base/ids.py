# SPDX-License-Identifier: Apache-2.0
"""Ids of cases, the numbers people read, and the secret codes they follow with.

A case id is a UUIDv7; its time bits are never used for order or dates, and an id grants nothing. People use the case
number: 15 digits from the id's random bits and a check digit (ISO 7064 MOD 11,10).
"""

import secrets
import unicodedata
from uuid import UUID

import uuid6
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
_RANDOM_BITS = (1 << 62) - 1


def new_id() -> UUID:
    """A new UUIDv7, as a phone without signal would make it too."""
    return UUID(int=uuid6.uuid7().int)


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10 over decimal digits: finds every single wrong digit and nearly all transpositions."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (11 - product) % 10


def case_number(case_id: UUID) -> int:
    """The 16-digit number of a case, from the random bits of its id."""
    digits = f"{(case_id.int & _RANDOM_BITS) % 10**15:015d}"
    return int(digits) * 10 + check_digit(digits)


def show_number(number: int) -> str:
    """The number in fours, as people read it out."""
    digits = f"{number:016d}"
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


def read_number(text: str) -> int:
    """The number as somebody typed it: spaces, dashes and full-width digits are fine. Raises Invalid."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", text) if not (c.isspace() or c in "-–—·."))
    if (
        len(digits) != 16
        or not (digits.isascii() and digits.isdecimal())
        or check_digit(digits[:15]) != int(digits[15])
    ):
        raise Invalid(_("This is not a case number. It has 16 digits; please check it against your slip."))
    return int(digits)


def show_code(raw: bytes) -> str:
    """The first 80 bits of `raw` as a follow code in fours."""
    number = int.from_bytes(raw[:10], "big")
    letters = [ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5)]
    return " ".join("".join(letters[i : i + 4]) for i in range(0, CODE_LENGTH, 4))


def new_code() -> str:
    """A secret of 80 random bits in Crockford's base 32, shown in fours."""
    return show_code(secrets.token_bytes(10))


def read_code(text: str) -> str:
    """The code as somebody typed it, in its plain form: case, spaces and look-alikes (O, I, L) do not matter."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if not (c.isspace() or c in "-–—"))
    plain = plain.translate(str.maketrans("OIL", "011"))
    if len(plain) != CODE_LENGTH or any(c not in ALPHABET for c in plain):
        raise Invalid(
            _("This is not a follow code. It has 16 letters and digits; please check it against your slip.")
        )
    return plain
