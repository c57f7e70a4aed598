# SPDX-License-Identifier: Apache-2.0
"""What a case is at one moment (`Projection`) and the line that changes it (`Entry`). Pure values, no database.

Entries are the truth. A projection is what folding `apply` over a case's entries gives, and nothing else; the rows
of case, assignment, clock and typed columns are its copies, which `anlan verify` compares. What every act makes anew are structs: a frozen dataclass
takes five times as long to make.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

FORMAT = 1


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation's part in a case. `role` is lead, room or assist; `until_seq` None while it lasts."""

    organisation: int
    role: str
    since_seq: int
    until_seq: int | None = None


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a clock. Times are UTC. `stage` is the highest percentage already escalated; `next_at` the
    instant of the next one. `told` is the date the resident was told, never moved earlier.
    """

    key: str
    started_at: datetime
    due_at: datetime
    n: int
    unit: str
    calendar: str
    calendar_version: int
    provisional: bool
    owner: int | None
    told: datetime | None = None
    stopped_at: datetime | None = None
    paused_at: datetime | None = None
    stage: int = 0
    next_at: datetime | None = None

    @property
    def runs(self) -> bool:
        """Neither stopped nor paused."""
        return self.stopped_at is None and self.paused_at is None


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """A link to another case, with the digest of that case's entry it cites."""

    kind: str
    case_id: UUID
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class Projection:
    """A case as its entries leave it. `material_seq` is the last entry that a person acting must have seen; `published_as`
    the address of its public page while it has one.
    """

    id: UUID
    procedure: str
    version: int
    number: int
    state: str
    open: bool
    seq: int
    digest: bytes
    material_seq: int
    opened_at: datetime
    closed_at: datetime | None
    place: int
    area: int
    category: int | None
    condition: int | None
    urgent: bool
    barred: int | None
    source: str
    holder: int | None
    due_at: datetime | None
    published_as: str | None = None
    published_at: datetime | None = None
    assigned: Mapping[int, Assigned] = field(default_factory=dict)
    clocks: Mapping[int, Running] = field(default_factory=dict)
    links: Mapping[int, Linked] = field(default_factory=dict)
    parties: Mapping[int, str] = field(default_factory=dict)
    attachments: int = 0
    record: Mapping[str, Any] = field(default_factory=dict)

    def assigned_now(self, role: str) -> tuple[int, ...]:
        """Organisations that have `role` (lead, room, assist) now."""
        return tuple(a.organisation for a in self.assigned.values() if a.until_seq is None and a.role == role)

    @property
    def room(self) -> int | None:
        """The organisation that routes the case and answers for its course."""
        return next(iter(self.assigned_now("room")), None)

    def running(self, key: str) -> tuple[int, Running] | None:
        """The run of clock `key` that has not stopped, with its number."""
        for n, run in self.clocks.items():
            if run.key == key and run.stopped_at is None:
                return n, run
        return None

    def last_run(self, key: str) -> Running | None:
        """The latest run of clock `key`, stopped or not."""
        found = None
        for run in self.clocks.values():
            if run.key == key:
                found = run
        return found


def changed(case: Projection, new: Mapping[str, Any]) -> Projection:
    """The case with some fields new: `dataclasses.replace` in a tenth of its time, of which folding mostly consists."""
    fresh = object.__new__(Projection)
    fresh.__dict__.update(case.__dict__)
    fresh.__dict__.update(new)
    return fresh


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a case. `outcomes` holds everything `apply` needs, so nothing is ever looked up again.

    `actor` is ``post:<id>``, ``party:<n>`` or ``system``; never an account. No floats, no words of a person.
    """

    case_id: UUID
    seq: int
    at: datetime
    received_at: datetime
    actor: str
    action: str
    frm: str
    to: str
    audience: str
    outcomes: Mapping[str, Any]
    prev: bytes
    digest: bytes
    algorithm: int
    format: int = FORMAT
