# SPDX-License-Identifier: Apache-2.0
"""Forms: bytes with numbered slots, filled again and again; and the binary spellings that COPY takes.

A value given as a slot stands in canonical JSON as a marker of private-use characters, which `split` cuts out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from struct import Struct
from typing import Any

from anlan.config.fill_words import HERE

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
GAP = "\ue210"
"""Stands in the body of an entry where its outcomes go."""

TEXT, BARE = ("\ue200", "\ue201"), ("\ue202", "\ue203")
SLOT = re.compile(f'{TEXT[0]}([^{TEXT[1]}]*){TEXT[1]}|"{BARE[0]}([^{BARE[1]}]*){BARE[1]}"|({HERE})')
_length = Struct(">i")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a form that each cast fills. `name` says with what: ``id``, ``number``, ``place``, ``area``, ``name``,
    ``org:<part>``, ``post:<role>:<part>``, ``at:<moment>``, and what the caster computes entry by entry. ``#8`` is an
    integer of eight bytes, ``raw:`` the binary spelling, ``field:`` a whole COPY field with its length.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Form:
    """Bytes with slots: `text % get(values)`."""

    text: bytes
    get: Callable[[list[bytes]], Any]

    def cast(self, values: list[bytes]) -> bytes:
        """The bytes with this cast's values in them."""
        made: bytes = self.text % self.get(values)
        return made


@dataclass(slots=True)
class Sheet:
    """Slots by number, gathered while forms are made."""

    numbers: dict[str, int] = field(default_factory=dict)

    def form(self, pieces: list[bytes | str]) -> Form:
        """A form of bytes and slot names."""
        text = b"".join(b"%b" if isinstance(p, str) else p.replace(b"%", b"%%") for p in pieces)
        wanted = [self.slot(p) for p in pieces if isinstance(p, str)]
        if not wanted:
            return Form(text, lambda _values: ())
        return Form(text, itemgetter(*wanted))

    def slot(self, name: str) -> int:
        """The number of a slot."""
        return self.numbers.setdefault(name, len(self.numbers))


def split(spelt: bytes) -> list[bytes | str]:
    """JSON with markers, cut into bytes and the names of slots."""
    pieces: list[bytes | str] = []
    text, end = spelt.decode(), 0
    for match in SLOT.finditer(text):
        pieces += [text[end : match.start()].encode(), match[1] or match[2] or "name"]
        end = match.end()
    pieces.append(text[end:].encode())
    return [piece for piece in pieces if piece]


def slot_text(name: str) -> str:
    """The slot inside a JSON string."""
    return f"{TEXT[0]}{name}{TEXT[1]}"


def slot_bare(name: str) -> str:
    """The slot as a JSON number."""
    return f"{BARE[0]}{name}{BARE[1]}"


def as_field(value: bytes) -> bytes:
    """A binary COPY field: its length and its bytes."""
    return _length.pack(len(value)) + value


def lexeme(token: str) -> bytes:
    """A token as a lexeme of a binary tsvector: ended by NUL, without positions."""
    return token.encode() + b"\x00\x00\x00"


_NAIVE = EPOCH.replace(tzinfo=None)


def as_text(micros: int) -> bytes:
    """A moment, in microseconds since `EPOCH`, as outcomes write it."""
    return (_NAIVE + timedelta(0, 0, micros)).isoformat(timespec="microseconds").encode() + b"Z"


@dataclass(frozen=True, slots=True)
class ContentMould:
    """A content: its words with the village's name left out, what binds the ciphertext to its place in the case, and
    the slots of its digest and ciphertext.
    """

    plain: Form
    bound: bytes
    digest: int
    sealed: int


@dataclass(frozen=True, slots=True)
class EntryMould:
    """An entry: its outcomes, its digest's body around them, and the slots that its casting fills."""

    seq: int
    outcomes: Form
    before: Form
    after: Form
    contents: tuple[ContentMould, ...]
    prev: int
    raw_outcomes: int
    raw_prev: int
    raw_digest: int
    request: int
    payload: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mould:
    """One history, ready to be cast. `base` holds the values that every cast has, by slot; `own` and `of_spot` name
    those of the case and of its place; `texts` and `instants` the moments that move with the beginning, in
    microseconds since `EPOCH`. `rows` are COPY rows by table; `lexemes` the tokens of its words.
    """

    slots: Mapping[str, int]
    base: tuple[bytes, ...]
    own: tuple[tuple[int, str], ...]
    of_spot: tuple[tuple[int, str], ...]
    texts: tuple[tuple[int, int], ...]
    instants: tuple[tuple[int, int], ...]
    began: datetime
    entries: tuple[EntryMould, ...]
    rows: tuple[tuple[str, Form], ...]
    parties: tuple[tuple[int, bytes], ...]
    files: int
    parts: tuple[str, ...]
    lexemes: frozenset[bytes]
    salts: int
    category: int | None
    condition: int | None
    open: bool
    state: str
