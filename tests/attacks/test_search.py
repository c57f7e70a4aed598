# SPDX-License-Identifier: Apache-2.0
"""Words made to break the search of everybody, and numbers of persons spelt so that search would find them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from anlan.cases import bigrams
from anlan.cases.models import SearchRow
from tests.cases.test_search import catch_up
from tests.procedures.report.cast import REPORTER, Matter

ENTRIES = 72
"""So many texts of letters that take four bytes are more tokens than PostgreSQL keeps in one row."""


def long_words(n: int) -> str:
    """The longest text that is taken, of long words that no other has."""
    letters = [chr(0x10330 + i) for i in range(20)]
    counted = range(n * 97, n * 97 + 97)
    return " ".join("".join(letters[k // 20**j % 20] for j in range(4)) + letters[0] * 36 for k in counted)


def rare_characters(n: int) -> str:
    """The longest text that is taken, of pairs of Chinese characters that no other has."""
    return "".join(chr(0x20000 + i * n % 42_000) for i in range(4_000))


@pytest.mark.django_db
@pytest.mark.parametrize("together", [1, ENTRIES])
@pytest.mark.parametrize("words", [long_words, rare_characters])
def test_one_persons_words_never_stop_the_search_of_everybody(
    words: Callable[[int], str], together: int
) -> None:
    case = Matter()
    for n in range(1, ENTRIES + 1):
        case.at += timedelta(minutes=1)
        case.do("add", REPORTER, words=words(n))
        if n % together == 0:
            catch_up()
    after = Matter(words="井盖松动")
    catch_up()
    assert SearchRow.objects.filter(case_id__in=(case.id, after.id)).count() == 2


@pytest.mark.parametrize(
    "between", [":", "：", "|", "、", "，", ";", "~", "=", "*", "&", " | ", "\u200b", "\u2060"]
)
def test_a_phone_number_is_never_in_the_search_however_it_is_divided(between: str) -> None:
    written = between.join(("138", "0000", "1234"))
    assert bigrams.tokens(f"请回电{written}速来") == {"请回", "回电", "速来"}
    assert bigrams.long_number(written) == "13800001234"


@pytest.mark.parametrize(
    "written", ["一三八〇零零〇一二三四", "幺三八零零零零幺二三四", "一三八 0000 一二三四"]
)
def test_a_phone_number_spelt_out_is_never_in_the_search(written: str) -> None:
    assert bigrams.tokens(f"请回电{written}速来") == {"请回", "回电", "速来"}
    assert bigrams.long_number(written) is not None
