# SPDX-License-Identifier: Apache-2.0
"""Rows of search for made-up cases: the same tokens that `search.keep_search` gives, put together from parts that many
cases share.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from struct import Struct

from anlan.cases import bigrams
from anlan.cases.known import Known
from anlan.config.fill_forms import Mould, as_field, lexeme
from anlan.config.fill_scene import Home, Spot
from anlan.places.codes import LENGTHS

_SPANS = tuple(10 ** (LENGTHS[-1] - length) for length in LENGTHS[:-1])
_DAILY = 2
"""Provinces and cities, the widest, are found by the day too."""
_row = Struct(">hi16siq")
_count = Struct(">i")


@dataclass(frozen=True, slots=True)
class _Path:
    """What all cases of a village share: the tokens of its names, and the codes of its path with "" at the end, so that
    `join` puts a suffix behind each.
    """

    tokens: frozenset[bytes]
    joined: bytes
    codes: tuple[bytes, ...]
    daily: tuple[bytes, ...]


class _Words:
    """What cases of a mould share: tokens of what they are about, and those that only their words have."""

    __slots__ = ("all", "facts", "facts_joined", "said", "said_joined")

    def __init__(self, facts: frozenset[bytes], said: frozenset[bytes]) -> None:
        self.facts, self.said, self.all = facts, said - facts, facts | said
        self.facts_joined, self.said_joined = b"".join(self.facts), b"".join(self.said)


@dataclass(slots=True)
class SearchRows:
    """Makes them. One for each process, so that a village's names are taken apart once."""

    known: Known
    _paths: dict[int, _Path] = field(default_factory=dict)

    def cast(
        self, mould: Mould, homes: Sequence[Home], ids: Sequence[bytes], began: Sequence[int]
    ) -> list[bytes]:
        """A COPY row for each case of a mould."""
        about = self._about(mould)
        day = bigrams.local_day(mould.began)
        in_month, on_day = lexeme(f".{day:%Y%m}"), lexeme(f".{day:%Y%m%d}")
        own: dict[str, _Words] = {}
        rows: list[bytes] = []
        for (spot, ground, _after), raw, at in zip(homes, ids, began, strict=True):
            path = self._paths.get(spot.code) or self._path(spot)
            name = ground.name if ground is not spot.ground else ""
            words = own.get(name)
            if words is None:
                words = own[name] = _Words(
                    about | (_named(*ground[2:]) if name else frozenset()), mould.lexemes
                )
            if not path.tokens.isdisjoint(words.all):
                words = _Words(words.facts - path.tokens, words.said - path.tokens)
            n = len(path.tokens) + len(words.facts)
            facts = path.joined + words.facts_joined
            # Tokens of a place or organisation in a month have a dot, so none of them is among the words.
            spans = in_month.join(path.codes) + on_day.join(path.daily)
            held = in_month.join([*(b"o%d" % spot.orgs[part] for part in mould.parts), b""])
            rows.append(
                _row.pack(4, 16, raw, 8, at)
                + as_field(_count.pack(n + len(_SPANS) + _DAILY) + facts + spans)
                + as_field(
                    _count.pack(n + len(words.said) + len(mould.parts)) + facts + words.said_joined + held
                )
            )
        return rows

    def _about(self, mould: Mould) -> frozenset[bytes]:
        """Tokens of the category and the condition."""
        kinds = (
            self.known.categories.get(mould.category or 0),
            self.known.conditions.get(mould.condition or 0),
        )
        return _tokens(name for kind in kinds if kind for name in (kind.words.zh, kind.words.en))

    def _path(self, spot: Spot) -> _Path:
        tokens = _tokens(spot.names)
        codes = [b"%d" % (spot.code // span) for span in _SPANS]
        path = _Path(tokens, b"".join(tokens), (*codes, b""), (*codes[:_DAILY], b""))
        self._paths[spot.code] = path
        return path


def _tokens(names: Iterable[str]) -> frozenset[bytes]:
    return frozenset[bytes]().union(*(_named(name) for name in names))


@lru_cache(maxsize=50_000)
def _named(*names: str) -> frozenset[bytes]:
    return frozenset(lexeme(token) for name in names for token in bigrams.tokens(name))
