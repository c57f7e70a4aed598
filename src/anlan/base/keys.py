# SPDX-License-Identifier: Apache-2.0
"""Keys: a ring from the settings wraps one data key per case; what a case key seals opens nowhere else.

    sealed = format (1 byte) | key id (1) | algorithm (1) | nonce (12) | ciphertext | tag (16)

Key id is the ring's key for a wrapped case key, 0 for the case's own key. The first three bytes and the caller's `aad` are
authenticated. Whatever is wrong with a ciphertext, the answer is one `Unreadable` that says nothing of what it held.
"""

import base64
import binascii
import hmac
import os
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings

FORMAT = 1
AES, SM4 = 1, 2
CIPHERS = {"aes256gcm": AES, "sm4gcm": SM4}
"""What settings.ANLAN_CIPHER may say: AES-256-GCM, or SM4-GCM (GB/T 32907-2016) with 128-bit keys."""
KEY_LENGTH = 32
_OWN = 0  # the key id of what a case's own key sealed
_HEAD, _NONCE, _TAG = 3, 12, 16
_SHORTEST = _HEAD + _NONCE + _TAG
_WRAPPED = b"anlan case key"


class Unreadable(Exception):  # noqa: N818 - one answer for every fault, so that nothing is learnt from it
    """A ciphertext that this key does not open: sealed with another key, altered, cut, or moved from its place."""

    def __init__(self) -> None:
        super().__init__("This cannot be decrypted: it was altered or moved, or ANLAN_KEYS lacks its key.")


def aad(case_id: UUID, table: str, n: int, field: str) -> bytes:
    """What binds a ciphertext to its place: sealed for one case, table, row and field, it opens for no other."""
    return b"%b|%b|%d|%b" % (case_id.bytes, table.encode(), n, field.encode())


class _Suite(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...


class _Sm4Gcm:
    """SM4-GCM in the shape of cryptography's AESGCM, which has no SM4."""

    def __init__(self, key: bytes) -> None:
        self._key = algorithms.SM4(key[:16])

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        sealer = Cipher(self._key, modes.GCM(nonce)).encryptor()
        sealer.authenticate_additional_data(associated_data)
        return sealer.update(data) + sealer.finalize() + sealer.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        opener = Cipher(self._key, modes.GCM(nonce, data[-_TAG:])).decryptor()
        opener.authenticate_additional_data(associated_data)
        return opener.update(data[:-_TAG]) + opener.finalize()


_SUITES: dict[int, type[AESGCM] | type[_Sm4Gcm]] = {AES: AESGCM, SM4: _Sm4Gcm}
_PURPOSES = {AES: b"anlan aes256gcm", SM4: b"anlan sm4gcm"}


def _derive(secret: bytes, purpose: bytes) -> bytes:
    """A key for one purpose, so that no secret serves two: one block of HKDF-Expand (RFC 5869) with SHA-256."""
    return hmac.digest(secret, purpose + b"\x01", "sha256")


class _Box:
    """One secret and the ciphers made from it, each made once and only when used."""

    __slots__ = ("_suites", "id", "secret")

    def __init__(self, secret: bytes, *, id: int) -> None:
        self.secret = secret
        self.id = id
        self._suites: dict[int, _Suite] = {}

    def seal(self, plain: bytes, *, algorithm: int, aad: bytes) -> bytes:
        head = bytes((FORMAT, self.id, algorithm))
        nonce = os.urandom(_NONCE)
        return head + nonce + self._suite(algorithm).encrypt(nonce, plain, head + aad)

    def open(self, sealed: bytes, *, aad: bytes) -> bytes:
        sealed = bytes(sealed)
        if len(sealed) < _SHORTEST or sealed[0] != FORMAT or sealed[1] != self.id or sealed[2] not in _SUITES:
            raise Unreadable
        nonce, body = sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        try:
            return self._suite(sealed[2]).decrypt(nonce, body, sealed[:_HEAD] + aad)
        except InvalidTag:
            raise Unreadable from None

    def _suite(self, algorithm: int) -> _Suite:
        suite = self._suites.get(algorithm)
        if suite is None:
            suite = self._suites[algorithm] = _SUITES[algorithm](_derive(self.secret, _PURPOSES[algorithm]))
        return suite


class CaseKey:
    """The data key of one case. Seals with the chosen cipher, opens what either cipher sealed. Keep it while a case is
    worked on: its ciphers are made once.
    """

    __slots__ = ("_algorithm", "_box", "_digesting")

    def __init__(self, secret: bytes, *, algorithm: int) -> None:
        self._box = _Box(secret, id=_OWN)
        self._algorithm = algorithm
        self._digesting = b""

    def seal(self, plaintext: bytes, *, aad: bytes) -> bytes:
        """Encrypted and bound to `aad`; 31 bytes longer than the plaintext. Twice the same gives two ciphertexts."""
        return self._box.seal(plaintext, algorithm=self._algorithm, aad=aad)

    def open(self, sealed: bytes, *, aad: bytes) -> bytes:
        """What `seal` was given. Raises Unreadable."""
        return self._box.open(sealed, aad=aad)

    def keyed_digest(self, data: bytes) -> bytes:
        """32 bytes that only who holds this case's key can compute: the same bytes differ from case to case, so equal
        photos or requests cannot be found across cases.
        """
        if not self._digesting:
            self._digesting = _derive(self._box.secret, b"anlan digest")
        return hmac.digest(self._digesting, data, "sha256")


class Keyring:
    """The keys of the deployment: "id:base64key,..." with ids 1 to 255 and keys of 32 bytes. The first encrypts, all
    decrypt; the last, which is the oldest, indexes.
    """

    def __init__(self, text: str, *, cipher: str = "aes256gcm") -> None:
        """Raises ValueError that says what is wrong with the text and never shows it."""
        if cipher not in CIPHERS:
            raise ValueError(f"ANLAN_CIPHER is one of {', '.join(CIPHERS)}")
        self._algorithm = CIPHERS[cipher]
        self._boxes: dict[int, _Box] = {}
        for place, piece in enumerate((each for each in text.split(",") if each.strip()), start=1):
            box = _read_key(piece.strip(), place=place)
            if box.id in self._boxes or any(
                hmac.compare_digest(box.secret, b.secret) for b in self._boxes.values()
            ):
                raise ValueError(f"ANLAN_KEYS: key {place} has the id or the secret of an earlier one")
            self._boxes[box.id] = box
        if not self._boxes:
            raise ValueError("ANLAN_KEYS is empty: without it no case can be read or opened")
        self._first, self._last = next(iter(self._boxes.values())), next(reversed(self._boxes.values()))

    @property
    def first(self) -> int:
        """The id of the key that encrypts."""
        return self._first.id

    @property
    def last(self) -> int:
        """The id of the key that indexes, which stays when another is put in front."""
        return self._last.id

    def new_case_key(self) -> tuple[bytes, CaseKey]:
        """A fresh data key: wrapped, to be stored with its case, and ready to use."""
        secret = os.urandom(KEY_LENGTH)
        return self._wrap(secret), CaseKey(secret, algorithm=self._algorithm)

    def unwrap(self, wrapped: bytes) -> CaseKey:
        """The data key that `new_case_key` wrapped. Raises Unreadable."""
        return CaseKey(self._unwrap(wrapped), algorithm=self._algorithm)

    def seal_alone(self, plain: bytes, *, aad: bytes) -> tuple[bytes, bytes]:
        """What is sealed under a fresh key of its own: that key wrapped, and what was sealed."""
        wrapped, key = self.new_case_key()
        return wrapped, key.seal(plain, aad=aad)

    def open_alone(self, wrapped: bytes | memoryview, sealed: bytes | memoryview, *, aad: bytes) -> bytes:
        """What `seal_alone` sealed. Raises Unreadable."""
        return self.unwrap(bytes(wrapped)).open(bytes(sealed), aad=aad)

    def rewrap(self, wrapped: bytes) -> bytes | None:
        """The same data key under the first key and the chosen cipher, or None when it is so already. Contents stay as
        they are: a rotation touches one short column. Raises Unreadable.
        """
        secret = self._unwrap(wrapped)
        return None if wrapped[1] == self.first and wrapped[2] == self._algorithm else self._wrap(secret)

    def index(self, purpose: str, value: str) -> bytes:
        """A blind index of 32 bytes: equal values give equal bytes, under a key of that purpose alone.

        people/ indexes phones, and browsers that are told; cases/ indexes pictures of evidence. The last key of the ring does it, so that putting a new key in front loses
        nothing; before the last key leaves the ring its indexes must be written anew.
        """
        return hmac.digest(
            _derive(self._last.secret, b"anlan index " + purpose.encode()), value.encode(), "sha256"
        )

    def derive(self, purpose: bytes, *, key_id: int, length: int) -> bytes:
        """Bytes for one purpose from one key of the ring: HKDF-Expand (RFC 5869) with SHA-256. Raises Unreadable for a key not in it."""
        box = self._boxes.get(key_id)
        if box is None:
            raise Unreadable
        return HKDFExpand(hashes.SHA256(), length, purpose).derive(box.secret)

    def _wrap(self, secret: bytes) -> bytes:
        return self._first.seal(secret, algorithm=self._algorithm, aad=_WRAPPED)

    def _unwrap(self, wrapped: bytes) -> bytes:
        box = self._boxes.get(wrapped[1]) if len(wrapped) >= _SHORTEST else None
        if box is None:
            raise Unreadable
        return box.open(wrapped, aad=_WRAPPED)


def _read_key(piece: str, *, place: int) -> _Box:
    number, _, encoded = piece.partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_LENGTH:
        raise ValueError(f"ANLAN_KEYS: key {place} is not id:key with 32 bytes in base64")
    if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= 255):
        raise ValueError(f"ANLAN_KEYS: the id of key {place} is not a number from 1 to 255")
    return _Box(secret, id=int(number))


def generate() -> str:
    """A new key of 32 random bytes in base64; in ANLAN_KEYS it stands after its id and a colon, in front of older ones."""
    return base64.b64encode(os.urandom(KEY_LENGTH)).decode()


@lru_cache(maxsize=4)
def _ring(text: str, cipher: str) -> Keyring:
    return Keyring(text, cipher=cipher)


def keyring() -> Keyring:
    """The ring of settings.ANLAN_KEYS and ANLAN_CIPHER, read at the first call and kept. Raises ValueError."""
    return _ring(settings.ANLAN_KEYS, settings.ANLAN_CIPHER)
