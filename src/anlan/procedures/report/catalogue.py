# SPDX-License-Identifier: Apache-2.0
"""The categories, conditions, limits and routes that reports start from, read from `data/` and written once.

City management events and components (GB/T 30428 family, one city's table), key areas of places and trades, and two
counters of services. Every name passes the boundary; person-type classes of old tables are left out on purpose.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.db import transaction

from anlan.base.boundary import check_words
from anlan.cases.catalogue import raise_version
from anlan.cases.define import Words
from anlan.cases.known import Known
from anlan.cases.models import Category, Condition, LimitRow, RouteRow
from anlan.places.codes import pad

PROCEDURE = "report"
SCHEMES = ("city", "key_areas", "services")
VERSION = "current"
OFFER = ("services", "S1-03")
"""The category of an offer of help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainKind:
    """A kind residents choose from, with everyday words that lead to it."""

    key: str
    words: Words
    hints: tuple[str, ...]


@cache
def plain_kinds() -> tuple[PlainKind, ...]:
    """The plain kinds in the order they are offered."""
    return tuple(
        PlainKind(
            key=row["key"],
            words=Words(zh=row["name"], en=row["name_en"]),
            hints=(*row["words"].split(), *row["words_en"].split()),
        )
        for row in _rows("kinds")
    )


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds whose everyday words occur in what somebody typed, the likeliest first; none is no error."""
    typed = text.casefold()
    meant = [each.kind for each in meant_by(text)]
    hits = {
        kind.key: sum(hint in typed for hint in kind.hints) + meant.count(kind.key) for kind in plain_kinds()
    }
    return tuple(sorted((key for key, n in hits.items() if n), key=lambda key: -hits[key]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What an everyday word leads to: a class of the standard and its plain kind."""

    word: str
    category: Words
    kind: str


def meant_by(text: str) -> tuple[Meant, ...]:
    """What the everyday words in a text lead to, the longest word first: who writes more, means something narrower."""
    typed = text.casefold()
    found = {
        each.category.zh: each
        for each in sorted(_everyday(), key=lambda each: len(each.word))
        if _holds(typed, each.word)
    }
    return tuple(sorted(found.values(), key=lambda each: -len(each.word)))


def _holds(typed: str, word: str) -> bool:
    """Whether a word stands in a text: of English a whole one, of Chinese anywhere."""
    return bool(re.search(rf"\b{re.escape(word)}", typed)) if word.isascii() else word in typed


def offer_category(known: Known) -> int | None:
    """The category of an offer of help; None where the deployment has none."""
    return next(iter(known.categories_named((OFFER,))), None)


@cache
def _everyday() -> tuple[Meant, ...]:
    classes = {row["code"]: row for row in _rows("categories")}
    return tuple(
        Meant(
            word=word,
            category=Words(zh=classes[row["code"]]["name"], en=classes[row["code"]]["name_en"]),
            kind=classes[row["code"]]["kind"],
        )
        for row in _rows("words")
        for word in (*row["words"].split("|"), *row["words_en"].split("|"))
    )


def said_of(known: Known) -> dict[str, tuple[str, ...]]:
    """What people say for a class, by its id, and for a plain kind, by its key, in everyday words."""
    own = {row["code"]: (*row["words"].split("|"), *row["words_en"].split("|")) for row in _rows("words")}
    classes = known.categories.values()
    said = {str(each.id): own[each.code] for each in classes if each.scheme in SCHEMES and each.code in own}
    return said | {kind.key: kind.hints for kind in plain_kinds()}


def load_catalogue() -> int:
    """Writes the rows and raises the configuration's version; does nothing when they are there. How many categories.

    Raises BoundaryRefused for a name that the boundary refuses.
    """
    if Category.objects.filter(scheme__in=SCHEMES, version=VERSION).exists():
        return 0
    with transaction.atomic():
        categories = _load_categories()
        conditions = _load_conditions(categories)
        _load_limits(categories, conditions)
        _load_routes(categories)
        raise_version()
    return len(categories)


Code = tuple[str, str]


def _load_categories() -> dict[Code, Category]:
    made = [
        Category(
            scheme=row["scheme"],
            version=row["version"],
            code=row["code"],
            name=_passed(row["name"], row),
            name_en=_passed(row["name_en"], row),
            group=row["kind"],
            urgent=row["urgent"] == "yes",
            valid_from=date.fromisoformat(row["valid_from"]),
        )
        for row in _rows("categories")
    ]
    return {(one.scheme, one.code): one for one in Category.objects.bulk_create(made)}


def _load_conditions(categories: dict[Code, Category]) -> dict[tuple[str, str, str], Condition]:
    made = {
        (row["scheme"], row["code"], row["condition"]): Condition(
            category=categories[row["scheme"], row["code"]],
            code=row["condition"],
            name=_passed(row["name"], row),
            name_en=_passed(row["name_en"], row),
            closing=_passed(row["closing"], row),
            closing_en=_passed(row["closing_en"], row),
        )
        for row in _rows("conditions")
    }
    Condition.objects.bulk_create(made.values())
    return made


def _load_limits(categories: dict[Code, Category], conditions: dict[tuple[str, str, str], Condition]) -> None:
    LimitRow.objects.bulk_create(
        LimitRow(
            procedure=PROCEDURE,
            stage=row["stage"],
            category=categories[row["scheme"], row["code"]],
            condition=conditions[row["scheme"], row["code"], row["condition"]] if row["condition"] else None,
            area=_area(row["area"]),
            n=int(row["n"]),
            unit=row["unit"],
            valid_from=date.fromisoformat(row["valid_from"]),
        )
        for row in _rows("limits")
    )


def _load_routes(categories: dict[Code, Category]) -> None:
    RouteRow.objects.bulk_create(
        RouteRow(
            procedure=PROCEDURE,
            group=row["kind"],
            category=categories[row["scheme"], row["code"]] if row["code"] else None,
            area=_area(row["area"]),
            target=row["target"],
            why=row["why"],
            why_en=row["why_en"],
            valid_from=date.fromisoformat(row["valid_from"]),
        )
        for row in _rows("routes")
    )


def _area(text: str) -> int:
    return 0 if text == "0" else pad(text)


def _passed(text: str, row: dict[str, str]) -> str:
    check_words(text, where=f"category {row['scheme']} {row['code']}")
    return text


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (Path(__file__).parent / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
