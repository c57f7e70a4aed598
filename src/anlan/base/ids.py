# SPDX-License-Identifier: Apache-2.0
"""Ids of cases, the numbers people read, and the secret codes they follow with.

A case id is a UUIDv7; its time bits are never used for order or dates, and an id grants nothing. People use the case
number: 15 digits from the id's random bits and a check digit (ISO 7064 MOD 11,10). Refuses, as `Invalid`, what is
neither a number nor a code; says nothing on whether it exists.
"""

import os
import secrets
import time
import unicodedata
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O (taken for 1 and 0) and no U."""
CODE_LENGTH = 16
NUMBER_LENGTH = 16
_RANDOM = (1 << 62) - 1
_NEXT = tuple(tuple(((product + digit) % 10 or 10) * 2 % 11 for digit in range(10)) for product in range(11))
"""The check digit's product after one more digit."""
_LONGEST = 64  # nobody types more than this for 16 characters
_ALIKE = str.maketrans("OIL", "011")


def new_id() -> UUID:
    """A new UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random bits.

    Our own few lines rather than a package: those keep the last time in a global so that ids rise within a process, and
    nothing here may rely on that. The time only keeps B-tree inserts together, so the real clock is right even in the demo.
    """
    random = int.from_bytes(os.urandom(10), "big")
    milliseconds = time.time_ns() // 1_000_000 & (1 << 48) - 1
    high = milliseconds << 16 | 0x7000 | random >> 68
    return UUID(int=high << 64 | 1 << 63 | random & _RANDOM)


def case_number(id: UUID) -> int:
    """The number of a case: 15 digits from the 62 low random bits of its id, then the check digit.

    Never from the time bits: a number tells neither when a case was opened nor how many there are.
    """
    return number_of(id.int)


def number_of(id: int) -> int:
    """The same, of an id as an integer."""
    digits = (id & _RANDOM) % 10**15
    return digits * 10 + check_digit(f"{digits:015d}")


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10: finds every single wrong digit and 98 in 100 swaps of neighbours."""
    product = 10
    for digit in map(int, digits):
        product = _NEXT[product][digit]
    return (11 - product) % 10


def show_number(number: int) -> str:
    """The number in fours, as people read it out: "4821 0937 5516 2047"."""
    return in_fours(f"{number:0{NUMBER_LENGTH}d}")


def read_number(text: str) -> int:
    """The number as somebody typed it; spaces, dashes and full-width digits are fine. Raises Invalid."""
    digits = _bare(text)
    if len(digits) == NUMBER_LENGTH and digits.isascii() and digits.isdecimal():
        number = int(digits)
        if check_digit(digits[:-1]) == number % 10:
            return number
        raise Invalid(_("One of these digits is wrong. Please compare the number with your slip."))
    raise Invalid(_("This is not a case number. It has 16 digits; please compare it with your slip."))


def new_code() -> str:
    """A new secret follow code: 80 random bits in Crockford's base 32, in fours. Who holds it may follow the case."""
    return show_code(secrets.token_bytes(10))


def show_code(raw: bytes) -> str:
    """The first 80 bits of `raw` as a follow code in fours. Raises ValueError when there are fewer."""
    if len(raw) < 10:
        raise ValueError("a follow code is made of 80 bits")
    bits = int.from_bytes(raw[:10], "big")
    return in_fours("".join(ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5)))


def read_code(text: str) -> str:
    """The code as somebody typed it, in its one plain form of 16 characters; case, spaces, dashes and the look-alikes
    O, I and L do not matter. Raises Invalid.
    """
    plain = _bare(text).upper().translate(_ALIKE)
    if len(plain) != CODE_LENGTH or not set(plain) <= set(ALPHABET):
        raise Invalid(
            _("This is not a follow code. It has 16 letters and digits; please compare it with your slip.")
        )
    return plain


def _bare(text: str) -> str:
    """Without what people and phones put between characters: spaces, dashes, dots, invisible marks."""
    if len(text) > _LONGEST:
        return ""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(c for c in wide if unicodedata.category(c)[0] not in "ZC" and not _divides(c))


def _divides(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in "−.·・_"


def in_fours(text: str) -> str:
    """A number or a code as people read it out."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
