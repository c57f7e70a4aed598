# SPDX-License-Identifier: Apache-2.0
"""Keys: a ring from settings wraps one data key per case; what a case key seals opens nowhere else.

A ciphertext is: format (1 byte), key id (1 byte; 0 for a case key), algorithm (1 byte), nonce (12), sealed bytes with
tag. The additional data binds it to its case, table, row and field. Every fault raises the same `Unreadable`.
"""

import base64
import hmac
import os
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FORMAT = 1
AES, SM4 = 1, 2
CIPHERS = {"aes256gcm": AES, "sm4gcm": SM4}
_NONCE = 12
_TAG = 16
_WRAP = b"anlan case key"


class Unreadable(Exception):  # noqa: N818 - one answer for every fault, so that nothing is learnt from it
    """A ciphertext that this key does not open: wrong key, altered, or moved."""


def aad(case_id: UUID, table: str, n: int, field: str) -> bytes:
    """What binds a ciphertext to its place."""
    return case_id.bytes + f"|{table}|{n}|{field}".encode()


def _seal(secret: bytes, algorithm: int, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    if algorithm == AES:
        return nonce + AESGCM(secret).encrypt(nonce, plain, bound)
    sealer = Cipher(algorithms.SM4(secret[:16]), modes.GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(bound)
    body = sealer.update(plain) + sealer.finalize()
    return nonce + body + sealer.tag


def _open(secret: bytes, algorithm: int, sealed: bytes, bound: bytes) -> bytes:
    nonce, body = sealed[:_NONCE], sealed[_NONCE:]
    try:
        if algorithm == AES:
            return AESGCM(secret).decrypt(nonce, body, bound)
        if algorithm == SM4:
            opener = Cipher(algorithms.SM4(secret[:16]), modes.GCM(nonce, body[-_TAG:])).decryptor()
            opener.authenticate_additional_data(bound)
            return opener.update(body[:-_TAG]) + opener.finalize()
    except (InvalidTag, ValueError):
        pass
    raise Unreadable


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)


class CaseKey:
    """The data key of one case."""

    def __init__(self, secret: bytes, *, algorithm: int) -> None:
        """`algorithm` seals; opening reads the ciphertext's own."""
        self._secret = secret
        self._algorithm = algorithm

    def seal(self, plain: bytes, *, aad: bytes) -> bytes:
        """Encrypted and bound to `aad`."""
        return bytes((FORMAT, 0, self._algorithm)) + _seal(self._secret, self._algorithm, plain, aad)

    def open(self, sealed: bytes, *, aad: bytes) -> bytes:
        """Raises Unreadable."""
        if len(sealed) < 3 + _NONCE + _TAG or sealed[0] != FORMAT or sealed[1] != 0:
            raise Unreadable
        return _open(self._secret, sealed[2], sealed[3:], aad)

    def keyed_digest(self, data: bytes) -> bytes:
        """A digest that only holders of this case's key can compute; differs between cases for the same bytes."""
        return hmac.digest(self._secret, b"digest" + data, "sha256")


@dataclass(frozen=True, slots=True)
class _Held:
    secret: bytes
    wrap: bytes


class Keyring:
    """The keys of the deployment, ``id:base64key,...`` with ids 1 to 255; the first encrypts, all decrypt."""

    def __init__(self, text: str, *, cipher: str = "aes256gcm") -> None:
        """Raises ValueError saying what is wrong with the text, never showing it."""
        self._algorithm = CIPHERS[cipher]
        self._held: dict[int, _Held] = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            number, _, encoded = part.partition(":")
            secret = base64.b64decode(encoded, validate=True)
            if not number.isdecimal() or not 1 <= int(number) <= 255 or len(secret) != 32:
                raise ValueError("ANLAN_KEYS takes id:key pairs, ids 1 to 255, keys of 32 bytes in base64")
            self._held[int(number)] = _Held(secret, _derive(secret, b"wrap"))
        if not self._held:
            raise ValueError("ANLAN_KEYS is empty; make one with: anlan keys new")
        self.first = next(iter(self._held))

    def new_case_key(self) -> tuple[bytes, CaseKey]:
        """A fresh data key, wrapped and ready."""
        secret = os.urandom(32)
        return self._wrap(secret), CaseKey(secret, algorithm=self._algorithm)

    def unwrap(self, wrapped: bytes) -> CaseKey:
        """Raises Unreadable when no key of the ring opens it."""
        return CaseKey(self._unwrap(wrapped), algorithm=self._algorithm)

    def rewrap(self, wrapped: bytes) -> bytes | None:
        """The same data key under the first key; None when it is already."""
        return None if wrapped[1] == self.first else self._wrap(self._unwrap(wrapped))

    def index(self, purpose: str, value: str) -> bytes:
        """A blind index: equal values give equal bytes, under a key of that purpose alone."""
        # The oldest key, so that a rotation does not lose what was indexed.
        oldest = self._held[min(self._held)].secret
        return hmac.digest(_derive(oldest, b"index|" + purpose.encode()), value.encode(), sha256)

    def _wrap(self, secret: bytes) -> bytes:
        held = self._held[self.first]
        return bytes((FORMAT, self.first, self._algorithm)) + _seal(held.wrap, self._algorithm, secret, _WRAP)

    def _unwrap(self, wrapped: bytes) -> bytes:
        held = self._held.get(wrapped[1]) if len(wrapped) > 3 and wrapped[0] == FORMAT else None
        if held is None:
            raise Unreadable
        return _open(held.wrap, wrapped[2], wrapped[3:], _WRAP)


def generate() -> str:
    """A new key in base64, 32 bytes."""
    return base64.b64encode(os.urandom(32)).decode()


@lru_cache(maxsize=4)
def _ring(text: str, cipher: str) -> Keyring:
    return Keyring(text, cipher=cipher)


def keyring() -> Keyring:
    """The ring of this process's settings."""
    return _ring(settings.ANLAN_KEYS, settings.ANLAN_CIPHER)
