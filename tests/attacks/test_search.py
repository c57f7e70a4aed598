# SPDX-License-Identifier: Apache-2.0
"""Words made to break the search of everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest

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
