# SPDX-License-Identifier: Apache-2.0
"""What the tags of the `look` library draw: small values that a door fills from its own queries.

They hold words already in the reader's language and instants that know their zone; they know no case, place or person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from anlan.places.calendars import Limit


class Tone(StrEnum):
    """The colour of a pill or mark. It only supports the word beside it."""

    PLAIN = "plain"
    NEW = "new"
    NEAR = "near"
    OVERDUE = "overdue"
    INTIME = "intime"
    DONE = "done"
    QUIET = "quiet"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pill:
    """A state or a clock in one or two words."""

    word: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, kw_only=True, slots=True)
class Photo:
    """An attachment: `words` say what is seen (or its name), `url` opens it, `small` is its thumbnail, if any;
    `sound`: it is listened to.
    """

    words: str
    url: str
    small: str = ""
    note: str = ""
    sound: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One entry of a timeline: `title` says what was done, `by` which organisation or post, `words` what was written.

    `note` explains (done offline, arrived later). QUIET is for entries that moved nothing.
    """

    title: str
    at: datetime
    by: str = ""
    words: str = ""
    note: str = ""
    tone: Tone = Tone.PLAIN
    photos: Sequence[Photo] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One stage of the way a resident sees; `note` says where in it the case is now."""

    word: str
    state: Literal["done", "now", "next"]
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something that can be done now. `main` is the likely one: at most one. `key` is its key on the desk, `letter` the one that it
    has besides; `sends` what the form would send as proposed: then it is done without one. `group` is the heading under which it
    stands, `grave` what ends or refuses.
    """

    word: str
    url: str
    key: str = ""
    letter: str = ""
    main: bool = False
    sends: Sequence[tuple[str, str]] = ()
    group: str = ""
    grave: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A clock of a case: its name, its limit, when it is due or was met, and words that explain it."""

    word: str
    limit: Limit | None = None
    due: datetime | None = None
    met: datetime | None = None
    paused: bool = False
    provisional: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A case in a list or a task on a phone; `under` are the few facts below its title, `warning` what comes before them.

    `number` lets it be chosen among others; `leaving`: something is on its way for it; `words`: how the matter
    begins, as far as who looks may read it.
    """

    title: str
    url: str
    under: Sequence[str] = ()
    pill: Pill | None = None
    current: bool = False
    urgent: bool = False
    warning: str = ""
    number: int = 0
    leaving: bool = False
    words: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """One line of the desk's first column. `late` draws its count as overdue."""

    word: str
    url: str
    count: int | None = None
    late: bool = False
    current: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueGroup:
    """Queues under one heading."""

    word: str
    queues: Sequence[Queue]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A link of the header, or a filter of a list."""

    word: str
    url: str
    current: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """An opening of a person's data: by which organisation and post, when, and why."""

    who: str
    at: datetime
    why: str
