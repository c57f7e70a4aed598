# SPDX-License-Identifier: Apache-2.0
"""What a document says, as values: a title and blocks. A procedure composes them; `render` sets them. Pure.

Everything is text to be printed as it is, never markup: what people wrote cannot become anything else than letters.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The heading of a part, with its own number: ``一、争议事实``. `level` 2 is the first below the title, 3 the next."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Paragraphs, one a line. `plain`: small and flush left, for a line of reference."""

    text: str
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Names with their values, one a line: ``申请人：欧阳若兰``."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Numbered points, each a paragraph."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with one line of heads, which each page repeats. `shares` are the widths of columns in parts of the whole, none: equal."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A line for a signature. `name` empty: nobody signed yet, room is left for a pen. `how` says by which way and when; `path` the
    drawn signature as `signing.drawn` takes it, in a box of 600 by 200.
    """

    role: str
    name: str = ""
    how: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """The signatures together, on one page."""

    lines: tuple[Signature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Who issues it, and the day in words. `how` is printed in red where the office sealed it here; empty leaves room for a stamp."""

    organisation: str
    day: str
    how: str = ""


Block = Heading | Text | Pairs | Items | Table | Signatures | Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document. `number` is the case number as people read it; `note` stands small under the title, `mark` in the head of each
    page (``签署稿``). `made_at` dates the file. `code` and `address` are those of `making`, empty where it cannot be verified.
    """

    title: str
    blocks: tuple[Block, ...]
    made_at: datetime
    number: str = ""
    note: str = ""
    mark: str = ""
    code: str = field(default="")
    address: str = field(default="")


def say_day(at: datetime) -> str:
    """A day as documents write it; `at` in the zone of the place."""
    return f"{at.year}年{at.month}月{at.day}日"


def say_moment(at: datetime) -> str:
    """A moment as documents write it."""
    return f"{say_day(at)} {at:%H:%M}"
