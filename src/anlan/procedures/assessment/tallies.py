# SPDX-License-Identifier: Apache-2.0
"""How many comments there are on what, and what a questionnaire gave: numbers alone, each in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anlan.base.keys import keyring
from anlan.base.prepared import prepared
from anlan.cases.define import Field, Words

FEWEST = 5
"""Voices without which a questionnaire's answers are not shown: of fewer, who knows who answered knows what they said."""

STANDS = """
SELECT section, count(*), count(*) FILTER (WHERE answer IS NULL AND withheld = ''),
       count(*) FILTER (WHERE answer IS NOT NULL), count(*) FILTER (WHERE withheld <> '')
  FROM assessment_comment WHERE case_id = $1 AND voice IS NULL GROUP BY 1 ORDER BY 1"""
LEFT_OUT = "SELECT withheld, count(*) FROM assessment_comment WHERE case_id = $1 AND withheld <> '' GROUP BY 1 ORDER BY 1"
VOICES = "SELECT count(*) FROM assessment_comment WHERE case_id = $1 AND voice IS NOT NULL"
TALLY = """
SELECT t.q, t.a, count(*) FROM assessment_comment c, unnest(c.answers) WITH ORDINALITY t(a, q)
 WHERE c.case_id = $1 AND c.answers IS NOT NULL AND t.a > 0 GROUP BY 1, 2"""
SPOKE = "SELECT 1 FROM assessment_comment WHERE case_id = $1 AND voice = $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Of one section (0: the whole draft): all comments, those that wait, that are answered, that are not shown."""

    section: int
    all: int
    waiting: int
    answered: int
    withheld: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with how often each of its answers was given."""

    words: Words
    answers: tuple[tuple[Words, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a questionnaire gave; `asked` is empty while it is too few voices, or of a questionnaire that is answered in words alone."""

    voices: int
    asked: tuple[Asked, ...]

    @property
    def too_few(self) -> bool:
        """Whether its answers are kept back for that."""
        return 0 < self.voices < FEWEST


def standing(case_id: UUID) -> tuple[Standing, ...]:
    """The sections that have comments, in their order."""
    with prepared() as run:
        return tuple(
            Standing(section=section, all=n, waiting=waiting, answered=answered, withheld=withheld)
            for section, n, waiting, answered, withheld in run(STANDS, [case_id]).fetchall()
        )


def withheld_of(case_id: UUID) -> dict[str, int]:
    """How many comments are not shown, by reason."""
    with prepared() as run:
        return dict(run(LEFT_OUT, [case_id]).fetchall())


def survey_of(case_id: UUID, questions: Sequence[Field]) -> Survey:
    """What the questionnaire of a case gave."""
    found: dict[int, dict[int, int]] = {}
    with prepared() as run:
        (voices,) = run(VOICES, [case_id]).fetchone() or (0,)
        if voices < FEWEST:
            return Survey(voices=voices, asked=())
        for question, chosen, n in run(TALLY, [case_id]).fetchall():
            found.setdefault(question, {})[chosen] = n
    return Survey(
        voices=voices,
        asked=tuple(
            Asked(
                words=each.words,
                answers=tuple((words, found.get(n, {}).get(int(key), 0)) for key, words in each.choices),
            )
            for n, each in enumerate(questions, 1)
            if each.choices
        ),
    )


def voice_of(wrapped: bytes, account: int) -> bytes:
    """The mark by which an account has one voice in a case; only its key makes it."""
    return keyring().unwrap(wrapped).keyed_digest(b"voice" + account.to_bytes(8, "big"))


def has_spoken(case_id: UUID, wrapped: bytes, account: int) -> bool:
    """Whether this account has answered the questionnaire of the case."""
    with prepared() as run:
        return run(SPOKE, [case_id, voice_of(wrapped, account)]).fetchone() is not None
