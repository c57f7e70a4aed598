# SPDX-License-Identifier: Apache-2.0
"""Made-up words: many, in both languages, about what their category says, marked, and nobody's."""

import csv
import re
from pathlib import Path
from random import Random

import pytest

import anlan.config.fill_words
import anlan.procedures.report.catalogue
from anlan.config.fill_scene import COMMON, OFTEN
from anlan.config.fill_words import HERE, MARKS, OPENINGS, Tongue, address, answer, marked, note, opening
from anlan.config.fill_year import IN_STORM

Row = dict[str, str]


def rows(of: object, table: str) -> list[Row]:
    path = Path(str(getattr(of, "__file__", ""))).parent / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def made_up(table: str) -> list[Row]:
    return rows(anlan.config.fill_words, table)


def catalogue(table: str) -> list[Row]:
    return rows(anlan.procedures.report.catalogue, table)


def test_every_sentence_is_of_a_category_and_condition_there_is() -> None:
    there = {(row["code"], int(row["condition"])) for row in catalogue("conditions")}
    there |= {(code, 0) for code, _n in there}
    for row in made_up("said"):
        for code in row["codes"].split():
            assert (code.removeprefix("storm:"), int(row["condition"])) in there, row
            if code.startswith("storm:"):
                assert code.removeprefix("storm:") in IN_STORM, row


def test_whatever_occurs_often_can_be_said_and_settled_in_its_own_words() -> None:
    said = {code for row in made_up("said") for code in row["codes"].split()}
    assert set(OFTEN) <= said
    assert {f"storm:{code}" for code in IN_STORM} <= said
    groups = {row["code"]: row["kind"] for row in catalogue("categories")}
    common = {code for code, kind in groups.items() if kind in COMMON}
    assert len(common & said) / len(common) > 0.95
    settled = {code for row in made_up("answered") for code in row["codes"].split()}
    assert set(OFTEN) <= settled


def test_an_answer_fits_the_category_that_was_reported() -> None:
    answered = made_up("answered")
    codes = {row["code"] for row in catalogue("categories")}
    assert {code for row in answered for code in row["codes"].split()} <= codes | {"*"}
    anything = {row["outcome"] for row in answered if row["codes"] == "*"}
    assert anything == {row["outcome"] for row in answered}, "what has no words of its own is answered too"
    fit = {row["zh"] for row in answered if "E02-01" in row["codes"].split() and row["outcome"] == "fixed"}
    said = {answer(Random(n), code="E02-01", outcome="fixed", language="zh") for n in range(9)}
    assert said == {marked(words, "zh") for words in fit}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_there_are_more_than_four_hundred_different_sentences(language: Tongue) -> None:
    pick = Random(4)
    made = {
        opening(pick, source=source, code=code, nth=int(row["condition"]), otherwise="", language=language)
        for row in made_up("said")
        for code in row["codes"].split()
        for source in OPENINGS
        for _again in range(2)
    }
    details = [row[language] for row in made_up("said")]
    assert len(set(details)) == len(details) > 200
    assert len(made) > 400
    answers = {row[language] for table in ("answered", "noted") for row in made_up(table)}
    assert len(answers) > 100
    for words in made:
        assert words.endswith(MARKS[language])
        assert words.count(HERE) == 1
        # The place's name is a word of its own, so that search finds it as one.
        assert re.search(rf"(^|[\s，：,:]){HERE}([\s，：,:]|$)", words), words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_said_on_the_way_is_marked_too(language: Tongue) -> None:
    pick = Random(5)
    for about in {row["for"] for row in made_up("noted")}:
        assert note(pick, about, language).endswith(MARKS[language])
    for outcome in ("fixed", "made_safe", "explained", "cannot", "not_found", "settled"):
        for code in (*OFTEN, "K2-08"):
            assert answer(pick, code=code, outcome=outcome, language=language).endswith(MARKS[language])
    assert address(pick, language).startswith(HERE)
    assert marked("a", "en").startswith("A")


def test_nothing_made_up_looks_like_a_number_of_a_person_or_names_an_office() -> None:
    text = "\n".join(
        row[language]
        for table in ("said", "answered", "noted", "landmarks")
        for row in made_up(table)
        for language in ("zh", "en")
    )
    assert not re.search(r"\d{4}", text)
    assert not re.search(r"[\u4e00-\u9fff](市|县|区)(政府|委|局)|先生|女士|某", text)
    assert not re.search(r"\b(Mr|Mrs|Ms)\b", text)
