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
from anlan.config.fill_forms import Mould, as_vector, lexeme
from anlan.config.fill_scene import Home, Spot
from anlan.places.codes import LENGTHS

_SPANS = tuple(10 ** (LENGTHS[-1] - length) for length in LENGTHS[:-1])
_DAILY = 2
"""Provinces and cities, the widest, are found by the day too."""
_row = Struct(">hi16siq")


class _Path:
    """What all cases of a village share: the tokens of its names, those of its own name as words say it (every made-up
    case begins with it), and the codes of its path.
    """

    __slots__ = ("codes", "ordered", "said", "tokens")

    def __init__(self, spot: Spot) -> None:
        self.tokens = _tokens(spot.names)
        self.ordered = sorted(self.tokens)
        self.said = frozenset(map(lexeme, bigrams.said(bigrams.tokens(spot.name))))
        self.codes = [str(spot.code // span) for span in _SPANS]


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
        own: dict[str, list[str]] = {}
        said = sorted(mould.lexemes)
        rows: list[bytes] = []
        for (spot, ground, _after), raw, at in zip(homes, ids, began, strict=True):
            path = self._paths.get(spot.code)
            if path is None:
                path = self._paths[spot.code] = _Path(spot)
            name = ground.name if ground is not spot.ground else ""
            facts = own.get(name)
            if facts is None:
                facts = own[name] = sorted(about | _named(*ground[2:]) if name else about)
            # Tokens of a place or organisation in a month have a dot inside, so none of them is among the others.
            spans = [code + in_month for code in path.codes]
            spans += [code + on_day for code in path.codes[:_DAILY]]
            held = [f"o{spot.orgs[part]}{in_month}" for part in mould.parts]
            rows.append(
                _row.pack(4, 16, raw, 8, at)
                + as_vector(path.ordered, [one for one in facts if one not in path.tokens], spans)
                + as_vector(said, path.said - mould.lexemes, held)
            )
        return rows

    def _about(self, mould: Mould) -> frozenset[str]:
        """Tokens of the category and the condition."""
        kinds = (
            self.known.categories.get(mould.category or 0),
            self.known.conditions.get(mould.condition or 0),
        )
        return _tokens(name for kind in kinds if kind for name in (kind.words.zh, kind.words.en))


def _tokens(names: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(_named(name) for name in names))


@lru_cache(maxsize=50_000)
def _named(*names: str) -> frozenset[str]:
    return frozenset(lexeme(token) for name in names for token in bigrams.tokens(name))
