# SPDX-License-Identifier: Apache-2.0
"""Casting: a mould filled with each case's own id, place, organisations, moments, key, salts and digests.

Every case has its own key and salts, like any other. All casts of a mould are made together, a column at a time. What
is a digest of something that nobody has (the request; the photos, where their files are not written) is drawn by chance.
"""

import os
from binascii import hexlify
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise, repeat
from operator import itemgetter
from struct import Struct
from uuid import UUID

import numpy as np

from anlan.base.digests import SALT_LENGTH, Algorithm, chosen, digests
from anlan.base.ids import number_of
from anlan.base.keys import Keyring, aad, keyring
from anlan.config.demo_pictures import picture
from anlan.config.fill_copy import JOURNAL, Block, Lot
from anlan.config.fill_forms import EPOCH, MICRO, Mould
from anlan.config.fill_scene import Home, Scene
from anlan.config.fill_search import SearchRows
from anlan.indicators.keep import lanes
from anlan.places.codes import ancestors

_UNIX = 946_684_800_000_000  # microseconds from 1970 to EPOCH
_NAIVE = EPOCH.replace(tzinfo=None)
_i, _q = Struct(">i"), Struct(">q")
_groups = itemgetter(*(slice(*pair) for pair in pairwise((0, 8, 12, 16, 20, 32))))
"""Cuts 32 digits as a UUID is written."""


class Caster:
    """Casts moulds into rows. One for each process."""

    def __init__(self, scene: Scene, *, photos: bool = False) -> None:
        self.posts, self.photos = scene.posts, photos
        self.search = SearchRows(scene.known)
        self.ring: Keyring = keyring()
        self.algorithm: Algorithm = chosen()

    def cast(self, mould: Mould, homes: Sequence[Home]) -> "Casts":
        """One case for each home."""
        return Casts(self, mould, homes)


class Casts(dict[str, list[bytes]]):
    """What the slots of a mould hold in each of its casts, by name. A column is made when a form first asks for it, and
    asks for those that it is made of: an entry's digest for its outcomes and for the digest before, and so on.

    ``id`` is the case's id as text, ``raw`` as bytes; ``name`` the village's name; ``key`` the wrapped key. Organisations
    are called by their part, posts ``post:<role>:<part>``. ``time:`` and ``at:`` are moments that move with the beginning,
    as text and for COPY. Numbers are spelt ``text:``, ``int4:``, ``int8:``; ``hex:`` and ``length:`` are of another slot.
    """

    def __init__(self, caster: Caster, mould: Mould, homes: Sequence[Home]) -> None:
        super().__init__()
        self.caster, self.mould, self.homes, self.n = caster, mould, homes, len(homes)
        self.spots, self.grounds, after = zip(*homes, strict=True)
        self.after = np.array(after)
        self.began = (self.after + (mould.began - EPOCH) // MICRO).tolist()
        wrapped, self.case_keys = zip(*(caster.ring.new_case_key() for _home in homes), strict=True)
        self["key"] = list(wrapped)
        self["raw"] = list(map(new_id, self.began, self._drawn(10)))

    @property
    def ids(self) -> list[UUID]:
        """The ids of the cases."""
        return [UUID(bytes=raw) for raw in self["raw"]]

    @cached_property
    def _case_numbers(self) -> list[int]:
        return [number_of(int.from_bytes(raw, "big")) for raw in self["raw"]]

    def __missing__(self, name: str) -> list[bytes]:
        kind, _, rest = name.partition(":")
        made: list[bytes] = getattr(self, f"_{kind}")(rest)
        self[name] = made
        return made

    def rows(self) -> Iterator[tuple[str, list[bytes]]]:
        """COPY rows with the table they are for."""
        for table, form in self.mould.rows:
            yield table, form.cast(self, self.n)
        yield "search", self.caster.search.cast(self.mould, self.homes, self["raw"], self.began)

    def count_in(self, found: dict[Lot, dict[int, int]]) -> None:
        """Adds to the tallies what the cases count for."""
        areas = [ground.area for ground in self.grounds]
        cases = Counter(chain(areas, chain.from_iterable(map(ancestors, areas))))
        for held in self.mould.facts:
            lot, n = (
                found.setdefault((held.procedure, held.about is not None, held.day), {}),
                lanes(held.facts),
            )
            for code, times in cases.items():
                lot[code] = lot.get(code, 0) + n * times

    def lines(self) -> Iterator[bytes]:
        """What the journal needs of the entries, in order."""
        for entry in self.mould.entries:
            yield from map(JOURNAL.pack, self["raw"], repeat(entry.seq), self[f"digest:{entry.seq}"])

    def _drawn(self, size: int) -> list[bytes]:
        drawn = os.urandom(size * self.n)
        return [drawn[at : at + size] for at in range(0, size * self.n, size)]

    def _bound(self, plain: Sequence[bytes], bound: bytes) -> list[bytes]:
        """Sealed with each case's own key, bound to the case and to its place in it."""
        return [
            key.seal(each, aad=raw + bound)
            for key, each, raw in zip(self.case_keys, plain, self["raw"], strict=True)
        ]

    # The case and its place

    def _id(self, _rest: str) -> list[bytes]:
        return list(map(b"-".join, map(_groups, map(hexlify, self["raw"]))))

    def _name(self, _rest: str) -> list[bytes]:
        return [spot.name.encode() for spot in self.spots]

    def _post(self, rest: str) -> list[bytes]:
        role, part = rest.split(":", 1)
        posts = self.caster.posts
        return [b"post:%d" % posts[spot.orgs[part], role] for spot in self.spots]

    def _numbers(self, name: str) -> list[int]:
        match name:
            case "number":
                return self._case_numbers
            case "place":
                return [ground.place for ground in self.grounds]
            case "area":
                return [ground.area for ground in self.grounds]
        return [spot.orgs[name] for spot in self.spots]

    # Spellings

    def _text(self, rest: str) -> list[bytes]:
        return [b"%d" % number for number in self._numbers(rest)]

    def _int4(self, rest: str) -> list[bytes]:
        return list(map(_i.pack, self._numbers(rest)))

    def _int8(self, rest: str) -> list[bytes]:
        return list(map(_q.pack, self._numbers(rest)))

    def _time(self, rest: str) -> list[bytes]:
        moments = np.datetime64(_NAIVE, "us") + (self.after + int(rest)).astype("m8[us]")
        texts: list[bytes] = np.datetime_as_string(moments, timezone="UTC").astype("S").tolist()
        return texts

    def _at(self, rest: str) -> list[bytes]:
        packed: list[bytes] = (self.after + int(rest)).astype(">i8").view("V8").tolist()
        return packed

    def _hex(self, rest: str) -> list[bytes]:
        return list(map(hexlify, self[rest]))

    def _length(self, rest: str) -> list[bytes]:
        return list(map(_i.pack, map(len, self[rest])))

    # What makes up an entry

    def _salted(self, rest: str) -> list[bytes]:
        seq, n = map(int, rest.split(":"))
        plain = self.mould.entries[seq - 1].contents[n].plain.cast(self, self.n)
        return [salt + each for salt, each in zip(self._drawn(SALT_LENGTH), plain, strict=True)]

    def _content(self, rest: str) -> list[bytes]:
        return self._digested(self[f"salted:{rest}"])

    def _sealed(self, rest: str) -> list[bytes]:
        seq, n = map(int, rest.split(":"))
        return self._bound(self[f"salted:{rest}"], self.mould.entries[seq - 1].contents[n].bound)

    def _party(self, rest: str) -> list[bytes]:
        bound = aad(UUID(int=0), "party", int(rest), "contact")[16:]
        return self._bound([self.mould.parties[int(rest)]] * self.n, bound)

    def _keyed(self, _rest: str) -> list[bytes]:
        if not self.caster.photos:
            # Without the files nobody can tell their digests from chance.
            return self._drawn(32)
        photo = picture()
        return [key.keyed_digest(photo) for key in self.case_keys]

    def _outcomes(self, rest: str) -> list[bytes]:
        return self.mould.entries[int(rest) - 1].outcomes.cast(self, self.n)

    def _jsonb(self, rest: str) -> list[bytes]:
        return [b"\x01" + outcomes for outcomes in self[f"outcomes:{rest}"]]

    def _digest(self, rest: str) -> list[bytes]:
        return self._digested(self.mould.entries[int(rest) - 1].body.cast(self, self.n))

    def _digested(self, texts: Sequence[bytes]) -> list[bytes]:
        return digests(texts, algorithm=self.caster.algorithm)

    def _nonce(self, _rest: str) -> list[bytes]:
        return self._drawn(16)

    def _payload(self, _rest: str) -> list[bytes]:
        # Nobody holds the request, so no digest of it can be told from chance.
        return self._drawn(32)


def block(casts: Iterable[Casts]) -> Block:
    """The rows of them all."""
    tables: defaultdict[str, list[bytes]] = defaultdict(list)
    lines: list[bytes] = []
    counts: dict[Lot, dict[int, int]] = {}
    for each in casts:
        for table, rows in each.rows():
            tables[table] += rows
        lines += each.lines()
        each.count_in(counts)
    return Block(
        tables={table: b"".join(rows) for table, rows in tables.items()},
        journal=b"".join(lines),
        counts=counts,
    )


def new_id(began: int, random: bytes) -> bytes:
    """A UUIDv7 as of when the case begins, so that ids lie in the tables as they would; `random` has ten bytes."""
    bits = int.from_bytes(random, "big")
    high = ((began + _UNIX) // 1000 & (1 << 48) - 1) << 16 | 0x7000 | bits >> 68
    return (high << 64 | 1 << 63 | bits & (1 << 62) - 1).to_bytes(16, "big")
