# SPDX-License-Identifier: Apache-2.0
"""What is shown in Chinese reads as Chinese: its own marks, and one word for one thing."""

import re

from babel.messages.pofile import read_po

from tests.rules.sources import ROOT

MESSAGES = ROOT / "src" / "anlan" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff）”][,:;!?]|[,:;!?][\u4e00-\u9fff“（]|[\u4e00-\u9fff]\.(?:\s|$)")
ELSEWHERE = {"逾期": "超期", "案件": "事项", "请假": "外出"}
"""Words that others use, each with the one that stands here."""
TRANSLATED = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
BETWEEN = re.compile(r"(?:\}\}|%\})[:,;] (?:\{\{|\{%|<a|<strong)")
"""A mark of English that a template writes between two parts stands in Chinese too."""
ENGLISH = {"altered.html"}


def said() -> list[str]:
    """Every Chinese message."""
    with MESSAGES.open("rb") as file:
        return [
            text
            for message in read_po(file, locale="zh_Hans")
            if message.id
            for text in (
                message.string if isinstance(message.string, tuple | list) else (message.string or "",)
            )
        ]


def test_chinese_has_its_own_marks() -> None:
    assert not [text for text in said() if HALF_WIDTH.search(text)]


def test_one_word_stands_for_one_thing() -> None:
    assert not [(text, ours) for text in said() for word, ours in ELSEWHERE.items() if word in text]


def test_no_template_writes_a_mark_of_english_between_parts() -> None:
    found = []
    for path in (ROOT / "src" / "anlan").rglob("*.html"):
        text = TRANSLATED.sub("", path.read_text("utf-8"))
        found += [(path.name, match.group()) for match in BETWEEN.finditer(text) if path.name not in ENGLISH]
    assert not found
