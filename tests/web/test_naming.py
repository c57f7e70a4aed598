# SPDX-License-Identifier: Apache-2.0
"""What a case is called: category and condition under one name, and no name that says one thing twice."""

import pytest
from django.utils.translation import override

from anlan.cases.catalogue import current
from anlan.procedures.report.procedure import REPORT
from anlan.web.case_naming import title_of
from tests.procedures.report.cast import ROAD, category, condition

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "n", "zh", "en"),
    [
        ("E05-05", 1, "路面塌陷", "Road caved in"),
        ("E04-10", 1, "非机动车乱停，影响通行", "Bicycles left in the way"),
    ],
)
def test_what_category_and_condition_both_say_is_said_once(code: str, n: int, zh: str, en: str) -> None:
    for language, words in (("zh-hans", zh), ("en", en)):
        with override(language):
            assert called(code, n) == words


def test_a_condition_that_says_more_stands_beside_its_category() -> None:
    with override("zh-hans"):
        assert called(ROAD, 1).startswith("道路破损（")
    with override("en"):
        assert called(ROAD, 1).startswith("Broken road surface: ")


def called(code: str, n: int) -> str:
    of = {"category": category(code), "condition": condition(code, n)}
    return title_of(REPORT, **of, kind=None, known=current())
