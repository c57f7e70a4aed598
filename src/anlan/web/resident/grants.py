# SPDX-License-Identifier: Apache-2.0
"""Which cases this browser may read: those opened in it or proved by a follow code, for half a day; or one's own.

A grant names one case and one party, with the parts that were split off it for the same party, nothing more. A number without a grant leads to the follow form, whether there is
such a case or not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from anlan.cases.known import Known
from anlan.web.followed import GRANTS, Followed, followed_in, grants_in
from anlan.web.front import visitor

SENT = "anlan_sent"
SHOWN = timedelta(minutes=10)
"""How long the follow code can be loaded again in the browser that sent the report, unless another page is opened."""
SLIP, NEVER_YET, NO_MORE = "resident:sent", -1.0, 0.0
MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What was sent last from this browser, and for how many seconds more its code is shown; 0: it no longer is."""

    case_id: UUID
    number: int
    left: int


class SlipMiddleware:
    """Whoever opens another page has read the slip: its code is not shown again, neither by address nor by going back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Passes the request on. Only a page that was drawn counts: no file, no fault, no way on to another address."""
        answer = self.get_response(request)
        page = answer.status_code == HTTPStatus.OK and answer.get("Content-Type", "").startswith("text/html")
        other = getattr(request.resolver_match, "view_name", "") != SLIP
        # Who has no session is not given one, nor is their answer made to vary by it.
        if page and other and settings.SESSION_COOKIE_NAME in request.COOKIES and SENT in request.session:
            number, case_id, since = request.session[SENT]
            if since != NO_MORE:
                request.session[SENT] = [number, case_id, NO_MORE]
        return answer


def grant(request: HttpRequest, *, number: int, case_id: UUID, party: int, at: datetime) -> bool:
    """Lets this browser follow the case as this party; whether it could not before. The session gets a new key: what was
    planted before is worth nothing.
    """
    rows = grants_in(request.session, at=at)
    kept = [row for row in rows if row[0] != number]
    request.session.cycle_key()
    request.session[GRANTS] = [*kept, [number, case_id.hex, party, at.timestamp()]][-MOST:]
    return len(kept) == len(rows)


def forget(request: HttpRequest, number: int, *, at: datetime) -> None:
    """Takes the case from this browser."""
    request.session[GRANTS] = [row for row in grants_in(request.session, at=at) if row[0] != number]
    if (request.session.get(SENT) or [0])[0] == number:
        del request.session[SENT]


def find_followed(request: HttpRequest, number: int, *, known: Known, at: datetime) -> Followed:
    """The case of this number as this browser may read it. Raises NotFound, the same when there is none."""
    return followed_in(request.session, visitor(request), number, known=known, at=at)


def note_sent(request: HttpRequest, *, number: int, case_id: UUID, again: bool) -> None:
    """Remembers what was just sent, so that its code can be shown. Sent `again`, it is shown no longer than the first time."""
    if not again or (request.session.get(SENT) or [0])[0] != number:
        request.session[SENT] = [number, case_id.hex, NO_MORE if again else NEVER_YET]


def just_sent(request: HttpRequest, *, at: datetime) -> Slip | None:
    """What was sent last from this browser. The time of its code begins when it is asked for first."""
    number, case_id, since = request.session.get(SENT) or (0, "", NO_MORE)
    if not number:
        return None
    if since == NEVER_YET:
        since = at.timestamp()
        request.session[SENT] = [number, case_id, since]
    left = int(since + SHOWN.total_seconds() - at.timestamp())
    return Slip(case_id=UUID(hex=case_id), number=number, left=max(left, 0))
