# SPDX-License-Identifier: Apache-2.0
"""One spelling for one value, and digests of it: what chains are made of.

`canonical` is JSON in UTF-8 without spaces, keys in the order of their code points. It refuses whatever could be spelt in
two ways: floats, naive datetimes, sets, texts that are no UTF-8, and NUL, which PostgreSQL cannot keep.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import Enum, IntEnum
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives import hashes
from django.conf import settings

SALT_LENGTH = 16
_encoder = msgspec.json.Encoder(order="sorted")
_FINISHED = frozenset({str, int, bool, type(None)})
_KEYS = frozenset({str})
_MOST = 100_000


class Algorithm(IntEnum):
    """Digest algorithms, by the number that each entry carries. SM3 is GB/T 32905-2016."""

    SHA256 = 1
    SM3 = 2


def chosen() -> Algorithm:
    """The algorithm of new entries, from settings.ANLAN_DIGEST ("sha256" or "sm3"); old entries keep their own.

    Raises ValueError for another name.
    """
    name = str(settings.ANLAN_DIGEST)
    if name.upper() not in Algorithm.__members__:
        raise ValueError("ANLAN_DIGEST is sha256 or sm3")
    return Algorithm[name.upper()]


def canonical(value: Any) -> bytes:
    """The one spelling of `value`.

    Takes dict with text keys, list, tuple, str, int, bool, None; enums of texts or ints as their value; datetimes with a
    zone as UTC with six decimals and Z; dates as YYYY-MM-DD; UUIDs as text; bytes as lower-case hex. Raises TypeError for
    any other type, a float or a naive datetime among them; ValueError for NUL, lone surrogates and reference loops.
    """
    try:
        if _is_plain(value) and b"\\u0000" not in (spelt := _encoder.encode(value)):
            return spelt
        return _encoder.encode(_plain(value))
    except RecursionError:
        raise ValueError("nested too deep for a canonical spelling") from None


def _is_plain(value: Any) -> bool:
    """Whether the encoder's own spelling is the canonical one, but for NUL: nearly always. Flat, since it runs for every
    entry and content; whatever is not plain, or endless, is left to `_plain` to spell or to refuse.
    """
    waiting = [value]
    for each in waiting:
        kind = type(each)
        if kind in _FINISHED:
            continue
        if kind is dict:
            if {*map(type, each)} - _KEYS:
                return False
            waiting += each.values()
        elif kind is list or kind is tuple:
            waiting += each
        else:
            return False
        if len(waiting) > _MOST:
            return False
    return True


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        if "\0" in value:
            raise ValueError("NUL has no place in a text")
        return value
    if kind in _FINISHED:
        return value
    if kind is dict:
        return {_key(key): _plain(each) for key, each in value.items()}
    if kind is list or kind is tuple:
        return [_plain(each) for each in value]
    return _rare(value)


def _key(key: Any) -> str:
    if isinstance(key, Enum):
        key = key.value
    if type(key) is not str:
        raise TypeError(f"a key is a text, not {type(key).__name__}")
    if "\0" in key:
        raise ValueError("NUL has no place in a key")
    return key


def _rare(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise TypeError("a datetime without its zone has no canonical spelling")
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):  # psycopg reads bytea as memoryview
        return value.hex()
    if isinstance(value, Enum) and isinstance(value, str | int):
        return _plain(value.value)
    raise TypeError(f"{type(value).__name__} has no canonical spelling")


def digest(data: bytes, *, algorithm: Algorithm) -> bytes:
    """32 bytes."""
    if algorithm is Algorithm.SHA256:
        return hashlib.sha256(data).digest()
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(data)
    return sm3.finalize()


def digests(texts: Iterable[bytes], *, algorithm: Algorithm) -> list[bytes]:
    """The digest of each of many."""
    if algorithm is Algorithm.SHA256:
        return [hashlib.sha256(text).digest() for text in texts]
    return [digest(text, algorithm=algorithm) for text in texts]


def salted(salt: bytes, data: bytes, *, algorithm: Algorithm) -> bytes:
    """The digest of `data` under its 16-byte salt: once both are erased, what was said can no longer be guessed from it.

    Raises ValueError for a salt of another length, which would make salt and data ambiguous.
    """
    if len(salt) != SALT_LENGTH:
        raise ValueError("a salt has 16 bytes")
    return digest(salt + data, algorithm=algorithm)
