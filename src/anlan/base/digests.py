# SPDX-License-Identifier: Apache-2.0
"""One spelling for one value, and digests of it: what chains are made of. Refuses floats and naive datetimes."""

import hashlib
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives import hashes

_encoder = msgspec.json.Encoder(order="sorted")
_PLAIN = (int, type(None), bool)


class Algorithm(IntEnum):
    """Digest algorithms by the number that entries carry."""

    SHA256 = 1
    SM3 = 2


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8. Raises TypeError for what has no single spelling."""
    return _encoder.encode(_plain(value))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        if "\x00" in value:
            raise ValueError("NUL has no place in a text")
        return value
    if kind in _PLAIN:
        return value
    if kind is dict:
        for key in value:
            if not isinstance(key, str):
                raise TypeError("keys are texts")
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a datetime needs a zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, str):
        return _plain(str(value))
    if isinstance(value, int):
        return int(value)
    raise TypeError(f"{kind.__name__} has no single spelling")


def digest(data: bytes, *, algorithm: Algorithm) -> bytes:
    """32 bytes."""
    if algorithm is Algorithm.SHA256:
        return hashlib.sha256(data).digest()
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(data)
    return sm3.finalize()


def salted(salt: bytes, data: bytes, *, algorithm: Algorithm) -> bytes:
    """The digest of a content under its salt."""
    return digest(salt + data, algorithm=algorithm)
