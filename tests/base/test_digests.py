# SPDX-License-Identifier: Apache-2.0
"""One value has one spelling, two values have two, and the digests are those of the standards."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from anlan.base.digests import Algorithm, canonical, chosen, digest, salted

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


class Colour(StrEnum):
    RED = "red"


class Rank(IntEnum):
    FIRST = 1


class Plain(Enum):
    ONE = 1


@given(values)
def test_it_is_json_that_says_the_same(value: Any) -> None:
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(texts, values, max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, Any], random: Any) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert canonical(dict(items)) == canonical(value)


@given(values, values)
def test_two_values_have_two_spellings(one: Any, other: Any) -> None:
    # JSON tells 1 from true and [] from {}; Python's == does not tell 1 from True, so compare with types.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical(one) == canonical(other)) == same


@given(values)
def test_tuples_are_lists(value: Any) -> None:
    assert canonical((value, value)) == canonical([value, value])


def test_the_spelling_is_fixed_for_ever() -> None:
    value = {
        "时限": 3,
        "at": datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
        "day": date(2026, 11, 4),
        "id": UUID("0195f1e2-7c3a-7b11-9e55-2b8c4d1f0a77"),
        "digest": b"\x00\xff",
        "view": memoryview(b"\x01"),
        "colour": Colour.RED,
        "rank": Rank.FIRST,
        Colour.RED: [None, True, False, -1, 2**70],
        "quote": '"\\/\n\x7f\u2028',
    }
    assert canonical(value).decode() == (
        '{"at":"2026-11-24T02:30:00.000000Z","colour":"red","day":"2026-11-04","digest":"00ff",'
        '"id":"0195f1e2-7c3a-7b11-9e55-2b8c4d1f0a77","quote":"\\"\\\\/\\n\x7f\u2028","rank":1,'
        '"red":[null,true,false,-1,1180591620717411303424],"view":"01","时限":3}'
    )


def test_keys_are_in_the_order_of_code_points() -> None:
    assert canonical({"\U0001f600": 1, "\uffff": 2}) == '{"\uffff":2,"\U0001f600":1}'.encode()


@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_one_instant_has_one_spelling_in_every_zone(naive: datetime, minutes: int) -> None:
    instant = naive.replace(tzinfo=UTC)
    spelt = canonical(instant.astimezone(timezone(timedelta(minutes=minutes))))
    assert spelt == canonical(instant)
    assert datetime.fromisoformat(json.loads(spelt)) == instant
    assert len(spelt) == 29


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        Decimal(1),
        datetime(2026, 1, 1),  # noqa: DTZ001 - naive on purpose
        {1, 2},
        {1: "a"},
        {None: "a"},
        {True: "a"},
        {Rank.FIRST: "a"},
        Plain.ONE,
        object(),
        bytearray(b"a"),
        iter([1]),
        timedelta(1),
    ],
)
def test_what_has_no_single_spelling_is_refused_at_any_depth(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)
    with pytest.raises(TypeError):
        canonical({"a": [{"b": (value,)}]})


@pytest.mark.parametrize("value", ["a\0b", {"a\0": 1}, ["\0"], "\ud800", {"\udfff": 1}])
def test_texts_that_cannot_be_kept_are_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_a_loop_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="deep"):
        canonical(loop)


KNOWN = {  # FIPS 180-4; GB/T 32905-2016 appendix A
    (Algorithm.SHA256, b"abc"): "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    (Algorithm.SHA256, b""): "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    (Algorithm.SM3, b"abc"): "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    (Algorithm.SM3, b"abcd" * 16): "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


@pytest.mark.parametrize(("asked", "answer"), KNOWN.items())
def test_digests_are_those_of_the_standards(asked: tuple[Algorithm, bytes], answer: str) -> None:
    assert digest(asked[1], algorithm=asked[0]).hex() == answer


@given(st.binary(min_size=16, max_size=16), st.binary(max_size=100), st.sampled_from(Algorithm))
def test_a_salted_digest_is_of_salt_and_data(salt: bytes, data: bytes, algorithm: Algorithm) -> None:
    assert salted(salt, data, algorithm=algorithm) == digest(salt + data, algorithm=algorithm)


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        salted(bytes(length), b"", algorithm=Algorithm.SM3)


def test_the_setting_chooses_for_new_entries(settings: Settings) -> None:
    settings.ANLAN_DIGEST = "sha256"
    assert chosen() is Algorithm.SHA256
    settings.ANLAN_DIGEST = "sm3"
    assert chosen() is Algorithm.SM3
    settings.ANLAN_DIGEST = "md5"
    with pytest.raises(ValueError, match="sha256 or sm3"):
        chosen()
