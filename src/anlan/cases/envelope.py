# SPDX-License-Identifier: Apache-2.0
"""A wish to act, as a door hands it in. Pure values; nothing here is trusted before `decide` has judged it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from anlan.cases.define import Audience
from anlan.people.may import Actor

TIME_UNSURE = "time_unsure"
"""A flag of an act: its time could not be relied on, so it counts from its arrival."""
SOURCES = ("resident", "grid", "office", "hotline", "inspection", "system", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """A person's part in a case being opened: their role, what is sealed of them, the account if they have one."""

    role: str
    contact: Mapping[str, Any] = field(default_factory=dict)
    account_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file already stored under its per-case keyed digest, ready to become part of an entry.

    `plain` is the digest of its bytes, which a repetition under another key has too; `origin` that of the bytes it was made from, as
    far as somebody says so. Neither is ever kept.
    """

    keyed: bytes
    plain: bytes
    kind: str
    size: int
    name: str = ""
    audience: str = Audience.OFFICE
    origin: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One wish to act. `at` is the time of the act, `received_at` of its arrival; `expect` the entry the actor had
    seen; `salt` 16 random bytes, `spares` ids for cases this may open, both made by the door so deciding stays pure.
    `party` is the party a follow code proved; `procedure`, `place`, `source` and `key` (the new case's wrapped key,
    under which the files are stored already) are for opening.
    """

    case_id: UUID
    action: str
    by: Actor
    at: datetime
    received_at: datetime
    request_id: UUID
    salt: bytes
    data: Mapping[str, Any] = field(default_factory=dict)
    expect: int | None = None
    party: int | None = None
    procedure: str | None = None
    place: int | None = None
    source: str = "other"
    parties: tuple[NewParty, ...] = ()
    files: tuple[Stored, ...] = ()
    spares: tuple[UUID, ...] = ()
    flags: tuple[str, ...] = ()
    key: bytes | None = None
