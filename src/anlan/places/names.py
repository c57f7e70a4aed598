# SPDX-License-Identifier: Apache-2.0
"""Narrows the places a typed address may mean, by the names in it: characters, pinyin, initials, English.

The text is only read; whoever asks keeps it verbatim. No match is an empty answer, never an error. Many places share a
name (21 villages are called 三联), so every candidate comes with its full path and none is ever chosen silently.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

from django.db import connection

from anlan.places.codes import Level, ancestors, code_range
from anlan.places.find import revision, tree
from anlan.places.kinds import SHORT, core
from anlan.places.tree import Spot, Tree

LONGEST_TEXT, LONGEST_NAME = 300, 16
MOST_HITS = 1500
MOST_WORDS = 24
_RUNS = re.compile(
    r"([\u3400-\u9fff]+)|([^\W\d_\u3400-\u9fff]+)"
)  # Chinese characters, letters of all others
_KIND_WORDS = frozenset(
    {
        "province",
        "city",
        "county",
        "district",
        "town",
        "township",
        "subdistrict",
        "community",
        "village",
        "street",
    }
)
_PINYIN = "SELECT id, pinyin FROM places_place WHERE pinyin <> ''"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place the text may mean, its full path, and how many letters of the text speak for it."""

    spot: Spot
    path: str
    score: int


@dataclass(slots=True)
class _Hits:
    """Which part of the text speaks for which place: the longest, the first of equals."""

    spans: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # code -> start, end, weight

    def add(self, codes: "list[int]", start: int, end: int, weight: int) -> None:
        for code in codes:
            known = self.spans.get(code)
            if known is None or weight > known[2]:
                self.spans[code] = (start, end, weight)

    def score(self, code: int) -> int:
        """The place's own letters and those of places above it, no letter counted twice."""
        taken: list[tuple[int, int]] = []
        total = 0
        for each in (code, *reversed(ancestors(code))):
            span = self.spans.get(each)
            if span and all(span[1] <= start or end <= span[0] for start, end in taken):
                taken.append(span[:2])
                total += span[2]
        return total


@dataclass(slots=True)
class _Index:
    """Names of one tree. Latin keys are sorted, so a prefix is a run of neighbours."""

    names: dict[str, list[int]]
    joined: str
    starts: list[int]
    codes: list[int]
    latin: list[tuple[str, int]]
    initials: list[tuple[str, int]]

    def containing(self, fragment: str) -> Iterator[int]:
        """Codes of the places whose name contains the fragment."""
        at = self.joined.find(fragment)
        while at >= 0:
            i = bisect_left(self.starts, at + 1) - 1
            yield self.codes[i]
            at = self.joined.find("\n", at)
            at = self.joined.find(fragment, at) if at >= 0 else -1


def narrow(
    text: str, *, within: int | None = None, language: str = "zh", limit: int = 40
) -> tuple[Candidate, ...]:
    """The places that the text may mean, the likeliest first, inside the place coded `within` if that is given.

    Villages and all levels above; grids have no names of their own. Places that only contain a likelier one are left out.
    """
    current = tree()
    asked = revision()
    with _building:
        index = _index(asked)
    hits = _read(_folded(text[:LONGEST_TEXT]), index)
    low, high = code_range(within) if within is not None else (0, 10**15)
    scores = {code: hits.score(code) for code in hits.spans if low <= code < high}
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    covered = {
        upper
        for code in ranked[: 4 * limit]
        for upper in ancestors(code)
        if scores[code] > scores.get(upper, 0)
    }
    chosen = [code for code in ranked if code not in covered][:limit]
    return tuple(
        Candidate(spot=spot, path=_path(current, spot, language), score=scores[spot.code])
        for code in chosen
        if (spot := _newest(current, code)) is not None
    )


def _folded(text: str) -> str:
    """Lower case, half width, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _path(current: Tree, spot: Spot, language: str) -> str:
    names = [each.called(language) for each in (*current.above(spot), spot)]
    return "".join(names) if language.startswith("zh") else ", ".join(reversed(names))


def _newest(current: Tree, code: int) -> Spot | None:
    return current.find(code, 2**31 - 2)


def _read(text: str, index: _Index) -> _Hits:
    hits = _Hits()
    words: list[tuple[str, int, int]] = []
    for run in _RUNS.finditer(text):
        if run[1]:
            _read_characters(run[1], run.start(), index, hits)
        elif run[2] not in _KIND_WORDS and len(words) < MOST_WORDS:
            words.append((run[2], run.start(), run.end()))
    for i in range(len(words)):
        for j in range(i + 1, min(i + 6, len(words)) + 1):
            together = "".join(word for word, _, _ in words[i:j])
            if len(together) > 1 or len(words) == 1:
                _read_letters(together, words[i][1], words[j - 1][2], index, hits)
    return hits


def _read_characters(run: str, offset: int, index: _Index, hits: _Hits) -> None:
    for start in range(len(run)):
        for end in range(start + 2, min(start + LONGEST_NAME, len(run)) + 1):
            codes = index.names.get(run[start:end])
            if codes:
                hits.add(codes, offset + start, offset + end, 2 * (end - start))
    # What is typed so far may be the beginning or middle of a name; as a whole it must still be inside one.
    if len(run) <= LONGEST_NAME:
        inside = [code for code, _ in zip(index.containing(run), range(MOST_HITS), strict=False)]
        hits.add(inside, offset, offset + len(run), 2 * len(run) - 1)


def _read_letters(word: str, start: int, end: int, index: _Index, hits: _Hits) -> None:
    for keys, value in ((index.latin, 2), (index.initials, 1)):
        i = bisect_left(keys, (word, 0))
        for key, code in keys[i : i + MOST_HITS]:
            if not key.startswith(word):
                break
            # A whole name speaks louder than the beginning of one, and letters louder than initials.
            hits.add([code], start, end, value * len(word) + (1 if key == word else 0))


_building = Lock()
"""The first requests of a process come together; one of them builds, the others wait for it."""


@lru_cache(maxsize=1)
def _index(_revision: int) -> _Index:
    with connection.cursor() as cursor:
        cursor.execute(_PINYIN)
        pinyin = dict(cursor.fetchall())
    names: dict[str, list[int]] = defaultdict(list)
    latin: set[tuple[str, int]] = set()
    initials: set[tuple[str, int]] = set()
    joined: list[str] = []
    starts: list[int] = []
    codes: list[int] = []
    at = 0
    for spot in tree().each(down_to=Level.VILLAGE):
        if spot.valid_to is not None:
            continue
        stem, kind = core(spot.name)
        for name in {spot.name.lower(), stem.lower(), stem.lower() + SHORT.get(kind, "")}:
            if len(name) > 1:
                names[name].append(spot.code)
        codes.append(spot.code)
        starts.append(at)
        joined.append(spot.name.lower())
        at += len(spot.name) + 1
        syllables = pinyin.get(spot.id, "").split()
        if syllables:
            for typed in (syllables, syllables[: len(stem)]):
                latin.add(("".join(typed), spot.code))
                initials.add(("".join(syllable[0] for syllable in typed), spot.code))
        for name in (spot.name_en, "" if syllables else spot.name):
            words = [run[2] for run in _RUNS.finditer(_folded(name)) if run[2] and run[2] not in _KIND_WORDS]
            if words:
                latin.add(("".join(words), spot.code))
    return _Index(
        names=dict(names),
        joined="\n".join(joined),
        starts=starts,
        codes=codes,
        latin=sorted(latin),
        initials=sorted(initials),
    )
