# SPDX-License-Identifier: Apache-2.0
"""Place codes: 2, 4, 6, 9, 12 or 15 digits, padded with zeros on the right to one 15-digit integer. Pure.

"This county and everything in it" is then one range of integers, so one B-tree range in the database.
Refuses what is no code of that shape; knows nothing of which codes exist. Source: GB/T 2260 (province, city, county),
GB/T 10114 (town), the Bureau of Statistics (village), grid = village + 3 digits (DB11, see domain facts).
"""

from enum import IntEnum
from functools import lru_cache


class Level(IntEnum):
    """How far down the tree a place is; 1 is the widest."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWN = 4
    VILLAGE = 5
    GRID = 6


DIGITS = 15
LENGTHS = (2, 4, 6, 9, 12, 15)
_SPANS: tuple[int, ...] = tuple(10 ** (DIGITS - length) for length in LENGTHS)
_LEVELS = dict(zip(LENGTHS, Level, strict=True))


def pad(text: str) -> int:
    """The 15-digit integer of a written code, e.g. "330106" -> 330106000000000.

    Raises ValueError for a length that no level has, for anything but ASCII digits, for a code that begins with
    zero, and for a last part of only zeros (it would read as the place above).
    """
    level = _LEVELS.get(len(text))
    if level is None or not (text.isascii() and text.isdigit()) or text[0] == "0":
        raise ValueError(f"{text!r} is not a place code: 2, 4, 6, 9, 12 or 15 digits")
    code: int = int(text) * _SPANS[level - 1]
    if level_of(code) is not level:
        raise ValueError(f"{text!r} is not a place code: its last part is zero")
    return code


@lru_cache(maxsize=1 << 17)
def level_of(code: int) -> Level:
    """The level of a padded code. Raises ValueError when it does not have 15 digits."""
    if not 10 ** (DIGITS - 1) <= code < 10**DIGITS:
        raise ValueError(f"{code} is not a 15-digit place code")
    return next(level for level in Level if code % _SPANS[level - 1] == 0)


def code_range(code: int) -> tuple[int, int]:
    """The place and everything in it, as [lo, hi)."""
    return code, code + _SPANS[level_of(code) - 1]


def around(low: int, high: int) -> int:
    """The code of the narrowest place that could hold all of [low, high); 0 when only the whole country does."""
    return next((low // span * span for span in reversed(_SPANS) if low // span == (high - 1) // span), 0)


@lru_cache(maxsize=1 << 17)
def ancestors(code: int) -> tuple[int, ...]:
    """The codes above, widest first, without the place itself.

    A level that a branch of the tree skips (a city with towns but no counties) has no code and is left out.
    """
    level = level_of(code)
    above: list[int] = []
    for span in _SPANS[: level - 1]:
        upper = code // span * span
        if not above or upper != above[-1]:
            above.append(upper)
    return tuple(above)


def text(code: int) -> str:
    """The code as written: the padding taken off."""
    return str(code)[: LENGTHS[level_of(code) - 1]]
