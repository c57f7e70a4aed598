# SPDX-License-Identifier: Apache-2.0
"""What phones seal to this deployment: whoever holds the phone cannot read it, only the holder of ANLAN_KEYS can.

HPKE in base mode (RFC 9180) with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, which every browser's WebCrypto can do. The
private key is made from the first key of the ring, so there is no further secret to keep, and a key that was taken out of the front
still opens what was sealed under it.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from anlan.base.keys import Keyring, Unreadable, keyring

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
INFO = b"anlan field outbox"
PURPOSE = b"anlan outbox"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256."""


@lru_cache(maxsize=8)
def _private_key(ring: Keyring, key_id: int) -> ec.EllipticCurvePrivateKey:
    # 384 bits, so that the remainder favours no scalar (FIPS 186-5, A.2.1).
    scalar = int.from_bytes(ring.derive(PURPOSE, key_id=key_id, length=48), "big")
    return ec.derive_private_key(scalar % (ORDER - 1) + 1, ec.SECP256R1())


def public_key() -> tuple[int, bytes]:
    """The id of the key to seal to, and the key as an uncompressed point of 65 bytes."""
    ring = keyring()
    return ring.first, _private_key(ring, ring.first).public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )


def open_sealed(sealed: bytes, *, key_id: int) -> bytes:
    """What a phone sealed: the encapsulated key, then the ciphertext. Raises Unreadable."""
    try:
        return SUITE.decrypt(sealed, _private_key(keyring(), key_id), INFO)
    except (InvalidTag, ValueError):
        raise Unreadable from None
