# SPDX-License-Identifier: Apache-2.0
"""Which cases this browser may read: those opened in it or proved by a follow code, for half a day; or one's own.

A grant names one case and one party, with the parts that were split off it for the same party, nothing more. A number without a grant leads to the follow form, whether there is
such a case or not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest

from anlan.base.errors import NotFound
from anlan.cases.known import Known
from anlan.cases.queries import find_by_number, find_part
from anlan.people.may import Actor, anonymous
from anlan.web.front import visitor

GRANTS, SENT = "anlan_follow", "anlan_sent"
LASTS = timedelta(hours=12)
SHOWN = timedelta(minutes=30)
"""How long the page with the follow code can be loaded again in the browser that sent the report."""
MOST = 20


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


def grant(request: HttpRequest, *, number: int, case_id: UUID, party: int, at: datetime) -> None:
    """Lets this browser follow the case as this party. The session gets a new key: what was planted before is worth nothing."""
    kept = [row for row in _rows(request, at=at) if row[0] != number]
    request.session.cycle_key()
    request.session[GRANTS] = [*kept, [number, case_id.hex, party, at.timestamp()]][-MOST:]


def forget(request: HttpRequest, number: int, *, at: datetime) -> None:
    """Takes the case from this browser."""
    request.session[GRANTS] = [row for row in _rows(request, at=at) if row[0] != number]
    if (request.session.get(SENT) or [0])[0] == number:
        del request.session[SENT]


def find_followed(request: HttpRequest, number: int, *, known: Known, at: datetime) -> Followed:
    """The case of this number as this browser may read it. Raises NotFound, the same when there is none."""
    for held, case_id, party, _since in _rows(request, at=at):
        if held == number:
            return Followed(case_id=UUID(hex=case_id), number=number, by=anonymous(), parties=(party,))
    for _held, case_id, party, _since in _rows(request, at=at):
        part = find_part(UUID(hex=case_id), number, party)
        if part is not None:
            return Followed(case_id=part, number=number, by=anonymous(), parties=(party,))
    by = visitor(request)
    if by.kind != "resident":
        raise NotFound
    return Followed(case_id=find_by_number(by, number, known=known), number=number, by=by, parties=())


def note_sent(request: HttpRequest, *, number: int, case_id: UUID, at: datetime) -> None:
    """Remembers what was just sent, so that its code can be shown."""
    request.session[SENT] = [number, case_id.hex, at.timestamp()]


def just_sent(request: HttpRequest, *, at: datetime) -> tuple[int, UUID] | None:
    """What was sent from this browser in the last half hour."""
    number, case_id, since = request.session.get(SENT) or (0, "", 0)
    if not number or at.timestamp() - since > SHOWN.total_seconds():
        return None
    return number, UUID(hex=case_id)


def _rows(request: HttpRequest, *, at: datetime) -> list[tuple[int, str, int, float]]:
    found = request.session.get(GRANTS) or []
    return [tuple(row) for row in found if at.timestamp() - row[3] <= LASTS.total_seconds()]
