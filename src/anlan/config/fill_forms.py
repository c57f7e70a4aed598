# SPDX-License-Identifier: Apache-2.0
"""Forms: bytes with named slots, filled for many casts at once; and the binary spellings that COPY takes.

A value given as a slot stands in canonical JSON as a marker of private-use characters, which `split` cuts out.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, repeat
from struct import Struct

from anlan.config.fill_words import HERE
from anlan.indicators.keep import Held

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
_DAY_0 = EPOCH.toordinal()

TEXT, BARE = ("\ue200", "\ue201"), ("\ue202", "\ue203")
SLOT = re.compile(f'{TEXT[0]}([^{TEXT[1]}]*){TEXT[1]}|"{BARE[0]}([^{BARE[1]}]*){BARE[1]}"|({HERE})')
_length = Struct(">i")

Columns = Mapping[str, list[bytes]]
"""By slot, what it holds in each cast. `fill_cast.Casts` says what the names of slots mean."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that each cast fills in; `name` says with what."""

    name: str


@dataclass(frozen=True, slots=True)
class Form:
    """Bytes and names of slots, by turns."""

    pieces: tuple[bytes | str, ...]

    def cast(self, columns: Columns, n: int) -> list[bytes]:
        """The bytes of `n` casts. No step of Python for a single one: that is what makes filling quick."""
        filled = (repeat(p, n) if isinstance(p, bytes) else columns[p] for p in self.pieces)
        return list(map(b"".join, zip(*filled, strict=True)))


def form(pieces: Iterable[bytes | str]) -> Form:
    """A form of these pieces, neighbouring bytes put together."""
    joined: list[bytes | str] = [b""]
    for piece in pieces:
        last = joined[-1]
        if isinstance(piece, bytes) and isinstance(last, bytes):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    return Form(tuple(joined))


def split(spelt: bytes) -> list[bytes | str]:
    """JSON with markers, cut into bytes and the names of slots."""
    pieces: list[bytes | str] = []
    text, end = spelt.decode(), 0
    for match in SLOT.finditer(text):
        pieces += [text[end : match.start()].encode(), match[1] or match[2] or "name"]
        end = match.end()
    pieces.append(text[end:].encode())
    return pieces


def slot_text(name: str) -> str:
    """The slot inside a JSON string."""
    return f"{TEXT[0]}{name}{TEXT[1]}"


def slot_bare(name: str) -> str:
    """The slot as a JSON value of its own."""
    return f"{BARE[0]}{name}{BARE[1]}"


def as_field(value: bytes) -> bytes:
    """A binary COPY field: its length and its bytes."""
    return _length.pack(len(value)) + value


def as_date(day: date) -> int:
    """A day as COPY has it."""
    return day.toordinal() - _DAY_0


def lexeme(token: str) -> str:
    """A token as a lexeme of a binary tsvector, ended by NUL and without positions; a character for each byte, as Python
    sorts such texts faster than bytes.
    """
    return f"{token}\0\0\0".encode().decode("latin-1")


def as_vector(*lexemes: Iterable[str]) -> bytes:
    """A tsvector as a COPY field. In the order that PostgreSQL keeps, which else it would sort itself."""
    ordered = sorted(chain(*lexemes))
    return as_field(_length.pack(len(ordered)) + "".join(ordered).encode("latin-1"))


_NAIVE = EPOCH.replace(tzinfo=None)


def as_text(micros: int) -> bytes:
    """A moment, in microseconds since `EPOCH`, as outcomes write it."""
    return (_NAIVE + timedelta(0, 0, micros)).isoformat(timespec="microseconds").encode() + b"Z"


@dataclass(frozen=True, slots=True)
class ContentMould:
    """A content: its words with the village's name left out, and what binds its ciphertext to its place in the case."""

    plain: Form
    bound: bytes


@dataclass(frozen=True, slots=True)
class EntryMould:
    """An entry: its outcomes, what its digest is of, and its contents by number."""

    seq: int
    outcomes: Form
    body: Form
    contents: Mapping[int, ContentMould]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mould:
    """One history, ready to be cast. `rows` are COPY rows by table; `parts` the organisations that it was assigned to;
    `lexemes` the tokens of its words; `facts` what it counts for.
    """

    began: datetime
    entries: tuple[EntryMould, ...]
    rows: tuple[tuple[str, Form], ...]
    parties: Mapping[int, bytes]
    files: int
    parts: tuple[str, ...]
    lexemes: frozenset[str]
    category: int | None
    condition: int | None
    facts: tuple[Held, ...]
