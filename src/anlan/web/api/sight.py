# SPDX-License-Identifier: Apache-2.0
"""The case that a call is about: found by its number, for a token's post or for the person whose follow code was sent.

A case that is not the caller's to see, or not in the token's place, is not there.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from anlan.base.errors import Invalid, NotFound
from anlan.base.ids import read_number
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.cases.queries import find_by_number, find_party
from anlan.cases.queries_view import Reader, read_as
from anlan.people.may import Actor
from anlan.web.api.callers import TRIES, Caller, caller_of, count
from anlan.web.api.problems import NoToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A case before the eyes of a caller; `party` is the one that a follow code proved."""

    caller: Caller
    known: Known
    case_id: UUID
    party: int | None

    @property
    def by(self) -> Actor:
        """Who acts."""
        return self.caller.by

    @property
    def at(self) -> datetime:
        """When."""
        return self.caller.at

    @property
    def parties(self) -> tuple[int, ...]:
        """The proven party, as the engine asks for it."""
        return () if self.party is None else (self.party,)


def find_sight(request: HttpRequest, number: str) -> tuple[Sight, Reader]:
    """The case and its reader. Raises NotFound, NoToken, TooMany."""
    caller, known = caller_of(request), current()
    code = request.headers.get("Follow-Code", "")
    try:
        asked = read_number(number)
    except Invalid:
        raise NotFound from None
    if caller.is_post:
        case_id = find_by_number(caller.by, asked, known=known)
        sight = Sight(caller=caller, known=known, case_id=case_id, party=None)
    elif code:
        count("follow", caller, *TRIES)
        try:
            proved = find_party(asked, code)
        except Invalid:
            raise NotFound from None
        sight = Sight(caller=caller, known=known, case_id=proved.case_id, party=proved.n)
    else:
        raise NoToken
    reader = read_as(sight.by, sight.case_id, known=known, at=sight.at, parties=sight.parties)
    return sight, reader
