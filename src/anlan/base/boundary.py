# SPDX-License-Identifier: Apache-2.0
"""The boundary: Anlan keeps cases, places and services, and never becomes a register of people (DESIGN §2).

Configuration and imports pass `check_words` and `check_names` before they are kept: categories, form questions, checklists,
campaign titles, column headings. There is no switch. What residents write in a case is not checked: it is theirs.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import BoundaryRefused
from anlan.base.phrases import PHRASES, Phrase
from anlan.base.terms import ALLOWED, ENDINGS, LABELS, NAMES, OWNERS, SIMPLIFIED, TERMS, Kind

Recorder = Callable[[str, str, str], None]
"""Told of each refusal: where, which term, SHA-256 of the text in hex. Never the text: it may name a person."""

_log = logging.getLogger("anlan.boundary")
_recorder: Recorder | None = None

_WHY: dict[Kind, str | Promise] = {
    Kind.LIST: _(
        "“%(term)s” sorts or lists people. Anlan keeps cases, places and services, never lists of people. Please name the "
        "matter or the place instead."
    ),
    Kind.TRAIT: _(
        "“%(term)s” asks who a person is, and no case needs that to be settled. Please leave it out, or ask about the matter."
    ),
    Kind.TRACE: _(
        "“%(term)s” recognises or follows people. Anlan does neither. Please describe the place, the thing or what happened."
    ),
    Kind.SCORE: _(
        "“%(term)s” scores or ranks people. Anlan counts cases and services, by place and organisation only."
    ),
    Kind.LINK: _(
        "“%(term)s” finds the same person again in other cases. Anlan links cases, never people. Please use the case number."
    ),
}


def set_recorder(recorder: Recorder | None) -> None:
    """Who is told of each refusal, besides the log. The caller's transaction is about to be rolled back: write outside it."""
    global _recorder  # noqa: PLW0603 - set once at start
    _recorder = recorder


def check_words(text: str, *, where: str) -> None:
    """Raises BoundaryRefused when `text` holds a word that registers of people are made of, or is one as a whole.

    `where` says what is being kept ("category", "question of form 3"). Width, case, spaces, punctuation, invisible and
    traditional characters make no difference. Look-alikes of other scripts are not folded: this stops habit, not malice.
    """
    found = _find(text)
    if found is not None:
        _refuse(text, *found, where=where)


def check_names(names: Iterable[str], *, where: str) -> None:
    """The same for names of columns, fields and headings, as programs write them: party_idCard, zzmm, 民族代码.

    More is refused than in a sentence: "education" is a matter, a column called education is a fact about somebody.
    """
    for name in names:
        found = _find(name) or _find_name(name)
        if found is not None:
            _refuse(name, *found, where=where)


def tell(text: str, term: str, *, where: str) -> None:
    """Tells the recorder of something refused on the boundary's grounds elsewhere: a search for a person."""
    _log.warning("boundary: %s refused in %s", term, where)
    if _recorder is not None:
        try:
            _recorder(where, term, sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
        except Exception:  # noqa: BLE001 - whatever it is
            # The refusal stands whatever becomes of its record, which is also in the log.
            _log.exception("boundary: a refusal in %s could not be recorded", where)


def _refuse(text: str, kind: Kind, term: str, *, where: str) -> None:
    tell(text, term, where=where)
    raise BoundaryRefused(_WHY[kind], term=term, where=where, params={"term": term})


def _squeeze(text: str) -> tuple[str, set[int]]:
    """Letters and digits alone, folded to one form, and the offsets at which a word may begin or end."""
    humps = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKD", text))
    kept: list[str] = []
    edges = {0}
    for character in unicodedata.normalize("NFKD", humps.casefold()).translate(SIMPLIFIED):
        category = unicodedata.category(character)
        if category[0] in "LN":
            if not kept or _latin(kept[-1]) != _latin(character):
                edges.add(len(kept))
            kept.append(character)
        elif category not in {"Mn", "Cf"}:  # accents and invisible marks do not end a word
            edges.add(len(kept))
    edges.add(len(kept))
    return "".join(kept), edges


def _latin(character: str) -> bool:
    return "a" <= character <= "z"


def _bare(phrase: str) -> str:
    return _squeeze(phrase)[0]


def _by_form(words: dict[Kind, tuple[str, ...]]) -> dict[str, tuple[Kind, str]]:
    return {_bare(word): (kind, word) for kind, listed in words.items() for word in listed}


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(set(phrases), key=len, reverse=True))))


def _one_of(listed: Iterable[str]) -> str:
    """Any of them, the longest first; an English one with or without a plural s."""
    bare = sorted({_bare(word) for word in listed}, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word) + ('s?' if _latin(word[-1]) else '') for word in bare)})"


def _pattern(phrase: Phrase) -> re.Pattern[str]:
    between = f"{_one_of(phrase.between)}*" if phrase.between else ""
    return re.compile(between.join(map(_one_of, phrase.parts)))


_KINDS = _by_form(TERMS)
_LABELS = _by_form(LABELS)
_NAMES = _LABELS | _by_form(NAMES)
_SOME_TERM = _any_of(_KINDS)
_ALLOWED = _any_of(map(_bare, ALLOWED))
_PHRASES = tuple(
    (phrase.kind, _pattern(phrase), re.compile(_one_of(phrase.unless)) if phrase.unless else None)
    for phrase in PHRASES
)

Hit = tuple[int, int, Kind, str]
"""Where it begins, less its length, what it is, and its words: the least is the first and, of two there, the longest."""


def _find(text: str) -> tuple[Kind, str] | None:
    """The first term or phrase in `text`, or the label that it is as a whole."""
    plain, edges = _squeeze(text)
    if plain in _LABELS:
        return _LABELS[plain]
    # Of the same length, so that the edges stay true.
    rest = _ALLOWED.sub(lambda allowed: "\0" * len(allowed[0]), plain)
    hits = [*_terms_in(rest, edges), *_phrases_in(rest, edges)]
    return min(hits)[2:] if hits else None


def _terms_in(text: str, edges: set[int]) -> Iterator[Hit]:
    if _SOME_TERM.search(text):
        for bare, (kind, term) in _KINDS.items():
            at = _at(bare, text, edges)
            if at is not None:
                yield at, -len(bare), kind, term


def _phrases_in(text: str, edges: set[int]) -> Iterator[Hit]:
    for kind, pattern, unless in _PHRASES:
        found = pattern.search(text)
        while found is not None:
            at = found.start()
            end = _end(pattern, text, at, edges)
            if end is not None and not (unless and _end(unless, text, end, edges)):
                yield at, at - end, kind, _spaced(text[at:end], {edge - at for edge in edges})
                break
            found = pattern.search(text, at + 1)


def _end(pattern: re.Pattern[str], text: str, at: int, edges: set[int]) -> int | None:
    """Where what begins at `at` ends: where a word does, when it is Latin."""
    found = pattern.match(text, at)
    if found is None or not _latin(text[at]):
        return found.end() if found else None
    ends = sorted(edge for edge in edges if edge > at) if at in edges else ()
    return next((end for end in ends if pattern.fullmatch(text, at, end)), None)


def _spaced(text: str, edges: set[int]) -> str:
    """English words apart again, as people read them."""
    return "".join(
        f" {each}" if at in edges and at and _latin(each) else each for at, each in enumerate(text)
    )


def _at(bare: str, text: str, edges: set[int]) -> int | None:
    """Where `bare` stands in `text`: as a whole word, plural or not, when it is Latin."""
    at = text.find(bare)
    while at >= 0:
        end = at + len(bare)
        starts = at in edges or not _latin(bare[0])
        ends = end in edges or not _latin(bare[-1]) or (text[end : end + 1] == "s" and end + 1 in edges)
        if starts and ends:
            return at
        at = text.find(bare, at + 1)
    return None


def _find_name(name: str) -> tuple[Kind, str] | None:
    """The name that a column has, without the words for whose and what."""
    plain, edges = _squeeze(name)
    cuts = sorted(edges)
    words = [plain[start:end] for start, end in pairwise(cuts)]
    found = next((_NAMES[word] for word in words if word in _NAMES and not _latin(word[0])), None)
    while words and found is None:
        found = _NAMES.get("".join(words)) or _NAMES.get("".join(_without_endings(words)))
        if words[0] not in OWNERS:
            break
        words = words[1:]
    return found


def _without_endings(words: list[str]) -> list[str]:
    while words and words[-1] in ENDINGS:
        words = words[:-1]
    return words
