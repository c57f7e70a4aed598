# SPDX-License-Identifier: Apache-2.0
"""Words made to break the search of everybody, and numbers of persons spelt so that search would find them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from anlan.base import boundary
from anlan.base.errors import Invalid
from anlan.cases import bigrams
from anlan.cases.catalogue import current
from anlan.cases.find import find
from anlan.cases.models import SearchRow
from tests.cases.test_search import catch_up
from tests.cases.world import MONDAY
from tests.procedures.report.cast import REPORTER, Matter, town

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


@pytest.mark.parametrize("written", ["浙A12345", "浙a·12345", "请找浙A D12345的车", "浙 A-1234F", "粤B1A2B3"])
def test_a_plate_is_never_in_the_search_nor_searched_for(written: str) -> None:
    assert bigrams.has_plate(written)
    assert not any(token for token in bigrams.tokens(written) if any(c.isdigit() for c in token))


@pytest.mark.parametrize("written", ["浙江省杭州市", "新A座1单元", "京东 apple", "川a abcdef"])
def test_words_that_only_begin_like_a_plate_are_words(written: str) -> None:
    assert not bigrams.has_plate(written)


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["8161 7258", "81617258", "请回电0571-87654321", "6222021001116245702"])
def test_part_of_a_case_number_is_searched_for_as_little_and_held_against_nobody(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    monkeypatch.setattr(boundary, "_recorder", lambda _where, term, _digest: noted.append(term))
    with pytest.raises(Invalid, match="16"):
        find(town(), written, known=current(), at=MONDAY)
    assert noted == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    [
        "浙A12345",
        "13800001234",
        "+86 138-0000-1234",
        "一三八〇零零〇一二三四",
        "330106199001011234",
        "330106 19900101 123x",
        "身份证33010619900101123X",
    ],
)
def test_who_looks_for_a_person_is_told_why_not_and_it_is_noted(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[tuple[str, str]] = []
    monkeypatch.setattr(boundary, "_recorder", lambda where, term, _digest: noted.append((where, term)))
    with pytest.raises(Invalid):
        find(town(), written, known=current(), at=MONDAY)
    assert [where for where, _term in noted] == ["search"]
    assert written not in noted[0][1]
