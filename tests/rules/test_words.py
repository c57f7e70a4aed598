# SPDX-License-Identifier: Apache-2.0
"""The glossary, held against the code: each word is one class or function there, and each table's noun is explained."""

import ast
import re
from functools import cache

from django.apps import apps

from tests.rules.sources import ROOT, sources

PAGE = ROOT / "docs" / "words.md"
ROW = re.compile(r"^\| ([^|]+?) \| ([^|]+?) \| `([\w.]+)` \| ([^|]+?) \|$", re.MULTILINE)

PLUMBING = {
    "Configuration", "Condition", "LimitRow", "RouteRow", "Request", "Declaration", "Erasure", "Tray", "Feed", "Follower",
    "SearchRow", "Delivery", "CaseAccount",
}  # fmt: skip
"""Tables of the engine that no user meets by a name of their own."""


@cache
def defined() -> set[str]:
    """Every class and function of the product, and every member of its enumerations as Class.MEMBER."""
    found = set()
    for source in sources():
        for node in source.walk():
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.add(node.name)
            if isinstance(node, ast.ClassDef):
                for line in node.body:
                    if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                        found.add(f"{node.name}.{line.targets[0].id}")
    return found


def test_every_word_is_in_the_code() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert len(rows) > 20
    assert not [code for _zh, _en, code, _what in rows if code not in defined()]


def test_no_thing_has_two_words_and_no_word_two_things() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    for column in range(3):
        words = [row[column] for row in rows]
        assert len(words) == len(set(words)), sorted({word for word in words if words.count(word) > 1})


def test_every_noun_of_the_engine_is_explained() -> None:
    explained = {row[2] for row in ROW.findall(PAGE.read_text("utf-8"))}
    nouns = {model.__name__ for model in apps.get_app_config("cases").get_models()} - PLUMBING
    assert not nouns - explained, "add it to docs/words.md, or to PLUMBING when no user meets it"
