# SPDX-License-Identifier: Apache-2.0
"""What is sealed opens with its key, in its place, unaltered; else there is one answer for every fault."""

import base64
import hashlib
import hmac
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from anlan.base import keys
from anlan.base.ids import new_id
from anlan.base.keys import CIPHERS, Keyring, Unreadable, aad, generate, keyring

CASE = UUID("0195f1e2-7c3a-7b11-9e55-2b8c4d1f0a77")
PLACE = aad(CASE, "content", 3, "words")
OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (7, 8))  # the same in every test process
ciphers = st.sampled_from(sorted(CIPHERS))
both = pytest.mark.parametrize("cipher", CIPHERS)


@given(st.binary(max_size=2000), st.binary(max_size=60), ciphers)
def test_what_is_sealed_opens_again_also_after_unwrapping(plain: bytes, bound: bytes, cipher: str) -> None:
    ring = Keyring(f"1:{OLD}", cipher=cipher)
    wrapped, key = ring.new_case_key()
    sealed = key.seal(plain, aad=bound)
    assert key.open(sealed, aad=bound) == plain
    assert ring.unwrap(wrapped).open(sealed, aad=bound) == plain
    assert ring.unwrap(memoryview(wrapped)).open(memoryview(sealed), aad=bound) == plain  # type: ignore[arg-type]
    assert len(sealed) == len(plain) + 31
    assert sealed[:3] == bytes((1, 0, CIPHERS[cipher]))


@given(st.data(), ciphers)
def test_one_changed_bit_anywhere_is_found(data: st.DataObject, cipher: str) -> None:
    wrapped, key = Keyring(f"1:{OLD}", cipher=cipher).new_case_key()
    for whole, reopen in (
        (key.seal(b"words of a person", aad=PLACE), lambda broken: key.open(broken, aad=PLACE)),
        (wrapped, Keyring(f"1:{OLD}").unwrap),
    ):
        bit = data.draw(st.integers(0, len(whole) * 8 - 1))
        broken = bytearray(whole)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Unreadable):
            reopen(bytes(broken))


@both
def test_every_cut_and_every_lengthening_is_found(cipher: str) -> None:
    wrapped, key = Keyring(f"1:{OLD}", cipher=cipher).new_case_key()
    sealed = key.seal(b"words", aad=PLACE)
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            key.open(sealed[:length], aad=PLACE)
    for length in range(len(wrapped)):
        with pytest.raises(Unreadable):
            Keyring(f"1:{OLD}").unwrap(wrapped[:length])
    with pytest.raises(Unreadable):
        key.open(sealed + b"\0", aad=PLACE)


@both
def test_a_ciphertext_opens_only_in_its_own_place(cipher: str) -> None:
    _, key = Keyring(f"1:{OLD}", cipher=cipher).new_case_key()
    sealed = key.seal(b"words", aad=PLACE)
    for other in (
        aad(new_id(), "content", 3, "words"),
        aad(CASE, "party", 3, "words"),
        aad(CASE, "content", 4, "words"),
        aad(CASE, "content", 3, "name"),
        b"",
    ):
        with pytest.raises(Unreadable):
            key.open(sealed, aad=other)


def test_places_differ_when_anything_in_them_differs() -> None:
    places = {
        aad(CASE, t, n, f) for t in ("content", "party") for n in (1, 11, 111) for f in ("a", "1a", "|")
    }
    assert len(places) == 18


@both
def test_another_cases_key_opens_nothing(cipher: str) -> None:
    ring = Keyring(f"1:{OLD}", cipher=cipher)
    (_, one), (_, other) = ring.new_case_key(), ring.new_case_key()
    with pytest.raises(Unreadable):
        other.open(one.seal(b"words", aad=PLACE), aad=PLACE)


def test_every_fault_has_the_same_words() -> None:
    wrapped, key = Keyring(f"1:{OLD}").new_case_key()
    said = set()
    for attempt in (
        lambda: key.open(b"", aad=PLACE),
        lambda: key.open(key.seal(b"words", aad=b""), aad=PLACE),
        lambda: Keyring(f"2:{OLD}").unwrap(wrapped),
        lambda: Keyring(f"1:{NEW}").unwrap(wrapped),
    ):
        with pytest.raises(Unreadable) as caught:
            attempt()
        said.add(str(caught.value))
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert len(said) == 1


@given(st.lists(ciphers, min_size=2, max_size=2))
def test_a_rotation_keeps_every_content_readable(turn: list[str]) -> None:
    wrapped, key = Keyring(f"1:{OLD}", cipher=turn[0]).new_case_key()
    sealed = key.seal(b"words", aad=PLACE)
    digest = key.keyed_digest(b"photo")
    ring = Keyring(f"2:{NEW},1:{OLD}", cipher=turn[1])
    again = ring.rewrap(wrapped)
    assert again is not None
    assert again[1] == ring.first == 2
    assert ring.rewrap(again) is None
    alone = Keyring(f"2:{NEW}", cipher=turn[1])
    assert alone.unwrap(again).open(sealed, aad=PLACE) == b"words"
    assert alone.unwrap(again).keyed_digest(b"photo") == digest
    with pytest.raises(Unreadable):
        alone.unwrap(wrapped)
    with pytest.raises(Unreadable):
        alone.rewrap(wrapped)


def test_changing_the_cipher_rewraps_too() -> None:
    wrapped, _ = Keyring(f"1:{OLD}").new_case_key()
    again = Keyring(f"1:{OLD}", cipher="sm4gcm").rewrap(wrapped)
    assert again is not None
    assert again[2] == keys.SM4


def test_nonces_and_keys_are_fresh() -> None:
    ring = Keyring(f"1:{OLD}")
    _, key = ring.new_case_key()
    assert len({key.seal(b"same", aad=PLACE)[3:15] for _ in range(500)}) == 500
    assert len({ring.new_case_key()[1].keyed_digest(b"") for _ in range(100)}) == 100


def test_the_format_can_be_read_by_hand() -> None:
    # Written from docs/decisions/keys.md with other code, so that data outlives this module.
    secret = base64.b64decode(OLD)
    for cipher in CIPHERS:
        wrapped, key = Keyring(f"7:{OLD}", cipher=cipher).new_case_key()
        data_key = _open_by_hand(wrapped, secret, b"anlan case key")
        assert wrapped[1] == 7
        assert _open_by_hand(key.seal(b"words", aad=PLACE), data_key, PLACE) == b"words"
        digesting = hmac.new(data_key, b"anlan digest\x01", hashlib.sha256).digest()
        assert key.keyed_digest(b"photo") == hmac.new(digesting, b"photo", hashlib.sha256).digest()


def _open_by_hand(sealed: bytes, secret: bytes, bound: bytes) -> bytes:
    head, nonce, body, tag = sealed[:3], sealed[3:15], sealed[15:-16], sealed[-16:]
    purpose = {1: b"anlan aes256gcm", 2: b"anlan sm4gcm"}[head[2]]
    key = hmac.new(secret, purpose + b"\x01", hashlib.sha256).digest()
    if head[2] == 1:
        return AESGCM(key).decrypt(nonce, body + tag, head + bound)
    opener = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, tag)).decryptor()
    opener.authenticate_additional_data(head + bound)
    return opener.update(body) + opener.finalize()


def test_sm4_gcm_is_that_of_rfc_8998() -> None:
    # RFC 8998, appendix A.1
    suite = keys._Sm4Gcm(bytes.fromhex("0123456789abcdeffedcba9876543210"))
    nonce, bound = (
        bytes.fromhex("00001234567800000000abcd"),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    assert suite.encrypt(nonce, _PLAIN, bound).hex() == _SEALED
    assert suite.decrypt(nonce, bytes.fromhex(_SEALED), bound) == _PLAIN


_PLAIN = bytes.fromhex(
    "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
    "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
)
_SEALED = (
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    "83de3541e4c2b58177e065a9bf7b62ec"
)


def test_an_index_is_steady_through_a_rotation_and_differs_by_purpose() -> None:
    before = Keyring(f"1:{OLD}")
    after = Keyring(f"2:{NEW},1:{OLD}")
    assert before.index("phone", "13800000000") == after.index("phone", "13800000000")
    assert len(before.index("phone", "13800000000")) == 32
    made = {
        ring.index(p, v)
        for ring in (before, Keyring(f"1:{NEW}"))
        for p in ("phone", "mail")
        for v in ("1", "2")
    }
    assert len(made) == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" , ", "empty"),
        (OLD, "key 1 is not id:key"),
        (f"1:{OLD},2:c2hvcnQ=", "key 2 is not id:key"),
        ("1:***", "key 1 is not id:key"),
        (f"0:{OLD}", "id of key 1"),
        (f"256:{OLD}", "id of key 1"),
        (f"x:{OLD}", "id of key 1"),
        (f"1:{OLD},1:{NEW}", "key 2 has the id"),
        (f"1:{OLD},2:{OLD}", "key 2 has the id or the secret"),
    ],
)
def test_a_bad_ring_is_refused_without_showing_a_key(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        Keyring(text)
    assert OLD not in str(caught.value)
    assert "c2hvcnQ" not in str(caught.value)


def test_an_unknown_cipher_is_refused() -> None:
    with pytest.raises(ValueError, match="ANLAN_CIPHER"):
        Keyring(f"1:{OLD}", cipher="rot13")


def test_keys_do_not_show_themselves() -> None:
    ring = Keyring(f"1:{OLD}")
    _, key = ring.new_case_key()
    shown = f"{ring!r} {key!r} {key!s}"
    assert OLD not in shown
    assert repr(base64.b64decode(OLD)) not in shown
    assert not hasattr(key, "__dict__")


def test_the_process_keeps_one_ring_per_setting(settings: Settings) -> None:
    settings.ANLAN_KEYS, settings.ANLAN_CIPHER = f" 3:{NEW} , 1:{OLD}", "aes256gcm"
    assert keyring() is keyring()
    assert keyring().first == 3
    settings.ANLAN_CIPHER = "sm4gcm"
    assert keyring().new_case_key()[0][2] == keys.SM4


def test_generated_keys_fit_the_ring() -> None:
    made = {generate() for _ in range(100)}
    assert len(made) == 100
    assert all(Keyring(f"255:{key}").first == 255 for key in made)
