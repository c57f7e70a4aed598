# SPDX-License-Identifier: Apache-2.0
"""Casting: a mould filled with one case's own id, place, organisations, moments, key, salts and digests.

Every case has its own key and salts, like any other. The work of one cast is a few microseconds a row, so a million
cases take minutes.
"""

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from struct import Struct
from uuid import UUID

from anlan.base.digests import Algorithm, chosen, digest
from anlan.base.ids import case_number
from anlan.base.keys import CaseKey, Keyring, aad, keyring
from anlan.cases import bigrams
from anlan.cases.search import fact_tokens
from anlan.config.fill_forms import EPOCH, MICRO, Mould, as_field, as_text, lexeme
from anlan.config.fill_scene import Scene, Spot
from anlan.config.fill_words import picture
from anlan.places.codes import LENGTHS
from anlan.places.find import find_place

_UNIX = 946_684_800_000_000  # microseconds from 1970 to EPOCH
_EIGHT_HOURS, _DAY = 8 * 3_600_000_000, 86_400_000_000  # from UTC to the day in which search cuts its slices
_SPANS = tuple(10 ** (15 - length) for length in LENGTHS[:-1])
_q, _i = Struct(">q"), Struct(">i")
JOURNAL = Struct(">16si32s")
"""What the journal needs of an entry: case, seq, digest."""


@dataclass(slots=True)
class Rows:
    """COPY rows by table, and the entries in order for the journal (case, seq, digest)."""

    tables: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    journal: list[bytes] = field(default_factory=list)


class _OfSpot(dict[str, bytes]):
    """What a place puts into slots, made when first asked for."""

    def __init__(self, spot: Spot, posts: Mapping[tuple[int, str], int]) -> None:
        super().__init__()
        self.spot = spot
        self.posts = posts
        self.path: frozenset[bytes] = frozenset()

    def __missing__(self, name: str) -> bytes:
        self[name] = made = self._make(name)
        return made

    def _make(self, name: str) -> bytes:
        if name == "name":
            return self.spot.name.encode()
        kind, _, rest = name.removeprefix("field:").partition(":")
        if kind == "org":
            part, _, size = rest.partition("#")
            number = self.spot.orgs[part]
            return {"": b"%d" % number, "4": _i.pack(number), "8": _q.pack(number)}[size]
        role, part = rest.split(":", 1)
        post = b"%d" % self.posts[self.spot.orgs[part], role]
        return as_field(b"post:" + post) if name.startswith("field:") else post


@dataclass(slots=True)
class Caster:
    """Casts moulds into rows. One for each process."""

    scene: Scene
    ring: Keyring = field(default_factory=keyring)
    algorithm: Algorithm = field(default_factory=chosen)
    _spots: dict[int, _OfSpot] = field(default_factory=dict)
    _facts: dict[tuple[int | None, int | None], frozenset[bytes]] = field(default_factory=dict)
    _paths: dict[int, frozenset[bytes]] = field(default_factory=dict)

    def cast(
        self, mould: Mould, spot: Spot, grid: tuple[int, int], after: int, rows: Rows
    ) -> tuple[UUID, CaseKey]:
        """One case at a place, beginning `after` microseconds after the mould did. Returns its id and key."""
        began = (mould.began - EPOCH) // MICRO + after
        random = os.urandom(10 + 16 * mould.salts)
        id_ = new_id(began, random[:10])
        wrapped, key = self.ring.new_case_key()
        values = list(mould.base)
        self._fill(values, mould, id_, spot, grid, wrapped, after)
        self._seal(values, mould, id_, key)
        self._chain(values, mould, id_, key, wrapped, random, rows)
        for table, form in mould.rows:
            rows.tables[table].append(form.cast(values))
        rows.tables["search"].append(self._search(mould, spot, grid, id_.bytes, began))
        return id_, key

    def _fill(self, values: list[bytes], mould: Mould, id_: UUID, spot: Spot, grid: tuple[int, int], wrapped: bytes, after: int) -> None:  # fmt: skip  # noqa: PLR0917 - the parts of one cast
        number, (place, area) = case_number(id_), grid
        text = id_.hex.encode()
        own = {
            "id": b"%b-%b-%b-%b-%b" % (text[:8], text[8:12], text[12:16], text[16:20], text[20:]), "raw:id": id_.bytes, "number": b"%d" % number, "number#8": _q.pack(number),
            "place": b"%d" % place, "place#4": _i.pack(place), "place#8": _q.pack(place), "area": b"%d" % area,
            "area#8": _q.pack(area), "field:key": as_field(wrapped),
        }  # fmt: skip
        for slot, name in mould.own:
            values[slot] = own[name]
        of_spot = self._spots.get(spot.code)
        if of_spot is None:
            of_spot = self._spots[spot.code] = _OfSpot(spot, self.scene.posts)
        for slot, name in mould.of_spot:
            values[slot] = of_spot[name]
        for slot, micros in mould.texts:
            values[slot] = as_text(micros + after)
        for slot, micros in mould.instants:
            values[slot] = _q.pack(micros + after)

    def _seal(self, values: list[bytes], mould: Mould, id_: UUID, key: CaseKey) -> None:
        """The photos' digests and the parties' contacts."""
        numbers = mould.slots
        if "keyed" in numbers:
            keyed = key.keyed_digest(picture())
            values[numbers["keyed"]] = keyed.hex().encode()
            values[numbers["field:rawkeyed"]] = as_field(keyed)
        for n, contact in mould.parties:
            values[numbers[f"field:party:{n}"]] = as_field(
                key.seal(contact, aad=aad(id_, "party", n, "contact"))
            )

    def _chain(self, values: list[bytes], mould: Mould, id_: UUID, key: CaseKey, wrapped: bytes, random: bytes, rows: Rows) -> None:  # fmt: skip  # noqa: PLR0917 - the parts of one cast
        """Contents under their salts, outcomes with their digests, entries each citing the one before it."""
        prev, at, raw, algorithm = b"", 10, id_.bytes, self.algorithm
        for entry in mould.entries:
            for content in entry.contents:
                salted = random[at : at + 16] + content.plain.cast(values)
                at += 16
                values[content.digest] = digest(salted, algorithm=algorithm).hex().encode()
                values[content.sealed] = as_field(key.seal(salted, aad=raw + content.bound))
            outcomes = entry.outcomes.cast(values)
            values[entry.prev] = prev.hex().encode()
            own = digest(entry.before.cast(values) + outcomes + entry.after.cast(values), algorithm=algorithm)
            values[entry.raw_outcomes] = as_field(b"\x01" + outcomes)
            values[entry.raw_prev] = as_field(prev)
            values[entry.raw_digest] = as_field(own)
            values[entry.request] = random[at : at + 16]
            values[entry.payload] = as_field(digest(wrapped + random[at : at + 16], algorithm=algorithm))
            at += 16
            rows.journal.append(JOURNAL.pack(raw, entry.seq, own))
            prev = own

    def _search(self, mould: Mould, spot: Spot, grid: tuple[int, int], raw: bytes, began: int) -> bytes:  # fmt: skip
        """The row of search: the same tokens that `search.keep_search` gives."""
        place, area = grid
        of_spot = self._spots[spot.code]
        if not of_spot.path:
            of_spot.path = self._path(spot)
        facts = self._about(mould) | of_spot.path
        if area != spot.code:
            facts |= _grid(place)
        words = facts | _named(spot.name, "") | mould.lexemes
        month, day = _suffixes((began + _EIGHT_HOURS) // _DAY)
        # Tokens of a place or organisation in a month have a dot, so none of them is among the words.
        spans = [b"%d%b" % (spot.code // span, month) for span in _SPANS]
        spans += [b"%d%b" % (spot.code // span, day) for span in _SPANS[:2]]
        held = [b"o%d%b" % (spot.orgs[part], month) for part in mould.parts]
        return b"\x00\x04\x00\x00\x00\x10%b\x00\x00\x00\x08%b%b%b" % (
            raw,
            _q.pack(began),
            as_field(_i.pack(len(facts) + len(spans)) + b"".join((*facts, *spans))),
            as_field(_i.pack(len(words) + len(held)) + b"".join((*words, *held))),
        )

    def _about(self, mould: Mould) -> frozenset[bytes]:
        """Tokens of the category and the condition."""
        asked = (mould.category, mould.condition)
        held = self._facts.get(asked)
        if held is None:
            known = self.scene.known
            names = [known.categories[asked[0]].words] if asked[0] is not None else []
            names += [known.conditions[asked[1]].words] if asked[1] is not None else []
            held = frozenset[bytes]().union(*(_named(words.zh, words.en) for words in names))
            self._facts[asked] = held
        return held

    def _path(self, spot: Spot) -> frozenset[bytes]:
        """Tokens of the names from the province to the village."""
        held = self._paths.get(spot.town)
        if held is None:
            found = fact_tokens(self.scene.known, place=0, area=spot.town, category=None, condition=None)
            held = self._paths[spot.town] = frozenset(_lexeme(token) for token in found)
        return held | _named(spot.name, spot.name_en)


@lru_cache(maxsize=200_000)
def _named(zh: str, en: str) -> frozenset[bytes]:
    return frozenset(_lexeme(token) for name in (zh, en) for token in bigrams.tokens(name))


@lru_cache(maxsize=100_000)
def _grid(place: int) -> frozenset[bytes]:
    found = find_place(place)
    return _named(found.name, found.name_en) if found else frozenset()


@lru_cache(maxsize=200_000)
def _lexeme(token: str) -> bytes:
    return lexeme(token)


@lru_cache(maxsize=5_000)
def _suffixes(day: int) -> tuple[bytes, bytes]:
    """The ends of this local day's tokens, of its month and of itself, with a lexeme's ending."""
    local = (EPOCH + timedelta(days=day)).date()
    return lexeme(f".{local:%Y%m}"), lexeme(f".{local:%Y%m%d}")


def new_id(began: int, random: bytes) -> UUID:
    """A UUIDv7 as of when the case begins, so that ids lie in the tables as they would; `random` has ten bytes."""
    bits = int.from_bytes(random, "big")
    high = ((began + _UNIX) // 1000 & (1 << 48) - 1) << 16 | 0x7000 | bits >> 68
    return UUID(int=high << 64 | 1 << 63 | bits & (1 << 62) - 1)
