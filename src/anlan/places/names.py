# SPDX-License-Identifier: Apache-2.0
"""Narrows the places a typed address may mean, by the names in it: characters, pinyin, initials, English.

The text is only read; whoever asks keeps it verbatim. No match is an empty answer, never an error. Many places share a
name (21 villages are called 三联), so every candidate comes with its full path and none is ever chosen silently.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from itertools import islice
from threading import Lock
from typing import NamedTuple

from django.db import connection

from anlan.places.codes import Level, ancestors, code_range
from anlan.places.find import revision, tree
from anlan.places.kinds import SHORT, core
from anlan.places.tree import Spot, Tree

LONGEST_TEXT, LONGEST_NAME, LONGEST_PHRASE = 300, 16, 12
MOST_WORDS = 24
MOST_HITS, MOST_INSIDE, MOST_AROUND = 30_000, 1500, 50
"""How much is looked at: of a whole text, of one part of it, and around places that are named in it."""
EVERYWHERE = (0, 10**15)
BEHIND = chr(0x10FFFF)
"""Comes after every letter."""
WHOLE, INITIALS, PREFIX, INNER, FIRST_LETTERS = 5, 4, 3, 2, 1
"""How well a name is meant: all of it, all its initials, its beginning, something inside it, the first of its initials."""
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
    """A place the text may mean, and its full path.

    `whole`: every part of the text is in a name of that path. The higher `score`, the likelier; equals are equally likely.
    """

    spot: Spot
    path: str
    whole: bool
    score: tuple[int, ...]


class _Meant(NamedTuple):
    """Which letters of the text speak for one place, as bits by their position; `sure` ones are a whole name."""

    letters: int
    sure: int
    how: int


NOTHING = _Meant(0, 0, 0)


@dataclass(slots=True)
class _Hits:
    """What the text says of each code by the place's own name, and all its letters that speak of places."""

    places: dict[int, _Meant] = field(default_factory=dict)
    uppers: dict[int, _Meant] = field(default_factory=dict)
    asked: int = 0
    left: int = MOST_HITS

    def add(self, codes: Iterable[int], start: int, end: int, how: int) -> None:
        letters = ((1 << end) - (1 << start)) & self.asked
        told = _Meant(letters, letters if how == WHOLE else 0, how)
        for code in islice(codes, self.left):
            self.left -= 1
            known = self.places.setdefault(code, told)
            if known is not told and known != told:
                self.places[code] = _Meant(
                    known.letters | letters, known.sure | told.sure, max(known.how, how)
                )

    def path(self, code: int) -> _Meant | None:
        """What the text says of a place and of all above it, and how well it means the place itself; nothing where one above
        is meant better by the same letters.
        """
        own, above = self.places[code], self._above(ancestors(code))
        if above is NOTHING:
            return own
        letters = above.letters | own.letters
        if letters == above.letters and own.how < above.how:
            return None
        return _Meant(letters, above.sure | own.sure, own.how)

    def _above(self, codes: tuple[int, ...]) -> _Meant:
        """What the text says of places that lie in each other, all together; kept, because neighbours share them."""
        if not codes:
            return NOTHING
        known = self.uppers.get(codes[-1])
        if known is None:
            wider, own = self._above(codes[:-1]), self.places.get(codes[-1])
            known = wider
            if own is not None:
                known = _Meant(wider.letters | own.letters, wider.sure | own.sure, max(wider.how, own.how))
            self.uppers[codes[-1]] = known
        return known

    def score(self, code: int, path: _Meant) -> tuple[int, ...]:
        """What of the text the path has, how well the place itself is meant, and how deep it lies; of one bare name the
        widest place comes first, because it is the best known.
        """
        own, level = self.places[code], len(ancestors(code))
        deep = -level if own.letters == path.letters else level
        return path.letters.bit_count(), path.how, path.sure.bit_count(), own.sure.bit_count(), deep


@dataclass(slots=True)
class _Index:
    """Names of one tree. Latin keys are sorted, so a prefix is a run of neighbours."""

    names: dict[str, list[int]]
    joined: str
    starts: list[int]
    codes: list[int]
    latin: list[tuple[str, int]]
    initials: list[tuple[str, int]]

    def containing(self, fragment: str, within: tuple[int, int]) -> Iterator[int]:
        """Codes of the places in a range of codes whose name contains the fragment."""
        first, last = bisect_left(self.codes, within[0]), bisect_left(self.codes, within[1])
        if first == last:
            return
        end = self.starts[last] if last < len(self.starts) else len(self.joined)
        at = self.joined.find(fragment, self.starts[first], end)
        while at >= 0:
            i = bisect_left(self.starts, at + 1) - 1
            yield self.codes[i]
            at = self.joined.find("\n", at, end)
            at = self.joined.find(fragment, at, end) if at >= 0 else -1

    def begins(self, code: int, fragment: str) -> bool:
        """Whether the place's name begins with the fragment."""
        return self.joined.startswith(fragment, self.starts[bisect_left(self.codes, code)])


def narrow(
    text: str, *, within: int | None = None, language: str = "zh", limit: int = 40
) -> tuple[Candidate, ...]:
    """The places that the text may mean, the likeliest first, inside the place coded `within` if that is given.

    Villages and all levels above; grids have no names of their own. Every part of the text has to be in the name of the
    place or of one above it, so that each word narrows. Only when no place has them all (a street, a house number, a slip) are
    those with the most of them given, and marked.
    """
    current = tree()
    asked = revision()
    with _building:
        index = _index(asked)
    hits = _read(_folded(text[:LONGEST_TEXT]), index)
    low, high = code_range(within) if within is not None else EVERYWHERE
    paths = {
        code: path for code in hits.places if low <= code < high and (path := hits.path(code)) is not None
    }
    whole = {code: path for code, path in paths.items() if path.letters == hits.asked}
    chosen = _likeliest(hits, whole, limit=limit) if whole else _closest(hits, paths, limit=limit)
    return tuple(
        Candidate(spot=spot, path=_path(current, spot, language), whole=bool(whole), score=score)
        for score, code in chosen
        if (spot := _newest(current, code)) is not None
    )


def _likeliest(hits: _Hits, paths: dict[int, _Meant], *, limit: int) -> list[tuple[tuple[int, ...], int]]:
    scored = ((hits.score(code, path), -code) for code, path in paths.items())
    return [(score, -code) for score, code in nlargest(limit, scored)]


def _closest(hits: _Hits, paths: dict[int, _Meant], *, limit: int) -> list[tuple[tuple[int, ...], int]]:
    """Those with the most of the text, without what has only a part of what a better one has, or next to nothing."""
    ranked = _likeliest(hits, paths, limit=4 * limit)
    most = ranked[0][0][0] if ranked else 0
    found: list[tuple[tuple[int, ...], int]] = []
    shown: set[int] = set()
    for score, code in ranked:
        letters = paths[code].letters
        if 2 * score[0] >= most and not any(letters != more and letters & more == letters for more in shown):
            shown.add(letters)
            found.append((score, code))
    return found[:limit]


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
    runs: list[tuple[str, int]] = []
    for run in _RUNS.finditer(text):
        if run[2] in _KIND_WORDS:
            continue
        hits.asked |= (1 << run.end()) - (1 << run.start())
        if run[1]:
            runs.append((run[1], run.start()))
        elif len(words) < MOST_WORDS:
            words.append((run[2], run.start(), run.end()))
    for n in range(LONGEST_PHRASE, 0, -1):  # the longest first: they say most, should there be too much
        for i in range(len(words) - n + 1):
            together = "".join(word for word, _, _ in words[i : i + n])
            _read_letters(together, words[i][1], words[i + n - 1][2], index, hits)
    for part, start in runs:
        _read_characters(part, start, index, hits)
    around = [code_range(code) for code, meant in hits.places.items() if meant.sure][:MOST_AROUND]
    for part, start in runs:
        _read_inside(part, start, [*around, EVERYWHERE], index, hits)
    return hits


def _read_characters(run: str, offset: int, index: _Index, hits: _Hits) -> None:
    """Whole names anywhere in a run of characters, and behind each the beginning of a name in that place."""
    for start in range(len(run)):
        for end in range(start + 2, min(start + LONGEST_NAME, len(run)) + 1):
            codes = index.names.get(run[start:end])
            if codes:
                hits.add(codes, offset + start, offset + end, WHOLE)
                below = [(code + 1, code_range(code)[1]) for code in codes[:MOST_AROUND]]
                _read_inside(run[end:], offset + end, below, index, hits)


def _read_inside(
    part: str, start: int, ranges: Iterable[tuple[int, int]], index: _Index, hits: _Hits
) -> None:
    """What is typed so far may be the beginning or middle of a name in one of the ranges of codes."""
    if not 0 < len(part) <= LONGEST_NAME:
        return
    found = (code for each in ranges for code in index.containing(part, each))
    for code in islice(found, MOST_INSIDE):
        hits.add([code], start, start + len(part), PREFIX if index.begins(code, part) else INNER)


def _read_letters(word: str, start: int, end: int, index: _Index, hits: _Hits) -> None:
    for keys, whole, begun in ((index.latin, WHOLE, PREFIX), (index.initials, INITIALS, FIRST_LETTERS)):
        first, last = bisect_left(keys, (word, 0)), bisect_left(keys, (word + BEHIND, 0))
        same = bisect_left(keys, (word, EVERYWHERE[1]), first, last)
        hits.add((code for _, code in keys[first:same]), start, end, whole)
        hits.add(dict.fromkeys(code for _, code in keys[same:last]), start, end, begun)
        if len(word) == 1:
            break  # the same places begin with it, whichever way they are spelt


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
