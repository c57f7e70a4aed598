# SPDX-License-Identifier: Apache-2.0
"""What Anlan is not (DESIGN §2): no column of a register of people, no person in an append-only row."""

import re

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

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
