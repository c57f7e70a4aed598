# SPDX-License-Identifier: Apache-2.0
"""Which cases a browser may read without being staff: what was proved in its session, for half a day; or the account's own.

One rule for the pages of residents and for the live door, which asks it of stored sessions.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from anlan.base.errors import NotFound
from anlan.cases.known import Known
from anlan.cases.queries import find_by_number, find_part
from anlan.people.may import Actor, anonymous

GRANTS = "anlan_follow"
LASTS = timedelta(hours=12)


class Session(Protocol):
    """What is asked of a session: a request's, or one as it is stored."""

    def get(self, key: str, /) -> Any:
        """What lies under a key, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A case that this browser may read, and as whom."""

    case_id: UUID
    number: int
    by: Actor
    parties: tuple[int, ...]

    @property
    def party(self) -> int | None:
        """The party that a follow code proved; None for an account's own case, where the account says it."""
        return self.parties[0] if self.parties else None


def grants_in(session: Session, *, at: datetime) -> list[tuple[int, str, int, float]]:
    """What was proved in a session and still counts: number, case, party, since when."""
    found = session.get(GRANTS) or []
    return [tuple(row) for row in found if at.timestamp() - row[3] <= LASTS.total_seconds()]


def followed_in(session: Session, by: Actor, number: int, *, known: Known, at: datetime) -> Followed:
    """The case of this number as whoever has this session may read it: `by` is the resident signed in there, else anybody, who
    counts for nothing. A grant names one case and one party, with the parts that were split off it for the same party. Raises
    NotFound, the same when there is no such case.
    """
    granted = grants_in(session, at=at)
    for held, case_id, party, _since in granted:
        if held == number:
            return Followed(case_id=UUID(hex=case_id), number=number, by=anonymous(), parties=(party,))
    for _held, case_id, party, _since in granted:
        part = find_part(UUID(hex=case_id), number, party)
        if part is not None:
            return Followed(case_id=part, number=number, by=anonymous(), parties=(party,))
    if by.kind != "resident":
        raise NotFound
    return Followed(case_id=find_by_number(by, number, known=known), number=number, by=by, parties=())
