# SPDX-License-Identifier: Apache-2.0
"""What Anlan is not (DESIGN §2): no column of a register of people, no person in an append-only row."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from anlan.base.boundary import check_names, check_words
from anlan.base.errors import BoundaryRefused
from anlan.cases.define import Field as Question
from anlan.cases.define import Procedure, Words
from anlan.cases.models import Category, Condition
from anlan.config.wiring import PROCEDURES

REGISTER = re.compile(
    r"party_?(id|member)|political|ethnic|nationality|religio|faith|education|degree_of|occupation|"
    r"person_?(category|type|class|kind|label|tag)|key_?person|watch_?list|black_?list|grey_?list|face_?(id|print|vector)|"
    r"plate_?(no|number)|id_?card|identity_?(no|number)|household|marital|same_?person|"
    r"(^|_)(score|rank|ranking|rating_of)($|_)|credit_?(score|level)|live_?position|last_?position|tracked?$"
)
APPEND_ONLY = ("Entry", "Journal", "Tray")
PERSON = re.compile(
    r"(^|_)(account|phone|device|ip|user|username|email|name|lng|lat|own_position|address)($|_)"
)


def fields() -> list[tuple[type[Model], Field]]:  # type: ignore[type-arg]
    ours = [model for model in apps.get_models() if model.__module__.startswith("anlan.")]
    return [
        (model, field) for model in ours for field in model._meta.get_fields() if isinstance(field, Field)
    ]


def test_no_column_of_a_register_of_people() -> None:
    faults = [f"{model.__name__}.{field.name}" for model, field in fields() if REGISTER.search(field.name)]
    assert not faults, "Anlan serves cases, places and services; it keeps no register of people (DESIGN §2)"


def test_no_append_only_row_holds_a_person() -> None:
    faults = []
    for model, field in fields():
        if model.__name__ not in APPEND_ONLY:
            continue
        to_account = isinstance(field, ForeignKey) and field.related_model._meta.label == "people.Account"
        if to_account or PERSON.search(field.name):
            faults.append(f"{model.__name__}.{field.name}")
    assert not faults, "entries hold no person: the case-local party number or the post (DESIGN §5)"


def words_of(value: Any) -> Iterator[Words]:
    """Every pair of words in a declaration, however deep."""
    if isinstance(value, Words):
        yield value
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from words_of(getattr(value, each.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from words_of(item)


def test_the_validator_and_this_test_agree_on_what_a_register_is() -> None:
    for name in ("ethnicity", "person_category", "id_card", "religion"):
        assert REGISTER.search(name)
        with pytest.raises(BoundaryRefused):
            check_names([name], where="a test")


def test_no_column_that_the_validator_refuses() -> None:
    for model, field in fields():
        check_names([field.name], where=f"column of {model.__name__}")


@pytest.mark.parametrize(
    "procedure", PROCEDURES, ids=lambda procedure: f"{procedure.key}-{procedure.version}"
)
def test_no_declaration_asks_what_a_register_asks(procedure: Procedure) -> None:
    told = list(words_of(procedure))
    assert told
    for words in told:
        check_words(words.zh, where=procedure.key)
        check_words(words.en, where=procedure.key)
    questions: set[Question] = {field for action in procedure.actions for field in action.fields}
    check_names([question.key for question in questions], where=f"questions of {procedure.key}")


@pytest.mark.django_db
def test_no_category_or_condition_is_one_of_a_register() -> None:
    rows = [
        *Category.objects.values_list("name", "name_en"),
        *Condition.objects.values_list("name", "name_en"),
    ]
    assert rows
    for row in rows:
        for text in row:
            check_words(text, where="the catalogue")
