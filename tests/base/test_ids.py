# SPDX-License-Identifier: Apache-2.0
"""Numbers and codes survive how people write them, and wrong ones are refused."""

import time
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anlan.base.errors import Invalid
from anlan.base.ids import (
    ALPHABET,
    case_number,
    check_digit,
    new_code,
    new_id,
    read_code,
    read_number,
    show_code,
    show_number,
)

ids = st.integers(0, 2**128 - 1).map(lambda bits: UUID(int=bits))
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def test_new_ids_are_version_7_with_the_present_time_and_differ() -> None:
    before = time.time_ns() // 1_000_000
    made = [new_id() for _ in range(1000)]
    after = time.time_ns() // 1_000_000
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert all(before <= one.int >> 80 <= after for one in made)
    assert len({one.int & (1 << 62) - 1 for one in made}) == 1000


def test_every_random_bit_of_new_ids_moves() -> None:
    made = [new_id().int for _ in range(200)]
    moving = 0
    for one in made:
        moving |= one ^ made[0]
    for bit in [*range(62), *range(64, 76)]:
        assert moving >> bit & 1, bit


@given(ids)
def test_a_number_reads_back_however_it_is_written(case: UUID) -> None:
    number = case_number(case)
    shown = show_number(number)
    assert [len(four) for four in shown.split()] == [4, 4, 4, 4]
    for written in (
        shown,
        f" {shown}\n",
        shown.replace(" ", ""),
        shown.replace(" ", "-"),
        shown.replace(" ", "—"),
        shown.replace(" ", "\u3000").translate(WIDE),
        "\u200b".join(shown),
    ):
        assert read_number(written) == number


@given(ids, st.integers(0, 2**66 - 1))
def test_the_time_of_an_id_does_not_reach_its_number(case: UUID, high: int) -> None:
    other = UUID(int=high << 62 | case.int & (1 << 62) - 1)
    assert case_number(other) == case_number(case)


@given(ids, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(case: UUID, at: int, by: int) -> None:
    digits = f"{case_number(case):016d}"
    wrong = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
    with pytest.raises(Invalid, match="digit"):
        read_number(wrong)


def test_swapped_neighbours_are_found_in_98_of_100() -> None:
    # From each of the ten states of the sum, each pair of different digits.
    missed = 0
    for start in range(10):
        for a in range(10):
            for b in range(10):
                prefix = f"{start}"
                missed += a != b and check_digit(f"{prefix}{a}{b}") == check_digit(f"{prefix}{b}{a}")
    assert missed == 20  # of 900


@given(ids, st.integers(0, 14))
def test_a_swap_that_is_found_is_refused(case: UUID, at: int) -> None:
    digits = f"{case_number(case):016d}"
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    assume(check_digit(swapped[:-1]) != int(swapped[-1]))
    with pytest.raises(Invalid):
        read_number(swapped)


def test_check_digit_of_the_standard() -> None:
    assert check_digit("0794") == 5  # ISO 7064's own example for MOD 11,10


@pytest.mark.parametrize(
    "text", ["", " ", "1234", "1" * 17, "12a4 0937 5516 2047", "٤٨٢١٠٩٣٧٥٥١٦٢٠٤٧", "9" * 100_000, "½" * 16]
)
def test_what_is_no_number_is_refused_saying_what_one_is(text: str) -> None:
    with pytest.raises(Invalid, match="16 digits"):
        read_number(text)


@given(st.text(max_size=80))
def test_any_text_gives_a_number_or_the_one_refusal(text: str) -> None:
    with suppress(Invalid):
        assert 0 <= read_number(text) < 10**16
    with suppress(Invalid):
        assert len(read_code(text)) == 16


def test_new_codes_are_sixteen_characters_in_fours_and_differ() -> None:
    made = {new_code() for _ in range(1000)}
    assert len(made) == 1000
    assert all([len(four) for four in code.split(" ")] == [4, 4, 4, 4] for code in made)
    assert set("".join(made)) == {*ALPHABET, " "}


@given(st.binary(min_size=10, max_size=40))
def test_a_code_reads_back_however_it_is_written(raw: bytes) -> None:
    shown = show_code(raw)
    plain = shown.replace(" ", "")
    assert int(raw[:10].hex(), 16) == sum(ALPHABET.index(c) << 5 * n for n, c in enumerate(reversed(plain)))
    for written in (
        shown,
        shown.lower(),
        plain.replace("0", "O"),
        plain.replace("0", "o").replace("1", "l"),
        plain.replace("1", "I"),
        shown.replace(" ", " - "),
        shown.translate(WIDE),
    ):
        assert read_code(written) == plain


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 16, "A" * 17, "ABCD EFGH JKMN PQR?"])
def test_what_is_no_code_is_refused_saying_what_one_is(text: str) -> None:
    with pytest.raises(Invalid, match="16 letters and digits"):
        read_code(text)


def test_a_code_of_fewer_bits_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="80 bits"):
        show_code(b"123456789")
