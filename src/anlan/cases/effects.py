# SPDX-License-Identifier: Apache-2.0
"""What an action changes besides the state: part of the vocabulary (`define`), frozen values without Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from anlan.places.calendars import Limit


class LinkKind(StrEnum):
    """The closed list of links between cases (DESIGN §2). None of them says "same person"."""

    SAME_MATTER = "same_matter"
    PART_OF = "part_of"
    FOLLOWS_FROM = "follows_from"
    REVIEW_OF = "review_of"


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkTo:
    """A link from this case to another, from the closed list; the other case takes `action` as its own entry, without data."""

    kind: LinkKind
    case_id: UUID
    action: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """Another case that a decision opens in the same transaction. With `carries` it has the parties of this one, each under
    the same number: a part of what somebody reported stays theirs to follow.
    """

    procedure: str
    action: str
    data: Mapping[str, Any]
    kind: LinkKind
    carries: bool = False


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What an action changes besides the state. Nothing here names a person; all of it is written into the entry.

    None means unchanged. `record` holds typed columns of the procedure's own row. `limits` sets the limit of a clock that starts
    (or, for a running one, moves its due date); `due` sets the date itself; `stops` ends clocks. `escalated` is the percentage
    a clock reached, `recalculated` the clocks read again under the present calendar. `version` adopts another version; `erased`
    names what is erased: ``words``, ``parties``, ``files``. `published` puts a page before everybody, or takes it away.
    """

    to: str | None = None
    holder: int | None = None
    room: int | None = None
    assist: tuple[int, ...] = ()
    release: tuple[int, ...] = ()
    area: int | None = None
    category: int | None = None
    condition: int | None = None
    urgent: bool | None = None
    barred: int | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)
    escalated: Mapping[str, int] = field(default_factory=dict)
    stops: tuple[str, ...] = ()
    recalculated: tuple[str, ...] = ()
    opens: tuple[Opening, ...] = ()
    links: tuple[LinkTo, ...] = ()
    version: int | None = None
    published: bool | None = None
    erased: tuple[str, ...] = ()
    why: Mapping[str, Any] = field(default_factory=dict)
