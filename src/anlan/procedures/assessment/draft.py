# SPDX-License-Identifier: Apache-2.0
"""A draft in sections and a questionnaire from lines, as an office writes them. Pure.

A line that begins with ``#`` begins a section. A line of a questionnaire is a question; what stands behind ``|`` are the answers one may choose, parted
by ``/``; without them one answers yes or no, with ``1-5`` from 1 to 5, with ``…`` in words. What the ends of a scale mean may stand behind it:
``1-5 none/great``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from anlan.cases.define import Audience, Field, Kind, Refusal, Words
from anlan.cases.standard import words

MOST_SECTIONS, MOST_QUESTIONS, MOST_CHOICES = 60, 20, 12
LONGEST_HEADING, LONGEST_QUESTION, LONGEST_CHOICE = 120, 200, 80
SCALE, OPEN = "1-5", ("…", "...")
LOWEST, HIGHEST = words("最低", "lowest"), words("最高", "highest")
YES, NO = words("是", "Yes"), words("否", "No")
IN_WORDS = words("（用文字回答）", "(answered in words)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the draft, by number from 1; a draft without headings is one."""

    n: int
    heading: str
    text: str


def sections_of(draft: str) -> tuple[Section, ...]:
    """Raises Refusal for more of them, or a longer heading, than people can find their way in."""
    found: list[tuple[str, list[str]]] = []
    for line in draft.splitlines():
        if line.startswith("#"):
            found.append((line.lstrip("#").strip(), []))
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            found.append(("", [line]))
    if len(found) > MOST_SECTIONS or any(len(heading) > LONGEST_HEADING for heading, _lines in found):
        raise Refusal(
            words(
                f"最多 {MOST_SECTIONS} 个部分，标题最多 {LONGEST_HEADING} 个字。",
                f"At most {MOST_SECTIONS} sections, with headings of at most {LONGEST_HEADING} characters.",
            ),
            field="draft",
        )
    return tuple(
        Section(n=n, heading=heading, text="\n".join(lines).strip())
        for n, (heading, lines) in enumerate(found, 1)
    )


def questions_of(text: str) -> tuple[Field, ...]:
    """The questionnaire as fields, so that every door draws and cleans it as it does any other. Raises Refusal."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_QUESTIONS:
        raise _strange(words(f"最多 {MOST_QUESTIONS} 个问题。", f"At most {MOST_QUESTIONS} questions."))
    return tuple(_question(n, line) for n, line in enumerate(lines, 1))


def _question(n: int, line: str) -> Field:
    asked, _bar, rest = line.partition("|")
    asked, rest = asked.strip(), rest.strip()
    if not asked or len(asked) > LONGEST_QUESTION:
        raise _strange(
            words(
                f"第 {n} 个问题要写明，最多 {LONGEST_QUESTION} 个字。",
                f"Question {n} needs words, at most {LONGEST_QUESTION} characters.",
            )
        )
    said = words(asked, asked)
    key = f"q{n}"
    if rest in OPEN:
        return Field(key=key, kind=Kind.LONG_TEXT, words=said, audience=Audience.PUBLIC, longest=1000)
    if rest.startswith(SCALE):
        return Field(key=key, kind=Kind.CHOICE, words=said, choices=_scale(n, rest.removeprefix(SCALE)))
    if not rest:
        return Field(key=key, kind=Kind.CHOICE, words=said, choices=(("1", YES), ("2", NO)))
    offered = [each.strip() for each in rest.replace("／", "/").split("/") if each.strip()]
    if not 2 <= len(offered) <= MOST_CHOICES or any(len(each) > LONGEST_CHOICE for each in offered):
        raise _strange(
            words(
                f"第 {n} 个问题要有 2 到 {MOST_CHOICES} 个答案，每个最多 {LONGEST_CHOICE} 个字。",
                f"Question {n} needs 2 to {MOST_CHOICES} answers of at most {LONGEST_CHOICE} characters.",
            )
        )
    return Field(
        key=key,
        kind=Kind.CHOICE,
        words=said,
        choices=tuple((str(k), words(each, each)) for k, each in enumerate(offered, 1)),
    )


def _scale(n: int, ends: str) -> tuple[tuple[str, Words], ...]:
    """From 1 to 5, with what its ends mean."""
    offered = [each.strip() for each in ends.strip(" :：").replace("／", "/").split("/")]
    low, high = (words(each, each) for each in offered) if len(offered) == 2 else (LOWEST, HIGHEST)
    if ends.strip() and (len(offered) != 2 or not all(0 < len(each) <= LONGEST_CHOICE for each in offered)):
        raise _strange(
            words(
                f"第 {n} 个问题：打分的两端写成“1-5 没有影响/影响很大”。",
                f"Question {n}: the ends of a scale are written as “1-5 none/great”.",
            )
        )
    means = {1: low, 5: high}
    return tuple(
        (
            str(k),
            words(f"{k}（{means[k].zh}）", f"{k} ({means[k].en})") if k in means else words(str(k), str(k)),
        )
        for k in range(1, 6)
    )


def read_as_sections(draft: str) -> list[tuple[str, str]]:
    """The draft as the public reads it."""
    return [(each.heading, each.text) for each in sections_of(draft)]


def read_as_questions(text: str) -> list[tuple[str, str]]:
    """The questionnaire as the public reads it: each question above what one may answer."""
    tongue = get_language() or "zh"
    return [
        (
            each.words.in_language(tongue),
            "\n".join(f"○ {said.in_language(tongue)}" for _key, said in each.choices)
            or IN_WORDS.in_language(tongue),
        )
        for each in questions_of(text)
    ]


def options_of(questions: Sequence[Field]) -> list[int]:
    """How many answers each question offers; 0 of one that is answered in words."""
    return [len(field.choices) for field in questions]


def _strange(said: Words) -> Refusal:
    return Refusal(said, field="questions")
